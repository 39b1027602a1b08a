"""Tell which rows a filter lets through. See https://linear.app/developers/filtering."""

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.linear.sandbox.refusals import malformed
from connectors.linear.sandbox.world import UUID, Row, World

COMPARATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "neq": operator.ne,
    "in": lambda value, wanted: value in wanted,
    "nin": lambda value, wanted: value not in wanted,
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
    "eqIgnoreCase": lambda value, wanted: value.casefold() == wanted.casefold(),
    "neqIgnoreCase": lambda value, wanted: value.casefold() != wanted.casefold(),
    "contains": lambda value, wanted: wanted in value,
    "containsIgnoreCase": lambda value, wanted: wanted.casefold() in value.casefold(),
    "startsWith": str.startswith,
    "startsWithIgnoreCase": lambda value, wanted: value.casefold().startswith(wanted.casefold()),
    "endsWith": str.endswith,
}

BOTH: Mapping[str, Callable[[Iterable[bool]], bool]] = {"and": all, "or": any}

DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)


def matches(world: World, row: Row, wanted: Mapping[str, Any]) -> bool:
    """Tell whether a row meets every condition of a filter."""
    return all(_holds(world, row, name, condition) for name, condition in wanted.items())


def candidates(world: World, table: str, wanted: Mapping[str, Any]) -> list[Row]:
    """Return the rows that a filter can let through: those that it names by UUID need not be searched for."""
    ids = (wanted.get("id") or {}).get("in")
    if ids is None or not all(UUID.fullmatch(id_) for id_ in ids):
        return world.rows(table)
    return [row for id_ in dict.fromkeys(ids) if (row := world.tables[table].get(id_)) is not None]


def _holds(world: World, row: Row, name: str, condition: Any) -> bool:
    if name in BOTH:
        return BOTH[name](matches(world, row, each) for each in condition)
    if name == "null":
        return not condition
    value = world.value(row, name)
    if value is None:
        return bool(condition == {"null": True})
    if isinstance(value, list):
        return all(_collection_holds(world, value, *each) for each in condition.items())
    if isinstance(value, dict):
        return matches(world, value, condition)
    return _leaf_holds(world, row, name, value, condition)


def _collection_holds(world: World, rows: Sequence[Row], name: str, condition: Any) -> bool:
    if name in BOTH:
        inner = (all(_collection_holds(world, rows, *one) for one in each.items()) for each in condition)
        return BOTH[name](inner)
    if name in {"every", "some"}:
        return BOTH["and" if name == "every" else "or"](matches(world, row, condition) for row in rows)
    if name == "length":
        return _compares(len(rows), condition)
    if name == "null":
        return condition is not bool(rows)
    return any(_holds(world, row, name, condition) for row in rows)


def _leaf_holds(world: World, row: Row, name: str, value: Any, condition: Mapping[str, Any]) -> bool:
    if name == "id" and row["__typename"] == "Issue":
        return _compares(value, _by_key(world, condition))
    return _compares(_moment(value), _moments(condition)) if name.endswith("At") else _compares(value, condition)


def _compares(value: Any, condition: Mapping[str, Any]) -> bool:
    return all(not wanted if name == "null" else COMPARATORS[name](value, wanted) for name, wanted in condition.items())


def _by_key(world: World, condition: Mapping[str, Any]) -> Mapping[str, Any]:
    named = (one for wanted in condition.values() for one in (wanted if isinstance(wanted, list) else [wanted]))
    if all(isinstance(one, str) and UUID.fullmatch(one) for one in named):
        return condition
    keys = {row["identifier"]: row["id"] for row in world.rows("Issue")}
    return {
        name: [keys.get(one, one) for one in wanted] if isinstance(wanted, list) else keys.get(wanted, wanted)
        for name, wanted in condition.items()
    }


def _moments(condition: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: wanted if name == "null" else _moment(wanted) for name, wanted in condition.items()}


def _moment(text: str) -> datetime:
    """Read a time, or an ISO 8601 duration from now."""
    duration = DURATION.fullmatch(text)
    if duration is not None:
        parts = {name: int(number) for name, number in duration.groupdict().items() if name != "sign" and number}
        span = timedelta(**parts)
        return datetime.now(UTC) + (-span if duration["sign"] else span)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise malformed(f"{text} is not a date") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
