"""Ways to write to people that write down who got what, and an office that serves them."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from app.core.digest import Letter
from app.core.errors import Uncertain
from app.core.notice import Notice
from app.core.person import Person
from app.core.policy import Member, Messages, Policy
from app.flow.deliver import Deliverer
from app.ports import Recipient
from app.store import SqlStore
from tests.flow.fakes import FakeClock
from tests.store.examples import recorded

MONDAY = datetime(2026, 11, 23, 8, tzinfo=UTC)
"""Nine o'clock in Berlin, when the day's messages go out."""
RULES = Messages(
    timezone="Europe/Berlin",
    quiet_days=("sat", "sun"),
    quiet_from=time(18),
    quiet_until=time(8),
    channels=("slack", "email"),
)
ADA = Person("u1", "Ada Admin", "ada@acme.test")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass
class FakeMessenger:
    """Write down who got what; `errors` are raised in turn, None lets a letter pass; `reaches` nobody when false."""

    repeatable: bool = False
    reaches: bool = True
    errors: list[Exception | None] = field(default_factory=list)
    got: list[tuple[str, Letter]] = field(default_factory=list)
    asked: list[Recipient] = field(default_factory=list)
    entered: asyncio.Event = field(default_factory=asyncio.Event)
    held: asyncio.Event | None = None
    taken: bool = False

    async def address(self, to: Recipient) -> str | None:
        """Return the e-mail address."""
        self.asked.append(to)
        return (to.email or to.name) if self.reaches else None

    async def send(self, address: str, to: Recipient, letter: Letter) -> None:
        """Deliver, or fail as it is told; who does not know has delivered."""
        if self.taken:
            self.got.append((address, letter))
        self.entered.set()
        if self.held:
            await self.held.wait()
        error = self.errors.pop(0) if self.errors else None
        if error is None or isinstance(error, (Uncertain, ZeroDivisionError)):
            self.got.append((address, letter))
        if error is not None:
            raise error

    async def check(self) -> tuple[()]:
        """Find nothing wrong."""
        return ()

    async def aclose(self) -> None:
        """Do nothing."""


@dataclass
class Post:
    """Hold an outbox, two ways, and whoever serves them."""

    store: SqlStore
    slack: FakeMessenger = field(default_factory=FakeMessenger)
    email: FakeMessenger = field(default_factory=lambda: FakeMessenger(repeatable=True))
    clock: FakeClock = field(default_factory=lambda: FakeClock(MONDAY))
    rules: Messages = RULES
    people: tuple[Member, ...] = ()
    by: Deliverer = field(init=False)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        """Serve with a new process."""
        ways = {"slack": self.slack, "email": self.email}
        self.by = Deliverer(self.store.outbox, ways, self._policy, self.clock, "https://ft.acme.test")

    def _policy(self) -> Policy:
        return Policy((), messages=self.rules, people=self.people)

    async def hear(
        self, item: str = "i1", to: Person = ADA, purpose: str = "stale:1", at: datetime | None = None
    ) -> None:
        """Let a run find that somebody should hear something."""
        await recorded(self.store, item, at or self.clock.at, notices=(Notice(purpose, to, f"{item} is quiet."),))

    async def at(self, moment: datetime) -> None:
        """Serve all that is due then."""
        self.clock.at = moment
        while await self.by.once():
            pass

    def letters(self) -> list[list[str]]:
        """Return the items of every letter that came by chat."""
        return [items(letter) for _, letter in self.slack.got]


def items(letter: Letter) -> list[str]:
    """Return what a letter says of each item."""
    return [block.spans[-1].removeprefix(": ") for block in letter.text.blocks if block.style == "bullet"]  # type: ignore[union-attr]  # plain text
