"""Ask an independent emulator whether items show on boards, and which condition fails."""

import dataclasses

import pytest

from app.core.change import AddLabel, MoveToBoard
from app.core.errors import NotFound
from tests.connectors.jira.emulated import HIDDEN, OPS, SPRINT, SQUAD, TEAM, Emulated, policy


async def test_an_item_without_the_boards_fields_is_not_there(jira: Emulated) -> None:
    """Without the label that the filter reads the item is not on the board; nothing is asked to know it."""
    tracker = jira.connect()
    snapshot = await jira.look(tracker, "PM-6")
    calls = jira.control.calls()["total"]
    assert not (await tracker.board(snapshot, OPS, None)).here
    assert jira.control.calls()["total"] == calls


async def test_an_item_that_shows_is_examined_once(jira: Emulated) -> None:
    """While nothing about the item changes, what was found last is handed back without a call."""
    tracker = jira.connect()
    seen = await tracker.board(await jira.look(tracker, "PM-11"), OPS, None)
    assert (seen.here, seen.hidden_because) == (True, None)
    snapshot = await jira.look(tracker, "PM-11")
    later = dataclasses.replace(snapshot, updated_at=snapshot.created_at, title="Another")
    calls = jira.control.calls()["total"]
    assert await tracker.board(later, OPS, seen) == seen
    assert jira.control.calls()["total"] == calls
    other = dataclasses.replace(snapshot, labels=(*snapshot.labels, "x"))
    assert (await tracker.board(other, OPS, seen)).mark != seen.mark
    assert jira.control.calls()["total"] == calls + (2 if jira.data_center else 1)


async def test_a_status_in_no_column_hides_it(jira: Emulated) -> None:
    """A status that no column shows is named, and so is the board."""
    tracker = jira.connect()
    fact = await tracker.board(await jira.look(tracker, "PM-15"), OPS, None)
    assert (fact.here, fact.hidden_because) == (True, "its status Parked is in no column of board OPS on-call")


async def test_a_filter_that_does_not_find_it_is_named(jira: Emulated) -> None:
    """When the board's filter reads something else than the policy sets, the filter is told."""
    target = {"board": 1, "set": {"labels": ["post-mortem"]}}
    tracker = jira.connect(policy(target))
    fact = await tracker.board(await jira.look(tracker, "PM-6"), target, None)
    assert fact.hidden_because == "the filter of board OPS on-call does not find it (labels = team-ops)"


async def test_a_sub_query_that_leaves_it_out_is_named(jira: Emulated) -> None:
    """A Kanban board's sub-query hides what the filter finds."""
    jira.control.raw("board", "OPS on-call", subQuery="assignee is not EMPTY or priority = Highest")
    tracker = jira.connect()
    await tracker.apply(await jira.look(tracker, "PM-6"), [AddLabel("team-ops")])
    fact = await tracker.board(await jira.look(tracker, "PM-6"), OPS, None)
    assert fact.hidden_because is not None
    assert fact.hidden_because.startswith("the sub-query of board OPS on-call does not find it")


async def test_hidden_is_looked_at_again(jira: Emulated) -> None:
    """Whoever mends the board does not touch the item: a hidden one is examined each time."""
    tracker = jira.connect()
    snapshot = await jira.look(tracker, "PM-15")
    hidden = await tracker.board(snapshot, OPS, None)
    jira.control.raw("board", "OPS on-call", columns=[{"name": "All", "statuses": _every_status(jira)}])
    jira.clock.seconds += 301
    assert (await tracker.board(snapshot, OPS, hidden)).hidden_because is None


def _every_status(jira: Emulated) -> list[str]:
    return [status["id"] for status in jira.control.state("statuses")]


async def test_a_scrum_board_shows_running_sprints(jira: Emulated) -> None:
    """On a Scrum board an item shows in a running sprint; else it waits in the backlog, and that is told."""
    tracker = jira.connect()
    assert (await tracker.board(await jira.look(tracker, "PM-17"), SPRINT, None)).hidden_because is None
    await tracker.apply(await jira.look(tracker, "PM-6"), [MoveToBoard("payments", SPRINT)])
    waits = await tracker.board(await jira.look(tracker, "PM-6"), SPRINT, None)
    assert waits.hidden_because == "it is in no running sprint, so it waits in the backlog of board Payments sprint"
    jira.control.update("PM-6", as_="linus@acme.test", sprint="Sprint 3")
    planned = await tracker.board(await jira.look(tracker, "PM-6"), SPRINT, None)
    assert planned.hidden_because == waits.hidden_because
    jira.control.update("PM-6", as_="linus@acme.test", sprint="Sprint 2")
    assert (await tracker.board(await jira.look(tracker, "PM-6"), SPRINT, None)).hidden_because is None


