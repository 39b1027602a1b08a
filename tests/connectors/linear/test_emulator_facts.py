"""Boards, epics, choices, people and the set-up, asked of the emulated Linear."""

from app.core.policy import Policy, Route, Watch
from app.core.snapshot import BoardFact
from tests.connectors.linear.emulated import ADA, ENG_TODO, GRACE, LINUS, OLGA, OPS, Emulated, policy

DAY, HOUR, MINUTE = 86_400, 3_600, 60


async def test_the_team_puts_an_item_on_its_board(linear: Emulated) -> None:
    """Team keys compare without case; another team's item is not there; no call is made."""
    tracker = linear.connect()
    snapshot = await linear.look(tracker, "OPS-1")
    assert (await tracker.board(snapshot, {"team": "ops"}, None)).here
    assert not (await tracker.board(snapshot, {"team": "ENG"}, None)).here
    assert linear.count() == 1


async def test_an_item_enters_with_the_policys_state_and_cycle(linear: Emulated) -> None:
    """In the backlog or without the cycle it has not entered; begun work needs no state, finished work no cycle."""
    tracker = linear.connect()
    cases = {"Backlog": False, "Todo": True, "In Progress": True}
    for state, here in cases.items():
        item = linear.create(state=state, cycle="active")
        assert (await tracker.board(await linear.look(tracker, item), ENG_TODO, None)).here is here, state
    loose, done = linear.create(state="Todo"), linear.create(state="Done")
    assert not (await tracker.board(await linear.look(tracker, loose), ENG_TODO, None)).here
    assert (await tracker.board(await linear.look(tracker, done), ENG_TODO, None)).here


async def test_what_people_do_after_it_entered_stays(linear: Emulated) -> None:
    """Once it was in order, a person's later state and cycle are respected, until the policy asks for another."""
    tracker = linear.connect()
    snapshot = await linear.look(tracker, linear.create(state="Backlog"))
    seen = BoardFact(here=True, mark=(await tracker.board(snapshot, ENG_TODO, None)).mark)
    assert (await tracker.board(snapshot, ENG_TODO, seen)).here
    assert not (await tracker.board(snapshot, {**ENG_TODO, "cycle": None}, seen)).here
    assert not (await tracker.board(snapshot, OPS, seen)).here


async def test_triage_is_no_part_of_a_board(linear: Emulated) -> None:
    """An item that waits in triage is not on the board, unless the policy names that state."""
    tracker = linear.connect()
    snapshot = await linear.look(tracker, linear.create("OPS", state="Triage"))
    assert not (await tracker.board(snapshot, OPS, None)).here
    assert (await tracker.board(snapshot, {**OPS, "state": "triage"}, None)).here


async def test_a_team_without_a_cycle_asks_for_none(linear: Emulated) -> None:
    """Where no cycle runs the policy's wish for it is fulfilled."""
    tracker = linear.connect()
    snapshot = await linear.look(tracker, "OPS-1")
    assert (await tracker.board(snapshot, {**OPS, "cycle": "active"}, None)).here


async def test_an_item_under_its_epic_needs_no_call(linear: Emulated) -> None:
    """By name, in any case, or id, the item's own project is recognized in what was read."""
    tracker = linear.connect()
    snapshot = await linear.look(tracker, "ENG-2")
    fact = await tracker.epic(snapshot, {"project": "Q4 RELIABILITY"})
    assert fact.under
    assert fact.epic is not None
    assert (await tracker.epic(snapshot, {"project": fact.epic.id})).under
    assert linear.count() == 1


async def test_an_epic_is_looked_up_once_a_minute(linear: Emulated) -> None:
    """Two items ask once; after a minute it is asked for again, and its new owner seen."""
    tracker = linear.connect()
    snapshot = await linear.look(tracker, "ENG-1")
    for _ in range(2):
        fact = await tracker.epic(snapshot, {"project": "Q4 Reliability"})
    assert (fact.under, linear.count("query projects")) == (False, 1)
    linear.control.update_project("Q4 Reliability", as_=ADA, lead=GRACE)
    linear.clock.seconds += MINUTE + 1
    fact = await tracker.epic(snapshot, {"project": "Q4 Reliability"})
    assert fact.epic is not None
    assert fact.epic.owner is not None
    assert fact.epic.owner.email == GRACE


async def test_an_epic_that_is_not_there_or_cannot_be(linear: Emulated) -> None:
    """Unknown names give no epic; a hidden parent too; an item is not its own parent."""
    tracker = linear.connect()
    snapshot = await linear.look(tracker, "ENG-1")
    for target in ({"project": "Nowhere"}, {"parent": "ENG-999"}, {"parent": "SEC-1"}, {"parent": "no key"}):
        assert (await tracker.epic(snapshot, target)).epic is None
    itself = await tracker.epic(snapshot, {"parent": "ENG-1"})
    assert itself.refusal is not None
    assert (await tracker.epic(snapshot, {"parent": "ENG-2"})).refusal is None


async def test_a_parent_that_moved_is_still_the_parent(linear: Emulated) -> None:
    """The policy's old key of a parent that changed its team still names it."""
    tracker, item = linear.connect(), linear.create(parent="ENG-1")
    linear.control.update("ENG-1", as_=ADA, team="OPS")
    assert (await tracker.epic(await linear.look(tracker, item), {"parent": "ENG-1"})).under


