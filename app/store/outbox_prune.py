"""Drop settled messages that guard nothing any more."""

from datetime import datetime

from sqlalchemy import Connection, delete, exists, or_, select

from app.store.outbox_tables import messages
from app.store.tables import reported


def prune(connection: Connection, before: datetime, after: int, limit: int) -> tuple[int, int | None]:
    """Look at so many messages behind that number; return how many went, and the last one's number, None at the end.

    By number, not by age: those of open items stay for years, and each time they would be looked at first.
    """
    numbers = select(messages.c.number).where(messages.c.number > after).order_by(messages.c.number).limit(limit)
    page = connection.scalars(numbers).all()
    if not page:
        return 0, None
    # What was said keeps it from being said again while its item is open, or may soon be again: somebody took the label
    # off for a day, say. What was withdrawn may come again anyway.
    item = (reported.c.tracker == messages.c.tracker) & (reported.c.id == messages.c.item)
    guards = exists().where(item, or_(reported.c.open, reported.c.left_at >= before))
    these = messages.c.number > after, messages.c.number <= page[-1], messages.c.done_at < before
    gone = connection.execute(delete(messages).where(*these, or_(messages.c.state == "withdrawn", ~guards)))
    return gone.rowcount, page[-1] if len(page) == limit else None
