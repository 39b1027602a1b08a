"""Small words of the core: names, people, moments, policies, errors."""

import dataclasses
from datetime import datetime, timedelta
from typing import Any

import pytest

from app.core.actors import holder, is_human, owner, taker
from app.core.decision import ItemClass
from app.core.errors import Denied, FollowthroughError, Misconfigured, NotFound, Permanent, RateLimited, Transient
from app.core.item_class import ROUTED
from app.core.moments import END, later
from app.core.naming import among, same, spellings
from app.core.person import Person
from app.core.policy import Member, Watch
from app.core.snapshot import BoardFact, Facts, OnCallFact, Snapshot
from app.core.values import replace
from tests.builders import ADA, APP, CODEBOT, GRACE, LEFT, LINUS, NOW, OTHER, PLATFORM, RELAY, facts, policy, snapshot

# --- values ---


@pytest.mark.parametrize("value", [snapshot("operational", team="ENG"), LINUS], ids=["without slots", "with slots"])
def test_value_is_made_anew(value: Snapshot | Person) -> None:
    """A changed value is another one of its kind, the one before stays as it is, and no change makes the same."""
    before = dataclasses.replace(value, id="before")
    after = replace(before, id="after")
    assert (before.id, after.id) == ("before", "after")
    assert type(after) is type(before)
    assert replace(after, id="before") == before
    assert replace(before) == before


@pytest.mark.parametrize("value", [Facts(), BoardFact(here=True)], ids=["without slots", "with slots"])
def test_unknown_field_is_refused(value: Facts | BoardFact) -> None:
    """A field that a value does not have is no change, but an error that names it."""
    unknown: dict[str, Any] = {"bord": None}
    with pytest.raises(TypeError, match="bord"):
        replace(value, **unknown)


# --- names ---


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Ops", "oPS", True),
        ("straße", "STRASSE", True),
        ("Ops", "Op", False),
        (None, "Ops", False),
        ("Ops", None, False),
        (None, None, False),
        ("", "", True),
    ],
)
def test_names_compare_without_case(one: str | None, other: str | None, *, alike: bool) -> None:
    """Two names are the same but for case; nothing is the same as nothing."""
    assert same(one, other) == alike
    assert among(one, ["x", other] if other is not None else ["x"]) == alike


def test_name_is_among_none() -> None:
    """No name is among no names."""
    assert not among("a", [])


def test_spellings_are_kept() -> None:
    """Names are found as they are spelled, in their order."""
    assert spellings(("B", "a", "A", "c"), ("A", "b")) == ("B", "a", "A")
    assert spellings((), ("a",)) == spellings(("a",), ()) == ()


# --- people ---


KNOWN = (
    Member("Codebot", "Codebot@acme.test", ids={"jira": "acc-bot"}),
    Member("Relay", "relay@acme.test", ids={"slack": "U1", "jira": "acc-relay"}),
    Member("Ada Admin", "ada@acme.test", ids={"jira": "acc-ada"}),
)


@pytest.mark.parametrize(
    ("person", "human"),
    [
        pytest.param(ADA, True, id="a person"),
        pytest.param(LEFT, True, id="a person who left"),
        pytest.param(APP, False, id="an app"),
        pytest.param(CODEBOT, False, id="a bot of the policy"),
        pytest.param(Person("x", "X", "CODEBOT@acme.test"), False, id="a bot of the policy, in capitals"),
        pytest.param(RELAY, True, id="a relay, though the tracker calls it a bot"),
        pytest.param(Person("x", "X"), True, id="somebody without an e-mail"),
        pytest.param(Person("ACC-BOT", "X"), False, id="a bot of the policy by its id, where its e-mail is hidden"),
        pytest.param(
            Person("acc-bot", "X", "x@acme.test"), False, id="a bot by its id, though it shows another e-mail"
        ),
        pytest.param(Person("acc-relay", "X", bot=True), True, id="a relay of the policy by its id"),
        pytest.param(Person("JIRAUSER1", "X", mention="acc-bot"), False, id="a bot of the policy by its user name"),
        pytest.param(Person("acc-ada", "X"), True, id="a person of the policy by their id"),
        pytest.param(None, False, id="nobody"),
    ],
)
def test_people_are_told_from_machines(person: Person | None, *, human: bool) -> None:
    """The tracker's word and the policy's bots make a machine, the policy's relays speak for people."""
    asked = policy(people=KNOWN)
    assert is_human(person, asked) == human
    assert (holder(snapshot(assignee=person), asked) == person) == (human or person is None)


