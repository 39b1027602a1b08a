"""Index a part of a table's rows, on either database."""

from typing import Any

from sqlalchemy import Index, MetaData, event

_PLACE = "postgresql_where"


def partly(name: str, *columns: Any, where: Any, postgresql: Any = None) -> Index:
    """Index the rows for which `where` holds; `postgresql` says it in that one's words where they differ.

    SQLAlchemy takes PostgreSQL's condition only by importing all its drivers, three megabytes that SQLite can do
    without; so it is noted here, and said when tables are made.
    """
    return Index(name, *columns, sqlite_where=where, info={_PLACE: where if postgresql is None else postgresql})


def say_conditions(metadata: MetaData) -> None:
    """Have PostgreSQL hear the conditions when it makes the tables."""

    @event.listens_for(metadata, "before_create")
    def say(_metadata: MetaData, connection: Any, **_options: Any) -> None:
        if connection.dialect.name == "postgresql":
            for index in (index for table in metadata.tables.values() for index in table.indexes):
                index.dialect_options["postgresql"]["where"] = index.info.get(_PLACE)
