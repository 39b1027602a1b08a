"""Every item carries exactly one class label."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.core.change import AddLabel, Change, RemoveLabel, SetDue
from app.core.item_class import ItemClass
from app.core.memory import Memory, Wrote
from app.core.policy import Classes, ClassLabel
from app.core.snapshot import Choice, Facts, Snapshot
from app.core.text import Mention
from tests.builders import (
    ADA,
    CODEBOT,
    DAY,
    GRACE,
    GUEST,
    LEFT,
    LINUS,
    MARK,
    MINUTE,
    NOW,
    RELAY,
    classes,
    decided,
    found,
    in_jira,
    memory,
    policy,
    snapshot,
)

ADD, REMOVE = AddLabel, RemoveLabel
GRACE_ENDS = NOW + 10 * MINUTE


def labels_wanted(item: Snapshot, known: Memory | None = None, words: Classes | None = None) -> tuple[Change, ...]:
    """Return the label changes that are wanted."""
    wanted = decided(item, known, policy(classes=words or classes())).wanted
    return tuple(change for change in wanted if isinstance(change, (AddLabel, RemoveLabel)))


# --- no class label ---


def test_new_item_is_left_alone_for_its_grace() -> None:
    """An item without a class that was just seen gets no question and no mark, but a look when its grace ends."""
    decision = decided(snapshot(), Memory())
    assert (decision.item_class, decision.wanted, decision.findings, decision.comment) == ("missing", (), (), None)
    assert decision.look_again_at == GRACE_ENDS
    assert decision.memory.first_seen_at == decision.memory.classless_since == NOW


def test_grace_runs_from_first_sight_not_from_creation() -> None:
    """An item that is old when it becomes watched has its grace all the same."""
    assert decided(snapshot(created_at=NOW - 90 * DAY), Memory()).look_again_at == GRACE_ENDS


@pytest.mark.parametrize(
    ("waited", "asked"),
    [
        pytest.param(10 * MINUTE - timedelta(microseconds=1), [], id="a moment before the grace ends"),
        pytest.param(10 * MINUTE, ["class.missing"], id="at its end"),
        pytest.param(DAY, ["class.missing"], id="long after"),
    ],
)
def test_grace_ends_to_the_moment(waited: timedelta, asked: list[str]) -> None:
    """The question is asked from the moment at which the grace ends, which is the moment that was named for a look."""
    first = decided(snapshot(), Memory())
    assert found(decided(snapshot(), first.memory, now=NOW + waited)) == asked


def test_grace_over_marks_and_asks() -> None:
    """After its grace the item gets the waiting mark, and its owner is asked with the words that can be typed."""
    decision = decided(snapshot(assignee=LINUS))
    assert found(decision) == ["class.missing"]
    assert decision.wanted == (AddLabel(MARK),)
    assert decision.asks
    assert decision.look_again_at is None
    assert decision.comment is not None
    text = decision.comment.plain()
    assert text.startswith("Linus Duty, which of the two")
    assert "/operational (label operational)" in text
    assert "/strategic (label strategic)" in text
    assert "Rule: classes in followthrough.yaml." in text


def test_no_mark_where_the_policy_has_none() -> None:
    """Without a label for waiting items the question is asked and nothing is marked."""
    decision = decided(snapshot(), asked=policy(classes=classes(needs_class=None)))
    assert (found(decision), decision.wanted) == (["class.missing"], ())


def test_mark_is_not_set_twice() -> None:
    """A waiting item that carries the mark in any case is not marked again."""
    assert labels_wanted(in_jira("Needs-Class")) == ()


@pytest.mark.parametrize(
    ("people", "asked"),
    [
        pytest.param({"assignee": LINUS}, LINUS, id="assignee"),
        pytest.param({"assignee": None}, GRACE, id="creator when nobody holds it"),
        pytest.param({"assignee": LEFT}, GRACE, id="creator when the assignee left"),
        pytest.param({"assignee": CODEBOT}, GRACE, id="creator when a bot holds it"),
        pytest.param({"assignee": RELAY}, RELAY, id="a relay speaks for people"),
        pytest.param({"assignee": CODEBOT, "creator": LEFT}, None, id="nobody is there"),
        pytest.param({"assignee": None, "creator": None}, None, id="nobody is known"),
        pytest.param({"assignee": None, "creator": GUEST}, None, id="nobody from outside"),
    ],
)
def test_owner_is_asked_who_can_answer(people: dict[str, object], asked: object) -> None:
    """The question goes to the assignee, else the creator, and only to active people with a say."""
    decision = decided(snapshot(**people), asked=policy(classes=classes(grace=timedelta(0))))
    assert decision.comment is not None
    mentioned = [span.person for block in decision.comment.blocks for span in block.spans if isinstance(span, Mention)]
    assert mentioned == ([asked] if asked else [])
    assert asked or decision.comment.plain().startswith("Which of the two")


def test_class_taken_off_starts_another_grace() -> None:
    """An item that loses its class is not asked about at once."""
    before = decided(snapshot("operational"), Memory())
    assert before.memory.classless_since is None
    after = decided(snapshot(), before.memory, now=NOW + DAY)
    assert (found(after), after.look_again_at) == ([], NOW + DAY + 10 * MINUTE)


# --- one class label ---


@pytest.mark.parametrize(
    ("item", "item_class", "wanted"),
    [
        pytest.param(snapshot("operational"), "operational", [], id="linear: as configured"),
        pytest.param(snapshot("Operational"), "operational", [], id="linear: the spelling that exists is the label"),
        pytest.param(snapshot("OPS"), "operational", [ADD("operational"), REMOVE("OPS")], id="linear: alias"),
        pytest.param(
            snapshot("operational", "ops"), "operational", [REMOVE("ops")], id="linear: alias beside the label"
        ),
        pytest.param(
            snapshot("ops", "quick-fix"),
            "operational",
            [ADD("operational"), REMOVE("ops"), REMOVE("quick-fix")],
            id="linear: two aliases",
        ),
        pytest.param(
            snapshot("Long-Term"), "strategic", [ADD("strategic"), REMOVE("Long-Term")], id="linear: strategic"
        ),
        pytest.param(in_jira("operational"), "operational", [], id="jira: as configured"),
        pytest.param(
            in_jira("Operational"),
            "operational",
            [ADD("operational"), REMOVE("Operational")],
            id="jira: another case is another label",
        ),
        pytest.param(
            in_jira("OPERATIONAL", "operational", "Operational"),
            "operational",
            [REMOVE("OPERATIONAL"), REMOVE("Operational")],
            id="jira: variants beside the label",
        ),
        pytest.param(in_jira("Ops"), "operational", [ADD("operational"), REMOVE("Ops")], id="jira: alias in a case"),
    ],
)
def test_class_label_is_spelled_as_configured(item: Snapshot, item_class: str, wanted: list[Change]) -> None:
    """Aliases and, where case tells labels apart, other spellings are replaced in the same write."""
    decision = decided(item)
    assert decision.item_class == item_class
    assert list(labels_wanted(item)) == wanted
    assert found(decision) in ([], ["route.none"])


@pytest.mark.parametrize(
    ("label", "aliases", "wanted"),
    [
        pytest.param("operational", ("class/operational",), [], id="the alias is its full name"),
        pytest.param("Class/Operational", ("operational",), [], id="the alias is its own name"),
        pytest.param(
            "fix", ("operational", "Class/Operational"), [ADD("fix"), REMOVE("Operational")], id="two aliases"
        ),
        pytest.param("fix", ("Class/Operational",), [ADD("fix"), REMOVE("Class/Operational")], id="one alias"),
    ],
)
def test_two_names_of_a_label_are_one_label(label: str, aliases: tuple[str, ...], wanted: list[Change]) -> None:
    """A label in a group stays where the policy means it by either name, and is taken off once where it does not."""
    item = snapshot("Operational", "Class/Operational", full_names=(("Class/Operational", "Operational"),))
    assert list(labels_wanted(item, words=classes(operational=ClassLabel(label, aliases)))) == wanted


@pytest.mark.parametrize("mark", [MARK, "NEEDS-CLASS"])
@pytest.mark.parametrize("label", ["operational", "strategic", "risk"])
def test_mark_is_taken_away_once_the_class_is_known(label: str, mark: str) -> None:
    """The waiting mark goes, in the spelling that it has, from an item that has a class or is a risk."""
    assert labels_wanted(snapshot(label, mark)) == (RemoveLabel(mark),)


def test_mark_that_the_policy_named_otherwise_is_taken_away() -> None:
    """What we set under a name that stands in the policy no more goes too once the class is known; a person's stays."""
    renamed = policy(classes=classes(needs_class="unclassified"))
    known = memory(wrote=Wrote(added=(MARK,)))
    assert decided(snapshot("risk", MARK, "other"), known, renamed).wanted == (RemoveLabel(MARK),)
    assert decided(in_jira("risk", MARK, "Needs-Class"), known, renamed).wanted == (RemoveLabel(MARK),)
    assert decided(snapshot("risk", MARK), memory(), renamed).wanted == ()
    assert decided(snapshot("risk", "other"), known, renamed).wanted == ()


