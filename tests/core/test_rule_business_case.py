"""The business case rule: a strategic item says which goal it serves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.business_case import read_case
from app.core.decision import Decision
from app.core.memory import Memory
from app.core.person import Person
from app.core.policy import Goal, Policy
from app.core.snapshot import Comment
from app.core.text import Mention
from tests.core.test_rule_mandate import ADA, EPIC, GRACE, NOW, POLICY, ids, item, judged, said

GOALS = (Goal("retention", "Customers can always pay"), Goal("speed", "A change reaches customers within a day"))
WITH_GOALS: Policy = replace(POLICY, goals=GOALS)


def typed(body: str, by: Person = ADA) -> Comment:
    """Return a comment of just now."""
    return Comment("c-1", NOW, by, body)


def asked(decision: Decision) -> object:
    """Return the first span of the comment: whom it is for."""
    return decision.comment.blocks[0].spans[0] if decision.comment else None


def test_epic_s_owner_is_asked_with_a_sentence_to_fill_in() -> None:
    """A strategic item without a case is asked about: the owner of its epic is shown what to type, and the goals."""
    decision = judged(item(), WITH_GOALS)
    assert ids(decision) == ["case.missing"]
    assert asked(decision) == Mention(ADA)
    assert "/case retention ⟨what it helps" in said(decision)
    assert "speed: A change reaches customers within a day" in said(decision)


def test_stated_case_ends_the_question_and_is_kept_with_author_and_time() -> None:
    """After /case nothing is asked, and what was said is remembered: who, when, which words."""
    decision = judged(item(comments=(typed("/case retention: customers pay twice today"),)), WITH_GOALS)
    assert ids(decision) == []
    (kept,) = decision.memory.cases
    assert (kept.by, kept.by_id, kept.at, kept.text) == (
        "Ada Admin",
        "u-ada",
        NOW,
        "retention: customers pay twice today",
    )
    later = judged(item(comments=()), WITH_GOALS, decision.memory)
    assert ids(later) == []
    assert later.memory.cases == decision.memory.cases


def test_description_states_a_case_too() -> None:
    """A line under the heading counts as a person's word, as old as the item at first sight."""
    described = item(description="## Business case\nspeed: releases wait for the ledger")
    decision = judged(described, WITH_GOALS, Memory())
    assert ids(decision) == []
    assert decision.memory.cases[0].at == described.created_at
    verdict = next(one for one in decision.verdicts if one.rule == "business case")
    assert verdict.inputs["stated by"] == "the description"


def test_unknown_goal_is_answered_with_the_nearest() -> None:
    """A misspelt goal is named with the one that was meant, and the person's own sentence is kept for them."""
    decision = judged(item(comments=(typed("/case retenion customers pay"),)), WITH_GOALS)
    assert ids(decision) == ["case.unknown_goal"]
    assert "did they mean retention?" in decision.findings[0].sentence
    assert "/case retention customers pay" in said(decision)
    far = judged(item(comments=(typed("/case zzz customers pay"),)), WITH_GOALS)
    assert far.findings[0].sentence.endswith("no goal of the policy.")


def test_goal_without_a_sentence_is_no_case() -> None:
    """Whoever names a goal and says nothing is asked again."""
    assert ids(judged(item(comments=(typed("/case retention"),)), WITH_GOALS)) == ["case.missing"]


def test_somebody_else_is_asked_where_the_epic_s_owner_cannot_answer() -> None:
    """One question at a time: the owner first, then the case; and nobody is addressed in vain."""
    bot = replace(EPIC, owner=replace(ADA, bot=True))
    quiet = replace(WITH_GOALS, mandate_roles=(), people=())
    first = judged(item(bot, assignee=GRACE), quiet)
    assert ids(first) == ["epic.no_owner", "case.missing"]
    assert "which business goal" not in said(first)
    nobody = judged(item(None, facts=replace(item().facts, epic=None)), replace(quiet, routes=()))
    assert ids(nobody) == ["route.none", "case.missing"]
    assert "Which business goal" in said(nobody)


def test_nobody_is_asked_where_the_policy_names_no_goals() -> None:
    """Without goals, or for another class, there is no question."""
    assert ids(judged(item(), POLICY)) == []
    small = judged(item(labels=("post-mortem", "operational")), WITH_GOALS)
    assert "case.missing" not in ids(small)


def test_question_reads_the_same_tomorrow() -> None:
    """Nothing changes while nothing happens, so that nobody is asked twice."""
    first = judged(item(), WITH_GOALS)
    again = judged(item(), WITH_GOALS, first.memory, datetime(2026, 11, 24, 12, tzinfo=UTC))
    assert first.comment == again.comment


def test_case_that_was_stated_before_we_saw_the_item_counts() -> None:
    """Who states why a change is worth it states it for whoever comes, also while this service was down."""
    early = replace(typed("/case retention customers can pay"), at=NOW - timedelta(days=1))
    decision = judged(item(comments=(early,)), WITH_GOALS, Memory())
    assert ids(decision) == []
    assert [one.at for one in decision.memory.cases] == [early.at]


@pytest.mark.parametrize(
    ("text", "goal", "sentence"),
    [
        ("retention: customers pay", "retention", "customers pay"),
        ("retention - customers pay", "retention", "customers pay"),
        ("RETENTION, customers pay", "retention", "customers pay"),
        ("**retention** customers pay", "retention", "customers pay"),
        ("`retention`: customers pay", "retention", "customers pay"),
        ("- retention: customers pay", "retention", "customers pay"),
        ("Goal: retention. Customers pay", "retention", "Customers pay"),
        ("for retention: customers pay", "retention", "customers pay"),
        ("<b>retention</b> customers pay", "retention", "customers pay"),
        ("retention\ncustomers pay", "retention", "customers pay"),
        ("speed-up: customers pay", None, "customers pay"),
        ("retenion customers pay", None, "customers pay"),
        ("Customers can always pay", None, "Customers can always pay"),
        ("growth: customers pay", None, "customers pay"),
    ],
)
def test_case_is_read_as_people_write_it(text: str, goal: str | None, sentence: str) -> None:
    """The goal is found in marks and behind small words; where no goal is named all of it is the sentence."""
    read = read_case(text, WITH_GOALS)
    assert read is not None
    assert (read.known.key if read.known else None, read.sentence) == (goal, sentence)


@pytest.mark.parametrize("text", ["retention", "retention ⟨what it helps⟩", "", "...", "speed: !", "retention/speed"])
def test_case_without_a_sentence_is_none(text: str) -> None:
    """A goal alone says nothing, and neither does an example that nobody filled in."""
    assert read_case(text, WITH_GOALS) is None


@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from(("retention", ":", "goal", "-", "<b>", "⟨a⟩", "pay", "\n"))).map(" ".join)
)
def test_reader_never_stumbles(text: str) -> None:
    """Whatever people type, there is a case with a sentence, or none."""
    read = read_case(text, WITH_GOALS)
    assert read is None or any(letter.isalnum() for letter in read.sentence)
