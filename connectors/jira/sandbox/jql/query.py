"""A query as a value."""

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Call:
    """Hold a function in the place of a value: `currentUser()`."""

    name: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Empty:
    """Stand for no value: `EMPTY`, `NULL`."""


Operand: TypeAlias = str | Call | Empty


@dataclass(frozen=True, slots=True)
class Clause:
    """Hold one condition; `field` is in lower case, `operator` one of = != ~ !~ < <= > >= in, not in, is, is not."""

    field: str
    operator: str
    operands: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class All:
    """Hold conditions that must all be true."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Some:
    """Hold conditions of which one must be true."""

    parts: tuple["Condition", ...]


Condition: TypeAlias = Clause | All | Some


@dataclass(frozen=True, slots=True)
class Query:
    """Hold a whole query; `where` None: everything. `order` holds fields and whether they run downwards."""

    where: Condition | None
    order: tuple[tuple[str, bool], ...] = ()


OPPOSITE = {
    "=": "!=",
    "!=": "=",
    "~": "!~",
    "!~": "~",
    "<": ">=",
    ">=": "<",
    ">": "<=",
    "<=": ">",
    "in": "not in",
    "not in": "in",
    "is": "is not",
    "is not": "is",
}


def negated(condition: Condition) -> Condition:
    """Return the opposite, as Jira makes it: every clause gets its opposite operator, so that empty fields stay out."""
    match condition:
        case Clause(field, operator, operands):
            return Clause(field, OPPOSITE[operator], operands)
        case All(parts):
            return Some(tuple(negated(part) for part in parts))
        case Some(parts):
            return All(tuple(negated(part) for part in parts))
