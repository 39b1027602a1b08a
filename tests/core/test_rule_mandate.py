"""The mandate rule: the owner of a strategic item's epic can put it on the roadmap."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.core.case import Ruling
from app.core.decide import decide
from app.core.decision import Decision, Verdict
from app.core.memory import Memory, Wrote
from app.core.person import Person
from app.core.policy import Classes, Mandate, Member, Policy, Route, Size, Watch
from app.core.snapshot import Epic, EpicFact, Facts, Snapshot
from app.core.text import Mention, paragraph
from app.core.turns import in_turn

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ADA = Person("u-ada", "Ada Admin", "ada@acme.test")
GRACE = Person("u-grace", "Grace Hopper", "grace@acme.test")
EPIC = Epic("project", "p-1", "p-1", "Q4 Reliability", "https://tracker.test/p-1", owner=ADA)
OTHER = Epic("project", "p-2", "PLAT-9", "Other plans", "https://tracker.test/p-2", owner=GRACE)
PEOPLE = (
    Member("Ada Admin", "ada@acme.test", "staff", Mandate(("payments",), date(2026, 12, 31))),
    Member("Grace Hopper", "grace@acme.test", "director", Mandate(("payments",), date(2026, 12, 1))),
)
POLICY = Policy(
    (Watch("linear", "post-mortem"),),
    (Route("payments", "payments", epics={"linear": {"project": "Q4 Reliability"}}),),
    classes=Classes(),
    size=Size(8),
    people=PEOPLE,
    mandate_roles=("staff", "director"),
)
MEMORY = Memory(first_seen_at=NOW)


def item(epic: Epic | None = EPIC, **fields: Any) -> Snapshot:
    """Return a strategic item under that epic, which is the route's."""
    made = Snapshot("linear", "i-1", "ENG-1", "Shard the ledger", "https://tracker.test/ENG-1", NOW, NOW)
    under = (epic,) if epic else ()
    facts = Facts(epic=EpicFact(under=epic is not None, epic=epic))
    return replace(made, **{"labels": ("post-mortem", "strategic"), "epics": under, "facts": facts, **fields})


def judged(snapshot: Snapshot, policy: Policy = POLICY, memory: Memory = MEMORY, now: datetime = NOW) -> Decision:
    """Decide."""
    return decide(snapshot, memory, policy, now)


def ids(decision: Decision) -> list[str]:
    """Return the ids of the findings."""
    return [finding.id for finding in decision.findings]


def said(decision: Decision) -> str:
    """Return the living comment's words."""
    return decision.comment.plain() if decision.comment else ""


def test_owner_with_the_mandate_is_left_in_peace_until_it_ends() -> None:
    """Nothing is found or said, and the item is looked at again when the owner's mandate ends."""
    decision = judged(item())
    assert ids(decision) == []
    assert decision.comment is None
    assert decision.look_again_at == datetime(2027, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("epic", "wanted", "words"),
    [
        (replace(EPIC, open=False), "epic.closed", "Its epic Q4 Reliability is closed"),
        (replace(EPIC, owner=None), "epic.no_owner", "has no owner"),
        (replace(EPIC, owner=replace(ADA, bot=True)), "epic.no_owner", "has no owner"),
        (replace(EPIC, owner=replace(ADA, active=False)), "epic.owner_inactive", "Ada Admin, who owns its epic"),
        (replace(EPIC, owner=Person("u-x", "Xenia")), "epic.owner_without_mandate", "not among the people"),
        (replace(EPIC, seen=False), "epic.none", "cannot be seen"),
    ],
)
def test_fault_of_the_epic_is_told_with_who_has_the_mandate(epic: Epic, wanted: str, words: str) -> None:
    """Whatever fails is found by name and told in one question that names who holds the mandate."""
    decision = judged(item(epic))
    assert ids(decision) == [wanted]
    assert decision.asks
    assert words in decision.findings[0].sentence
    assert "The mandate for payments is held by Ada Admin or Grace Hopper." in decision.findings[0].sentence
    assert "held by Ada Admin or Grace Hopper" in said(decision)
    assert decision.look_again_at == datetime(2026, 12, 2, tzinfo=UTC)


