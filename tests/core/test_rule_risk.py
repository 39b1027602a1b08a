"""The risk rule: stated, completed, decided on by whom it names, and looked at again when an acceptance ends."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.core.change import AddLabel, LinkToEpic, RemoveLabel
from app.core.decision import Decision
from app.core.item_class import ItemClass
from app.core.memory import Memory, Wrote
from app.core.needs import needs
from app.core.person import Person
from app.core.policy import ByUrgency, Classes, Policy, Stale, Urgency, Watch
from app.core.snapshot import Comment, EpicFact, Facts, OnCallFact, Snapshot
from app.core.statements import Statement
from app.core.text import Mention
from app.core.windows import history_wanted
from tests.builders import DAY, GUEST
from tests.core.test_rule_mandate import ADA, EPIC, GRACE, MEMORY, NOW, POLICY, ids, item, judged, said

RISKY = replace(POLICY, classes=Classes(risk="risk", grace=timedelta(0)), urgency=Urgency(("Urgent",)))
WHOLE = "/risk If we do not shard the ledger by 2027-03-31, we will lose 30% of revenue. Decision: Grace Hopper"
LINUS = Person("u-linus", "Linus Duty", "linus@acme.test")
STATED = Comment("c-0", NOW, LINUS, WHOLE)


def risk(*typed: tuple[Person, str], **fields: Any) -> Snapshot:
    """Return an item that carries only the risk label, on which this was typed, a minute apart."""
    comments = tuple(
        Comment(f"c-{number}", NOW + timedelta(minutes=number), by, body) for number, (by, body) in enumerate(typed)
    )
    shape = {"labels": ("post-mortem", "risk"), "facts": Facts(), "creator": LINUS, "comments": comments}
    return item(None, **{**shape, **fields})


def later(days: int = 0) -> datetime:
    """Return an hour after the story began, so many days on."""
    return NOW + timedelta(days=days, hours=1)


def seen(snapshot: Snapshot, memory: Memory = MEMORY, policy: Policy = RISKY, days: int = 0) -> Decision:
    """Decide an hour later."""
    return judged(snapshot, policy, memory, later(days))


def test_statement_is_asked_for_of_what_is_large_and_urgent() -> None:
    """Without a class label it becomes a risk at once: the label is set, and never is the class asked for."""
    decision = seen(risk(labels=("post-mortem",), estimate=8.0, priority="Urgent"))
    assert ids(decision) == ["risk.missing"]
    assert AddLabel("risk") in decision.wanted
    assert decision.item_class == "risk"
    assert said(decision).startswith("Linus Duty, this is a risk that somebody has to decide on: it is urgent, and")
    assert "/risk If we do not ⟨do what⟩ by ⟨date⟩" in said(decision)


def test_what_is_only_large_or_only_urgent_is_no_risk() -> None:
    """Both must hold, and a policy without a risk label knows no risks."""
    assert ids(seen(risk(labels=("post-mortem",), estimate=8.0))) == ["class.missing"]
    assert ids(seen(risk(labels=("post-mortem",), priority="Urgent"))) == ["class.missing"]
    plain = replace(RISKY, classes=Classes(grace=timedelta(0)))
    assert ids(seen(risk(labels=("post-mortem",), estimate=8.0, priority="Urgent"), policy=plain)) == ["class.missing"]


def test_small_fix_that_is_a_risk_is_asked_about_the_risk_only() -> None:
    """Beside a class the risk is asked for as well, of who is about to hold it; the size need not be explained then."""
    route = replace(RISKY.routes[0], boards={"linear": {"team": "OPS"}}, on_call="ops")
    policy = replace(RISKY, routes=(route,))
    facts = Facts(on_call=OnCallFact(LINUS, LINUS.name))
    labels = ("post-mortem", "operational")
    decision = seen(risk(labels=labels, estimate=8.0, priority="Urgent", creator=ADA, facts=facts), policy=policy)
    assert ids(decision) == ["size.too_large", "risk.missing"]
    assert said(decision).startswith("Linus Duty, this is a risk")
    assert "marked as a small fix" not in said(decision)


def test_incomplete_statement_is_answered_with_its_missing_parts() -> None:
    """Exactly what is missing is named, and the person's own sentence comes back with blanks."""
    decision = seen(risk((LINUS, "/risk If we do not shard the ledger, we will lose 30%.")))
    assert ids(decision) == ["risk.incomplete"]
    assert decision.findings[0].sentence == "Its statement of the risk lacks a horizon, a metric and a decision-maker."
    wanted = "/risk If we do not shard the ledger by ⟨date⟩, we will lose 30% of ⟨what⟩. Decision: ⟨who⟩"
    assert wanted in said(decision)
    alone = seen(risk((LINUS, WHOLE.replace("Grace Hopper", ""))))
    assert alone.findings[0].sentence == "Its statement of the risk lacks a decision-maker."


