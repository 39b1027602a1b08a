"""Questions and decisions that wait for a person are told to them beside the comment, once for each situation."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.core.case import Ruling
from app.core.decide import decide
from app.core.decision import Decision, Verdict
from app.core.memory import Memory
from app.core.notice import Notice
from app.core.person import Person
from app.core.snapshot import Comment, DeciderFact, Facts, OnCallFact, Snapshot
from app.core.text import paragraph
from app.core.turns import in_turn
from tests.builders import ADA, DAY, GRACE, LEFT, LINUS, NOW, decided, facts, memory, snapshot
from tests.core import test_rule_mandate as mandates
from tests.core import test_rule_risk as risks
from tests.core.silence import looked_at, quiet_item
from tests.core.test_rule_business_case import WITH_GOALS, typed
from tests.core.test_rule_mandate import EPIC, item, judged

ON_CALL = facts(on_call=OnCallFact(LINUS, LINUS.name))
LEFT_IT = "Leo Left holds this item, but the account is deactivated. Please give it to somebody."
BOTH = "It carries both class labels, operational and strategic. Please say in a comment which one holds."
NEITHER = (
    "Nobody has said what it is: operational (a small fix) or strategic (a long-term change)? "
    "Please say it in a comment."
)
LARGE = (
    "It is marked as a small fix, but it is large (its estimate is 13, and 8 or more is large). "
    "Please say whether it is a long-term change."
)
NO_OWNER = (
    "Its epic Q4 Reliability has no owner, so nobody can put the item on the roadmap. The mandate for payments "
    "is held by Ada Admin or Grace Hopper. Please give the epic to somebody who has it."
)
CLOSED = (
    "The epic Q4 Reliability of this item is closed. The mandate for payments is held by Ada Admin or Grace Hopper. "
    "Please put the item under an epic that is still worked on, or reopen this one."
)
COMPLETE = "Complete it in a comment that begins with /risk."
CASE = "Please answer with /case, one of retention, speed, and a sentence."
STATE = "It is a risk (it carries the label risk), but nobody has stated which. State it in a comment that begins with"
STATED = "If we do not shard the ledger by 2027-03-31, we will lose 30% of revenue. Decision: Grace Hopper"
DECIDE = "Please decide on this risk (/fund, /accept or /reject): "
KNOWN = risks.risk((LINUS, risks.WHOLE), facts=Facts(decider=DeciderFact(mandates.GRACE)))


def told(decision: Decision) -> list[tuple[str, str, str]]:
    """Return what people should hear: about which finding, who, in which words."""
    return [(one.purpose.partition(":")[0], one.to.name, one.sentence) for one in decision.notices]


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        pytest.param(decided(snapshot()), ("class.missing", "Grace Hopper", NEITHER), id="no class"),
        pytest.param(
            decided(snapshot("operational", "strategic", assignee=ADA)),
            ("class.conflict", "Ada Admin", BOTH),
            id="both classes",
        ),
        pytest.param(
            decided(snapshot("operational", estimate=13, assignee=ADA, facts=ON_CALL)),
            ("size.too_large", "Ada Admin", LARGE),
            id="large",
        ),
        pytest.param(
            decided(snapshot("operational", assignee=LEFT, facts=ON_CALL)),
            ("owner.inactive", "Linus Duty", LEFT_IT),
            id="who left",
        ),
        pytest.param(judged(item(replace(EPIC, owner=None))), ("epic.no_owner", "Ada Admin", NO_OWNER), id="no owner"),
        pytest.param(
            judged(item(replace(EPIC, open=False))),
            (
                "epic.closed",
                "Ada Admin",
                CLOSED,
            ),
            id="closed epic",
        ),
        pytest.param(
            judged(item(), WITH_GOALS),
            ("case.missing", "Ada Admin", f"Which business goal does it serve? {CASE}"),
            id="no case",
        ),
        pytest.param(
            judged(item(comments=(typed("/case retenton x"),)), WITH_GOALS),
            (
                "case.unknown_goal",
                "Ada Admin",
                f"Its business case names retenton, which is no goal of the policy; did they mean retention? {CASE}",
            ),
            id="unknown goal",
        ),
        pytest.param(
            risks.seen(risks.risk()), ("risk.missing", "Linus Duty", f"{STATE} /risk."), id="risk nobody stated"
        ),
        pytest.param(
            risks.seen(risks.risk((LINUS, "/risk If we do not shard by 2027-03-31, we will lose 30%."))),
            (
                "risk.incomplete",
                "Linus Duty",
                f"Its statement of the risk lacks a metric and a decision-maker. {COMPLETE}",
            ),
            id="incomplete risk",
        ),
        pytest.param(risks.seen(KNOWN), ("risk.undecided", "Grace Hopper", DECIDE + STATED), id="risk to decide"),
    ],
)
def test_whoever_is_asked_hears_of_it(decision: Decision, expected: tuple[str, str, str]) -> None:
    """The one whom the comment asks, in plain words that need no comment beside them."""
    assert told(decision) == [expected]


def test_nobody_to_ask_is_nobody_to_tell() -> None:
    """The comment asks whoever reads it."""
    assert told(decided(snapshot(creator=None))) == []
    bare = replace(mandates.POLICY, people=(), mandate_roles=())
    assert told(judged(item(replace(EPIC, owner=None)), bare)) == []


def test_question_is_the_same_for_as_long_as_it_stands() -> None:
    """Days later it is the same notice; once the class was there and is lost again it is another."""
    first = decided(snapshot())
    again = decided(snapshot(), first.memory, now=NOW + 3 * DAY)
    assert [one.purpose for one in again.notices] == [one.purpose for one in first.notices]
    solved = decided(snapshot("operational", facts=ON_CALL), again.memory, now=NOW + 4 * DAY)
    assert told(solved) == []
    lost = decided(snapshot(), solved.memory, now=NOW + 5 * DAY)
    anew = decided(snapshot(), lost.memory, now=NOW + 6 * DAY)
    assert told(anew) == told(first)
    assert anew.notices[0].purpose != first.notices[0].purpose


def test_item_that_is_closed_asks_nobody() -> None:
    """What waits for a letter is taken back with it."""
    first = decided(snapshot())
    assert decided(snapshot(standing="done"), first.memory).notices == ()


def test_each_version_of_a_risk_is_told_and_its_end_too() -> None:
    """A statement that was worded anew is another decision to make, and so is an acceptance that ended."""
    first = risks.seen(KNOWN)
    anew = risks.seen(replace(KNOWN, comments=(*KNOWN.comments, _typed(5, "/risk" + risks.WHOLE[5:]))), first.memory)
    assert told(anew) == told(first)
    assert anew.notices[0].purpose != first.notices[0].purpose
    accept = _typed(6, "/accept until 2026-12-24 because frozen", mandates.GRACE)
    accepted = risks.seen(replace(KNOWN, comments=(accept,)), anew.memory)
    assert told(accepted) == []
    (expired,) = risks.seen(replace(KNOWN, comments=(accept,)), accepted.memory, days=60).notices
    assert expired.purpose == "risk.expired:2026-12-24"
    over = "Grace Hopper accepted the risk until 2026-12-24, and that is over."
    assert expired.sentence == f"{over} {DECIDE}{STATED}"


def test_whom_the_tracker_does_not_know_is_told_as_the_policy_knows_them() -> None:
    """A decision-maker without an account hears of it all the same; a stranger does not, whoever wrote an address."""
    (notice,) = risks.seen(risks.risk((LINUS, risks.WHOLE))).notices
    assert notice.to == Person("", "Grace Hopper", "grace@acme.test")
    typed = risks.WHOLE.replace("Grace Hopper", "cfo@elsewhere.test")
    ((finding, to, sentence),) = told(risks.seen(risks.risk((LINUS, typed))))
    assert (finding, to) == ("risk.undecided", "Linus Duty")
    assert sentence.startswith("cfo@elsewhere.test has not decided on the risk. cfo@elsewhere.test is nobody that")


def test_question_that_waits_for_another_is_not_told_yet() -> None:
    """One question at a time, in letters as in the comment; that the item is quiet is told beside it."""
    decision = judged(item(replace(EPIC, owner=None)), WITH_GOALS)
    assert mandates.ids(decision) == ["epic.no_owner", "case.missing"]
    assert [finding for finding, _, _ in told(decision)] == ["epic.no_owner"]
    quiet = looked_at(quiet_item())
    assert [finding for finding, _, _ in told(quiet)] == ["class.missing", "stale"]
    asking = Ruling(Verdict("labels", "missing", "", ""), says=(paragraph("which?"),), asks=True)
    waiting = replace(asking, verdict=Verdict("risk", "", "", ""), notices=(Notice("risk.missing:1", ADA, "state"),))
    assert [ruling.notices for ruling in in_turn([asking, waiting])] == [(), ()]
    assert in_turn([waiting])[0].notices == waiting.notices


def _typed(minutes: int, body: str, by: Person = LINUS) -> Comment:
    return Comment(f"t-{minutes}", mandates.NOW + timedelta(minutes=minutes), by, body)


def test_first_sight_and_next_look_tell_the_same() -> None:
    """Also of an item without a grace, which is asked about at its first sight."""
    fresh: Snapshot = snapshot(created_at=NOW - 9 * DAY)
    first = decide(fresh, memory(classless_since=NOW - DAY), risks.RISKY, NOW)
    assert told(first) == [("class.missing", GRACE.name, NEITHER)]
    assert decide(fresh, first.memory, risks.RISKY, NOW + DAY).notices == first.notices
    assert decide(fresh, Memory(), risks.RISKY, NOW).notices[0].purpose == f"class.missing:{NOW.isoformat()}"
