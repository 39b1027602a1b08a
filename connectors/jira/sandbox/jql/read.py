"""Read a query's text."""

import re

from connectors.jira.sandbox.jql.query import All, Call, Clause, Condition, Empty, Operand, Query, Some, negated
from connectors.jira.sandbox.refusal import Refusal

MOST_ORDERED = 7
DEEPEST = 100
_TOKEN = re.compile(
    r"""\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<symbol>!=|!~|<=|>=|&&|\|\||[=~<>!(),])
    |(?P<word>[^\s"'=!~<>(),&|]+))""",
    re.VERBOSE,
)
_ESCAPED = re.compile(r"\\(.)")


def read(text: str) -> Query:
    """Return the query that a text holds; raise Refusal where it is not one."""
    reader = _Reader(_tokens(text))
    where = None if reader.at_end() or reader.sees("order") else reader.any_of()
    order = reader.order()
    if not reader.at_end():
        raise reader.wrong()
    return Query(where, order)


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens, position = [], 0
    text = text.rstrip()
    while position < len(text):
        found = _TOKEN.match(text, position)
        if found is None:
            raise Refusal(400, f"Error in the JQL Query: The character at {position + 1} cannot be read.")
        kind, value = next((kind, value) for kind, value in found.groupdict().items() if value is not None)
        tokens.append((kind, _ESCAPED.sub(r"\1", value[1:-1]) if kind == "quoted" else value))
        position = found.end()
    return tokens


class _Reader:
    """Walk through the tokens of a query."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens, self._at, self._depth = tokens, 0, 0

    def at_end(self) -> bool:
        """Tell whether nothing is left."""
        return self._at >= len(self._tokens)

    def sees(self, *words: str) -> bool:
        """Tell whether the next token is one of these words or symbols, unquoted."""
        return not self.at_end() and self._tokens[self._at][0] != "quoted" and self._peek().casefold() in words

    def takes(self, *words: str) -> bool:
        """Step over the next token if it is one of these."""
        seen = self.sees(*words)
        self._at += seen
        return seen

    def wrong(self) -> Refusal:
        """Return what to say where the query makes no sense."""
        near = "the end of the query" if self.at_end() else f"'{self._peek()}'"
        return Refusal(400, f"Error in the JQL Query: Expecting something else near {near}.")

    def any_of(self) -> Condition:
        """Read conditions joined by OR."""
        parts = [self._all_of()]
        while self.takes("or", "||"):
            parts.append(self._all_of())
        return parts[0] if len(parts) == 1 else Some(tuple(parts))

    def order(self) -> tuple[tuple[str, bool], ...]:
        """Read ORDER BY, if it is there."""
        if not self.takes("order"):
            return ()
        if not self.takes("by"):
            raise self.wrong()
        order: list[tuple[str, bool]] = []
        while not order or self.takes(","):
            field = self._value().casefold()
            order.append((field, not self.takes("asc") and self.takes("desc")))
        if len(order) > MOST_ORDERED:
            raise Refusal(400, f"At most {MOST_ORDERED} fields can be ordered by.")
        return tuple(order)

    def _all_of(self) -> Condition:
        parts = [self._one()]
        while self.takes("and", "&&"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self) -> Condition:
        self._depth += 1
        if self._depth > DEEPEST:
            raise Refusal(400, "Error in the JQL Query: It is nested too deep.")
        try:
            if self.takes("not", "!"):
                return negated(self._one())
            return self._within() if self.takes("(") else self._clause()
        finally:
            self._depth -= 1

    def _within(self) -> Condition:
        inner = self.any_of()
        if not self.takes(")"):
            raise self.wrong()
        return inner

    def _clause(self) -> Clause:
        field = self._value().casefold()
        operator = self._operator()
        if operator in {"in", "not in"}:
            return Clause(field, operator, self._list())
        operand = self._operand()
        if operator in {"is", "is not"} and operand != Empty():
            raise self.wrong()
        return Clause(field, operator, (operand,))

    def _operator(self) -> str:
        if self.takes("is"):
            return "is not" if self.takes("not") else "is"
        if self.takes("not"):
            if not self.takes("in"):
                raise self.wrong()
            return "not in"
        if not self.sees("=", "!=", "~", "!~", "<", "<=", ">", ">=", "in"):
            raise self.wrong()
        return self._take().casefold()

    def _list(self) -> tuple[Operand, ...]:
        if not self.takes("("):
            return (self._operand(),)
        operands = [self._operand()]
        while self.takes(","):
            operands.append(self._operand())
        if not self.takes(")"):
            raise self.wrong()
        return tuple(operands)

    def _operand(self) -> Operand:
        if self.takes("empty", "null"):
            return Empty()
        value = self._value()
        if not self.takes("("):
            return value
        arguments = []
        while not self.takes(")"):
            arguments.append(self._value())
            self.takes(",")
        return Call(value.casefold(), tuple(arguments))

    def _value(self) -> str:
        if self.at_end() or self._tokens[self._at][0] == "symbol":
            raise self.wrong()
        return self._take()

    def _take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1][1]

    def _peek(self) -> str:
        return self._tokens[self._at][1]
