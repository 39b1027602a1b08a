"""What the tracker writes to the emulated Linear."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.core.change import AddLabel, Assign, Change, LinkToEpic, MoveToBoard, RemoveLabel, SetDue
from app.core.person import Person
from app.core.snapshot import Epic
from app.ports import Applied
from connectors.linear.tracker import LinearTracker
from tests.connectors.linear.emulated import ENG_TODO, GRACE, LINUS, OLGA, OPS, Emulated, policy

MOVE = MoveToBoard("ops", OPS)
TO_ENG = MoveToBoard("eng", ENG_TODO)


async def person(tracker: LinearTracker, email: str) -> Person:
    """Return somebody whom Linear knows."""
    found = await tracker.person(ids={}, email=email, name=None)
    assert found is not None
    return found


async def apply(linear: Emulated, item: str, *changes: Change, tracker: LinearTracker | None = None) -> Applied:
    """Look at an item, write these changes, and hold the answer against a fresh look."""
    tracker = tracker or linear.connect()
    snapshot = (await tracker.look([item]))[item]
    applied = await tracker.apply(snapshot, changes)
    if applied.snapshot is not None:
        assert applied.snapshot == (await tracker.look([item]))[item]
    return applied


def shown(linear: Emulated, item: str, *names: str) -> tuple[Any, ...]:
    """Return these fields of an item as the emulator has it."""
    found = linear.control.get(item)
    return tuple(found[name] for name in names)


async def test_one_edit_carries_everything(linear: Emulated) -> None:
    """Labels, team, state, cycle, assignee and due date go in one issueUpdate, and the answer shows the item after."""
    tracker = linear.connect()
    item = linear.create("OPS", labels=["post-mortem", "runbook"])
    who = await person(tracker, LINUS)
    changes = (AddLabel("Operational"), TO_ENG, Assign(who), SetDue(date(2026, 12, 24)))
    applied = await apply(linear, item, *changes, tracker=tracker)
    assert (set(applied.done), applied.refused) == (set(changes), {})
    assert linear.writes() == ["issueUpdate"]
    assert shown(linear, item, "team", "state", "assignee", "dueDate") == ("ENG", "Todo", LINUS, "2026-12-24")
    assert sorted(shown(linear, item, "labels")[0]) == ["operational", "post-mortem"]
    assert applied.snapshot is not None
    assert (await tracker.board(applied.snapshot, ENG_TODO, None)).here


async def test_nothing_is_sent_for_what_holds(linear: Emulated) -> None:
    """Changes that the item shows already are done without a call."""
    tracker = linear.connect()
    item = linear.create(labels=["operational"], assignee=LINUS, state="Todo", cycle="active", dueDate="2026-12-24")
    who = await person(tracker, LINUS)
    changes = (AddLabel("operational"), RemoveLabel("strategic"), TO_ENG, Assign(who), SetDue(date(2026, 12, 24)))
    applied = await apply(linear, item, *changes, tracker=tracker)
    assert set(applied.done) == set(changes)
    assert (applied.snapshot, linear.writes()) == (None, [])


async def test_others_labels_stay(linear: Emulated) -> None:
    """Labels are added and removed as differences: those of others are left alone."""
    item = linear.create(labels=["post-mortem", "strategic", "backend"])
    await apply(linear, item, RemoveLabel("strategic"), AddLabel("operational"))
    assert sorted(shown(linear, item, "labels")[0]) == ["backend", "operational", "post-mortem"]


async def test_a_move_maps_the_state_by_its_type(linear: Emulated) -> None:
    """Without a state in the policy, work that has begun stays begun in the other team."""
    item = linear.create(state="In Progress")
    await apply(linear, item, MOVE)
    assert shown(linear, item, "team", "state") == ("OPS", "In Progress")


async def test_nothing_lands_in_triage(linear: Emulated) -> None:
    """An item that comes out of one team's triage, or moves to a team that has triage, is past triage there."""
    waiting, moved = linear.create("OPS", state="Triage"), linear.create()
    await apply(linear, waiting, MOVE)
    await apply(linear, moved, MOVE)
    assert shown(linear, waiting, "state") == shown(linear, moved, "state") == ("Backlog",)


