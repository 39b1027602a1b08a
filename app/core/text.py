"""A comment's text as a value, so that each tracker can write it in its own markup."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from app.core.person import Person


@dataclass(frozen=True, slots=True)
class Code:
    """Hold words that are typed as they stand."""

    text: str


@dataclass(frozen=True, slots=True)
class Mention:
    """Name a person so that the tracker notifies them."""

    person: Person


@dataclass(frozen=True, slots=True)
class Link:
    """Point to an address."""

    text: str
    url: str


Span: TypeAlias = str | Code | Mention | Link


@dataclass(frozen=True, slots=True)
class Block:
    """Hold one paragraph or list entry. Plain strings are text, never markup."""

    spans: tuple[Span, ...]
    style: Literal["paragraph", "bullet", "small"] = "paragraph"


@dataclass(frozen=True, slots=True)
class Text:
    """Hold a whole comment."""

    blocks: tuple[Block, ...]

    def plain(self) -> str:
        """Return the text as one plain string, a line for each block."""
        return "\n".join("".join(_plain(span) for span in block.spans) for block in self.blocks)


def _plain(span: Span) -> str:
    match span:
        case Mention(person):
            return person.name
        case Code(text) | Link(text, _):
            return text
        case _:
            return span


def paragraph(*spans: Span) -> Block:
    """Return a paragraph of these spans."""
    return Block(spans)


def bullet(*spans: Span) -> Block:
    """Return a list entry of these spans."""
    return Block(spans, "bullet")
