"""Insert many rows by a statement whose text is made once: for what happens thousands of times a second.

To build, hash and look up a statement costs SQLAlchemy more than it costs the database to carry it out.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, TypeAlias

from sqlalchemy import Connection, Dialect, Table, bindparam, func, select
from sqlalchemy.exc import StatementError
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.store.upsert import Insert, insert_into

_AT_ONCE = 32
"""Rows in one statement on SQLite."""

Values: TypeAlias = Mapping[str, Any]
_Bind: TypeAlias = Callable[[Any], Any] | None


@dataclass(frozen=True, slots=True)
class _Text:
    """Hold a statement's text, its parameters in order, and what turns values into what the driver takes.

    The first `width` parameters are a row. `fixed` are the values that are the same in every row.
    """

    text: str
    order: tuple[str, ...]
    width: int
    binds: Mapping[str, _Bind]
    fixed: Values
    repeated: dict[int, str] = field(default_factory=dict)

    def of_many(self, number: int) -> str:
        """Return the text for so many rows."""
        if number not in self.repeated:
            row = f"({', '.join('?' * self.width)})"
            self.repeated[number] = self.text.replace(row, ", ".join([row] * number), 1)
        return self.repeated[number]


@dataclass(slots=True)
class Bulk:
    """Insert rows that hold these columns, with the defaults of all others; `finish` adds the end of the statement.

    PostgreSQL takes all rows in one statement, as a list for each column. SQLite takes some at a time: between two
    statements threads take turns, so one for each row would have those that answer and the one that writes wait for
    each other all the time.
    """

    table: Table
    columns: tuple[str, ...]
    finish: Callable[[Insert], Any]
    _texts: dict[str, _Text] = field(default_factory=dict)

    def run(self, connection: Connection, rows: Sequence[Values], **constants: Any) -> list[Any]:
        """Insert the rows; `constants` are further parameters. Return the rows that PostgreSQL returns."""
        many = connection.dialect.name == "postgresql"
        made = self._texts.get(connection.dialect.name)
        if made is None:
            made = self._texts[connection.dialect.name] = self._real(connection) if many else self._lite(connection)
        fixed = {**made.fixed, **constants}
        lists = _lists(made, rows, fixed)
        if many:
            result = connection.exec_driver_sql(made.text, {**fixed, **lists})
            return list(result) if result.returns_rows else []
        _run_lite(connection, made, lists)
        return []

    def _defaults(self) -> dict[str, Any]:
        others: dict[str, Any] = {one.name: one.default for one in self.table.columns if one.name not in self.columns}
        return {name: default.arg for name, default in others.items() if default is not None}

    def _names(self) -> list[str]:
        return [*self.columns, *self._defaults()]

    def _lite(self, connection: Connection) -> _Text:
        insert = self.finish(insert_into(connection, self.table))
        made: Any = insert.compile(dialect=connection.dialect, column_keys=self._names())
        return self._text(made, tuple(made.positiontup), connection.dialect)

    def _real(self, connection: Connection) -> _Text:
        from sqlalchemy.dialects.postgresql import ARRAY  # noqa: PLC0415  three megabytes that SQLite can do without

        names = self._names()
        lists = [bindparam(name, type_=ARRAY(_plain(self.table.c[name].type))) for name in names]
        given = func.unnest(*lists).table_valued(*names).render_derived()
        insert = insert_into(connection, self.table).from_select(
            names, select(*(given.c[name] for name in names)), include_defaults=False
        )
        made: Any = self.finish(insert).compile(dialect=connection.dialect)
        return self._text(made, tuple(names), connection.dialect)

    def _text(self, made: Any, order: tuple[str, ...], dialect: Dialect) -> _Text:
        types = {name: self.table.c[name].type for name in self._names()}
        binds = {name: type_.dialect_impl(dialect).bind_processor(dialect) for name, type_ in types.items()}
        own = {name: value for name, value in made.params.items() if name not in types}
        # Lists go over in binary: as text each would be searched for what to escape.
        text = re.sub(r"%\((\w+)\)s(?=::\w+\[\])", r"%(\1)b", str(made))
        return _Text(text, order, len(types), binds, {**own, **self._defaults()})


def _run_lite(connection: Connection, made: _Text, lists: Mapping[str, list[Any]]) -> None:
    rows = list(zip(*(lists[name] for name in made.order[: made.width]), strict=True))
    rest = [lists[name][0] for name in made.order[made.width :]]
    for start, number in _parts(len(rows)):
        values = (*chain.from_iterable(rows[start : start + number]), *rest)
        connection.exec_driver_sql(made.of_many(number), values)


def _parts(number: int) -> Iterator[tuple[int, int]]:
    """Yield where to begin and how many to take: in powers of two, so that there are few texts."""
    start = 0
    while start < number:
        size = min(_AT_ONCE, 1 << (number - start).bit_length() - 1)
        yield start, size
        start += size


def _plain(type_: TypeEngine[Any]) -> TypeEngine[Any]:
    return type_.impl_instance if isinstance(type_, TypeDecorator) else type_


def _lists(made: _Text, rows: Sequence[Values], fixed: Values) -> dict[str, list[Any]]:
    """Return the values by parameter, as the driver takes them."""
    try:
        return {name: _list(made.binds.get(name), name, rows, fixed) for name in made.order}
    except (TypeError, ValueError) as error:
        raise StatementError("a value does not fit its column", made.text, None, error) from error


def _list(bind: _Bind, name: str, rows: Sequence[Values], fixed: Values) -> list[Any]:
    if name in fixed:
        return [fixed[name] if bind is None else bind(fixed[name])] * len(rows)
    return [row[name] for row in rows] if bind is None else [bind(row[name]) for row in rows]
