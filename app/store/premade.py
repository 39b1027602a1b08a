"""Run statements whose text is made once: for what happens with every item; see `app.store.bulk` for why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from sqlalchemy import ClauseElement, Connection, CursorResult

Values: TypeAlias = Mapping[str, Any]


@dataclass(slots=True)
class Premade:
    """Hold a statement with parameters. They go over, and rows come back, as the driver has them: times as numbers."""

    make: Callable[[], ClauseElement]
    _made: dict[str, tuple[str, Values, Sequence[str] | None]] = field(default_factory=dict)

    def run(self, connection: Connection, *values: Values) -> CursorResult[Any]:
        """Run it once, or with each of many values."""
        text, own, order = self._of(connection)
        rows = [{**own, **each} for each in values]
        given: Any = rows if order is None else [tuple(row[name] for name in order) for row in rows]
        return connection.exec_driver_sql(text, given if len(given) > 1 else given[0])

    def _of(self, connection: Connection) -> tuple[str, Values, Sequence[str] | None]:
        name = connection.dialect.name
        if name not in self._made:
            compiled: Any = self.make().compile(dialect=connection.dialect)
            self._made[name] = str(compiled), compiled.params, compiled.positiontup
        return self._made[name]
