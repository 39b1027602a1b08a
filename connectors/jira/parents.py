"""Read who owns the epics that items are under: an issue shows of its parent neither assignee nor, always, its state.

Read afresh with the items, one call for all of them, so that a look after an epic's change never sees the old owner.
"""

from collections.abc import Sequence
from dataclasses import replace

from app.core.classes import present
from app.core.item_class import ItemClass
from app.core.naming import among
from app.core.policy import Policy
from app.core.snapshot import Epic, Snapshot, Standing
from connectors.jira.dialect import Dialect
from connectors.jira.epics import FIELDS
from connectors.jira.wire import epic_in


async def with_owners(dialect: Dialect, snapshots: Sequence[Snapshot], policy: Policy) -> list[Snapshot]:
    """Return the snapshots whose epics say who owns them; one that is not to be seen is marked as that."""
    wanted = list(dict.fromkeys(epic.id for one in snapshots if _matters(one, policy) for epic in one.epics))
    if not wanted:
        return list(snapshots)
    by_key = not dialect.site.cloud
    issues = await dialect.issues(wanted, FIELDS)
    epics = {epic.id: epic for epic in (epic_in(issue, dialect.reader, by_key=by_key) for issue in issues)}
    return [
        replace(one, epics=tuple(_whole(epic, epics) for epic in one.epics)) if _matters(one, policy) else one
        for one in snapshots
    ]


def _matters(snapshot: Snapshot, policy: Policy) -> bool:
    """Tell whether it can matter who owns the item's epic: it is open, and long-term by label, word or risk."""
    if not snapshot.epics or snapshot.standing is not Standing.OPEN:
        return False
    return (
        bool(present(ItemClass.STRATEGIC, snapshot, policy.classes))
        or among(policy.classes.risk, snapshot.labels)
        or any(comment.body.casefold().startswith("/strategic") for comment in snapshot.comments)
    )


def _whole(epic: Epic, found: dict[str, Epic]) -> Epic:
    return found.get(epic.id) or replace(epic, seen=False)