def test_named_person_is_asked_to_decide() -> None:
    """A whole statement is put before its decision-maker, who is mentioned where the item shows them."""
    decision = seen(risk((LINUS, WHOLE), assignee=GRACE))
    assert ids(decision) == ["risk.undecided"]
    assert decision.comment is not None
    assert decision.comment.blocks[0].spans[0] == Mention(GRACE)
    unseen = seen(risk((LINUS, WHOLE)))
    assert said(unseen).startswith("Grace Hopper, please decide on this risk: If we do not shard the ledger")
    stranger = seen(risk((LINUS, WHOLE.replace("Grace Hopper", "Zoe Zone"))))
    assert stranger.findings[0].sentence == "Zoe Zone has not decided on the risk."


def test_accepted_risk_is_quiet_until_its_day_is_over() -> None:
    """An acceptance holds through its last day; then the risk comes back by itself."""
    typed = ((LINUS, WHOLE), (GRACE, "/accept until 2026-12-24 because the ledger is frozen"))
    decision = seen(risk(*typed))
    assert ids(decision) == []
    assert decision.look_again_at == datetime(2026, 12, 25, tzinfo=UTC)
    told = {verdict.rule: verdict for verdict in decision.verdicts}
    assert told["staleness"].because == "it is accepted until Thursday 2026-12-24, and may be quiet until then"
    assert told["staleness"].changes_when == "Thursday 2026-12-24 is over"
    assert told["routing"].changes_when == "its class is known or it is funded"
    (made,) = decision.memory.risk_decisions
    assert (made.kind, made.by, made.because, str(made.until)) == (
        "accept",
        "Grace Hopper",
        "the ledger is frozen",
        "2026-12-24",
    )
    assert ids(seen(risk(*typed), decision.memory, days=31)) == []
    assert ids(seen(risk(*typed), decision.memory, days=32)) == ["risk.expired"]


def test_rejected_risk_is_settled_until_it_is_stated_anew() -> None:
    """A rejection ends the question; another version calls for another decision, and every version is kept."""
    typed = ((LINUS, WHOLE), (GRACE, "/reject because nobody would notice"))
    decision = seen(risk(*typed))
    assert ids(decision) == []
    again = seen(risk(*typed, (LINUS, WHOLE.replace("30%", "40%"))), decision.memory)
    assert ids(again) == ["risk.undecided"]
    assert [version.by for version in again.memory.risks] == ["Linus Duty", "Linus Duty"]
    assert len(again.memory.risk_decisions) == 1


def test_funded_risk_goes_under_an_epic_like_a_strategic_item() -> None:
    """Until it is funded a risk goes nowhere; then its route's epic is looked up and its owner needs the mandate."""
    undecided, funded = risk((LINUS, WHOLE)), risk((LINUS, WHOLE), (GRACE, "/fund"))
    assert needs(undecided, MEMORY, RISKY).epic is None
    assert needs(funded, MEMORY, RISKY).epic == {"project": "Q4 Reliability"}
    decision = seen(replace(funded, facts=Facts(epic=EpicFact(under=False, epic=replace(EPIC, owner=None)))))
    assert decision.item_class == "risk"
    assert any(isinstance(change, LinkToEpic) for change in decision.wanted)
    assert ids(decision) == ["epic.no_owner"]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (((GRACE, "/fund"),), "/fund decides on a risk, but none is stated here"),
        (
            ((LINUS, "/risk 30%"), (GRACE, "/fund")),
            "/fund has to wait: the statement of the risk lacks an act, a horizon",
        ),
        (((LINUS, WHOLE), (ADA, "/fund")), "Ada Admin cannot decide on this risk: its statement names Grace Hopper."),
        (((LINUS, WHOLE), (GRACE, "/accept")), "/accept needs a date and a reason"),
        (((LINUS, WHOLE), (GRACE, "/accept until 2027-01-31")), "/accept needs a date and a reason"),
        (((LINUS, WHOLE), (GRACE, "/accept until 2027-02-30 because x")), "/accept needs a date and a reason"),
        (((LINUS, WHOLE), (GRACE, "/accept until 2020-01-31 because x")), "2020-01-31 is over"),
        (((LINUS, WHOLE), (GRACE, "/reject")), "/reject needs a reason: /reject because …"),
        (
            ((LINUS, WHOLE.replace("Grace Hopper", "Linus Duty")), (LINUS, "/fund")),
            "Linus Duty stated this risk and cannot decide on it too: Linus Duty is not among the people",
        ),
    ],
)
def test_decision_that_does_not_count_is_answered(typed: tuple[tuple[Person, str], ...], answer: str) -> None:
    """Whoever may not decide, or decides on nothing, is told so; nothing is decided, and the answer stays."""
    decision = seen(risk(*typed))
    assert decision.memory.risk_decisions == ()
    assert answer in said(decision)
    assert answer in said(seen(risk(*typed), decision.memory))