async def test_begun_work_is_not_set_back(linear: Emulated) -> None:
    """The policy's state is for items that nobody has begun."""
    item = linear.create("OPS", state="In Progress")
    await apply(linear, item, TO_ENG)
    assert shown(linear, item, "team", "state") == ("ENG", "In Progress")


async def test_a_move_keeps_the_project(linear: Emulated) -> None:
    """The project's teams are extended first, its other teams stay, and the item stays in the project."""
    item = linear.create(project="Q4 Reliability")
    await apply(linear, item, MOVE)
    assert shown(linear, item, "team", "project") == ("OPS", "Q4 Reliability")
    assert linear.writes() == ["projectUpdate", "issueUpdate"]
    assert (await linear.look(linear.connect(), "ENG-2")).project == "Q4 Reliability"


async def test_a_project_that_has_the_team_is_left_alone(linear: Emulated) -> None:
    """A project that holds both teams needs no edit for a move."""
    item = linear.create(project="Shared work")
    await apply(linear, item, MOVE)
    assert (shown(linear, item, "project"), linear.writes()) == (("Shared work",), ["issueUpdate"])


async def test_a_move_keeps_the_labels_that_the_policy_goes_by(linear: Emulated) -> None:
    """A class label that only the old team has is replaced by the new team's own of that name; others are lost."""
    for team in ("ENG", "OPS"):
        linear.control.add("label", name="needs-class", team=team)
    item = linear.create(labels=["post-mortem", "needs-class", "backend"])
    applied = await apply(linear, item, MOVE)
    assert sorted(shown(linear, item, "labels")[0]) == ["needs-class", "post-mortem"]
    assert (applied.done, applied.refused) == ((MOVE,), {})


async def test_a_label_that_goes_is_not_brought_along(linear: Emulated) -> None:
    """A team's label that is removed in the same plan is not replaced in the new team."""
    for team in ("ENG", "OPS"):
        linear.control.add("label", name="needs-class", team=team)
    item = linear.create(labels=["needs-class"])
    await apply(linear, item, MOVE, RemoveLabel("needs-class"), AddLabel("operational"))
    assert shown(linear, item, "labels") == (["operational"],)


async def test_an_unknown_team_or_state_refuses_the_move_alone(linear: Emulated) -> None:
    """The move is refused with what there is instead; the label is written all the same."""
    item = linear.create()
    nowhere = MoveToBoard("x", {"team": "NOPE"})
    applied = await apply(linear, item, nowhere, AddLabel("operational"))
    assert applied.done == (AddLabel("operational"),)
    assert "NOPE" in applied.refused["move_to_board"]
    stateless = MoveToBoard("x", {"team": "OPS", "state": "Later"})
    refused = (await apply(linear, item, stateless)).refused["move_to_board"]
    assert "Later" in refused
    assert "Todo" in refused


async def test_linking_to_a_project_lets_it_hold_the_team(linear: Emulated) -> None:
    """An item of a team that the project lacks goes into it, in any order of the changes."""
    tracker = linear.connect()
    item = linear.create("OPS")
    snapshot = (await tracker.look([item]))[item]
    fact = await tracker.epic(snapshot, {"project": "q4 reliability"})
    assert fact.epic is not None
    assert not fact.under
    applied = await apply(linear, item, LinkToEpic("r", fact.epic), tracker=tracker)
    assert applied.refused == {}
    assert shown(linear, item, "project") == ("Q4 Reliability",)
    assert linear.writes() == ["projectUpdate", "issueUpdate"]


async def test_linking_to_a_parent(linear: Emulated) -> None:
    """An item goes under a parent of any team; a second time nothing is sent."""
    tracker = linear.connect()
    item = linear.create("OPS")
    snapshot = (await tracker.look([item]))[item]
    epic = (await tracker.epic(snapshot, {"parent": "eng-1"})).epic
    assert epic is not None
    after = (await apply(linear, item, LinkToEpic("r", epic), tracker=tracker)).snapshot
    assert after is not None
    assert (await tracker.epic(after, {"parent": "ENG-1"})).under
    await tracker.apply(after, [LinkToEpic("r", epic)])
    assert linear.writes() == ["issueUpdate"]


