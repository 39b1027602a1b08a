"""Hypothesis strategies: policies, items, memories, and what happens to an item between two looks."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, TypeVar

from hypothesis import strategies as st

from app.core.activity import Activity, ActivityKind
from app.core.person import Person
from app.core.policy import (
    ByUrgency,
    Classes,
    ClassLabel,
    Goal,
    Limits,
    Mandate,
    Member,
    Messages,
    Origin,
    Policy,
    Route,
    Rung,
    Size,
    Stale,
    Urgency,
    Watch,
)
from app.core.policy import When as Conditions
from app.core.snapshot import BoardFact, Choice, Comment, EpicFact, Facts, Kind, OnCallFact, Snapshot, Standing
from tests.builders import (
    ADA,
    APP,
    CODEBOT,
    DAY,
    GRACE,
    LEFT,
    LINUS,
    MARK,
    MINUTE,
    NOW,
    OTHER,
    OUTAGE,
    PLATFORM,
    RELAY,
    RELIABILITY,
    policy,
    snapshot,
)
from tests.core.tracker import World, edited

T = TypeVar("T")

EPICS = {epic.id: epic for epic in (RELIABILITY, PLATFORM, OTHER, OUTAGE)}
PEOPLE = (ADA, GRACE, LINUS, LEFT, APP, CODEBOT, RELAY)
CLASS_LABELS = ("operational", "Operational", "ops", "OPS", "quick-fix", "strategic", "STRATEGIC", "long-term")
LABELS = (*CLASS_LABELS, MARK, "Needs-Class", "risk", "Risk", "size/l", "sev1", "team/payments", "team-ops", "pm/42")
RISK = "/risk If we do not shard by 2026-12-01, we will lose 30 % of customer transactions. Decision: Ada Admin"
DESCRIPTIONS = (
    "",
    "see https://wiki.acme.test/pm/1",
    "[x](https://wiki.acme.test/pm/2)",
    f"## Risk\n{RISK[6:]}",
    "## Business case\nretention: customers can pay",
    "## Risk\nIf we do not\n## Business case\nspeed: faster",
)
COMMANDS = (
    "/operational",
    "/strategic please",
    "/Operational",
    "/why",
    "/why?",
    "/check",
    "/operationl",
    "/strategc",
    "/shrug",
    "/risk we lose customers",
    RISK,
    "/fund",
    "/accept until 2026-11-20 because later",
    "/accept until 2020-01-01 because late",
    "/reject because it is small",
    "/case retention customers can pay",
    "/case retenton customers can pay",
    "/ack",
    "/snooze 14d because the vendor",
    "/snooze 12h",
    "/snooze 900d for ever",
    "/snooze a while",
    "> /operational",
    "I think /strategic",
    "",
)
CHANGES = ("add_label", "remove_label", "move_to_board", "link_to_epic", "assign", "set_due", "say")
NAMES: st.SearchStrategy[str] = st.text(st.characters(codec="utf-8"), max_size=12)
MOMENTS = st.integers(-90 * 86_400, 0).map(lambda seconds: NOW + timedelta(seconds=seconds))
DATES = st.dates(date(2026, 1, 1), date(2027, 12, 31))
RARELY = st.integers(0, 9).map(lambda number: number == 9)
SPANS = st.sampled_from((timedelta(0), MINUTE, 10 * MINUTE, DAY, 30 * DAY, 36_500 * DAY))
PERSONS: st.SearchStrategy[Person | None] = st.sampled_from((None, *PEOPLE))


def usually(value: T, *others: T) -> st.SearchStrategy[T]:
    """Return mostly the first value."""
    return st.sampled_from((value,) * 9 + others)


def labels_of(*, exact: bool) -> st.SearchStrategy[tuple[str, ...]]:
    """Return sets of labels; where case does not tell labels apart, one of each."""
    by: Callable[[str], str] = str if exact else str.casefold
    some = st.lists(st.sampled_from(LABELS), max_size=6, unique_by=by)
    watched = usually(("post-mortem",), (), ("Post-Mortem",))
    return st.builds(lambda names, more: (*names, *more), some, watched)


def comments_of(count: int = 4) -> st.SearchStrategy[tuple[Comment, ...]]:
    """Return up to so many comments, oldest first, most of them with a command."""
    one = st.builds(
        Comment,
        id=st.integers(0, 99).map(lambda number: f"c-{number}"),
        at=MOMENTS,
        by=PERSONS,
        body=st.sampled_from(COMMANDS) | NAMES,
        ours=RARELY,
        edited_at=st.none() | MOMENTS,
    )
    several = st.lists(one, max_size=count, unique_by=lambda comment: comment.id)
    return several.map(lambda found: tuple(sorted(found, key=lambda comment: comment.at)))


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Return items of either tracker in any state, mostly open and watched."""
    exact = draw(st.booleans())
    chosen = draw(st.lists(st.sampled_from(list(EPICS.values())), max_size=2, unique_by=lambda epic: epic.kind))
    return replace(
        snapshot(),
        tracker="jira" if exact else "linear",
        exact_labels=exact,
        labels=draw(labels_of(exact=exact)),
        title=draw(st.sampled_from(("Alert on lag", "Checkout, again", "")) | NAMES),
        description=draw(st.sampled_from(DESCRIPTIONS)),
        created_at=draw(MOMENTS),
        standing=draw(usually(Standing.OPEN, Standing.OPEN, Standing.DONE, Standing.WONT_DO)),
        here=not draw(RARELY),
        kind=draw(usually(Kind.ITEM, Kind.ITEM, Kind.EPIC)),
        issue_type=draw(st.sampled_from((None, "Task", "Bug"))),
        team=draw(st.sampled_from(("ENG", "OPS", "WEB", None))),
        project=draw(st.sampled_from((None, "Checkout", "PM"))),
        components=draw(st.sampled_from(((), ("ledger",), ("ledger", "web")))),
        assignee=draw(st.none() | PERSONS),
        creator=draw(PERSONS),
        due=draw(st.none() | st.none() | DATES),
        estimate=draw(st.none() | st.floats(0, 100)),
        priority=draw(st.sampled_from((None, "Urgent", "High", "urgent"))),
        epics=tuple(chosen),
        links=draw(st.sampled_from(((), ("https://wiki.acme.test/pm/3",), (PLATFORM.url,)))),
        comments=draw(comments_of()),
        heard=draw(ACTIVITIES),
    )


