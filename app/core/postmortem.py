"""Tell which post-mortem an item came from."""

import re
from dataclasses import dataclass
from fnmatch import fnmatchcase

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
        if _names(origin, snapshot):
            return None
    return None


def _names(origin: Origin, snapshot: Snapshot) -> bool:
    if origin.source == "label":
        return any(label.casefold().startswith(origin.pattern.casefold()) for label in snapshot.labels)
    addresses = (*snapshot.links, *_ADDRESS.findall(snapshot.description))
    return origin.source == "link" and any(fnmatchcase(address, origin.pattern) for address in addresses)
