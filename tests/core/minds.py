"""Hypothesis strategies: what may be remembered of an item."""

from datetime import timedelta

from hypothesis import strategies as st

from app.core.memory import (
    Flip,
    HistoryRead,
    Left,
    Memory,
    OurComment,
    Place,
    Refusal,
    Reply,
    Snooze,
    Told,
    Uncounted,
    Wrote,
)
from app.core.risk_decisions import RiskDecision
from app.core.snapshot import BoardFact
from app.core.statements import Statement
from tests.builders import MARK, NOW
from tests.core.worlds import ACTIVITIES, DATES, EPICS, LABELS, MOMENTS, NAMES, PEOPLE, PERSONS, RISK

LATER = st.integers(0, 30).map(lambda days: NOW + timedelta(days=days))


def memories() -> st.SearchStrategy[Memory]:
    """Return memories that may never have come about."""
    labels = st.lists(st.sampled_from(LABELS), max_size=3, unique=True).map(tuple)
    place = st.builds(Place, st.sampled_from(("ENG", "OPS", None)), st.none() | NAMES, labels, labels)
    return st.builds(
        Memory,
        first_seen_at=st.none() | MOMENTS,
        classless_since=st.none() | MOMENTS,
        wrote=st.builds(
            Wrote,
            added=labels,
            removed=labels,
            board=st.sampled_from((None, "payments", "web")),
            assignee=st.none() | st.sampled_from(PEOPLE).map(lambda one: one.id),
            epic=st.none() | st.sampled_from(list(EPICS)),
            due=st.none() | DATES,
        ),
        home=st.none() | place,
        placed=st.none() | place,
        comment=st.none()
        | st.builds(OurComment, st.sampled_from(("", "ours-1")), NAMES, st.integers(1, 3), st.booleans()),
        flips=st.lists(st.builds(Flip, MOMENTS, NAMES), max_size=3).map(tuple),
        stopped_at=st.none() | MOMENTS,
        obeyed=st.lists(NAMES, max_size=3).map(tuple),
        reply=st.none() | st.builds(Reply, NAMES, st.lists(NAMES, min_size=1, max_size=2).map(tuple)),
        since=st.dictionaries(NAMES, MOMENTS, max_size=2),
        board=st.none() | st.builds(BoardFact, st.booleans(), st.none() | NAMES, NAMES),
        left=st.none()
        | st.builds(Left, st.sampled_from(("done", "wont_do", "vanished", "label_removed", "moved")), MOMENTS),
        refused=st.dictionaries(
            st.sampled_from(("say:", "set_due:", "assign:u-linus", "move_to_board:payments", f"add_label:{MARK}")),
            st.builds(Refusal, MOMENTS, NAMES),
        ),
        hung_under=st.none() | st.sampled_from(list(EPICS)),
        cases=statements(),
        risks=statements(),
        risk_decisions=st.lists(decisions(), max_size=2).map(tuple),
        last_activity=st.none() | ACTIVITIES.filter(bool).map(lambda found: found[0]),
        not_counted=ACTIVITIES.map(lambda found: tuple(Uncounted(one, "it is our own doing") for one in found)),
        history_read=st.none() | st.builds(HistoryRead, MOMENTS, MOMENTS),
        snoozes=st.lists(st.builds(Snooze, MOMENTS | LATER, NAMES, MOMENTS, NAMES), max_size=2).map(tuple),
        told=st.lists(st.builds(Told, st.integers(0, 3), MOMENTS, PERSONS), max_size=2).map(
            lambda found: tuple(sorted(found, key=lambda one: one.rung))
        ),
    )


def statements() -> st.SearchStrategy[tuple[Statement, ...]]:
    """Return versions of what people stated."""
    text = st.sampled_from((RISK[6:], "retention: customers can pay", "")) | NAMES
    version = st.builds(Statement, text, MOMENTS, st.sampled_from(("comment", "description")), st.none() | NAMES)
    return st.lists(version, max_size=2).map(tuple)


def decisions() -> st.SearchStrategy[RiskDecision]:
    """Return what somebody decided on a risk."""
    kind = st.sampled_from(("fund", "accept", "reject"))
    return st.builds(
        RiskDecision, kind, NAMES, st.sampled_from(("u-ada", "u-grace")), MOMENTS, NAMES, st.none() | DATES
    )
