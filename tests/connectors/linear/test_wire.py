"""People, comments and epics as Linear's answers show them."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.core.person import Person
from app.core.policy import Classes, ClassLabel, Origin, Size, Urgency
from app.core.snapshot import Epic, Snapshot
from connectors.linear.epics import Candidate, likeliest
from connectors.linear.people import author, best, person
from connectors.linear.policy_labels import matters
from connectors.linear.references import derived_id, is_key, is_uuid
from connectors.linear.wire import comments_of, full_names, label_names, project_epic
from tests.connectors.linear.emulated import policy

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ADA: dict[str, Any] = {
    "id": "AAA",
    "name": "Ada",
    "email": "ada@acme.test",
    "active": True,
    "app": False,
    "url": "https://linear.app/acme/profiles/ada",
}
BOT: dict[str, Any] = {"id": "B", "name": "Robot"}


@pytest.mark.parametrize(
    ("node", "name", "bot"),
    [
        ({"user": ADA}, "Ada", False),
        ({"user": {**ADA, "app": True}}, "Ada", True),
        ({"user": ADA, "botActor": BOT}, "Ada", True),
        ({"user": None, "botActor": BOT}, "Robot", True),
        ({"user": None, "botActor": {"id": None, "name": None}}, "a bot", True),
        ({"user": None, "botActor": BOT, "externalUser": {"id": "E", "name": "Guest", "email": None}}, "Guest", False),
    ],
)
def test_authors_are_people_or_machines(node: dict[str, Any], name: str, bot: bool) -> None:
    """Users and outsiders are people; apps, and users with a bot beside them, are machines."""
    found = author(node, ())
    assert found is not None
    assert (found.name, found.bot) == (name, bot)


@pytest.mark.parametrize("key", ["externalUser", "externalUserCreator"])
def test_who_writes_from_outside_is_outside(key: str) -> None:
    """Whoever comes through a chat or a form has no account in the workspace; a user has one."""
    guest = author({"user": None, key: {"id": "E", "name": "Guest", "email": "zoe@acme.test"}}, ())
    assert guest == Person("E", "Guest", "zoe@acme.test", outside=True)
    member = author({"user": ADA}, ())
    assert member is not None
    assert not member.outside


def test_our_own_account_is_a_machine_to_us() -> None:
    """What our account does is never a person's doing, even where it is a person's; ids compare without case."""
    found = author({"user": ADA}, {"aaa"})
    assert found is not None
    assert found.bot
    plain = person(ADA)
    assert plain is not None
    assert not plain.bot


def test_linear_itself_is_nobody() -> None:
    """Without user, outsider and bot nobody did it."""
    assert author({"user": None, "botActor": None, "externalUser": None}, ()) is None


def comment(id_: str, at: str, **more: Any) -> dict[str, Any]:
    """Return a comment as Linear shows it."""
    stamp = f"2026-11-23T{at}:00.000Z"
    return {"id": id_, "createdAt": stamp, "editedAt": None, "body": "x", "user": ADA, **more}


def test_comments_come_oldest_first_and_ours_are_known_by_their_id() -> None:
    """Whatever order they come in; our living comment is ours even under a person's key."""
    own = derived_id("comment", "i", 2)
    nodes = [comment(own, "12:00"), comment("c", "10:00", body="/why\\_not", editedAt="2026-11-23T11:00:00.000Z")]
    first, second = comments_of({"id": "i", "comments": {"nodes": nodes}}, ())
    assert (first.id, first.body, first.ours) == ("c", "/why_not", False)
    assert first.edited_at == datetime(2026, 11, 23, 11, tzinfo=UTC)
    assert (second.id, second.ours) == (own, True)


def test_comments_of_our_account_are_ours() -> None:
    """By the account's id too."""
    (found,) = comments_of({"id": "i", "comments": {"nodes": [comment("c", "10:00")]}}, {"aaa"})
    assert found.ours


def test_labels_in_groups_have_two_names() -> None:
    """By itself and with its group; no name twice."""
    labels: list[dict[str, Any]] = [{"name": "l", "parent": {"name": "size"}}, {"name": "l", "parent": None}]
    assert label_names(labels) == ("l", "size/l")


def test_a_second_name_is_known_as_that() -> None:
    """The name with the group stands for the same label as the one without, unless another label has that too."""
    grouped, other = {"name": "L", "parent": {"name": "size"}}, {"name": "ops", "parent": None}
    assert full_names([grouped, other]) == (("size/L", "L"),)
    assert full_names([grouped, other, {"name": "l", "parent": None}]) == ()


@pytest.mark.parametrize(
    ("change", "still_open"),
    [
        ({}, True),
        ({"status": {"type": "completed"}}, False),
        ({"status": {"type": "canceled"}}, False),
        ({"status": {"type": "paused"}}, True),
        ({"archivedAt": "2026-11-23T10:00:00.000Z"}, False),
        ({"trashed": True}, False),
    ],
)
def test_projects_are_open_until_they_end(change: dict[str, Any], still_open: bool) -> None:
    """Completed, canceled, archived and trashed projects are closed."""
    project = {"id": "p", "name": "P", "url": "u", "archivedAt": None, "trashed": None, "lead": ADA}
    assert project_epic({**project, "status": {"type": "started"}, **change}).open is still_open


def test_the_likeliest_of_several_epics() -> None:
    """An open one before a closed, then one with the item's team, then always the same."""
    item = Snapshot("linear", "i", "ENG-1", "x", "u", NOW, NOW, team="ENG")

    def candidate(id_: str, *teams: str, still_open: bool = True) -> Candidate:
        return Candidate(Epic("project", id_, "P", "P", "u", open=still_open), teams)

    ranked = [
        candidate("4", "eng"),
        candidate("5", "eng"),
        candidate("1", "OPS"),
        candidate("0", "ENG", still_open=False),
    ]
    while ranked:
        found = likeliest(tuple(reversed(ranked)), item)
        assert found == ranked[0].epic
        ranked = ranked[1:]
    assert likeliest((), item) is None


def test_of_several_users_the_active_person_counts() -> None:
    """Somebody active before somebody who left, and people before apps."""
    left, app = {**ADA, "id": "L", "active": False}, {**ADA, "id": "P", "app": True}
    users = [left, app, ADA]
    for expected in ("AAA", "P", "L"):
        found = best(users)
        assert found is not None
        assert found.id == expected
        users = [user for user in users if user["id"] != expected]
    assert best([]) is None


def test_ids_and_keys_are_told_apart() -> None:
    """Ids have the shape of UUIDs, keys a team and a number."""
    assert is_uuid(derived_id("a"))
    assert derived_id("a", 1) == derived_id("a", 1) != derived_id("a", 2)
    assert derived_id("a")[14] == "4"
    assert not is_uuid("issue-123")
    assert is_key("eng-12")
    assert not is_key("ENG-12x")


def test_the_policys_labels_matter() -> None:
    """Watched and class labels, aliases, size and urgency, and labels that name a post-mortem; no others."""
    tells = matters(
        replace(
            policy(),
            classes=Classes(ClassLabel("operational", ("ops",)), needs_class="needs-class", risk="risk"),
            size=Size(labels=("size/l",)),
            urgency=Urgency(labels=("sev1",)),
            postmortem=(Origin("link", "x"), Origin("label", "pm/")),
        )
    )
    known = ("Post-Mortem", "operational", "strategic", "needs-class", "Ops", "risk", "size/l", "SEV1", "PM/7")
    assert [name for name in known if not tells(name)] == []
    assert not tells("backend")
    assert not matters(policy())("pm/7")
