"""The first policy that `init` drafts: it reads back as what was found, whatever things are called."""

from datetime import UTC, datetime

import pytest

from app.assembly import manifests
from app.core.person import Person
from app.core.policy import Policy
from app.policy_file import parse_policy
from app.policy_file.draft import Wish, draft
from app.ports.surveyor import Offer, Survey

NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""A Monday, before the hand-over at nine."""


def drafted(survey: Survey, wish: Wish | None = None, tracker: str = "linear") -> Policy:
    """Return what the draft for one tracker means."""
    return parse_policy(draft({tracker: survey}, wish or Wish(), NOW), "f.yaml", manifests())


@pytest.mark.parametrize(
    "name", ["Q4 Reliability", "yes", "12", "a: b # c", 'say "hi"', "Übung 日本", "{x}", "- y", "null", "a\\b", "7d"]
)
def test_names_read_back_as_they_are(name: str) -> None:
    """Whatever YAML would make of them."""
    project = Offer({"project": name}, f"line\nbreak # {name}")
    people = [Person("1", name, "ada@acme.test")]
    policy = drafted(Survey("here\nthere", labels=["post-mortem"], epics=[project], people=people))
    assert policy.routes[0].epics["linear"]["project"] == name
    assert policy.people[0].name == name


def test_the_nearest_label_is_watched() -> None:
    """In its own spelling; without one that is near, what was said."""
    assert drafted(Survey("here", labels=["Post-Mortem", "bug"])).watch[0].label == "Post-Mortem"
    assert drafted(Survey("here", labels=["postmortem"])).watch[0].label == "postmortem"
    assert drafted(Survey("here", labels=["bug"]), Wish("incident")).watch[0].label == "incident"


def test_labels_that_are_not_there_are_not_relied_on() -> None:
    """Only class labels are named before they exist; in Jira any label can be named."""
    assert drafted(Survey("here")).classes.needs_class is None
    assert drafted(Survey("here", free=True)).classes.needs_class == "needs-class"
    assert drafted(Survey("here", labels=["Operational"])).classes.operational.label == "Operational"


def test_turns_begin_on_a_monday_that_is_over() -> None:
    """Somebody is on call from the first moment, also on a Monday morning; whoever takes turns is among the people."""
    policy = drafted(Survey("here", boards=[Offer({"team": "OPS"}, "ops")]), Wish(on_call=("zoe@acme.test",)))
    (source,) = policy.on_call["on-call"]
    assert source.settings["starts"].startswith("2026-11-16T09:00:00")
    assert policy.routes[0].on_call == "on-call"
    assert [person.email for person in policy.people] == ["zoe@acme.test"]


def test_somebody_hears_of_what_goes_quiet() -> None:
    """Its owner, and later whoever is on call where a rota is known."""
    alone = drafted(Survey("here")).stale.ladder
    both = drafted(Survey("here"), Wish(on_call=("zoe@acme.test",))).stale.ladder
    assert [[rung.tell for rung in ladder] for ladder in (alone, both)] == [["owner"], ["owner", "on_call"]]


def test_an_empty_tracker_still_gives_a_policy() -> None:
    """With a route that has yet to be filled in."""
    assert drafted(Survey("here")).routes[0].name == "everything"


def test_the_others_are_offered_beside_the_first() -> None:
    """As comments, so that choosing is moving a `#`."""
    boards = [Offer({"team": key}, key) for key in ("OPS", "ENG")]
    text = draft({"linear": Survey("here", boards=boards)}, Wish(), NOW)
    assert "      linear: {team: OPS}  # OPS\n      # linear: {team: ENG}  # ENG\n" in text


def test_rotas_of_others_come_first_with_the_next_ones_as_comments() -> None:
    """The first of each source is in force, before the tracker's own; a source that has none leaves nothing."""
    pages = [Offer({"source": "pagerduty", "schedule": f"P{number}"}, f"schedule {number}") for number in range(9)]
    duty = Offer({"source": "linear", "team": "OPS"}, "triage")
    board = Offer({"team": "OPS"}, "ops")
    text = draft({"linear": Survey("here", boards=[board], rotas=[duty])}, Wish(), NOW, [pages, []])
    (chain,) = parse_policy(text, "followthrough.yaml", manifests()).on_call.values()
    assert [source.connector for source in chain] == ["pagerduty", "linear"]
    assert [f"    # - {{source: pagerduty, schedule: P{number}}}" in text for number in (1, 2, 3, 4)] == [True] * 3 + [
        False
    ]
    assert "      on_call: on-call" in text.splitlines()
