"""Look rows up by many names at once, by a statement whose text is made once; see `app.store.bulk` for why."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Table


@dataclass(slots=True)
class Lookup:
    """Find a tracker's rows whose `by` column holds one of many names; `columns` hold names as well."""

    table: Table
    by: str
    columns: tuple[str, ...]
    _texts: dict[str, str] = field(default_factory=dict)

    def run(self, connection: Connection, tracker: str, names: Sequence[str]) -> Sequence[Any]:
        """Return the rows."""
        dialect = connection.dialect.name
        text = self._texts.get(dialect) or self._texts.setdefault(dialect, self._text(dialect))
        many: Any = list(names) if dialect == "postgresql" else json.dumps(names)
        return connection.exec_driver_sql(text, (tracker, many)).all()

    def _text(self, dialect: str) -> str:
        for column in ("tracker", self.by, *self.columns):
            assert column in self.table.c  # noqa: S101  what goes into the text is ours
        many = ("%s", "= ANY(%s)") if dialect == "postgresql" else ("?", "IN (SELECT value FROM json_each(?))")
        where = f"tracker = {many[0]} AND {self.by} {many[1]}"
        return f"SELECT {', '.join(self.columns)} FROM {self.table.name} WHERE {where}"  # noqa: S608  see above