def conditions() -> st.SearchStrategy[Conditions | None]:
    """Return a route's conditions, or none."""
    return st.none() | st.builds(
        Conditions,
        labels=st.sampled_from(((), (), ("team/payments",), ("TEAM/PAYMENTS", "x"), ("operational",), ("team-ops",))),
        teams=st.sampled_from(((), (), ("eng",), ("OPS", "WEB"))),
        projects=st.sampled_from(((), (), ("checkout",))),
        components=st.sampled_from(((), (), ("Ledger",))),
        title_words=st.sampled_from(((), (), ("lag",), ("Checkout", "card"))),
    )


def routes(name: str) -> st.SearchStrategy[Route]:
    """Return a route with boards and epics for some of the trackers."""
    boards: tuple[dict[str, Any], ...] = (
        {"team": "OPS"},
        {"team": "WEB", "state": "Todo"},
        {"team": "ENG", "set": {"labels": ("team-ops",)}},
        {"set": {"labels": ("team-ops",)}},
        {},
    )
    epic = st.sampled_from((*EPICS, "e-missing")).map(lambda key: {"epic": key})
    return st.builds(
        Route,
        name=st.just(name),
        area=st.sampled_from((None, "payments", "platform")),
        when=conditions(),
        on_call=st.sampled_from(("payments", "payments", None)),
        boards=st.sampled_from(boards).flatmap(_for_trackers),
        epics=epic.flatmap(_for_trackers),
    )


