"""How an edit that Linear refuses in part is cut down, without a Linear."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any, cast

import pytest

from app.core.change import AddLabel, Assign, Change, LinkToEpic, RemoveLabel, Say, SetDue
from app.core.errors import NotFound, Transient
from app.core.person import Person
from app.core.snapshot import Epic, Snapshot
from app.core.text import Text, paragraph
from connectors.linear.apply import Writer
from connectors.linear.blame import guilty
from connectors.linear.client import Graph, Node
from connectors.linear.comments import say
from connectors.linear.draft import Drafter, Fields, Part, merged
from connectors.linear.joint import Joint
from connectors.linear.refusals import Absent, Refused

NOW = datetime(2026, 11, 23, tzinfo=UTC)
SNAPSHOT = Snapshot("linear", "i", "ENG-1", "Fix it", "u", NOW, NOW, native={"bodies": {}})
LABEL, DUE = AddLabel("a"), SetDue(date(2026, 12, 24))
WHO = Assign(Person("p", "Linus"))
UNDER = LinkToEpic("r", Epic("parent", "e", "ENG-2", "Epic", "u"))
FIELDS: dict[Change, Fields] = {
    LABEL: {"addedLabelIds": ["1"]},
    RemoveLabel("b"): {"removedLabelIds": ["2"]},
    DUE: {"dueDate": "2026-12-24"},
    WHO: {"assigneeId": "p"},
    UNDER: {"parentId": "e"},
}


class Taker:
    """Stand for Linear: refuse edits as told, and keep what was sent and taken."""

    def __init__(self, refuse: Callable[[Node], Exception | None], *, success: bool = True) -> None:
        self.refuse, self.success = refuse, success
        self.sent: list[Node] = []
        self.taken: list[Node] = []

    async def run(self, _document: str, **variables: Any) -> Node:
        """Take or refuse one edit or comment."""
        given = variables["input"]
        self.sent.append(given)
        refusal = self.refuse(given)
        if refusal is not None:
            raise refusal
        self.taken.append(given)
        return {
            "issueUpdate": {"success": self.success, "issue": {}},
            "commentCreate": {"comment": {"issue": None}},
        }

    async def draft(self, _snapshot: Snapshot, changes: Sequence[Change]) -> tuple[list[Part], dict[Change, str]]:
        """Draft from the table."""
        return [Part(change, FIELDS[change]) for change in changes], {}

    async def read(self, _node: Node) -> Snapshot:
        """Return the same snapshot whatever was written."""
        return SNAPSHOT

    def writer(self) -> Writer:
        """Return a writer to this Linear."""
        return Writer(cast("Graph", self), cast("Drafter", self), self.read, lambda: None)


def odd(field: str) -> Callable[[Node], Exception | None]:
    """Refuse every edit with that field, in words that name nothing."""
    return lambda given: Refused("Linear refuses: no", "no") if field in given else None


async def test_what_cannot_be_told_is_tried_one_by_one() -> None:
    """When a refusal names no part, each part is sent alone, and only the one at fault is refused."""
    linear = Taker(odd("dueDate"))
    applied = await linear.writer().apply(SNAPSHOT, [LABEL, DUE, WHO])
    assert (set(applied.done), applied.refused) == ({LABEL, WHO}, {"set_due": "Linear refuses: no"})
    assert linear.taken == [FIELDS[LABEL], FIELDS[WHO]]
    assert len(linear.sent) <= 5


async def test_a_refusal_of_the_only_part_ends_it() -> None:
    """Nothing is sent for ever: once more after forgetting, and then it is refused."""
    linear = Taker(odd("dueDate"))
    assert list((await linear.writer().apply(SNAPSHOT, [DUE])).refused) == ["set_due"]
    assert len(linear.sent) == 2


async def test_refusals_of_one_kind_are_told_together() -> None:
    """Two labels that are refused share the name and both reasons."""
    FIELDS.update({AddLabel("x"): {"addedLabelIds": ["3"]}, AddLabel("y"): {"addedLabelIds": ["4"]}})

    def refuse(given: Node) -> Exception | None:
        ids = given.get("addedLabelIds", [])
        return next((Refused(f"no {one}", f"label 'x{one}'") for one in ids), None)

    applied = await Taker(refuse).writer().apply(SNAPSHOT, [AddLabel("x"), AddLabel("y")])
    assert (applied.done, list(applied.refused)) == ((), ["add_label"])


async def test_an_unconfirmed_edit_is_tried_again_later() -> None:
    """An answer without success is no success."""
    linear = Taker(lambda _given: None, success=False)
    with pytest.raises(Transient):
        await linear.writer().apply(SNAPSHOT, [DUE])


async def test_an_item_that_is_gone_is_told_so() -> None:
    """When the item itself is missing nothing is refused: it is not there."""
    linear = Taker(lambda _given: Absent("gone", "Issue"))
    with pytest.raises(NotFound):
        await linear.writer().apply(SNAPSHOT, [DUE])
    with pytest.raises(NotFound):
        await linear.writer().apply(SNAPSHOT, [DUE, UNDER])


async def test_a_comment_that_is_refused_leaves_the_edit_done() -> None:
    """Words that Linear does not take are refused alone."""
    linear = Taker(odd("body"))
    applied = await linear.writer().apply(SNAPSHOT, [DUE, Say(Text((paragraph("Hi"),)))])
    assert (applied.done, list(applied.refused), applied.comment_id) == ((DUE,), ["say"], None)


async def test_a_comment_does_not_subscribe_us() -> None:
    """Our account is not to hear of every change of the items that it comments."""
    linear = Taker(lambda _given: None)
    await say(Joint(cast("Graph", linear)), SNAPSHOT, Say(Text((paragraph("Hi"),))))
    assert linear.sent[0]["doNotSubscribeToIssue"] is True


MOVE = Part(WHO, {"teamId": "t", "stateId": "s", "addedLabelIds": ["9"]})
PARTS = [Part(change, fields) for change, fields in FIELDS.items()] + [MOVE]


@pytest.mark.parametrize(
    ("error", "fields"),
    [
        (Absent("", "IssueLabel"), ["addedLabelIds"]),
        (Absent("", "User"), ["assigneeId"]),
        (Absent("", "Issue"), ["parentId"]),
        (Absent("", "WorkflowState"), ["teamId"]),
        (Absent("", "Team"), ["teamId"]),
        (Absent("", "Comet"), []),
        (Refused("", "labelIds for incorrect team"), ["addedLabelIds"]),
        (Refused("", "The label 'a' is in the same group as 'b'."), ["addedLabelIds"]),
        (Refused("", "Discrepancy between issue team and state, cycle or project."), ["teamId"]),
        (Refused("", "Argument Validation Error - stateId must be a UUID"), ["teamId"]),
        (Refused("", "assigneeId is not a member"), ["assigneeId"]),
        (Refused("", "Sub-issue would be circular"), ["parentId"]),
        (Refused("", "dueDate is in the past"), ["dueDate"]),
        (Refused("", "Something odd"), []),
    ],
)
def test_refusals_are_traced_to_their_part(error: Absent | Refused, fields: list[str]) -> None:
    """Linear's words, or the thing it misses, tell which part to leave out."""
    assert [next(iter(part.fields)) for part in guilty(error, PARTS)] == fields


def test_parts_make_one_edit() -> None:
    """Lists are joined without doubles, other fields stand as they are."""
    parts = [Part(LABEL, {"addedLabelIds": ["1"]}), Part(DUE, {"addedLabelIds": ["1", "2"], "dueDate": "d"})]
    assert merged(parts) == {"addedLabelIds": ["1", "2"], "dueDate": "d"}
    assert merged([Part(DUE)]) == {}
