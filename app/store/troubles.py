"""Say in our words what a database's errors mean."""

from sqlalchemy import URL
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from app.core.errors import FollowthroughError, Misconfigured, Permanent, Transient
from app.store.address import SETTING

_CLASHES = {"40001", "40P01"}
"""Serialization failure and deadlock: https://www.postgresql.org/docs/current/errcodes-appendix.html."""
_NO_DATABASE = {"SQLITE_CANTOPEN", "SQLITE_NOTADB", "SQLITE_READONLY", "SQLITE_PERM"}
"""What no waiting mends: https://www.sqlite.org/rescode.html."""


def clashed(error: SQLAlchemyError) -> bool:
    """Tell whether two transactions got into each other's way, so that doing this one again helps."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _CLASHES


def lost(error: SQLAlchemyError) -> bool:
    """Tell whether the connection is gone; the pool has thrown away all that are as old, the next one is new."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def first_line(error: SQLAlchemyError, url: URL) -> str:
    """Return what the driver says, without statement, values or password."""
    text = str(error.orig if isinstance(error, StatementError) and error.orig else type(error).__name__).strip()
    line = text.splitlines()[0] if text else type(error).__name__
    return line.replace(url.password, "***") if url.password else line


def in_our_words(error: SQLAlchemyError, url: URL) -> FollowthroughError:
    """Return Transient for everything that a mended database would take, else Permanent."""
    if isinstance(error, NoConnectionFree):
        return Transient("The database is busy: no connection became free.")
    refused = isinstance(error, DataError | IntegrityError) or not isinstance(error, DBAPIError)
    if refused:
        # The driver would quote the data.
        return Permanent(f"The database does not take this data ({type(error).__name__}).")
    return Transient(f"The database cannot do it now: {first_line(error, url)}")


def at_start(error: SQLAlchemyError, url: URL) -> FollowthroughError:
    """Return Misconfigured for what the settings must mend before a start, else the same as at any time."""
    name = getattr(getattr(error, "orig", None), "sqlite_errorname", "")
    if isinstance(error, ProgrammingError) or any(name.startswith(code) for code in _NO_DATABASE):
        of = f" of {url.database}" if name and url.database else ""
        return Misconfigured(f"{SETTING}: the database says{of}: {first_line(error, url)}")
    return in_our_words(error, url)
