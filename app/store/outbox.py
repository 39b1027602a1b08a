"""Lend people's mailboxes, and note what became of their messages."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from sqlalchemy import Connection, Row, Select, bindparam, func, select, update

from app.core.digest import Message
from app.ports import Begun, Fate, Mailbox, Recipient
from app.store.engine import Database
from app.store.outbox_prune import prune
from app.store.outbox_tables import messages, recipients

_BACK = timedelta(days=2)
"""How far back letters are counted: a local day that is going on began in it, in any time zone."""
_MESSAGE = (
    messages.c.number,
    messages.c.tracker,
    messages.c.item,
    messages.c.made_at,
    messages.c.key,
    messages.c.title,
    messages.c.url,
    messages.c.sentence,
    messages.c.purpose,
)
_Rows: TypeAlias = Mapping[str, Sequence[Row[Any]]]


class SqlOutbox:
    """Fill the `Outbox` port on a store's database."""

    def __init__(self, database: Callable[[], Database]) -> None:
        self._database = database

    async def claim(self, limit: int, now: datetime, lease: timedelta) -> Sequence[Mailbox]:
        """Lend mailboxes that are due, those too whose lease ran out."""
        return await self._database().write(claim, limit, now, now + lease)

    async def begin(self, mailbox: Mailbox, letter: str, channel: str, numbers: Sequence[int], now: datetime) -> bool:
        """Note that these messages are about to go out; False when the fence is void or one of them does not wait."""
        return await self._database().write(begin, mailbox, numbers, {"letter": letter, "channel": channel}, now)

    async def end(
        self,
        mailbox: Mailbox,
        *,
        numbers: Sequence[int] = (),
        fate: Fate | None = None,
        again_at: datetime | None,
        attempts: int = 0,
        now: datetime,
    ) -> bool:
        """Note what became of these messages and end the loan; False when the fence is void."""
        write = self._database().write
        return await write(end, mailbox, numbers=numbers, fate=fate, again_at=again_at, attempts=attempts, now=now)

    async def prune(self, before: datetime, after: int, limit: int) -> tuple[int, int | None]:
        """Drop what was settled before then and guards nothing; return how many, and from where to go on."""
        return await self._database().write(prune, before, after, limit)

    async def next_due(self, now: datetime) -> datetime | None:
        """Return when the next mailbox can be claimed, `now` if one can."""
        due = await self._database().read(lambda connection: connection.scalar(next_due_query()))
        return None if due is None else max(due, now)


def claim(connection: Connection, limit: int, now: datetime, until: datetime) -> list[Mailbox]:
    """Lend mailboxes until then, the longest due first."""
    rows = connection.execute(due_query(now, limit)).all()
    if not rows:
        return []
    lend = update(recipients).where(recipients.c.person == bindparam("whose"))
    lend = lend.values(fence=recipients.c.fence + 1, lease_until=until, due_at=until)
    connection.execute(lend, [{"whose": row.person} for row in sorted(rows, key=lambda row: row.person)])
    people = [row.person for row in rows]
    still_open, sent = (
        _by_person(connection.execute(open_query(people))),
        _by_person(connection.execute(sent_query(people, now - _BACK))),
    )
    return [_mailbox(row, still_open.get(row.person, ()), sent.get(row.person, ())) for row in rows]


def begin(
    connection: Connection, mailbox: Mailbox, numbers: Sequence[int], values: Mapping[str, str], now: datetime
) -> bool:
    """Mark messages as about to go out, all of them or none."""
    if _held(connection, mailbox) is None:
        return False
    these = (messages.c.number.in_(numbers), messages.c.person == mailbox.person, messages.c.done_at.is_(None))
    still = connection.scalar(select(func.count()).select_from(messages).where(*these))
    if still != len(numbers):
        return False
    connection.execute(update(messages).where(*these).values(state="sending", sent_at=now, **values))
    tries = mailbox.attempts + 1 if mailbox.begun else 0
    connection.execute(update(recipients).where(recipients.c.person == mailbox.person).values(attempts=tries))
    return True