def test_label_that_the_policy_calls_by_its_full_name_now_is_not_an_old_one() -> None:
    """What we set by the name alone stays where the policy says the same label's full name."""
    words = classes(operational=ClassLabel("Class/Operational"))
    item = snapshot("Operational", "Class/Operational", full_names=(("Class/Operational", "Operational"),))
    assert labels_wanted(item, memory(wrote=Wrote(added=("operational",))), words) == ()


def test_mark_of_nobody_stays() -> None:
    """Where the policy has no waiting mark, a label of that name is none of ours."""
    assert labels_wanted(snapshot("operational", MARK), words=classes(needs_class=None)) == ()


def test_classified_item_is_not_commented_on() -> None:
    """A class label alone gives nobody anything to read."""
    assert decided(snapshot("operational")).comment is None


# --- a risk ---


def test_risk_alone_is_no_missing_class() -> None:
    """The risk label alone is an answer: no class is asked for, no board and no epic, however long it stays."""
    decision = decided(snapshot("Risk"), now=NOW + DAY)
    assert (decision.item_class, decision.route, decision.wanted) == (ItemClass.RISK, None, ())
    assert "class.missing" not in found(decision)


@pytest.mark.parametrize("label", ["operational", "strategic"])
def test_risk_beside_a_class_is_routed_by_the_class(label: str) -> None:
    """A risk label beside a class label changes nothing about where the item goes."""
    decision = decided(snapshot("risk", label))
    assert (decision.item_class, decision.route) == (label, "everything else")


