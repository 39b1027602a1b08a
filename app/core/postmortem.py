"""Tell which post-mortem an item came from."""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

from app.core.memory import Memory
from app.core.policy import Origin, Policy
from app.core.snapshot import Snapshot

_ADDRESS = re.compile(r"https?://[^\s<>\"()\[\]|]+")


@dataclass(frozen=True, slots=True)
class PostMortem:
    """Name what an item came from: a label, an address or the key of a ticket; `url` where there is one to open."""

    name: str
    url: str | None = None


def hung_under(snapshot: Snapshot, policy: Policy) -> str | None:
    """Return the id of the parent that is the item's post-mortem; None when something else names it, or nothing does.

    The first of the policy's ways that yields a post-mortem wins.
    """
    parent = snapshot.epic_of_kind("parent")
    for origin in policy.postmortem:
        if origin.source == "parent" and parent is not None:
            return parent.id
        if _name(origin, snapshot) is not None:
            return None
    return None


def postmortem_of(snapshot: Snapshot, memory: Memory, policy: Policy) -> PostMortem | None:
    """Return the post-mortem that the item came from, by the first of the policy's ways that yields one.

    A label or a link names it itself; a parent is the ticket that the item hung under when it was first seen. None also
    when that one is out of sight, as after a move under an epic: whoever keeps a name goes on keeping it.
    """
    for origin in policy.postmortem:
        if origin.source == "parent" and memory.hung_under is not None:
            parent = next((epic for epic in snapshot.epics if epic.id == memory.hung_under), None)
            return PostMortem(parent.key, parent.url) if parent else None
        if (name := _name(origin, snapshot)) is not None:
            return PostMortem(name, name if origin.source == "link" else None)
    return None


def _name(origin: Origin, snapshot: Snapshot) -> str | None:
    if origin.source == "label":
        return next((label for label in snapshot.labels if _has_prefix(label, origin)), None)
    if origin.source == "link":
        return next((link for link in _addresses(snapshot) if fnmatchcase(link, origin.pattern)), None)
    return None


def _has_prefix(label: str, origin: Origin) -> bool:
    return label.casefold().startswith(origin.pattern.casefold())


def _addresses(snapshot: Snapshot) -> tuple[str, ...]:
    return (*snapshot.links, *_ADDRESS.findall(snapshot.description))
