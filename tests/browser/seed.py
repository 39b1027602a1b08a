"""Fill a real store with items in every state: decided by the rules, kept as the worker keeps them."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from app.core.activity import Activity, ActivityKind
from app.core.decide import decide
from app.core.delivery import Delivery, Heard, Hearing
from app.core.memory import HistoryRead, Memory
from app.core.plan import plan
from app.core.policy import ByUrgency, Goal, Mandate, Member, Origin, Policy, Rung, Stale
from app.core.snapshot import BoardFact, Comment, EpicFact, Facts, OnCallFact, Snapshot, Standing
from app.flow.results import Run, observed, phrase, result_of
from app.ports import Touch
from app.store import SqlStore
from tests.builders import ADA, DAY, GRACE, HOUR, LINUS, NOW, PLATFORM, RELIABILITY, person, policy

HOSTILE = "<script>document.title='owned'</script>\u202egnirts<img src=x onerror=alert(1)> "
WIKI = f"https://wiki.acme.test/{'a-long-address-' * 9}"
"""The name of a post-mortem where nothing can be broken."""
LONG = HOSTILE + "x" * 10_000
TITLES = (
    "Alert on replica lag before customers notice",
    "Document how to fail over the payments queue",
    "Retry the invoice export with backoff",
    "Split the checkout service from the monolith",
    "Rotate the signing keys without downtime",
    "Load-test the login path at twice the peak",
    "Add a circuit breaker to the tax provider",
    "Remove the single database host",
    "Rehearse the restore of a backup every month",
    "Cap the size of uploaded price lists",
    "Page the owning team, not everybody",
    "Show the queue's age on the dashboard",
)
TEAMS = ("PAY", "PLAT", "SHOP", "DATA")
OWNERS = (ADA, GRACE, LINUS, person("Mary Shelley"), person("Wole Soyinka"))
OUTAGES = ("INC-204 Checkout down", "INC-219 Slow logins", "INC-231 Double invoices", "INC-240 Lost prices")


def seed_policy() -> Policy:
    """Return a policy that says everything: windows, ladder, mandates, goals, post-mortems."""
    week = ByUrgency(7 * DAY, 2 * DAY)
    return policy(
        postmortem=(Origin("label", "pm: "),),
        stale=Stale(week, ByUrgency(30 * DAY, 14 * DAY), week, (Rung(timedelta(0), "owner"), Rung(3 * DAY, "mandate"))),
        people=(
            Member("Ada Admin", "ada@acme.test", "staff engineer", Mandate(("payments",))),
            Member(
                "Grace Hopper", "grace@acme.test", "engineering manager", Mandate(("platform",), NOW.date() + 90 * DAY)
            ),
        ),
        mandate_roles=("staff engineer", "engineering manager"),
        goals=(Goal("SPEED", "Every page within a second"), Goal("TRUST", "No lost orders")),
        digest="0f3c5d7e9a1b",
    )


@dataclass(frozen=True)
class Planted:
    """Describe one item: how old it is, how long it has been quiet (days), and what else is special."""

    title: str
    labels: tuple[str, ...] = ("operational",)
    age: float = 20
    quiet: float = 1
    comment: str = ""
    fields: dict[str, Any] = field(default_factory=dict)
    closed: bool = False


def planted() -> Iterator[Planted]:
    """Yield some sixty items, in every state."""
    for number in range(36):
        label = ("operational", "strategic", "operational", "")[number % 4]
        age = 3 + (number * 7) % 78
        quiet = min(age, (0.5, 2, 9, 12, 20, 45, 1, 3, 14)[number % 9])
        labels = tuple(filter(None, (label, f"pm: {OUTAGES[number % 4]}")))
        yield Planted(TITLES[number % 12], labels, age, quiet, closed=number % 5 == 2)
    yield Planted("Both labels at once", ("operational", "strategic", f"pm: {WIKI}"), 12, 3)
    yield Planted("Large, but called a quick fix", ("operational", "size/l"), 6, 2)
    stated = (
        "/risk If we do not replace the tax provider by 2027-01-31, we will lose 30 % of transactions. Decision: {}"
    )
    yield Planted("Replace the tax provider", ("risk", "sev1"), 25, 3, stated.format("Ada Admin"))
    yield Planted("Second data centre", ("risk",), 40, 6, "/risk If we do not buy a second site, we will lose money")
    yield Planted("Nobody stated this risk", ("size/l", "sev1"), 4, 2)
    case = "/case SPEED the product list loads in four seconds because of this"
    yield Planted("Take reads off the primary", ("strategic", "team/payments"), 33, 5, case)
    yield Planted(LONG, ("operational",), 30, 28, fields={"url": "javascript:alert(1)"})
    yield Planted("\u202eright to left \u0627\u0644\u0639\u0631\u0628\u064a\u0629", (), 5, 2)


def snapshot_of(number: int, one: Planted) -> Snapshot:
    """Return the item as the tracker shows it."""
    tracker = "jira" if number % 5 == 4 else "linear"
    team = TEAMS[number % 4]
    said = NOW - one.quiet * DAY
    comments = [Comment(f"c{number}", said, GRACE, "I looked at the graphs; this is still needed.")]
    if one.comment:
        comments.append(Comment(f"d{number}", said, ADA, one.comment))
    shown = Snapshot(
        tracker=tracker,
        id=f"i-{number}",
        key=f"{team}-{100 + number}",
        title=one.title,
        url=f"https://{tracker}.acme.test/{team}-{100 + number}",
        created_at=NOW - one.age * DAY,
        updated_at=said,
        state="Done" if one.closed else "Todo",
        standing=Standing.DONE if one.closed and number % 3 else Standing.WONT_DO if one.closed else Standing.OPEN,
        labels=("post-mortem", *one.labels),
        exact_labels=tracker == "jira",
        team=team,
        assignee=OWNERS[number % 5] if number % 7 else None,
        creator=GRACE,
        comments=tuple(comments),
        epics=(replace(RELIABILITY, open=number % 8 != 1),) if "strategic" in one.labels else (),
        facts=Facts(BoardFact(here=True), EpicFact(under=True, epic=PLATFORM), OnCallFact(LINUS, LINUS.name)),
    )
    history = (Activity(said, ActivityKind.COMMENT, GRACE, "commented", f"{shown.url}#c{number}"),)
    return replace(shown, history=history, **one.fields)


async def fill(store: SqlStore, asked: Policy) -> None:
    """Keep all items, some with a long story, deliveries of every hearing, one parked item and one that is due."""
    everything = [snapshot_of(number, one) for number, one in enumerate(planted())]
    for shown in everything:
        await _keep(store, shown, asked)
    for number, hearing in enumerate([*Hearing, *Hearing]):
        heard = Heard(hearing, "Issue.update", (f"i-{number}",), by=ADA, because="no action item" if number % 2 else "")
        body = b"{%d}" % number
        when = NOW - (9 - number) * HOUR
        await store.keep(Delivery("linear", f"d{number}", f"g{number}", when, {}, body, heard), [], when)
    await store.touch("linear", [Touch("i-0", "asked by /check"), Touch("i-1", "Issue.update")], NOW - HOUR)
    (claim, *others) = await store.claim(1, NOW, timedelta(minutes=1), ["linear"])
    await store.fail(claim, "Linear refused: the label post-mortem is archived", None, NOW)
    await store.release(others)


async def _keep(store: SqlStore, shown: Snapshot, asked: Policy) -> None:
    """Let the item be seen first when it was made, and again at times until now."""
    memory = Memory()
    moments = [shown.created_at + HOUR, shown.updated_at + HOUR, NOW - 2 * HOUR, NOW - HOUR]
    for run, now in enumerate(moment for moment in moments if shown.created_at < moment <= NOW):
        await store.touch(
            shown.tracker, [Touch(shown.id, "Issue.update" if run else "Issue.create")], now, settle=False
        )
        (claim,) = await store.claim(1, now, timedelta(minutes=1), [shown.tracker])
        last = run == 0 and shown.created_at + HOUR < shown.updated_at
        seen = replace(shown, comments=(), standing=Standing.OPEN, updated_at=shown.created_at) if last else shown
        decision = decide(seen, memory, asked, now)
        planned = plan(decision, now)
        if run % 2:
            made = observed(seen, decision, planned, memory, asked, why="observe mode")
        else:
            made = Run(seen, decision, decision.memory, phrase(decision), planned.changes, planned.held)
        memory = replace(made.memory, history_read=HistoryRead(now, seen.updated_at))
        result = replace(
            result_of(made, asked, claim.because, now, acts=True), memory=memory, look_again_at=now + 30 * DAY
        )
        await store.record(claim, result, now)
