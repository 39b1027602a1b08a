"""Settled messages go after their time, unless they keep something from being said twice."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from app.core.memory import Left
from app.store import SqlStore
from app.store.outbox_tables import messages
from tests.store.examples import NOW, memory, recorded
from tests.store.test_outbox import HOUR, claim, claim_mailbox, notice, sent

LATER = NOW + timedelta(days=100)


async def left(store: SqlStore) -> list[str]:
    """Return item and state of every message."""

    def read(connection: Connection) -> list[str]:
        rows = connection.execute(select(messages.c.item, messages.c.state).order_by(messages.c.number))
        return [f"{row.item} {row.state}" for row in rows]

    return await store._now.database.read(read)


async def closed(store: SqlStore, ids: Collection[str], at: datetime = NOW) -> None:
    """Let runs see that these items left then."""
    for id_ in ids:
        gone = replace(memory(), left=Left("label_removed", at))
        await recorded(store, id_, now=NOW + HOUR, memory=gone, watched=False)


async def test_what_is_settled_goes_unless_its_item_is_open(store: SqlStore) -> None:
    """And not before its time; what was withdrawn goes with an open item too, for it may be said again anyway."""
    for id_ in ("open", "closed", "withdrawn"):
        await recorded(store, id_, notices=(notice(),))
    mailbox = await claim_mailbox(store)
    first, second, _ = (message.number for message in mailbox.waiting)
    assert await store.outbox.begin(mailbox, "l1", "slack", [first, second], NOW)
    assert await store.outbox.end(mailbox, numbers=[first, second], fate="sent", again_at=None, now=NOW)
    await recorded(store, "withdrawn", now=NOW + HOUR)
    await closed(store, ["closed"])
    assert await store.outbox.prune(NOW, 0, 100) == (0, None)
    assert await left(store) == ["open sent", "closed sent", "withdrawn withdrawn"]
    assert await store.outbox.prune(LATER, 0, 100) == (2, None)
    assert await left(store) == ["open sent"]


async def test_what_waits_or_is_about_to_go_out_stays(store: SqlStore) -> None:
    """However old it is, and though its item was closed meanwhile: nobody was told."""
    for id_ in ("begun", "waits"):
        await recorded(store, id_, notices=(notice(),))
    mailbox = await claim_mailbox(store)
    assert await store.outbox.begin(mailbox, "l1", "slack", [mailbox.waiting[0].number], NOW)
    await closed(store, ["begun"])
    assert await store.outbox.prune(LATER, 0, 100) == (0, None)
    assert await left(store) == ["begun sending", "waits waiting"]


async def test_nobody_is_told_twice_about_an_open_item(store: SqlStore) -> None:
    """Also years later: the same notice is still known as sent."""
    await recorded(store, notices=(notice(),))
    await sent(store, await claim_mailbox(store))
    assert await store.outbox.prune(LATER, 0, 100) == (0, None)
    await recorded(store, now=LATER, notices=(notice(),))
    assert await claim(store, LATER) == []


async def test_an_item_that_left_of_late_may_come_back(store: SqlStore) -> None:
    """What was said about it long ago is kept as long after that as everything else."""
    await recorded(store, notices=(notice(),))
    await sent(store, await claim_mailbox(store))
    await closed(store, ["i1"], at=LATER - HOUR)
    assert await store.outbox.prune(LATER - HOUR, 0, 100) == (0, None)
    assert await store.outbox.prune(LATER, 0, 100) == (1, None)


async def test_pages_go_on_behind_what_stays(store: SqlStore) -> None:
    """What open items keep does not stand in the way of what comes after it."""
    ids = [f"i{number}" for number in range(5)]
    for id_ in ids:
        await recorded(store, id_, notices=(notice(),))
    await sent(store, await claim_mailbox(store))
    await closed(store, ids[3:])
    pages: list[int] = []
    after: int | None = 0
    while after is not None:
        dropped, after = await store.outbox.prune(LATER, after, 2)
        pages.append(dropped)
    assert pages == [0, 1, 1]
    assert await left(store) == ["i0 sent", "i1 sent", "i2 sent"]
