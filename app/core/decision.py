"""What the rules say about one item."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.core.change import Change
from app.core.item_class import ItemClass
from app.core.memory import Memory
from app.core.notice import Notice
from app.core.person import Person
from app.core.quiet import Quiet
from app.core.text import Text

__all__ = ["Decision", "Finding", "ItemClass", "Verdict"]

_LOWERED = frozenset({"It", "Its", "Nobody", "The", "What"})


@dataclass(frozen=True, slots=True)
class Finding:
    """Name one thing that is not as the policy wants it.

    `id` is stable (`class.missing`). `sentence` says what and why; `clears_when` what would end it. Neither holds a
    figure that changes by itself, so that the same situation reads the same tomorrow.
    """

    id: str
    sentence: str
    clears_when: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """Explain one rule's answer, also where it found nothing: for `why`."""

    rule: str
    verdict: str
    because: str
    changes_when: str
    inputs: Mapping[str, str] = field(default_factory=dict)

    @property
    def clause(self) -> str:
        """Return the reason as it reads after "because"."""
        first, space, rest = self.because.rstrip(".").partition(" ")
        return (first.lower() if first in _LOWERED else first) + space + rest


@dataclass(frozen=True)
class Decision:
    """Hold everything the rules say: what is wrong, what is wanted, and when to look again.

    `watched` is false when the item is none of ours any more. `memory` is what to remember even if nothing is written.
    `comment` is how the living comment should read, None when there need be none; `asks` says that it holds a question.
    `quiet` is the activity clock, None for an item that is closed or not watched. `owner` is who answers for the item.
    `notices` are what people should hear; each is told once, however often it is decided.
    `look_again_at` (UTC) is the next moment at which the answer can differ by itself; None: only an event changes it.
    """

    watched: bool
    item_class: ItemClass
    route: str | None
    findings: tuple[Finding, ...]
    wanted: tuple[Change, ...]
    comment: Text | None
    asks: bool
    look_again_at: datetime | None
    verdicts: tuple[Verdict, ...]
    memory: Memory
    quiet: Quiet | None = None
    notices: tuple[Notice, ...] = ()
    owner: Person | None = None
