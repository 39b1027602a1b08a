"""Keep what people stated about an item: every version, with who wrote it and when."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.core.commands import Command

LONGEST = 2_000
"""As many characters of a statement as are read; a sentence is shorter."""

_BLANK = re.compile("⟨[^⟨⟩]{0,100}⟩")


@dataclass(frozen=True, slots=True)
class Statement:
    """Hold one version of what somebody stated. `by` and `by_id` are None where the description says it."""

    text: str
    at: datetime
    source: Literal["comment", "description"]
    by: str | None = None
    by_id: str | None = None

    @property
    def digest(self) -> str:
        """Return a fingerprint of the words."""
        return hashlib.sha256(self.text.encode("utf-8", "replace")).hexdigest()[:12]


def section(description: str, heading: str) -> str:
    """Return what stands under a heading of that name, on one line; empty where there is no such heading."""
    lines: list[str] = []
    inside = fenced = False
    for line in description.splitlines():
        title = line.lstrip()
        if title.startswith(("```", "~~~")):
            fenced = not fenced
        elif title.startswith("#") and not fenced:
            inside = not lines and title.strip("#*_: \t").casefold() == heading.casefold()
        elif inside and (words := _one_line(line)):
            lines.append(words)
    return _cut(" ".join(lines))


def told(command: Command) -> str:
    """Return the words after a command: its first paragraph, up to the next command."""
    lines: list[str] = []
    for line in command.text.splitlines():
        words = _one_line(line)
        if (lines and not words) or words.startswith("/"):
            break
        if words:
            lines.append(words)
    return _cut(" ".join(lines))


def with_versions(
    before: Sequence[Statement], described: str, commands: Sequence[Command], seen_at: datetime
) -> tuple[Statement, ...]:
    """Return the versions so far and those that are new, oldest first; `seen_at` dates the description (UTC)."""
    last = next((one.text for one in reversed(before) if one.source == "description"), "")
    fresh = [Statement(described, seen_at, "description")] if described and described != last else []
    spoken = ((told(command), command) for command in commands)
    fresh += [Statement(text, one.at, "comment", one.by.name, one.by.id) for text, one in spoken if text]
    return tuple(sorted((*before, *fresh), key=lambda one: one.at))


def filled_in(text: str) -> str:
    """Return text without the blanks of an example that nobody filled in."""
    return _BLANK.sub(" ", text)


def _one_line(text: str) -> str:
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text[: 2 * LONGEST]).split())


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rstrip()}…"
