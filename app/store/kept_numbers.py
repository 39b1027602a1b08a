"""Carry over how far a table's numbers were given out, so that none is given twice."""

from sqlalchemy import Connection, Table, func, select, text

_SEQUENCE = "SELECT pg_get_serial_sequence(:table, :column)"


def highest_number(connection: Connection, table: Table) -> int:
    """Return the highest number that the database gave out in a table, also where its row is gone; 0: none."""
    column = table.autoincrement_column
    if column is None:
        return 0
    highest = connection.scalar(select(func.max(column))) or 0
    if connection.dialect.name == "sqlite":
        given = connection.scalar(text("SELECT seq FROM sqlite_sequence WHERE name = :table"), {"table": table.name})
    else:
        sequence = connection.scalar(text(_SEQUENCE), {"table": table.name, "column": column.name})
        given = connection.scalar(text(f"SELECT last_value FROM {sequence} WHERE is_called"))  # noqa: S608  its own word
    return max(int(highest), int(given or 0))


def go_on_from(connection: Connection, table: Table, number: int) -> None:
    """Let the database give the next row of a table a number above this one."""
    column = table.autoincrement_column
    if column is None or not number:
        return
    values = {"table": table.name, "number": number}
    if connection.dialect.name == "sqlite":
        connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :table"), {"table": table.name})
        connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:table, :number)"), values)
    else:
        statement = "SELECT setval(pg_get_serial_sequence(:table, :column), :number)"
        connection.execute(text(statement), values | {"column": column.name})
