"""Do what may make items due, and ring in the other processes if it did."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy import Connection

from app.ports import Claim
from app.store import leases, recording, runs, touches
from app.store.bell import Bell
from app.store.recording import Finished
from app.store.touches import Aimed


def ended(connection: Connection, bell: Bell, work: Callable[[Connection], runs.Ended]) -> runs.Ended:
    """End one item's run."""
    end = work(connection)
    if end.news:
        bell.tell_others(connection)
    return end


def record(connection: Connection, bell: Bell, finished: Sequence[Finished]) -> list[runs.Ended]:
    """Keep what runs found and end their leases."""
    ends = recording.record(connection, finished)
    if any(one.news for one in ends):
        bell.tell_others(connection)
    return ends


def touch(connection: Connection, bell: Bell, aimed: Sequence[Aimed], settle: timedelta) -> int:
    """Make items due; return how many."""
    due = touches.mark_due(connection, aimed, settle)
    if due:
        bell.tell_others(connection)
    return due


def release(connection: Connection, bell: Bell, claims: Sequence[Claim]) -> None:
    """Hand items back."""
    leases.release(connection, claims)
    bell.tell_others(connection)