async def test_a_closed_epic_is_closed(linear: Emulated) -> None:
    """A parent that is done is not open."""
    tracker, item = linear.connect(), linear.create(parent="ENG-1")
    linear.control.update("ENG-1", as_=ADA, state="Done")
    fact = await tracker.epic(await linear.look(tracker, item), {"parent": "ENG-1"})
    assert fact.epic is not None
    assert (fact.under, fact.epic.open) == (True, False)


async def test_choices_tell_who_put_labels_on(linear: Emulated) -> None:
    """Labels of the creation are the creator's, later ones of whoever added them, oldest first; bots are bots."""
    item = linear.create(by=ADA, at="-2d", labels=["operational"])
    linear.control.update(item, as_=GRACE, at="-1d", addLabels=["strategic"])
    linear.control.update(item, as_="codebot@acme.test", at="-1h", addLabels=["Bug"])
    tracker = linear.connect()
    found = await tracker.choices(await linear.look(tracker, item), ["Strategic", "operational", "kind/bug", "backend"])
    assert [(choice.label, choice.by and choice.by.email, choice.by and choice.by.bot) for choice in found] == [
        ("operational", ADA, False),
        ("Strategic", GRACE, False),
        ("kind/bug", "codebot@acme.test", True),
    ]


async def test_a_label_put_on_twice_is_two_choices(linear: Emulated) -> None:
    """Taken off and put on again, the later choice is told too."""
    item = linear.create(by=ADA, at="-3d")
    for at, change in (("-2d", "addLabels"), ("-1d", "removeLabels"), ("-1h", "addLabels")):
        linear.control.update(item, as_=GRACE, at=at, **{change: ["operational"]})
    tracker = linear.connect()
    assert len(await tracker.choices(await linear.look(tracker, item), ["operational"])) == 2


async def test_people_are_found_by_id_and_by_email(linear: Emulated) -> None:
    """An id in the tracker's own system wins; e-mails compare without case; strangers are unknown."""
    tracker = linear.connect()
    linus = await tracker.person(ids={}, email="LINUS@acme.test", name=None)
    assert linus is not None
    assert (linus.name, linus.email, linus.bot, linus.active) == ("Linus Duty", LINUS, False, True)
    assert await tracker.person(ids={"linear": linus.id}, email=ADA, name=None) == linus
    by_email = await tracker.person(ids={"linear": "not an id", "jira": "x"}, email=LINUS, name=None)
    assert by_email == linus
    assert await tracker.person(ids={}, email="nobody@acme.test", name="Nobody") is None
    assert await tracker.person(ids={}, email=None, name="Linus Duty") is None


async def test_people_are_remembered(linear: Emulated) -> None:
    """Who is known is asked for once a day, who is not once an hour; somebody inactive is known as such."""
    tracker = linear.connect()
    for email, seconds in ((LINUS, DAY), ("nobody@acme.test", HOUR)):
        before = linear.count("query users")
        for wait in (0, seconds - 1, 2):
            linear.clock.seconds += wait
            await tracker.person(ids={}, email=email, name=None)
        assert linear.count("query users") == before + 2
    olga = await tracker.person(ids={}, email=OLGA, name=None)
    assert olga is not None
    assert not olga.active


async def test_a_sound_set_up_has_no_problems(linear: Emulated) -> None:
    """With working credentials and names that are there, nothing is wrong, and it is asked for once a minute."""
    linear.control.add("label", name="needs-class")
    route = Route("r", boards={"linear": ENG_TODO}, epics={"linear": {"project": "Q4 Reliability"}})
    tracker = linear.connect(policy(route))
    assert await tracker.check() == ()
    calls = linear.count()
    await tracker.check()
    assert linear.count() == calls


async def test_what_the_policy_names_and_is_not_there_is_told(linear: Emulated) -> None:
    """A missing team, state, epic and label are each a problem with a hint."""
    watch = (Watch("linear", "incident", teams=("SEC",)),)
    boards = (Route("a", boards={"linear": {"team": "ENG", "state": "Later"}}, epics={"linear": {"parent": "ENG-99"}}),)
    problems = await linear.connect(Policy(watch=watch, routes=boards)).check()
    assert [problem.id for problem in problems] == ["linear.team", "linear.state", "linear.epic", "linear.label"]
    assert all(problem.hint for problem in problems)


async def test_wrong_credentials_are_told(linear: Emulated) -> None:
    """A key that Linear does not know is a problem that names the setting and not the key."""
    (problem,) = await linear.connect(api_key="lin_api_stolen").check()
    assert problem.id == "linear.credentials"
    assert "FOLLOWTHROUGH_LINEAR_API_KEY" in problem.hint
    assert "stolen" not in f"{problem}"


async def test_a_label_is_looked_up_again_each_time_it_seems_taken_off(linear: Emulated) -> None:
    """That it was there a second ago says nothing: it may have been renamed, which costs every item its class."""
    tracker = linear.connect()
    assert await tracker.missing(["operational"]) == []
    linear.control.raw("IssueLabel", "operational", name="small-fix")
    linear.clock.seconds = 1.0
    assert await tracker.missing(["operational"]) == ["operational"]