def test_risk_means_nothing_where_the_policy_has_no_risk_label() -> None:
    """Without a risk label in the policy the word is any other label."""
    assert decided(snapshot("risk"), asked=policy(classes=classes(risk=None))).item_class == "missing"


# --- both ---


def both(
    *added: Choice, on_conflict: str = "latest", labels: tuple[str, ...] = ("operational", "strategic")
) -> Snapshot:
    """Return an item with labels of both classes, and who added them."""
    return snapshot(*labels, facts=Facts(choices=added) if on_conflict == "latest" else Facts())


LATEST = policy(classes=classes(on_conflict="latest"))
EARLY, LATE = NOW - 2 * DAY, NOW - DAY


def test_both_classes_wait_for_a_person() -> None:
    """Under `wait` an item with both classes is routed nowhere, keeps its labels, and its owner is asked at once."""
    decision = decided(snapshot("operational", "long-term", due=None), Memory())
    assert (decision.item_class, decision.route, decision.wanted) == (ItemClass.CONFLICT, None, ())
    assert found(decision) == ["class.conflict"]
    assert decision.asks
    assert decision.comment is not None
    assert "carries both class labels" in decision.comment.plain()
    assert decision.look_again_at is None


@pytest.mark.parametrize(
    ("added", "item_class"),
    [
        pytest.param([Choice("operational", EARLY, ADA), Choice("strategic", LATE, GRACE)], "strategic", id="latest"),
        pytest.param(
            [Choice("strategic", EARLY, ADA), Choice("OPS", LATE, ADA)], "operational", id="latest is an alias"
        ),
        pytest.param(
            [Choice("operational", EARLY, ADA), Choice("strategic", LATE, CODEBOT)],
            "operational",
            id="bots do not count",
        ),
        pytest.param([Choice("operational", EARLY, ADA), Choice("strategic", LATE, None)], "operational", id="nobody"),
        pytest.param([Choice("operational", EARLY, ADA), Choice("strategic", LATE, RELAY)], "strategic", id="a relay"),
        pytest.param([Choice("operational", EARLY, CODEBOT)], "conflict", id="no person added any"),
        pytest.param([], "conflict", id="no history"),
        pytest.param([Choice("post-mortem", LATE, ADA), Choice("ops", EARLY, ADA)], "operational", id="other labels"),
        pytest.param(
            [Choice("operational", LATE, ADA), Choice("strategic", LATE, ADA)], "conflict", id="both in one stroke"
        ),
        pytest.param(
            [Choice("ops", LATE, ADA), Choice("quick-fix", LATE, ADA)], "operational", id="one class in a stroke"
        ),
    ],
)
def test_latest_choice_of_a_person_wins(added: list[Choice], item_class: str) -> None:
    """Under `latest` the class that a person added last holds, and where that is not to be told a person is asked."""
    decision = decided(both(*added), asked=LATEST)
    assert decision.item_class == item_class
    assert found(decision) == (["class.conflict"] if item_class == "conflict" else [])