def test_owner_is_addressed_and_told_which_part_fails() -> None:
    """The owner whose mandate ended is mentioned and told when it ended."""
    decision = judged(item(), now=datetime(2027, 1, 1, tzinfo=UTC))
    assert ids(decision) == ["epic.owner_without_mandate"]
    assert "which ended on 2026-12-31" in said(decision)
    assert decision.comment is not None
    assert decision.comment.blocks[0].spans[0] == Mention(ADA)


def test_owner_whose_mandate_is_elsewhere_is_told_the_area() -> None:
    """A mandate for another area does not count."""
    routes = (replace(POLICY.routes[0], area="search"),)
    decision = judged(item(), replace(POLICY, routes=routes))
    assert "roadmap: you have a mandate for payments, not for search." in said(decision)
    assert "held by nobody in the policy" in said(decision)
    assert decision.look_again_at == datetime(2027, 1, 1, tzinfo=UTC)


def test_policy_without_mandates_asks_for_none() -> None:
    """Where nobody declared mandates an owner is enough, but there must be one."""
    silent = replace(POLICY, people=(), mandate_roles=())
    assert ids(judged(item(), silent)) == []
    decision = judged(item(replace(EPIC, owner=None)), silent)
    assert ids(decision) == ["epic.no_owner"]
    assert "mandate" not in said(decision)


def test_epic_that_a_person_chose_is_judged_instead_of_the_route_s() -> None:
    """The item's own epic counts, also where the route names another."""
    facts = Facts(epic=EpicFact(under=False, epic=replace(EPIC, owner=None)))
    assert ids(judged(item(OTHER, facts=facts))) == []
    closed = replace(OTHER, open=False)
    decision = judged(item(closed, facts=facts))
    assert ids(decision) == ["epic.closed"]
    assert "Other plans (PLAT-9)" in said(decision)


def test_route_s_epic_is_judged_before_the_item_is_linked() -> None:
    """An item that is about to be linked, or was linked by us to an older route's epic, is judged by the route's."""
    facts = Facts(epic=EpicFact(under=False, epic=replace(EPIC, owner=None)))
    assert ids(judged(item(None, facts=facts))) == ["epic.no_owner"]
    ours = replace(MEMORY, wrote=Wrote(epic="p-2"))
    assert "epic.no_owner" in ids(judged(item(OTHER, facts=facts), memory=ours))


def test_item_without_a_route_is_judged_by_the_epic_it_is_under() -> None:
    """A person's epic counts without a route, any mandate will do, and the post-mortem ticket is no epic."""
    lost = replace(POLICY, routes=())
    closed = replace(EPIC, open=False)
    bare = item(closed, facts=Facts())
    assert ids(judged(bare, lost)) == ["route.none", "epic.closed"]
    assert "A mandate is held by" in judged(bare, lost).findings[1].sentence
    assert ids(judged(bare, lost, replace(MEMORY, hung_under="p-1"))) == ["route.none"]


def test_only_strategic_items_need_a_mandate() -> None:
    """An operational item under a closed epic is nobody's business."""
    under = item(replace(EPIC, open=False), labels=("post-mortem", "operational"))
    assert "epic.closed" not in ids(judged(under))


def test_verdict_shows_what_it_rests_on() -> None:
    """`why` shows the epic, its owner and what the policy says of them, also where all is well."""
    verdict = next(one for one in judged(item()).verdicts if one.rule == "mandate")
    assert verdict.verdict == "as it should be"
    assert verdict.inputs["mandate until"] == "2026-12-31"
    assert verdict.inputs["area"] == verdict.inputs["areas"] == "payments"


def test_question_waits_while_another_is_open() -> None:
    """Of two open questions only the first is asked; what the other found is found all the same."""
    memory = replace(MEMORY, stopped_at=NOW)
    asking = Ruling(Verdict("labels", "missing", "", ""), says=(paragraph("which?"),), asks=True)
    waiting = Ruling(Verdict("mandate", "closed", "", ""), says=(paragraph("whose?"),), asks=True)
    assert [ruling.says for ruling in in_turn([asking, waiting])] == [asking.says, ()]
    assert [ruling.asks for ruling in in_turn([asking, waiting])] == [True, False]
    assert in_turn([waiting]) == [waiting]
    assert in_turn([waiting, asking]) == [waiting, asking]
    assert ids(judged(item(replace(EPIC, open=False)), memory=memory)) == ["epic.closed", "flips.stopped"]