def test_relay_outranks_the_bots() -> None:
    """An account that is named as both is a relay."""
    assert is_human(CODEBOT, policy(relays=("codebot@acme.test",)))


@pytest.mark.parametrize(
    ("assignee", "creator", "asked"),
    [(ADA, GRACE, ADA), (None, GRACE, GRACE), (LEFT, GRACE, GRACE), (APP, GRACE, GRACE), (APP, LEFT, None)],
)
def test_owner_is_an_active_person(assignee: Person | None, creator: Person | None, asked: Person | None) -> None:
    """The assignee answers for an item, else its creator."""
    assert owner(snapshot(assignee=assignee, creator=creator), policy()) == asked


@pytest.mark.parametrize(
    ("on_call", "takes"), [(LINUS, LINUS), (LEFT, None), (APP, None), (CODEBOT, None), (RELAY, RELAY), (None, None)]
)
def test_taker_is_an_active_person_on_call(on_call: Person | None, takes: Person | None) -> None:
    """Who is on call takes items if they are there and no machine."""
    assert taker(snapshot(facts=facts(on_call=OnCallFact(on_call))), policy()) == takes


def test_nobody_takes_what_nobody_asked_about() -> None:
    """Without a rota's answer there is nobody to take an item."""
    assert taker(snapshot(), policy()) is None


# --- moments ---


@pytest.mark.parametrize(
    ("moment", "span", "then"),
    [
        (NOW, timedelta(days=1), NOW + timedelta(days=1)),
        (END - timedelta(days=1), timedelta(days=1), END),
        (END - timedelta(days=1), timedelta(days=2), END),
        (NOW, timedelta.max, END),
        (NOW, timedelta(0), NOW),
    ],
)
def test_later_stays_on_the_calendar(moment: datetime, span: timedelta, then: datetime) -> None:
    """A moment too far away is the last one that there is."""
    assert later(moment, span) == then


# --- policies and snapshots ---


def test_policy_knows_what_is_watched() -> None:
    """Each tracker has its own watches."""
    both = policy(watch=(Watch("linear", "a"), Watch("jira", "b"), Watch("linear", "c")))
    assert [watch.label for watch in both.watches("linear")] == ["a", "c"]
    assert both.watches("other") == ()


@pytest.mark.parametrize(("email", "name"), [("ADA@acme.test", "Ada Admin"), ("x@acme.test", None), (None, None)])
def test_policy_knows_its_people_by_e_mail(email: str | None, name: str | None) -> None:
    """Somebody whom the policy names is found in any case; without an e-mail nobody is."""
    member = policy().member(email)
    assert (member.name if member else None) == name


def test_item_has_an_epic_of_each_kind() -> None:
    """A project and a parent are told apart."""
    item = snapshot(epics=(OTHER, PLATFORM))
    assert (item.epic_of_kind("project"), item.epic_of_kind("parent")) == (OTHER, PLATFORM)
    assert snapshot().epic_of_kind("parent") is None


def test_only_two_classes_are_routed() -> None:
    """Operational and strategic items have a route; nothing else does."""
    assert ROUTED == (ItemClass.OPERATIONAL, ItemClass.STRATEGIC)


# --- errors ---


def test_errors_are_told_apart_by_what_helps() -> None:
    """What may go through later, what will not, and what must be mended first."""
    assert issubclass(RateLimited, Transient)
    assert issubclass(Denied, Permanent)
    assert issubclass(NotFound, Permanent)
    for kind in (Transient, Permanent, Misconfigured):
        assert issubclass(kind, FollowthroughError)
    assert not issubclass(Permanent, Transient)


def test_errors_carry_what_is_needed() -> None:
    """An error's text is a sentence, with the wait, the fields or the lines beside it."""
    wait = Transient("later", 3.5)
    assert (str(wait), wait.retry_after, Transient("later").retry_after) == ("later", 3.5, None)
    fields = Permanent("no", {"parent": "wrong level"})
    assert (str(fields), fields.fields, Permanent("no").fields) == ("no", {"parent": "wrong level"}, {})
    lines = Misconfigured("a: b", "c: d")
    assert (str(lines), lines.lines) == ("a: b\nc: d", ("a: b", "c: d"))