def test_second_class_label_is_left_alone_for_the_grace() -> None:
    """Whoever changes a label in two steps and adds first is not asked in between; who leaves both is asked once."""
    classified = decided(snapshot("operational"), Memory(first_seen_at=NOW - DAY)).memory
    item = both(on_conflict="wait")
    waiting = decided(item, classified, now=NOW + MINUTE)
    assert (waiting.item_class, waiting.route, found(waiting)) == (ItemClass.CONFLICT, None, [])
    assert (waiting.wanted, waiting.comment, waiting.notices) == ((), None, ())
    assert waiting.look_again_at == NOW + 11 * MINUTE
    assert found(decided(snapshot("strategic"), waiting.memory, now=NOW + 2 * MINUTE)) == []
    asked = decided(item, waiting.memory, now=NOW + 11 * MINUTE)
    assert found(asked) == ["class.conflict"]
    assert len(asked.notices) == 1
    assert found(decided(item, asked.memory, now=NOW + 12 * MINUTE)) == ["class.conflict"]
    none = decided(snapshot(), asked.memory, now=NOW + 13 * MINUTE)
    assert (found(none), none.look_again_at) == ([], NOW + 23 * MINUTE)
    assert found(decided(item, memory(since={"class.conflict": NOW - DAY}, classless_since=None))) == ["class.conflict"]


def test_latest_choice_takes_the_other_label_off() -> None:
    """The label of the class that lost goes, and the one that won stays."""
    item = both(Choice("operational", EARLY, ADA), Choice("strategic", LATE, GRACE))
    decision = decided(item, asked=LATEST)
    assert decision.wanted == (RemoveLabel("operational"),)
    assert decision.verdicts[0].because == "of its two class labels Grace Hopper added strategic last"


def test_conflict_leaves_the_mark_alone() -> None:
    """An item that waits for its class and then gets both still waits."""
    assert decided(snapshot("operational", "strategic", MARK)).wanted == ()


def test_choices_are_not_asked_for_under_wait() -> None:
    """Under `wait` the history does not matter, even where it is known."""
    assert decided(both(Choice("ops", LATE, ADA))).item_class == "conflict"


# --- the verdict, for `why` ---


@pytest.mark.parametrize(
    ("item", "verdict", "because"),
    [
        pytest.param(snapshot("ops"), "operational", "it carries the label ops", id="class"),
        pytest.param(snapshot("risk"), "risk", "it carries the label risk", id="risk"),
        pytest.param(snapshot("ops", "strategic"), "conflict", "it carries labels of both classes", id="both"),
        pytest.param(
            snapshot(), "missing", "it carries neither operational nor strategic, and its grace is over", id="none"
        ),
    ],
)
def test_verdict_says_why(item: Snapshot, verdict: str, because: str) -> None:
    """The rule explains its answer, also where it found nothing."""
    first = decided(item).verdicts[0]
    assert (first.rule, first.verdict, first.because) == ("labels", verdict, because)


def test_verdict_in_the_grace_says_that_it_waits() -> None:
    """During the grace the reasons say that it is waited for, and since when."""
    first = decided(snapshot(), Memory()).verdicts[0]
    assert first.verdict == "waiting"
    assert first.inputs["without a class since"] == "2026-11-02T09:00:00+00:00"
    assert first.inputs["grace"] == "10m"
    assert first.inputs["labels"] == "post-mortem"


def test_due_date_of_a_replaced_label_is_not_lost() -> None:
    """An alias is tidied and the item routed in one decision."""
    wanted = decided(snapshot("ops"), memory(wrote=Wrote()), replace(policy())).wanted
    assert [type(change) for change in wanted] == [AddLabel, RemoveLabel, SetDue]
