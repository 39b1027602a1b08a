"""Column types that mean the same on both databases."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from sqlalchemy import BigInteger, Dialect, Integer, Text, TypeDecorator
from sqlalchemy.types import TypeEngine

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LONGEST_NAME = 200

Number = BigInteger().with_variant(Integer, "sqlite")
"""A row number that the database gives; SQLite counts by itself only in an INTEGER."""


def microseconds(span: timedelta) -> int:
    """Return a duration as `Moment` columns count it."""
    return span // _MICROSECOND


def as_number(moment: datetime) -> int:
    """Return an aware time as `Moment` columns hold it."""
    return (moment - _EPOCH) // _MICROSECOND


def as_moment(number: int) -> datetime:
    """Return the aware time, UTC, that a `Moment` column holds as this number; raise OverflowError beyond all years."""
    return _EPOCH + timedelta(microseconds=number)


def clean(text: str) -> str:
    """Return the text without what PostgreSQL or UTF-8 cannot hold: NUL and lone surrogates become U+FFFD."""
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def as_name(text: str) -> str:
    """Return the text as a `Name` column keeps it: one of absurd length is cut and told apart by its digest."""
    text = clean(text)
    if len(text) <= _LONGEST_NAME:
        return text
    return f"{text[: _LONGEST_NAME // 2]}…{sha256(text.encode()).hexdigest()}"


class Moment(TypeDecorator[datetime]):
    """Keep an aware time as whole microseconds since 1970, so that it sorts and compares alike everywhere."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002  its interface
        """Return the microseconds; a naive time raises TypeError."""
        return None if value is None else as_number(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002  its interface
        """Return the aware time, UTC."""
        return None if value is None else as_moment(value)


class Words(TypeDecorator[str]):
    """Keep any text, whatever a sender put into it."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002  its interface
        """Return what the database can hold of it."""
        return None if value is None else clean(value)


class Name(TypeDecorator[str]):
    """Keep a short text that is looked up.

    PostgreSQL takes no index entry over 2.7 kB: https://www.postgresql.org/docs/current/btree.html.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        """Order by bytes on PostgreSQL, as SQLite does and as no update of a system's locales can change."""
        return dialect.type_descriptor(Text(collation="C" if dialect.name == "postgresql" else None))

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002  its interface
        """Return the text to look up."""
        return None if value is None else as_name(value)
