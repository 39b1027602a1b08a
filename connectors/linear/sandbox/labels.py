"""Keep Linear's rules about labels: their scope, and groups from which an issue can have one.

See https://linear.app/docs/labels.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from connectors.linear.sandbox.refusals import invalid
from connectors.linear.sandbox.world import Row, World


def labels_after(world: World, issue: Row, wanted: Mapping[str, Any]) -> list[str]:
    """Return the ids of the labels that an issue has after a change; `issue` is in its new team already."""
    now: list[str] = issue["labelIds"]
    deltas = wanted.get("addedLabelIds") or wanted.get("removedLabelIds")
    if wanted.get("labelIds") is not None:
        if deltas:
            raise invalid("labelIds cannot be combined with addedLabelIds and removedLabelIds")
        after = _known(world, wanted["labelIds"], "labelIds")
    elif deltas:
        added = _known(world, wanted.get("addedLabelIds") or (), "addedLabelIds")
        removed = _known(world, wanted.get("removedLabelIds") or (), "removedLabelIds")
        after = [id_ for id_ in now if id_ not in removed] + [id_ for id_ in added if id_ not in now]
    else:
        return now
    labels = [world.tables["IssueLabel"][id_] for id_ in after]
    for label in labels:
        _check_usable(label, issue, new=label["id"] not in now)
    _check_groups(labels)
    return now if set(after) == set(now) else after


def _known(world: World, ids: Sequence[str], field: str) -> list[str]:
    return list(dict.fromkeys(world.get("IssueLabel", id_, field)["id"] for id_ in ids))


def _check_usable(label: Row, issue: Row, *, new: bool) -> None:
    name = label["name"]
    if label["teamId"] not in {None, issue["teamId"]}:
        presentable = f"The label '{name}' is not associated with the same team as the issue."
        raise invalid("labelIds for incorrect team", presentable)
    if label["isGroup"]:
        raise invalid("labelIds contains a group label", f"The label '{name}' is a group and cannot be applied.")
    if new and label["retiredAt"]:
        raise invalid("labelIds contains a retired label", f"The label '{name}' is retired and cannot be applied.")


def _check_groups(labels: Sequence[Row]) -> None:
    seen: dict[str, Row] = {}
    for label in labels:
        other = seen.setdefault(label["parentId"] or label["id"], label)
        if other is not label:
            one, two = label["name"], other["name"]
            raise invalid(
                "labelIds not exclusive child labels",
                f"The label '{one}' is in the same group as '{two}'. "
                "Only one label in a group can be applied to an issue.",
            )
