"""Read who owns the epics that items are under: an issue shows of its parent neither assignee nor, always, its state.

Read afresh with the items, one call for all of them, so that a look after an epic's change never sees the old owner.
"""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from app.core.classes import present
from app.core.item_class import ItemClass
from app.core.naming import among
from app.core.policy import Policy
from app.core.snapshot import Epic, Snapshot, Standing
from connectors._kit.gather import Gatherer
from connectors.jira.dialect import Dialect, Json
from connectors.jira.epics import FIELDS
from connectors.jira.wire import epic_in

MOST = 20_000
"""How many items are remembered with what they were under."""
AT_ONCE, PATIENCE = 100, 0.1
"""How many epics are read together after items were written one by one; how many seconds those of a burst wait."""


class Parents:
    """Say of items' epics who owns them. What an item was under last is read along with it, in the same call."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._under: dict[str, tuple[str, ...]] = {}
        self._reading = Gatherer[tuple[Dialect, str], Epic | None](_together, AT_ONCE, PATIENCE)

    def last_of(self, items: Iterable[str]) -> list[str]:
        """Return the ids of the epics that these items were under when they were last looked at."""
        return list(dict.fromkeys(epic for item in items for epic in self._under.get(item, ())))

    def read_along(self, item: str, epic: str) -> None:
        """Have an epic that an item is only linked to read with it from now on."""
        self._remember({item: (*self._under.get(item, ()), epic)})

    async def with_owners(
        self, dialect: Dialect, snapshots: Sequence[Snapshot], issues: Sequence[Json] = ()
    ) -> list[Snapshot]:
        """Return the snapshots whose epics say who owns them; one that is not to be seen is marked as that.

        `issues` are those that were read just now; what is not among them is read.
        """
        wanted = {one.id: tuple(epic.id for epic in one.epics) for one in snapshots if _matters(one, self._policy)}
        self._remember(wanted)
        epics = _read(dialect, issues)
        lacking = list(dict.fromkeys(id_ for ids in wanted.values() for id_ in ids if id_ not in epics))
        if lacking:
            epics |= _read(dialect, await dialect.issues(lacking, FIELDS))
        return [
            replace(one, epics=tuple(_whole(epic, epics) for epic in one.epics)) if one.id in wanted else one
            for one in snapshots
        ]

    async def with_owner(self, dialect: Dialect, snapshot: Snapshot) -> Snapshot:
        """Return one that was just written, the same way; those of a burst share the call."""
        if not _matters(snapshot, self._policy):
            return snapshot
        ids = tuple(epic.id for epic in snapshot.epics)
        self._remember({snapshot.id: ids})
        found = await asyncio.gather(*(self._reading.ask((dialect, id_)) for id_ in ids))
        epics = {epic.id: epic for epic in found if epic is not None}
        return replace(snapshot, epics=tuple(_whole(epic, epics) for epic in snapshot.epics))

    def _remember(self, wanted: Mapping[str, tuple[str, ...]]) -> None:
        if len(self._under) > MOST:
            self._under.clear()
        self._under.update(wanted)


async def _together(asks: Sequence[tuple[Dialect, str]]) -> list[Epic | None]:
    dialect, _ = asks[0]
    found = _read(dialect, await dialect.issues(list(dict.fromkeys(id_ for _, id_ in asks)), FIELDS))
    return [found.get(id_) for _, id_ in asks]


def _read(dialect: Dialect, issues: Sequence[Json]) -> dict[str, Epic]:
    by_key = not dialect.site.cloud
    return {epic.id: epic for epic in (epic_in(issue, dialect.reader, by_key=by_key) for issue in issues)}


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