async def test_an_item_is_not_put_under_itself(linear: Emulated) -> None:
    """A link to the item itself is refused without a call, with what to do."""
    tracker = linear.connect()
    snapshot = await linear.look(tracker, "ENG-1")
    epic = (await tracker.epic(snapshot, {"parent": "ENG-1"})).epic
    assert epic is not None
    refused = (await tracker.apply(snapshot, [LinkToEpic("r", epic, relate=True)])).refused
    assert "another epic" in refused["link_to_epic"]


async def test_an_inactive_assignee_is_refused_and_the_rest_written(linear: Emulated) -> None:
    """Somebody who left cannot be assigned; labels and board are written all the same."""
    tracker = linear.connect()
    item = linear.create()
    gone = await person(tracker, OLGA)
    assert not gone.active
    applied = await apply(linear, item, AddLabel("operational"), MOVE, Assign(gone), tracker=tracker)
    assert set(applied.done) == {AddLabel("operational"), MOVE}
    assert list(applied.refused) == ["assign"]
    assert shown(linear, item, "team", "labels", "assignee") == ("OPS", ["operational"], None)


async def test_a_vanished_epic_is_refused_and_the_rest_written(linear: Emulated) -> None:
    """A parent that is gone since it was seen refuses the link alone."""
    item = linear.create()
    gone = Epic("parent", "00000000-0000-4000-8000-000000000000", "ENG-99", "Gone", "x")
    applied = await apply(linear, item, AddLabel("strategic"), LinkToEpic("r", gone))
    assert (applied.done, list(applied.refused)) == ((AddLabel("strategic"),), ["link_to_epic"])


async def test_a_missing_label_is_made_where_the_key_may(linear: Emulated) -> None:
    """A label that nobody has made is made for the whole workspace."""
    first, second = linear.create(), linear.create("OPS")
    tracker = linear.connect()
    await apply(linear, first, AddLabel("needs-class"), tracker=tracker)
    await apply(linear, second, AddLabel("needs-class"), tracker=tracker)
    made = [label for label in linear.control.state("IssueLabel") if label["name"] == "needs-class"]
    assert [label["teamId"] for label in made] == [None]
    assert shown(linear, second, "labels") == (["needs-class"],)


async def test_a_label_that_another_team_has_is_made_for_the_items_team(linear: Emulated) -> None:
    """Where a team has a label of that name the workspace cannot have one too."""
    linear.control.add("label", name="needs-class", team="ENG")
    item = linear.create("OPS")
    await apply(linear, item, AddLabel("needs-class"))
    made = [label["teamId"] for label in linear.control.state("IssueLabel") if label["name"] == "needs-class"]
    assert len(set(made)) == 2
    assert None not in made


async def test_a_label_that_may_not_be_made_is_refused_with_what_to_do(linear: Emulated) -> None:
    """An app may not make labels: the sentence says who can; the other label is added."""
    item = linear.create()
    tracker = linear.connect(client_id="enforcer-client", client_secret="enforcer-secret")
    applied = await apply(linear, item, AddLabel("needs-class"), AddLabel("operational"), tracker=tracker)
    assert applied.done == (AddLabel("operational"),)
    assert "make it in Linear" in applied.refused["add_label"]


async def test_a_label_stays_where_the_one_in_its_place_cannot_come(linear: Emulated) -> None:
    """Else nothing on the item would say any more what a person said; the rest is written."""
    item = linear.create(labels=["Bug"])
    tracker = linear.connect(client_id="enforcer-client", client_secret="enforcer-secret")
    due = SetDue(date(2026, 12, 31))
    applied = await apply(linear, item, AddLabel("needs-class"), RemoveLabel("Bug"), due, tracker=tracker)
    assert shown(linear, item, "labels", "dueDate") == (["Bug"], "2026-12-31")
    assert (applied.done, set(applied.refused)) == ((due,), {"add_label", "remove_label"})


