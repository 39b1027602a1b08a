"""Read the database's address from the settings."""

from sqlalchemy import URL
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from app.core.errors import Misconfigured

SETTING = "FOLLOWTHROUGH_DATABASE_URL"
_HELP = "write sqlite:///followthrough.db or postgresql://user:password@host/name"

_POSTGRES = {
    # A network that swallows packets must show within seconds, or every thread waits for it.
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
    "application_name": "followthrough",
}


def read_address(text: str) -> URL:
    """Return the address with its driver; raise Misconfigured, without the password, when it is none of ours."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise Misconfigured(f"{SETTING}: this is no database address; {_HELP}") from None
    if url.drivername in {"sqlite", "sqlite+pysqlite"}:
        return _sqlite(url)
    if url.drivername in {"postgresql", "postgres", "postgresql+psycopg"}:
        return _postgres(url)
    raise Misconfigured(f"{SETTING}: {url.drivername} is not supported; {_HELP}")


def _sqlite(url: URL) -> URL:
    if url.host or url.username:
        raise Misconfigured(f"{SETTING}: an address of SQLite has three slashes, or four before a full path; {_HELP}")
    if not url.database or ":memory:" in url.database:
        raise Misconfigured(f"{SETTING}: name a file, because nothing may be lost at a restart; {_HELP}")
    return url.set(drivername="sqlite").update_query_dict({"timeout": "3"} | dict(url.query))


def _postgres(url: URL) -> URL:
    if not url.database:
        raise Misconfigured(f"{SETTING}: the name of the database is missing; {_HELP}")
    return url.set(drivername="postgresql+psycopg").update_query_dict(_POSTGRES | dict(url.query))
