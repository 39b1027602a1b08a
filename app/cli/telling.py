"""Print a story so that it reads well on eighty columns."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.text import Text

from app.core.delivery import Delivery, Hearing
from app.core.record import Record

SHOWN = ("board", "state", "labels", "assignee", "epic", "due")
"""What is told of a ticket, in this order."""

MENTION = re.compile(r"https?://\S+/profiles/([\w.-]+)")
"""A tracker that is told a profile's address shows whose it is."""

ESCAPED = re.compile(r"\\([\\`*_\[\]<>~|#!])")
"""What Markdown shows of an escaped mark."""


@dataclass(slots=True)
class Teller:
    """Print what people do, what the service makes of it, and whether that was promised."""

    out: Console

    def title(self, words: str, *below: str) -> None:
        """Begin a story."""
        self.out.rule(Text(words, "bold"))
        for line in below:
            self._wrapped("", Text(line, "dim"))

    def scene(self, words: str) -> None:
        """Begin a scene."""
        self.out.print()
        self._wrapped("", Text(words, "bold"))

    def deed(self, words: str) -> None:
        """Tell what somebody does."""
        self._wrapped(Text("  → ", "cyan"), Text(words))

    def events(self, start: datetime, happened: Iterable[Delivery | Record]) -> None:
        """Tell in the order of time what came in and what was made of it; times count from `start`."""
        for one in sorted(happened, key=_at):
            when = f"{max(0, (_at(one) - start).total_seconds()) * 1000:.0f} ms"
            for kind, words in _came_in(one) if isinstance(one, Delivery) else _ran(one):
                style = "dim" if kind == "looked" else ""
                self._wrapped(Text.assemble((f"{when:>10} ", "dim"), f"{kind:<8} "), Text(words, style))
                when = ""

    def quote(self, body: str) -> None:
        """Show what a comment says."""
        bar = Text("           │ ", "dim")
        for line in ESCAPED.sub(r"\1", MENTION.sub(r"@\1", body)).splitlines():
            self._wrapped(bar, Text(line, "italic"), bar)

    def promise(self, words: str, *, came_true: bool) -> None:
        """Say whether something came out as it should."""
        mark = Text("  ✓ ", "green") if came_true else Text("  ✗ not so: ", "bold red")
        self._wrapped(mark, Text(words), Text("    "))

    def ticket(self, view: Mapping[str, Any]) -> None:
        """Show a ticket as it stands."""
        told = [f"{name} {_words(view[name])}" for name in SHOWN if view.get(name)]
        self._wrapped("    ", Text(f"{view['key']}: {' · '.join(told)}", "dim"))

    def calls(self, names: Iterable[str], items: int, deliveries: int) -> None:
        """Say what it all took."""
        counted = Counter(names)
        each = ", ".join(f"{name} ({number})" for name, number in counted.most_common())
        self.out.print()
        took = f"{counted.total()} API calls for {items} items and {deliveries} webhooks"
        self._wrapped("", Text(f"{took}, those that our own writes caused included: {each}.", "dim"))

    def ending(self, failed: Iterable[str]) -> None:
        """Say how the story ended."""
        lines = list(failed)
        if not lines:
            self._wrapped("", Text("Everything came out as promised.", "green"))
            return
        self._wrapped("", Text("Not everything came out as promised:", "bold red"))
        for line in lines:
            self._wrapped(Text("  ✗ ", "red"), Text(line))

    def _wrapped(self, first: Text | str, words: Text, rest: Text | str | None = None) -> None:
        """Print words after `first`; further lines begin with `rest`, usually as many blanks."""
        width = len(first)
        for number, line in enumerate(words.wrap(self.out, max(20, self.out.width - width)) or [Text()]):
            begin = first if number == 0 else " " * width if rest is None else rest
            told = Text.assemble(begin, line)
            told.rstrip()
            self.out.print(told)


def _at(one: Delivery | Record) -> datetime:
    return one.received_at if isinstance(one, Delivery) else one.at


def _came_in(delivery: Delivery) -> list[tuple[str, str]]:
    heard = delivery.heard
    by = f", by {heard.by.name}" if heard.by else ""
    told = f" ({heard.hearing}: {heard.because})" if heard.hearing is not Hearing.HANDLED else ""
    return [("webhook", f"{heard.event}{by}{told}")]


def _ran(record: Record) -> list[tuple[str, str]]:
    calls = f"{record.calls} call{'' if record.calls == 1 else 's'}"
    if not record.writes and not record.findings:
        return [("looked", f"{record.decided}: nothing to write ({calls})")]
    found = f" [{', '.join(finding.id for finding in record.findings)}]" if record.findings else ""
    rows = [("decided", f"{record.decided}{found}")]
    if record.writes:
        rows.append(("wrote", f"{'; '.join(record.writes)} ({calls}, reads included)"))
    return rows + [("held", f"{what}: {why}") for what, why in record.held.items()]


def _words(value: Any) -> str:
    return ", ".join(value) if isinstance(value, (list, tuple, set, frozenset)) else str(value)
