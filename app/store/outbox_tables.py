"""The tables of the outbox: what people should hear, and the people."""

from sqlalchemy import BigInteger, Column, Integer, Table, UniqueConstraint

from app.store.columns import Moment, Name, Number, Words
from app.store.indexes import partly
from app.store.tables import metadata

messages = Table(
    "messages",
    metadata,
    Column("number", Number, primary_key=True),
    Column("tracker", Name, nullable=False),
    Column("item", Name, nullable=False),
    Column("purpose", Name, nullable=False),
    Column("person", Name, nullable=False),
    # waiting, sending, sent, unsure, comment or withdrawn; the last four are for good and have `done_at`.
    Column("state", Name, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("sent_at", Moment),
    Column("done_at", Moment),
    Column("letter", Name),
    Column("channel", Name),
    Column("key", Words, nullable=False),
    Column("title", Words, nullable=False),
    Column("url", Words, nullable=False),
    Column("sentence", Words, nullable=False),
    UniqueConstraint("tracker", "item", "purpose", "person"),
    sqlite_autoincrement=True,
)
partly(
    "messages_open",
    messages.c.person,
    messages.c.number,
    where=messages.c.done_at.is_(None),
)
partly(
    "messages_sent",
    messages.c.person,
    messages.c.sent_at,
    where=messages.c.sent_at.is_not(None),
)

# A mailbox for each person, by e-mail or by tracker and id; lent out as items are.
recipients = Table(
    "recipients",
    metadata,
    Column("person", Name, primary_key=True),
    Column("name", Words, nullable=False),
    Column("email", Words),
    Column("tracker", Name, nullable=False),
    Column("id", Name, nullable=False),
    Column("due_at", Moment),
    Column("lease_until", Moment),
    Column("fence", BigInteger, nullable=False),
    Column("touched", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
)
partly(
    "recipients_due",
    recipients.c.due_at,
    where=recipients.c.due_at.is_not(None),
)
