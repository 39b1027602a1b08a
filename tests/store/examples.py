"""Values that the store's tests keep."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from app.core.decision import Finding, ItemClass
from app.core.delivery import Delivery, Heard, Hearing, Hint
from app.core.memory import Flip, Memory, OurComment
from app.core.person import Person
from app.core.record import Record
from app.core.snapshot import Comment, Epic, Snapshot
from app.ports import Claim, Result, Touch
from app.store import SqlStore

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
SECOND = timedelta(seconds=1)
LEASE = timedelta(seconds=15)
ADA = Person("u1", "Ada Admin", "ada@acme.test", mention="ada")


def delivery(body: bytes = b"{}", delivery_id: str = "d1", tracker: str = "linear", **heard: Any) -> Delivery:
    """Return a delivery with that body."""
    values: dict[str, Any] = {
        "hearing": Hearing.HANDLED,
        "event": "Issue.update",
        "items": ("i1",),
        "by": ADA,
        "hint": Hint(frozenset({"post-mortem"}), team="ENG"),
    }
    return Delivery(
        tracker=tracker,
        delivery_id=delivery_id,
        digest=sha256(body).hexdigest(),
        received_at=NOW,
        headers={"linear-event": "Issue"},
        body=body,
        heard=Heard(**values | heard),
    )


def snapshot(id_: str = "i1", **fields: Any) -> Snapshot:
    """Return an item as a tracker shows it."""
    values: dict[str, Any] = {
        "tracker": "linear",
        "id": id_,
        "key": f"PM-{id_}",
        "title": "Alert on lag",
        "url": f"https://tracker.acme.test/{id_}",
        "created_at": NOW - timedelta(days=1),
        "updated_at": NOW,
        "labels": ("post-mortem", "Operational"),
        "epics": (Epic("project", "e1", "e1", "Ledger", "https://tracker.acme.test/e1", owner=ADA),),
        "comments": (Comment("c1", NOW, ADA, "/ack"),),
        "estimate": 3.0,
    }
    return Snapshot(**values | fields)


def memory(*, asks: bool = False) -> Memory:
    """Return what is remembered of an item."""
    return Memory(
        first_seen_at=NOW,
        comment=OurComment("c9", "digest", asks=asks),
        flips=(Flip(NOW, "label"),),
        since={"class.missing": NOW},
    )


def result(id_: str = "i1", *, again: datetime | None = None, writes: tuple[str, ...] = (), **fields: Any) -> Result:
    """Return what a run found out about an item."""
    values: dict[str, Any] = {
        "snapshot": snapshot(id_),
        "memory": memory(),
        "item_class": ItemClass.OPERATIONAL,
        "route": "payments",
        "owner": ADA,
        "watched": True,
        "look_again_at": again,
        "record": Record(
            at=NOW, because=("it moved",), findings=(Finding("a.b", "It is.", "It is not."),), writes=writes
        ),
    }
    return Result(**values | fields)


async def touch(store: SqlStore, *ids: str, now: datetime = NOW, tracker: str = "linear", because: str = "why") -> int:
    """Make items due."""
    return await store.touch(tracker, [Touch(id_, because) for id_ in ids], now)


async def claim(store: SqlStore, now: datetime = NOW, limit: int = 100) -> list[Claim]:
    """Claim what is due on any tracker."""
    return list(await store.claim(limit, now, LEASE, ["linear", "jira"]))


async def claim_one(store: SqlStore, now: datetime = NOW) -> Claim:
    """Claim the only item that is due."""
    (claimed,) = await claim(store, now)
    return claimed


async def recorded(store: SqlStore, id_: str = "i1", now: datetime = NOW, **fields: Any) -> None:
    """Let an item be touched, run and recorded."""
    await touch(store, id_, now=now)
    claimed = next(entry for entry in await claim(store, now) if entry.id == id_)
    assert await store.record(claimed, result(id_, **fields), now)
