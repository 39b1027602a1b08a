"""Read a webhook's body leniently: whatever stands where something else is due counts as absent."""

from collections.abc import Mapping
from typing import Any

from app.core.delivery import Hint
from app.core.person import Person

LONGEST = 300


def word(value: Any) -> str | None:
    """Return short text that every database and log can hold; anything else counts as absent."""
    if not isinstance(value, str) or not value or len(value) > LONGEST:
        return None
    if value.isascii() and "\x00" not in value:
        return value
    return value.replace("\x00", "").encode("utf-8", "replace").decode() or None


def name_of_thing(value: Any) -> str | None:
    """Return an id; one that would have to be mended is none."""
    found = word(value)
    return found if found == value and found is not None and found.isprintable() else None


def inner(value: Any, key: str) -> Mapping[str, Any]:
    """Return the object under that key, an empty one where there is none."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def person(said: Mapping[str, Any], *, bot: bool = False) -> Person | None:
    """Return who is described: users and external users are people, OAuth apps and integrations are not."""
    id_ = name_of_thing(said.get("id"))
    if id_ is None:
        return None
    kind = (word(said.get("type")) or "user").casefold()
    return Person(
        id=id_,
        name=word(said.get("name")) or id_,
        email=word(said.get("email")),
        bot=bot or not (kind == "user" or kind.startswith("external")),
        mention=word(said.get("url")),
        outside=kind.startswith("external"),
    )


def hint(issue: Mapping[str, Any]) -> Hint:
    """Return what an issue's payload tells of its place."""
    return Hint(
        labels=_labels(issue),
        team=word(inner(issue, "team").get("key")),
        project=word(inner(issue, "project").get("name")),
    )


def _labels(issue: Mapping[str, Any]) -> frozenset[str] | None:
    """Return all label names, or None: absent, fewer than there are ids, or in groups, whose names are not told."""
    ids, labels = issue.get("labelIds"), issue.get("labels", [])
    if not isinstance(ids, list) or not isinstance(labels, list) or len(ids) != len(labels):
        return None
    names = [word(label.get("name")) for label in labels if isinstance(label, dict) and not label.get("parentId")]
    found = frozenset(name for name in names if name is not None)
    return found if len(names) == len(ids) and None not in names else None