def _for_trackers(target: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    both: dict[str, Any] = {"linear": target, "jira": target}
    return usually(both, {"linear": target}, {})


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Return policies with up to three routes."""
    names = draw(st.lists(st.sampled_from(("payments", "web")), max_size=2, unique=True))
    routed = [draw(routes(name)) for name in names]
    routed += [] if draw(RARELY) else [replace(draw(routes("default")), when=None)]
    watch = st.builds(
        lambda tracker, where, types: Watch(tracker, "post-mortem", teams=where, issue_types=types),
        st.sampled_from(("linear", "jira")),
        usually((), ("ENG",)),
        usually((), ("task",)),
    )
    watches = draw(st.lists(watch, max_size=2).map(tuple))
    return replace(
        policy(),
        watch=(Watch("linear", "post-mortem"), Watch("jira", "post-mortem")) if not draw(RARELY) else watches,
        routes=tuple(routed),
        postmortem=draw(st.lists(st.sampled_from(ORIGINS), max_size=3).map(tuple)),
        classes=draw(class_words()),
        size=draw(st.sampled_from((Size(), Size(8), Size(None, ("SIZE/L",)), Size(3, ("size/l",))))),
        urgency=draw(st.sampled_from((Urgency(), Urgency(("Urgent",)), Urgency((), ("sev1",))))),
        people=draw(members()),
        mandate_roles=draw(usually(("staff_engineer",), ())),
        goals=draw(usually((Goal("retention", "Customers can always pay"),), ())),
        messages=Messages(timezone=draw(usually("UTC", "Europe/Berlin"))),
        limits=Limits(flips=draw(st.integers(1, 4))),
        bots=draw(usually(("codebot@acme.test",), ())),
        relays=draw(usually(("relay@acme.test",), ())),
        stale=draw(stales()),
    )


def stales() -> st.SearchStrategy[Stale]:
    """Return how long items may be quiet and who is told then; sometimes nothing is asked for."""
    window = st.builds(ByUrgency, st.none() | SPANS, st.none() | SPANS)
    waits = st.lists(st.sampled_from((timedelta(0), timedelta(0), DAY, 7 * DAY, 14 * DAY)), max_size=4).map(sorted)
    tell: st.SearchStrategy[Any] = st.sampled_from(("owner", "on_call", "mandate"))
    ladder = waits.flatmap(lambda after: st.tuples(*(st.builds(Rung, st.just(one), tell) for one in after)))
    longest = st.sampled_from((30 * DAY, 30 * DAY, timedelta(0)))
    often, tells = st.integers(0, 2), st.booleans()
    return st.just(Stale()) | st.builds(Stale, window, window, window, ladder, longest, often, tells)


ACTIVITIES = st.lists(
    st.builds(
        Activity,
        at=MOMENTS,
        kind=st.sampled_from(ActivityKind),
        by=PERSONS,
        what=NAMES,
        url=st.sampled_from(("", "https://tracker.test/seen")),
        text=st.sampled_from(COMMANDS),
        ours=RARELY,
    ),
    max_size=3,
).map(tuple)


def members() -> st.SearchStrategy[tuple[Member, ...]]:
    """Return whom the policy knows, some with a mandate."""
    areas = st.sampled_from(((), ("payments",), ("platform", "payments")))
    until = st.none() | st.dates(date(2026, 10, 1), date(2027, 1, 31))
    granted = st.none() | st.builds(Mandate, areas, until)
    role = st.sampled_from(("staff_engineer", "engineer"))
    known = (st.builds(Member, st.just(one.name), st.just(one.email or ""), role, granted) for one in (ADA, GRACE))
    return st.tuples(*known) | st.just(())


ORIGINS = (Origin("label", "pm/"), Origin("link", "https://wiki.acme.test/*"), Origin("parent"))


def class_words() -> st.SearchStrategy[Classes]:
    """Return the class labels with their aliases, marks, grace and due dates."""
    return st.builds(
        Classes,
        operational=st.sampled_from((ClassLabel("operational"), ClassLabel("operational", ("ops", "quick-fix")))),
        strategic=st.sampled_from((ClassLabel("strategic"), ClassLabel("Strategic", ("Long-Term",)))),
        due=st.builds(ByUrgency, st.none() | SPANS, st.none() | SPANS),
        risk=st.sampled_from(("risk", None)),
        needs_class=usually(MARK, None),
        grace=SPANS,
        on_conflict=st.sampled_from(("wait", "latest")),
    )


def rotas() -> st.SearchStrategy[OnCallFact]:
    """Return who is on call: somebody, nobody, or somebody who cannot be given items."""
    somebody = st.sampled_from(PEOPLE).map(lambda one: OnCallFact(one, one.name))
    unknown = st.sampled_from((OnCallFact(), OnCallFact(None, "Zoe Zone", ("static: Zoe Zone, unknown here",))))
    return somebody | unknown


CHOICES = st.lists(st.builds(Choice, st.sampled_from(CLASS_LABELS), MOMENTS, PERSONS), max_size=3).map(
    lambda found: tuple(sorted(found, key=lambda choice: choice.at))
)


def worlds() -> st.SearchStrategy[World]:
    """Return an item with its policy and all that surrounds it."""
    return st.builds(
        World,
        item=snapshots(),
        policy=policies(),
        epics=st.just(EPICS),
        foreign=st.sampled_from((frozenset(), frozenset({"e-platform"}), frozenset(EPICS))),
        rota=rotas(),
        choices=CHOICES,
        hidden=usually(None, "the board's filter wants a sprint"),
        refuses=usually(frozenset[str](), *(frozenset({change}) for change in CHANGES)),
        answers=st.booleans(),
        team_labels=st.sampled_from((frozenset(), frozenset({"team/payments"}))),
        history=ACTIVITIES,
    )


def any_facts() -> st.SearchStrategy[Facts]:
    """Return facts that may not fit the item at all."""
    return st.builds(
        Facts,
        board=st.none() | st.builds(BoardFact, st.booleans(), st.none() | NAMES, NAMES),
        epic=st.none()
        | st.builds(EpicFact, st.booleans(), st.sampled_from((None, *EPICS.values())), st.none() | NAMES),
        on_call=st.none() | rotas(),
        choices=st.none() | CHOICES,
    )


Event = Callable[[World], World]
"""What people and other machines do to an item between two looks."""


def events() -> st.SearchStrategy[Event]:
    """Return one thing that happens to the item."""
    return st.one_of(
        labels_of(exact=True).map(lambda labels: lambda world: _relabelled(world, labels)),
        PERSONS.map(lambda one: lambda world: edited(world, assignee=one)),
        st.sampled_from(("ENG", "OPS", "WEB")).map(lambda team: lambda world: edited(world, team=team)),
        st.sampled_from(COMMANDS).flatmap(
            lambda body: PERSONS.map(lambda by: lambda world: _commented(world, body, by))
        ),
        st.sampled_from(list(EPICS.values())).map(lambda epic: lambda world: put_under(world, (epic,))),
        st.just(lambda world: put_under(world, ())),
        st.just(lambda world: edited(world, due=None)),
        DATES.map(lambda day: lambda world: edited(world, due=day)),
        st.tuples(st.sampled_from(ActivityKind), PERSONS).map(lambda seen: lambda world: _heard(world, *seen)),
        st.sampled_from(DESCRIPTIONS).map(lambda text: lambda world: edited(world, description=text)),
        st.sampled_from((None, "Urgent")).map(lambda word: lambda world: edited(world, priority=word)),
        st.sampled_from((None, 13.0)).map(lambda size: lambda world: edited(world, estimate=size)),
        st.just(lambda world: edited(world, comments=())),
        st.sampled_from(list(Standing)).map(lambda standing: lambda world: edited(world, standing=standing)),
        st.booleans().map(lambda here: lambda world: edited(world, here=here)),
        rotas().map(lambda rota: lambda world: replace(world, rota=rota)),
        st.sampled_from((None, "its status has no column")).map(lambda why: lambda world: replace(world, hidden=why)),
        st.frozensets(st.sampled_from(CHANGES), max_size=2).map(lambda no: lambda world: replace(world, refuses=no)),
    )


def put_under(world: World, epics: tuple[Any, ...]) -> World:
    """Return the world after somebody put the item under these epics and no others."""
    return edited(world, epics=epics)


def _relabelled(world: World, labels: tuple[str, ...]) -> World:
    by = (lambda name: name) if world.item.exact_labels else str.casefold
    return edited(world, labels=tuple({by(name): name for name in labels}.values()))


def _heard(world: World, kind: ActivityKind, by: Person | None) -> World:
    """Have a webhook tell of something that was done just now; the history tells it too."""
    activity = Activity(world.item.updated_at, kind, by)
    return replace(edited(world, heard=(activity,)), history=(*world.history, activity))


def _commented(world: World, body: str, by: Person | None) -> World:
    """Add a comment that is as new as the item's last change."""
    comments, at = world.item.comments, world.item.updated_at
    return edited(world, comments=(*comments, Comment(f"c-{at.isoformat()}", at, by, body)))
