"""Small builders for tests: values with defaults, of which a test states only what it is about."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.core.decide import decide
from app.core.decision import Decision
from app.core.memory import Memory
from app.core.person import Person
from app.core.policy import (
    ByUrgency,
    Classes,
    ClassLabel,
    Member,
    Policy,
    Route,
    Size,
    Source,
    Urgency,
    Watch,
    When,
)
from app.core.snapshot import BoardFact, Comment, Epic, EpicFact, Facts, OnCallFact, Snapshot

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
"""A Monday morning."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MARK = "needs-class"
"""The label of the built policy that marks an unclassified item."""


def person(name: str, *, active: bool = True, bot: bool = False) -> Person:
    """Return somebody whose id and e-mail follow from the name."""
    first = name.split(maxsplit=1)[0].casefold()
    return Person(f"u-{first}", name, f"{first}@acme.test", active=active, bot=bot)


ADA, GRACE, LINUS = person("Ada Admin"), person("Grace Hopper"), person("Linus Duty")
LEFT = person("Leo Left", active=False)
APP = person("Followthrough App", bot=True)
CODEBOT = person("Codebot Account")
"""A bot that only the policy knows to be one."""
GUEST = Person("x-guest", "Guest Outside", outside=True)
"""A customer in a portal, or somebody in a chat: they write on the item without an account of the team's."""
RELAY = person("Relay Account", bot=True)
"""A service account that passes on what people wrote."""

RELIABILITY = Epic("project", "e-reliability", "REL", "Q4 Reliability", "https://tracker.test/rel", owner=ADA)
PLATFORM = Epic("parent", "e-platform", "PLAT-7", "Platform", "https://tracker.test/plat-7", owner=GRACE)
OTHER = Epic("project", "e-other", "OTH", "Other plans", "https://tracker.test/other")
OUTAGE = Epic("parent", "e-outage", "PM-1", "Post-mortem of the outage", "https://tracker.test/pm-1")

PAYMENTS = Route(
    "payments",
    area="payments",
    when=When(labels=("team/payments",)),
    on_call="payments",
    boards={"linear": {"team": "OPS"}, "jira": {"set": {"labels": ["team-ops"]}}},
    epics={"linear": {"epic": "e-reliability"}, "jira": {"epic": "e-platform"}},
)
DEFAULT = Route(
    "everything else",
    area="platform",
    on_call="platform",
    boards={"linear": {"team": "OPS"}},
    epics={"linear": {"epic": "e-platform"}},
)


def policy(**changes: Any) -> Policy:
    """Return a policy for both trackers with two routes, changed by these fields."""
    base = Policy(
        watch=(Watch("linear", "post-mortem"), Watch("jira", "post-mortem")),
        routes=(PAYMENTS, DEFAULT),
        classes=classes(),
        size=Size(8, ("size/l",)),
        urgency=Urgency(("Urgent",), ("sev1",)),
        people=(Member("Ada Admin", "ada@acme.test"),),
        on_call={"payments": (Source("static", {}),), "platform": (Source("static", {}),)},
        bots=("codebot@acme.test",),
        relays=("relay@acme.test",),
    )
    return replace(base, **changes)


def classes(**changes: Any) -> Classes:
    """Return the class labels with aliases, a grace of ten minutes and due dates, changed by these fields."""
    base = Classes(
        operational=ClassLabel("operational", ("ops", "quick-fix")),
        strategic=ClassLabel("strategic", ("long-term",)),
        due=ByUrgency(default=30 * DAY, urgent=7 * DAY),
        risk="risk",
        needs_class=MARK,
        grace=10 * MINUTE,
    )
    return replace(base, **changes)


def snapshot(*labels: str, **fields: Any) -> Snapshot:
    """Return an open, watched Linear item that is a minute old, with these labels beside the watched one."""
    base = Snapshot(
        tracker="linear",
        id="i-1",
        key="ENG-1",
        title="Alert on replica lag",
        url="https://tracker.test/ENG-1",
        created_at=NOW - MINUTE,
        updated_at=NOW - MINUTE,
        state="Todo",
        labels=("post-mortem", *labels),
        team="ENG",
        creator=GRACE,
    )
    return replace(base, **fields)


def facts(**found: Any) -> Facts:
    """Return facts of an item that stands nowhere yet: off the board, out of the epic, Linus on call."""
    base = Facts(BoardFact(here=False), EpicFact(under=False, epic=PLATFORM), OnCallFact(LINUS, LINUS.name))
    return replace(base, **found)


def in_jira(*labels: str, **fields: Any) -> Snapshot:
    """Return the same item in Jira, where another case is another label."""
    return snapshot(*labels, **{"tracker": "jira", "exact_labels": True, "team": "PM", "project": "PM", **fields})


def memory(**fields: Any) -> Memory:
    """Return the memory of an item that was first seen an hour ago and lacked a class since then."""
    return replace(Memory(first_seen_at=NOW - HOUR, classless_since=NOW - HOUR), **fields)


def decided(item: Snapshot, known: Memory | None = None, asked: Policy | None = None, now: datetime = NOW) -> Decision:
    """Return the decision on an item; without a memory it was first seen an hour ago."""
    return decide(item, memory() if known is None else known, asked or policy(), now)


def found(decision: Decision) -> list[str]:
    """Return the ids of what was found."""
    return [finding.id for finding in decision.findings]


def comment(body: str, by: Person | None = ADA, **fields: Any) -> Comment:
    """Return a comment that was written just now."""
    return replace(Comment("c-1", NOW - timedelta(seconds=10), by, body), **fields)