@pytest.mark.parametrize("shown", ["404", "empty"])
async def test_a_board_that_is_not_shared_says_so(jira: Emulated, shown: str) -> None:
    """A board whose filter is not shared with the account cannot be looked at; this is said with how to mend it."""
    jira.control.settings(unshared_board=shown)
    tracker = jira.connect()
    fact = await tracker.board(await jira.look(tracker, "PM-11"), HIDDEN, None)
    assert fact.hidden_because is not None
    assert "shared with Enforcer" in fact.hidden_because
    assert [problem.id for problem in await jira.connect(policy(HIDDEN)).check()] == ["jira.board"]


async def test_a_team_managed_board_shows_its_own_project(cloud: Emulated) -> None:
    """A team-managed board shows nothing of other projects, whatever is set."""
    tracker = cloud.connect()
    foreign = await tracker.board(await cloud.look(tracker, "PM-6"), SQUAD, None)
    assert foreign.hidden_because == "board Platform squad is team-managed and shows only the project PLAT"
    own = await tracker.board(await cloud.look(tracker, "PLAT-2"), SQUAD, None)
    assert own.hidden_because is None


async def test_a_filter_that_names_what_is_not_there_is_told(jira: Emulated) -> None:
    """A filter that Jira cannot ask for us is told with Jira's sentence."""
    jira.control.raw("filter", "OPS on-call", jql="labels = team-ops AND nothing = there ORDER BY Rank")
    tracker = jira.connect()
    fact = await tracker.board(await jira.look(tracker, "PM-11"), OPS, None)
    assert fact.hidden_because is not None
    assert fact.hidden_because.startswith("the filter of board OPS on-call cannot be asked for Enforcer (")


async def test_an_item_that_is_gone_meanwhile_is_no_broken_filter(jira: Emulated) -> None:
    """What was deleted or hidden since the look is told to be that, not that its board cannot be asked."""
    tracker = jira.connect()
    snapshot = await jira.look(tracker, "PM-11")
    jira.control.delete("PM-11")
    with pytest.raises(NotFound):
        await tracker.board(snapshot, OPS, None)


async def test_our_own_write_is_seen_at_once(cloud: Emulated) -> None:
    """Right after our write the index does not know it yet; the item is found on its board all the same."""
    tracker = cloud.connect()
    snapshot = await cloud.look(tracker, "PM-6")
    cloud.control.settings(search_lag_s=30.0)
    applied = await tracker.apply(snapshot, [MoveToBoard("payments", OPS)])
    assert applied.snapshot is not None
    assert (await tracker.board(applied.snapshot, OPS, None)).hidden_because is None


async def test_a_token_that_may_not_read_the_set_up_asks_the_board(cloud: Emulated) -> None:
    """Without the scope for board configurations the board itself tells whether, and the missing scope is named."""
    cloud_id = cloud.control.health()["cloudId"]
    gateway = {"cloud_id": cloud_id, "gateway_url": cloud.control.base, "api_token": "jira-scoped-token"}
    tracker = cloud.connect(policy(OPS, SPRINT), **gateway)
    shows = await tracker.board(await cloud.look(tracker, "PM-11"), OPS, None)
    assert (shows.here, shows.hidden_because) == (True, None)
    target = {"board": 1, "set": {"labels": ["post-mortem"]}}
    hidden = await tracker.board(await cloud.look(tracker, "PM-6"), target, None)
    assert hidden.hidden_because is not None
    assert "read:board-scope.admin:jira-software" in hidden.hidden_because
    assert {problem.hint for problem in await tracker.check()} == {
        "give the token the scope read:board-scope.admin:jira-software"
    }


async def test_the_set_up_is_kept_for_five_minutes(jira: Emulated) -> None:
    """Items of one board share what is known of it."""
    tracker = jira.connect()
    for key in ("PM-11", "PM-12", "PM-15"):
        await tracker.board(await jira.look(tracker, key), OPS, None)
    assert jira.count("GET agile/board/ID/configuration") == 1
    jira.clock.seconds += 301
    await tracker.board(await jira.look(tracker, "PM-11"), OPS, None)
    assert jira.count("GET agile/board/ID/configuration") == 2


async def test_the_check_finds_nothing_wrong(jira: Emulated) -> None:
    """With the right credentials, rights, boards and epics there is no problem, and it is asked once a minute."""
    tracker = jira.connect(policy(OPS, {"board": 2, "set": {"team": TEAM}}))
    assert await tracker.check() == ()
    calls = jira.control.calls()["total"]
    assert await tracker.check() == ()
    assert jira.control.calls()["total"] == calls
