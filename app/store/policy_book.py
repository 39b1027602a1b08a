"""Fill the `PolicyBook` port: a row for each policy that ever came up, by its digest."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Column, Connection, Float, Integer, Table, func, select, update

from app.ports.policy_book import Waiting
from app.store.columns import Moment, Name, Words
from app.store.engine import Database
from app.store.tables import metadata
from app.store.upsert import insert_into

policies = Table(
    "policies",
    metadata,
    Column("digest", Name, primary_key=True),
    Column("file", Words, nullable=False),
    Column("in_force_at", Moment),
    Column("approved_at", Moment),
    # None: it does not wait, or no longer. The numbers are those of the last forecast.
    Column("waits_since", Moment),
    Column("written", Integer),
    Column("items", Integer),
    Column("unsure", Integer),
    Column("most", Float),
)


class SqlPolicyBook:
    """Remember policies in the store's database."""

    def __init__(self, database: Callable[[], Database]) -> None:
        self._database = database

    async def lets(self, digest: str) -> bool:
        """Tell whether it is the one that was last in force, or approved."""
        return await self._database().read(_lets, digest)

    async def in_force(self) -> str | None:
        """Return the digest of the policy that was put in force last, by any replica."""
        return await self._database().read(_in_force)

    async def is_new(self) -> bool:
        """Tell whether none has ever been in force."""
        return await self._database().read(_is_new)

    async def put_in_force(self, digest: str, file: str, now: datetime) -> None:
        """Note that it is the one in force, and that nothing waits any more."""
        await self._database().write(_put_in_force, digest, file, now)

    async def wait(self, waiting: Waiting) -> None:
        """Note that it waits, and why."""
        await self._database().write(_wait, waiting)

    async def waiting(self) -> Sequence[Waiting]:
        """Return what waits, the latest first."""
        return await self._database().read(_waiting)

    async def approve(self, digest: str, now: datetime) -> bool:
        """Let one that waits write; False when it does not wait."""
        return await self._database().write(_approve, digest, now)


def _in_force(connection: Connection) -> str | None:
    last = select(policies.c.digest).where(policies.c.in_force_at.is_not(None))
    return connection.scalar(last.order_by(policies.c.in_force_at.desc(), policies.c.digest).limit(1))


def _lets(connection: Connection, digest: str) -> bool:
    approved = select(policies.c.digest).where(policies.c.digest == digest, policies.c.approved_at.is_not(None))
    return digest in {_in_force(connection), connection.scalar(approved)}


def _is_new(connection: Connection) -> bool:
    return connection.scalar(select(policies.c.digest).where(policies.c.in_force_at.is_not(None)).limit(1)) is None


def _put_in_force(connection: Connection, digest: str, file: str, now: datetime) -> None:
    connection.execute(update(policies).where(policies.c.waits_since.is_not(None)).values(waits_since=None))
    new = {"file": file, "in_force_at": now}
    insert = insert_into(connection, policies).values(digest=digest, **new)
    connection.execute(insert.on_conflict_do_update(index_elements=["digest"], set_=new))


def _wait(connection: Connection, waiting: Waiting) -> None:
    new = {
        "file": waiting.file,
        "written": waiting.written,
        "items": waiting.items,
        "unsure": waiting.unsure,
        "most": waiting.most,
    }
    insert = insert_into(connection, policies).values(digest=waiting.digest, waits_since=waiting.since, **new)
    since = func.coalesce(policies.c.waits_since, insert.excluded.waits_since)
    # One that was approved a moment ago, while this replica still reckoned, must not wait again.
    not_yet = policies.c.approved_at.is_(None)
    connection.execute(
        insert.on_conflict_do_update(index_elements=["digest"], set_={**new, "waits_since": since}, where=not_yet)
    )


def _waiting(connection: Connection) -> list[Waiting]:
    query = select(policies).where(policies.c.waits_since.is_not(None))
    rows = connection.execute(query.order_by(policies.c.waits_since.desc(), policies.c.digest))
    return [
        Waiting(row.digest, row.file, row.written, row.items, row.most, row.waits_since, row.unsure) for row in rows
    ]


def _approve(connection: Connection, digest: str, now: datetime) -> bool:
    waits = policies.c.digest == digest, policies.c.waits_since.is_not(None)
    approved = update(policies).where(*waits).values(approved_at=now, waits_since=None)
    return connection.execute(approved).rowcount == 1
