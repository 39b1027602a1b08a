"""Reckon which labels the answer of a Prometheus query has, for as much of the language as our rules are written in.

Both sides of `and`, of a comparison and of arithmetic have to carry the same labels, else no two of them ever meet:
https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching
"""

import re
from collections.abc import Mapping
from typing import TypeAlias

Labels: TypeAlias = frozenset[str] | None
"""The labels of a vector; None: a plain number."""

TARGET = frozenset({"job", "instance"})
"""What a scrape adds to whatever it finds."""
_TOKEN = re.compile(r"\s*(\{[^}]*\}|\[[^\]]*\]|[a-z_][\w:]*|\d[\w.]*|[<>=!]=|[-+*/<>(),])", re.IGNORECASE)
_LEVELS = (("or",), ("and", "unless"), ("==", "!=", ">", "<", ">=", "<="), ("+", "-"), ("*", "/"))
_TOTALS = {"sum", "min", "max"}
_KEEP = {"increase", "rate", "min_over_time", "max_over_time"}


def labels_of(query: str, metrics: Mapping[str, frozenset[str]]) -> Labels:
    """Return the labels of what a query answers; `metrics` gives each one's own. Raises ValueError: it never can."""
    return _Query(query, metrics).read()


class _Query:
    def __init__(self, query: str, metrics: Mapping[str, frozenset[str]]) -> None:
        self._metrics = metrics
        self._left = _TOKEN.findall(query)
        whole = "".join("".join(self._left).split()) == "".join(query.split())
        self._refuse_unless(condition=whole, why=f"not understood: {query}")

    def read(self) -> Labels:
        found = self._operation(0)
        self._refuse_unless(condition=not self._left, why=f"not understood: {self._left}")
        return found

    def _operation(self, level: int) -> Labels:
        if level == len(_LEVELS):
            return self._operand()
        found = self._operation(level + 1)
        while self._left and self._left[0] in _LEVELS[level]:
            operator = self._left.pop(0)
            on = self._names() if self._take("on") else None
            found = _joined(found, self._operation(level + 1), on, operator)
        return found

    def _operand(self) -> Labels:
        word = self._left.pop(0)
        if word == "(":
            return self._rest_of_bracket()
        if word[0].isdigit():
            return None
        if word in _TOTALS:
            return self._total()
        if word == "histogram_quantile":
            self._expect("(")
            self._left.pop(0)
            self._expect(",")
            return _without(self._rest_of_bracket(), "le")
        if word in _KEEP:
            self._expect("(")
            return self._rest_of_bracket()
        return self._selected(word)

    def _total(self) -> Labels:
        by = self._names() if self._take("by") else frozenset[str]()
        self._expect("(")
        inner = self._rest_of_bracket() or frozenset()
        self._refuse_unless(condition=by <= inner, why=f"{sorted(by - inner)} are no labels of what is added up")
        return by

    def _selected(self, metric: str) -> Labels:
        labels = self._metrics[metric] | TARGET
        if self._left and self._left[0].startswith("{"):
            named = set(re.findall(r"(\w+)\s*[=!]", self._left.pop(0)))
            self._refuse_unless(condition=named <= labels, why=f"{metric} has no {named - labels}")
        if self._left and self._left[0].startswith("["):
            self._left.pop(0)
        if self._take("offset"):
            self._left.pop(0)
        return labels

    def _rest_of_bracket(self) -> Labels:
        found = self._operation(0)
        self._expect(")")
        return found

    def _names(self) -> frozenset[str]:
        self._expect("(")
        names = self._left[: self._left.index(")")]
        del self._left[: len(names) + 1]
        return frozenset(names) - {","}

    def _take(self, word: str) -> bool:
        if not self._left or self._left[0] != word:
            return False
        self._left.pop(0)
        return True

    def _expect(self, word: str) -> None:
        self._refuse_unless(condition=self._take(word), why=f"{word} expected at {self._left}")

    @staticmethod
    def _refuse_unless(*, condition: bool, why: str) -> None:
        if not condition:
            raise ValueError(why)


def _joined(one: Labels, other: Labels, on: Labels, operator: str) -> Labels:
    if one is None or other is None:
        return one if other is None else other
    lacking = (on - one) | (on - other) if on is not None else one ^ other
    if lacking:
        message = f"{operator}: {sorted(lacking)} are not on both sides"
        raise ValueError(message)
    return one if on is None or operator in {"and", "unless"} else on


def _without(labels: Labels, name: str) -> Labels:
    if labels is None or name not in labels:
        message = f"no label {name}"
        raise ValueError(message)
    return labels - {name}
