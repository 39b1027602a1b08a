"""What a rule is given, and what it answers."""

from dataclasses import dataclass, field
from datetime import datetime

from app.core.change import Change
from app.core.commands import Command
from app.core.decision import Finding, Verdict
from app.core.item_class import ItemClass
from app.core.memory import Memory
from app.core.notice import Notice
from app.core.policy import Policy, Route
from app.core.snapshot import Snapshot
from app.core.text import Block


@dataclass(frozen=True)
class Case:
    """Lay one item before the rules. `item_class` and `route` are what the rules before found.

    `goes_as` is the class by which it is routed: a funded risk goes as strategic. `answer` is what to say to the latest
    command, where it was one that is not obeyed.

    `now` and `classless_since`, from which the grace runs, are UTC.
    """

    snapshot: Snapshot
    memory: Memory
    policy: Policy
    now: datetime
    classless_since: datetime
    commands: tuple[Command, ...] = ()
    item_class: ItemClass = ItemClass.MISSING
    route: Route | None = None
    goes_as: ItemClass = ItemClass.MISSING
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Ruling:
    """Answer a case. `says` goes into the living comment; `asks`: it is a question that a person must answer.

    `aside` is said instead while another question is open. `notices` are what people should hear.
    """

    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    wanted: tuple[Change, ...] = ()
    says: tuple[Block, ...] = ()
    asks: bool = False
    look_again_at: datetime | None = None
    item_class: ItemClass | None = None
    aside: tuple[Block, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(slots=True)
class Draft:
    """Gather a rule's findings and wishes while it goes through its cases."""

    findings: list[Finding] = field(default_factory=list)
    wanted: list[Change] = field(default_factory=list)
    says: list[Block] = field(default_factory=list)
    look_again_at: datetime | None = None

    def find(self, finding: Finding, *says: Block) -> None:
        """Note a finding and what to say about it."""
        self.findings.append(finding)
        self.says.extend(says)

    def look_by(self, moment: datetime) -> None:
        """Note a moment at which the answer can differ; the first one counts."""
        self.look_again_at = min(moment, self.look_again_at or moment)