def test_quoted_and_machine_commands_decide_nothing() -> None:
    """A quoted command, one in the middle of a sentence and one of a bot are no decisions."""
    bot = replace(GRACE, bot=True)
    for by, body in ((GRACE, "> /fund"), (GRACE, "I would /fund this"), (bot, "/fund"), (GRACE, "/funding is low")):
        decision = seen(risk((LINUS, WHOLE), (by, body)))
        assert ids(decision) == ["risk.undecided"]
        assert decision.memory.risk_decisions == ()


def test_own_risk_can_be_decided_on_with_the_mandate_or_where_none_is_asked_for() -> None:
    """Grace holds a mandate; and where the policy knows of none, the name is enough."""
    assert ids(seen(risk((GRACE, WHOLE), (GRACE, "/reject because no")))) == []
    silent = replace(RISKY, people=(), mandate_roles=())
    assert ids(seen(risk((GRACE, WHOLE), (GRACE, "/reject because no")), policy=silent)) == []


def test_own_risk_in_the_description_is_an_own_risk_too() -> None:
    """What the description says is taken for the creator's, who decides on it only with the mandate."""
    described = "## Risk\n" + WHOLE.removeprefix("/risk ")
    own = described.replace("Grace Hopper", "Linus Duty")
    decision = seen(risk((LINUS, "/fund"), description=own), Memory())
    assert decision.memory.risk_decisions == ()
    assert "Linus Duty stated this risk and cannot decide on it too" in said(decision)
    assert ids(seen(risk((LINUS, "/reject because no"), description=own, creator=ADA), Memory())) == []
    assert ids(seen(risk((LINUS, "/reject because no"), description=own, creator=None), Memory())) == []
    assert ids(seen(risk((GRACE, "/reject because no"), description=described, creator=GRACE), Memory())) == []


def test_outsiders_decide_nothing_though_a_statement_names_them() -> None:
    """A name that somebody outside chose for themselves is no right to decide, and nobody asks them to."""
    named = "## Risk\n" + WHOLE.removeprefix("/risk ").replace("Grace Hopper", GUEST.name)
    decision = seen(risk((GUEST, "/fund"), description=named), Memory())
    assert ids(decision) == ["risk.undecided"]
    assert decision.memory.risk_decisions == ()
    assert decision.comment is not None
    assert Mention(GUEST) not in [span for block in decision.comment.blocks for span in block.spans]
    known = replace(GUEST, name="Grace Hopper", email="grace@acme.test")
    assert ids(seen(risk((LINUS, WHOLE), (known, "/reject because no")))) == []


def test_first_name_and_mail_name_somebody_and_two_of_a_name_nobody() -> None:
    """A short name counts when only one person of the policy has it."""
    for name in ("grace", "GRACE@acme.test", "Grace"):
        typed = ((LINUS, WHOLE.replace("Grace Hopper", name)), (GRACE, "/reject because no"))
        assert ids(seen(risk(*typed))) == []
    second = replace(RISKY.people[0], name="Grace Other", email="grace.other@acme.test")
    both = replace(RISKY, people=(*RISKY.people, second, replace(second, email="grace@other.test")))
    typed = ((LINUS, WHOLE.replace("Grace Hopper", "Grace")), (GRACE, "/reject because no"))
    assert ids(seen(risk(*typed), policy=both)) == ["risk.undecided"]


def test_description_states_a_risk() -> None:
    """What stands under the heading counts like the command."""
    described = "## Risk\n" + WHOLE.removeprefix("/risk ")
    assert ids(seen(risk(description=described))) == ["risk.undecided"]


