"""`deliveries list|show|replay`, as a person types them beside a service."""

import json

import pytest

from tests.cli.commands import run
from tests.cli.conftest import Left
from tests.cli.test_items import due, just_looked_at


def test_list_shows_deliveries_newest_first_and_cuts_nothing(left: Left) -> None:
    """Each has its number, when it came, its event, how it was heard and what it is about."""
    ended = run("deliveries", "list", env={"COLUMNS": "40"})
    assert ended.status == 0
    assert ended.lines[0].split() == ["number", "received", "tracker", "event", "heard", "as", "about"]
    rows = [line.split() for line in ended.lines[1:]]
    assert [int(row[0]) for row in rows] == list(range(len(rows), 0, -1))
    assert all(row[2].endswith("Z") and row[3] == left.tracker and row[5] == "handled" for row in rows)
    assert not any(line.endswith(" ") or "…" in line for line in ended.lines)


def test_list_names_items_as_people_do(left: Left) -> None:
    """What we have looked at is there by its key now, whatever a delivery called it."""
    named = {line.split()[-1] for line in run("deliveries", "list").lines[1:]}
    assert {left.operational, left.unlabelled} <= named


def test_list_is_narrowed_down(left: Left) -> None:
    """By tracker, by how they were heard, and to so many."""
    assert len(run("deliveries", "list", "--tracker", left.tracker, "--limit", "2").lines) == 3
    assert len(run("deliveries", "list", "--hearing", "handled").lines) > 3


@pytest.mark.usefixtures("left")
def test_list_of_nothing_ends_with_1() -> None:
    """A script sees by the status whether there is anything."""
    ended = run("deliveries", "list", "--hearing", "unknown")
    assert (ended.status, ended.out, ended.err) == (1, "", "there are no such deliveries\n")


@pytest.mark.parametrize("arguments", [["--hearing", "bogus"], ["--limit", "0"], ["--limit", "1001"]])
def test_list_refuses_what_it_does_not_know(arguments: list[str]) -> None:
    """Wrong use ends with 2 and names the option."""
    ended = run("deliveries", "list", *arguments)
    assert ended.status == 2
    assert arguments[0] in ended.err


def test_show_gives_headers_and_the_body_as_it_came(left: Left) -> None:
    """The body can be piped on as JSON: nothing in it is wrapped, coloured or replaced; no signature is kept."""
    ended = run("deliveries", "show", "1", env={"COLUMNS": "40"})
    assert ended.status == 0
    headers, _, body = ended.out.partition("\n\n")
    assert "content-type: application/json; charset=utf-8" in headers.splitlines()
    assert "signature" not in headers
    assert ":warning:" in body
    assert left.first in json.dumps(json.loads(body))


def test_replay_makes_the_deliverys_items_due(left: Left) -> None:
    """A delivery is heard once more, and looked at at once."""
    before = due(left.folder)
    just_looked_at(left.folder)
    ended = run("deliveries", "replay", "1")
    assert (ended.status, ended.out) == (0, "Made 1 item due; a service looks as soon as one runs.\n")
    assert due(left.folder) == before + 1


@pytest.mark.parametrize("command", ["show", "replay"])
def test_a_number_that_is_not_there_ends_with_1(left: Left, command: str) -> None:
    """It is told in a line."""
    ended = run("deliveries", command, "99")
    assert (ended.status, ended.out, ended.err) == (1, "", "there is no delivery 99\n")


@pytest.mark.parametrize("number", ["0", "-1", "one", "9" * 30])
def test_a_number_that_no_delivery_can_have_is_wrong_use(number: str) -> None:
    """It is refused before a database is asked."""
    assert run("deliveries", "show", "--", number).status == 2


@pytest.mark.usefixtures("left")
def test_deliveries_of_an_unknown_tracker_end_with_1_and_those_there_are(tracker: str) -> None:
    """A tracker that is not here is told apart from one that sent nothing."""
    ended = run("deliveries", "list", "--tracker", "trello")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == f"there is no tracker trello here; switched on: {tracker}\n"
    assert run("deliveries", "list", "--tracker", tracker.upper()).status == 0