async def test_exclusive_labels_are_swapped_in_one_edit(linear: Emulated) -> None:
    """Of a group that allows one label, one goes and the other comes in one call."""
    item = linear.create(labels=["Bug"])
    await apply(linear, item, RemoveLabel("Bug"), AddLabel("Feature"))
    assert (shown(linear, item, "labels"), linear.writes()) == ((["Feature"],), ["issueUpdate"])


async def test_exclusive_labels_are_swapped_in_two_edits_where_one_will_not_do(linear: Emulated) -> None:
    """Where Linear refuses the swap in one call, the old label goes first."""
    linear.control.settings(group_swap_atomic=False)
    item = linear.create(labels=["Bug", "post-mortem"])
    applied = await apply(linear, item, RemoveLabel("Bug"), AddLabel("Feature"), SetDue(date(2026, 12, 24)))
    assert applied.refused == {}
    assert sorted(shown(linear, item, "labels")[0]) == ["Feature", "post-mortem"]
    assert shown(linear, item, "dueDate") == ("2026-12-24",)


async def test_an_exclusive_label_of_somebody_else_is_not_pushed_out(linear: Emulated) -> None:
    """A label whose group holds another is refused, once, and the rest is written."""
    item = linear.create(labels=["Bug"])
    applied = await apply(linear, item, AddLabel("Kind/Feature"), AddLabel("operational"))
    assert applied.done == (AddLabel("operational"),)
    assert "same group" in applied.refused["add_label"]
    assert linear.count("mutation issueUpdate") == 2


async def test_what_was_remembered_wrongly_is_asked_for_again(linear: Emulated) -> None:
    """A label that was deleted and made anew since it was looked up is found under its new id."""
    tracker = linear.connect()
    await apply(linear, linear.create(), AddLabel("operational"), tracker=tracker)
    old = next(label for label in linear.control.state("IssueLabel") if label["name"] == "operational")
    delete = "mutation D($id: String!) { issueLabelDelete(id: $id) { success } }"
    linear.control.graphql(delete, {"id": old["id"]}, key="lin_api_admin")
    linear.control.add("label", name="Operational")
    item = linear.create()
    applied = await apply(linear, item, AddLabel("operational"), tracker=tracker)
    assert (applied.done, applied.refused) == ((AddLabel("operational"),), {})


@pytest.mark.parametrize("name", ["Kind", "old-label"])
async def test_a_group_or_a_retired_label_is_never_put_on_an_item(linear: Emulated, name: str) -> None:
    """A name that only a group or a retired label has is not sent: Linear would refuse it."""
    item = linear.create()
    banned = {label["id"] for label in linear.control.state("IssueLabel") if label["isGroup"] or label["retiredAt"]}
    await apply(linear, item, AddLabel(name))
    sent = [call["variables"] for call in linear.control.rejected() if "issueUpdate" in call["op"]]
    assert sent == []
    assert not banned & set(shown(linear, item, "labelIds")[0])


async def test_the_workspaces_label_comes_before_the_teams(linear: Emulated) -> None:
    """Where both have a label of the name, the one that survives a move is taken."""
    made = linear.control.add("label", name="Runbook")
    item = linear.create("OPS")
    await apply(linear, item, AddLabel("runbook"))
    assert shown(linear, item, "labelIds") == ([made["id"]],)


async def test_a_label_of_the_new_team_is_found_in_any_order(linear: Emulated) -> None:
    """A label that only the team of the board has can be added in the plan that moves the item there."""
    item = linear.create()
    applied = await apply(linear, item, AddLabel("runbook"), MOVE)
    assert (applied.refused, shown(linear, item, "team", "labels")) == ({}, ("OPS", ["runbook"]))
    assert linear.writes() == ["issueUpdate"]


async def test_a_project_that_is_replaced_is_not_extended(linear: Emulated) -> None:
    """An item that moves and goes into another project needs no place in its old one."""
    tracker = linear.connect()
    item = linear.create(project="Q4 Reliability")
    snapshot = (await tracker.look([item]))[item]
    epic = (await tracker.epic(snapshot, {"project": "Shared work"})).epic
    assert epic is not None
    await apply(linear, item, MOVE, LinkToEpic("r", epic), tracker=tracker)
    assert shown(linear, item, "team", "project") == ("OPS", "Shared work")
    assert linear.writes() == ["issueUpdate"]