def end(
    connection: Connection,
    mailbox: Mailbox,
    *,
    numbers: Sequence[int],
    fate: Fate | None,
    again_at: datetime | None,
    attempts: int,
    now: datetime,
) -> bool:
    """Settle messages and end the lease, unless the fence is void."""
    row = _held(connection, mailbox)
    if row is None:
        return False
    if fate and numbers:
        these = update(messages).where(messages.c.number.in_(numbers), messages.c.done_at.is_(None))
        connection.execute(these.values(state=fate, **_settled(fate, now)))
    due_at = again_at if row.touched == mailbox.touched else now
    this = update(recipients).where(recipients.c.person == mailbox.person)
    connection.execute(this.values(lease_until=None, attempts=attempts, due_at=due_at))
    return True


def _settled(fate: Fate, now: datetime) -> dict[str, Any]:
    if fate == "waiting":
        return {"sent_at": None, "letter": None, "channel": None}
    if fate == "comment":
        return {"done_at": now, "sent_at": None, "letter": None, "channel": "comment"}
    return {"done_at": now}


def _held(connection: Connection, mailbox: Mailbox) -> Row[Any] | None:
    held = select(recipients.c.touched).where(recipients.c.person == mailbox.person)
    held = held.where(recipients.c.fence == mailbox.fence, recipients.c.lease_until.is_not(None))
    return connection.execute(held.with_for_update()).one_or_none()


# --- queries ---


def due_query(now: datetime, limit: int) -> Select[Any]:
    """Select the mailboxes that may be lent: `due_at` of one on loan is the end of its lease."""
    due = select(recipients).where(recipients.c.due_at <= now)
    return due.order_by(recipients.c.due_at).limit(limit).with_for_update(skip_locked=True)


def next_due_query() -> Select[Any]:
    """Select the earliest time at which a mailbox is due."""
    return select(recipients.c.due_at).where(recipients.c.due_at.is_not(None)).order_by(recipients.c.due_at).limit(1)


def open_query(people: Collection[str]) -> Select[Any]:
    """Select the messages of these people that are not settled."""
    named = (messages.c.person, messages.c.state, messages.c.letter, messages.c.channel)
    return (
        select(*_MESSAGE, *named)
        .where(messages.c.person.in_(people), messages.c.done_at.is_(None))
        .order_by(messages.c.person, messages.c.number)
    )


def sent_query(people: Collection[str], since: datetime) -> Select[Any]:
    """Select when letters went to these people since then."""
    latest = select(messages.c.person, func.max(messages.c.sent_at).label("at"))
    latest = latest.where(messages.c.person.in_(people), messages.c.sent_at >= since, messages.c.done_at.is_not(None))
    return latest.group_by(messages.c.person, messages.c.letter)


def waiting_query() -> Select[Any]:
    """Select how many messages are not settled."""
    return select(func.count()).select_from(messages).where(messages.c.done_at.is_(None))


# --- reading ---


def _by_person(rows: Iterable[Row[Any]]) -> _Rows:
    found: dict[str, list[Row[Any]]] = {}
    for row in rows:
        found.setdefault(row.person, []).append(row)
    return found


def _mailbox(row: Row[Any], still_open: Sequence[Row[Any]], sent: Sequence[Row[Any]]) -> Mailbox:
    begun = [one for one in still_open if one.state == "sending"]
    return Mailbox(
        person=row.person,
        to=Recipient(row.name, row.email, {row.tracker: row.id}),
        fence=row.fence + 1,
        touched=row.touched,
        attempts=row.attempts,
        waiting=tuple(_message(one) for one in still_open if one.state == "waiting"),
        sent=tuple(one.at for one in sent),
        begun=Begun(begun[0].letter, begun[0].channel, tuple(map(_message, begun))) if begun else None,
    )


def _message(row: Row[Any]) -> Message:
    return Message(**{column.name: getattr(row, column.name) for column in _MESSAGE})
