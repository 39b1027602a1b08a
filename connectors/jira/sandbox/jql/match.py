"""Tell whether an issue fits a query, and whether a query makes sense on this site."""

from datetime import datetime

from connectors.jira.sandbox.jql.fields import KNOWN, NAMES, TIMES, field_name
from connectors.jira.sandbox.jql.moment import moment
from connectors.jira.sandbox.jql.query import All, Call, Clause, Condition, Empty, Operand, Query, Some
from connectors.jira.sandbox.model import Issue
from connectors.jira.sandbox.refusal import Refusal
from connectors.jira.sandbox.world import World

_EQUAL = frozenset({"=", "!=", "in", "not in", "is", "is not"})
_TIMED = frozenset({"=", "!=", "<", "<=", ">", ">=", "is", "is not"})


def check(world: World, query: Query) -> None:
    """Raise Refusal for a field, an operator or a value that the site does not know."""
    for clause in _clauses(query.where):
        name = field_name(world, clause.field)
        known = _TIMED if name in TIMES else _EQUAL | ({"~", "!~"} if name == "summary" else set())
        if clause.operator not in known:
            raise Refusal(400, f"The operator '{clause.operator}' is not supported by the '{clause.field}' field.")
        for operand in clause.operands:
            _check_operand(world, name, clause.field, operand)


def matches(world: World, issue: Issue, query: Query) -> bool:
    """Tell whether the issue fits; a value that the site does not know fits nothing."""
    return query.where is None or _fits(world, issue, query.where)


def _clauses(condition: Condition | None) -> list[Clause]:
    match condition:
        case None:
            return []
        case Clause():
            return [condition]
        case All(parts) | Some(parts):
            return [clause for part in parts for clause in _clauses(part)]


def _check_operand(world: World, name: str, field: str, operand: Operand) -> None:
    if isinstance(operand, Empty):
        return
    if name in TIMES:
        moment(world, operand, field)
    elif isinstance(operand, Call):
        if _value(world, name, operand) is None:
            raise Refusal(400, f"Unable to find JQL function '{operand.name}()'.")
    elif name in {"key", "parent", "epic link"} and world.issue(operand) is None:
        raise Refusal(400, f"An issue with key '{operand}' does not exist for field '{field}'.")
    elif name in KNOWN and not any(operand.casefold() in one for one in KNOWN[name](world)):
        raise Refusal(400, f"The value '{operand}' does not exist for the field '{field}'.")


def _fits(world: World, issue: Issue, condition: Condition) -> bool:
    match condition:
        case All(parts):
            return all(_fits(world, issue, part) for part in parts)
        case Some(parts):
            return any(_fits(world, issue, part) for part in parts)
        case Clause():
            name = field_name(world, condition.field)
            if name in TIMES:
                return _time_holds(world, TIMES[name](issue), condition)
            return _holds(world, issue, name, condition)


def _holds(world: World, issue: Issue, name: str, clause: Clause) -> bool:
    names = NAMES[name](world, issue)
    values = {_value(world, name, operand) for operand in clause.operands if not isinstance(operand, Empty)}
    if clause.operator in {"~", "!~"}:
        says = all(word in issue.summary.casefold() for value in values for word in str(value).split())
        return says == (clause.operator == "~")
    hit = any(values & one for one in names)
    if clause.operator in {"=", "in", "is"}:
        return hit or (Empty() in clause.operands and not names)
    return bool(names) and not hit


def _time_holds(world: World, at: datetime | None, clause: Clause) -> bool:
    if at is None or isinstance(clause.operands[0], Empty):
        return (at is None) == (clause.operator in {"is", "="}) and isinstance(clause.operands[0], Empty)
    than = moment(world, clause.operands[0], clause.field)
    return {
        "<": at < than,
        "<=": at <= than,
        ">": at > than,
        ">=": at >= than,
        "=": at == than,
        "!=": at != than,
    }[clause.operator]


def _value(world: World, name: str, operand: Operand) -> str | None:
    """Return what an operand must be found as in a field, None: as nothing."""
    if isinstance(operand, Call):
        known = {
            ("currentuser", "assignee"): world.account_id(world.me).casefold(),
            ("opensprints", "sprint"): "active sprint",
        }
        return known.get((operand.name, name))
    text = str(operand).casefold()
    if name in {"key", "parent", "epic link"}:
        issue = world.issue(text)
        return issue.id if issue else None
    return text