IN_DESCRIPTION = f"## Risk\n{WHOLE.removeprefix('/risk ')}"
FUND = Comment("c-5", NOW + timedelta(minutes=5), GRACE, "/fund")


@pytest.mark.parametrize(
    ("comments", "before", "state"),
    [
        pytest.param((FUND,), (), [], id="both came while nobody looked"),
        pytest.param((), (), ["risk.undecided"], id="nobody decided"),
        pytest.param((replace(STATED, body="/risk 30%"), FUND), (), ["risk.undecided"], id="a comment stated another"),
        pytest.param((FUND,), (Statement("30%", NOW, "description"),), ["risk.undecided"], id="it says something else"),
    ],
)
def test_decision_counts_that_came_with_the_description(
    comments: tuple[Comment, ...], before: tuple[Statement, ...], state: list[str]
) -> None:
    """A risk of which nobody spoke before is older than its first decision; another version calls for another one."""
    item = risk(description=IN_DESCRIPTION, comments=comments, updated_at=NOW + timedelta(minutes=5))
    decision = seen(item, replace(MEMORY, risks=before))
    assert ids(decision) == state
    again = seen(item, decision.memory, days=1)
    assert ids(again) == state
    assert len(again.memory.risks) == len(decision.memory.risks)


def test_acceptance_without_an_end_that_matters_names_no_moment() -> None:
    """A date beyond the calendar's use is no moment to look again."""
    decision = seen(risk((LINUS, WHOLE), (GRACE, "/accept until 9999-01-01 because never")))
    assert ids(decision) == []
    assert decision.look_again_at is None


def test_question_reads_the_same_once_the_label_is_set() -> None:
    """Our own label is no new reason, so the comment need not be edited after the write."""
    before = risk(labels=("post-mortem",), estimate=8.0, priority="Urgent")
    assert said(seen(before)) == said(seen(replace(before, labels=("post-mortem", "risk"))))


@pytest.mark.parametrize(
    ("labels", "fields", "added", "kept"),
    [
        pytest.param(("risk",), {}, ("risk",), False, id="ours, and nothing calls for it"),
        pytest.param(("Risk",), {}, ("risk",), False, id="ours, as the tracker spells it"),
        pytest.param(("operational", "risk"), {"estimate": 8.0}, ("risk",), False, id="large still, but less urgent"),
        pytest.param(("strategic", "risk"), {"priority": "Urgent"}, ("risk",), False, id="urgent still, but smaller"),
        pytest.param(("risk",), {"estimate": 8.0, "priority": "Urgent"}, ("risk",), True, id="large and urgent still"),
        pytest.param(("risk",), {}, (), True, id="a person's"),
        pytest.param(("Risk",), {"tracker": "jira", "exact_labels": True}, ("risk",), True, id="a person's spelling"),
        pytest.param(("risk",), {"comments": (STATED,)}, ("risk",), True, id="somebody stated a risk"),
    ],
)
def test_our_risk_label_goes_when_nothing_calls_for_it(
    labels: tuple[str, ...], fields: dict[str, Any], added: tuple[str, ...], *, kept: bool
) -> None:
    """What became small or less urgent before anybody stated a risk is none any more; a person's label counts."""
    known = replace(MEMORY, wrote=Wrote(added=added))
    watched = replace(RISKY, watch=(*RISKY.watch, Watch("jira", "post-mortem")))
    decision = seen(risk(labels=("post-mortem", *labels), **fields), known, watched)
    assert (RemoveLabel(labels[-1]) not in decision.wanted) == kept
    assert any(one.startswith("risk.") for one in ids(decision)) == kept


def test_item_that_outlived_its_risk_label_lacks_a_class_at_once() -> None:
    """Without another label it is asked what it is, in the same look and by the windows of such items."""
    known = replace(MEMORY, wrote=Wrote(added=("risk",)))
    item = risk()
    assert seen(item).item_class is ItemClass.RISK
    assert seen(item, known).item_class is ItemClass.MISSING
    assert ids(seen(item, known)) == ["class.missing"]
    stale = Stale(strategic=ByUrgency(30 * DAY), unclassified=ByUrgency(7 * DAY))
    asked = replace(RISKY, stale=stale)
    in_ten_days = NOW + 10 * DAY
    assert history_wanted(item, known, asked, in_ten_days)
    assert not history_wanted(item, MEMORY, asked, in_ten_days)