async def test_only_what_is_lacking_is_set_on_the_board(linear: Emulated) -> None:
    """An item that lacks the cycle alone keeps the state that a person gave it."""
    item = linear.create(state="Todo")
    await apply(linear, item, MoveToBoard("eng", {"team": "ENG", "state": "Backlog", "cycle": "active"}))
    assert shown(linear, item, "state") == ("Todo",)
    assert shown(linear, item, "cycleId") != (None,)


async def test_a_burst_of_items_asks_once_whom_a_project_holds(linear: Emulated) -> None:
    """Items that go into one project at the same moment are one call; the project is read and extended once."""
    tracker, items = linear.connect(), [linear.create(team="OPS") for _ in range(12)]
    snapshots = await tracker.look(items)
    epic = (await tracker.epic(snapshots[items[0]], {"project": "Q4 Reliability"})).epic
    assert epic is not None
    asked = linear.count()
    done = await asyncio.gather(*(tracker.apply(snapshots[item], [LinkToEpic("r", epic)]) for item in items))
    assert [applied.refused for applied in done] == [{}] * 12
    assert linear.count() - asked == 3
    assert linear.writes()[:2] == ["projectUpdate", "issueUpdate"]


async def test_a_team_that_was_taken_off_a_project_is_put_back(linear: Emulated) -> None:
    """What was remembered of a project is doubted once a link is refused; the item gets there all the same."""
    tracker, items = linear.connect(), [linear.create(team="OPS") for _ in range(2)]
    snapshots = await tracker.look(items)
    epic = (await tracker.epic(snapshots[items[0]], {"project": "Q4 Reliability"})).epic
    assert epic is not None
    teams = next(one for one in linear.control.state("Project") if one["id"] == epic.id)["teamIds"]
    await tracker.apply(snapshots[items[0]], [LinkToEpic("r", epic)])
    linear.control.raw("Project", epic.id, teamIds=teams)
    assert (await tracker.apply(snapshots[items[1]], [LinkToEpic("r", epic)])).refused == {}
    assert shown(linear, items[1], "project") == ("Q4 Reliability",)


async def test_a_label_made_by_two_at_once_is_made_once(linear: Emulated) -> None:
    """Items that need the same missing label at the same time both get it."""
    tracker = linear.connect()
    items = [linear.create(), linear.create()]
    snapshots = await tracker.look(items)
    done = await asyncio.gather(*(tracker.apply(snapshots[item], [AddLabel("needs-class")]) for item in items))
    assert [applied.refused for applied in done] == [{}, {}]
    assert len([label for label in linear.control.state("IssueLabel") if label["name"] == "needs-class"]) == 1


async def test_a_cycle_is_not_remembered_beyond_its_end(linear: Emulated) -> None:
    """When the running cycle ends soon, the team is asked for again after that."""
    tracker = linear.connect()
    cycle = next(one for one in linear.control.state("Cycle") if one["startsAt"] < _now() < one["endsAt"])
    linear.control.raw("Cycle", cycle["id"], endsAt=_now(timedelta(seconds=30)))
    for seconds in (0, 20, 20):
        linear.clock.seconds += seconds
        await apply(linear, linear.create(), TO_ENG, tracker=tracker)
    assert linear.count("query teams") == 2


def _now(more: timedelta = timedelta()) -> str:
    return (datetime.now(UTC) + more).isoformat(timespec="milliseconds").replace("+00:00", "Z")


async def test_our_writes_are_seen_as_ours(linear: Emulated) -> None:
    """A label that we added counts as a machine's choice."""
    tracker = linear.connect(policy())
    item = linear.create(by=GRACE, at="-1h")
    applied = await apply(linear, item, AddLabel("operational"), tracker=tracker)
    assert applied.snapshot is not None
    (choice,) = await tracker.choices(applied.snapshot, ["operational"])
    assert choice.by is not None
    assert (choice.label, choice.by.bot) == ("operational", True)
