"""What counts as a sign of life, and what the clock remembers of it."""

from dataclasses import replace
from typing import Any

import pytest

from app.core.activity import Activity, ActivityKind
from app.core.clock import NOT_COUNTED_KEPT, in_mind, uncounted
from app.core.memory import HistoryRead, Memory, Told
from app.core.person import Person
from app.core.policy import Member
from app.core.snapshot import Snapshot
from tests.builders import ADA, APP, CODEBOT, DAY, GRACE, HOUR, LEFT, MINUTE, NOW, RELAY, comment, policy, snapshot

K = ActivityKind
OURS = "it is our own doing"
NOBODY = "no person stands behind it"
COMMAND = "it holds only a command to us"
WORK = (K.COMMENT, K.EDIT, K.STATE, K.ASSIGNEE, K.WORKLOG, K.ATTACHMENT, K.LINK, K.PULL_REQUEST)
NO_WORK = {
    K.RANK: "a new rank is no work on it",
    K.SPRINT: "a change of sprint is no work on it",
    K.SERVICE_LEVEL: "a service level is reckoned by the tracker",
    K.MENTION: "it was only mentioned elsewhere",
    K.WATCHING: "watching is no work on it",
}


def done(kind: ActivityKind = K.EDIT, by: Person | None = ADA, days: float = 0, **fields: Any) -> Activity:
    """Return something that was done so many days ago."""
    return replace(Activity(NOW - days * DAY, kind, by), **fields)


@pytest.mark.parametrize("kind", WORK)
@pytest.mark.parametrize("by", [ADA, LEFT, RELAY], ids=["a person", "a person who left since", "a relay of people"])
def test_what_people_do_counts(kind: ActivityKind, by: Person) -> None:
    """Whatever a person does to the item itself is a sign of life, be it through a relay."""
    assert uncounted(done(kind, by), policy()) is None


@pytest.mark.parametrize("kind", list(NO_WORK))
def test_what_says_nothing_about_the_work_does_not_count(kind: ActivityKind) -> None:
    """A rank, a sprint, a service level, a mention elsewhere and watching are none, also when a person did it."""
    assert uncounted(done(kind), policy()) == NO_WORK[kind]
    assert uncounted(done(kind, None), policy()) == NO_WORK[kind]


@pytest.mark.parametrize(
    ("activity", "because"),
    [
        pytest.param(done(ours=True), OURS, id="our edit"),
        pytest.param(done(K.COMMENT, APP, ours=True), OURS, id="our comment"),
        pytest.param(done(K.RANK, ours=True), OURS, id="our rank"),
        pytest.param(done(by=APP), "Followthrough App is a machine", id="an app"),
        pytest.param(done(by=CODEBOT), "the policy says that Codebot Account is a bot", id="a bot of the policy"),
        pytest.param(
            done(by=Person("acc-bot", "Codebot")), "the policy says that Codebot is a bot", id="a bot by its id alone"
        ),
        pytest.param(done(by=None), NOBODY, id="an automation"),
        pytest.param(done(K.PULL_REQUEST, None), None, id="a pull request that nobody linked"),
        pytest.param(done(K.PULL_REQUEST, APP), None, id="a pull request that an app linked"),
        pytest.param(
            done(K.PULL_REQUEST, CODEBOT),
            "the policy says that Codebot Account is a bot",
            id="a pull request of a bot of the policy",
        ),
        pytest.param(done(K.CREATED, None), None, id="created by nobody"),
        pytest.param(done(K.CREATED, CODEBOT), None, id="created by a bot"),
        pytest.param(done(K.CREATED, ours=True), None, id="created by us"),
        pytest.param(done(K.COMMENT, text="/why"), COMMAND, id="a command"),
        pytest.param(done(K.COMMENT, text="/snooze 14d because of them"), COMMAND, id="a snooze"),
        pytest.param(done(K.COMMENT, text="/ack"), None, id="an acknowledgement"),
        pytest.param(done(K.COMMENT, text="/strategic"), None, id="a class choice"),
        pytest.param(done(K.COMMENT, APP, text="/ack"), "Followthrough App is a machine", id="a machine's word"),
        pytest.param(done(K.COMMENT, text="/check\n\nDone with half."), None, id="a command and more"),
    ],
)
def test_why_an_activity_does_not_count(activity: Activity, because: str | None) -> None:
    """Machines, our own doings and mere commands are told apart, each with its reason."""
    known = (Member("Codebot", "codebot@acme.test", ids={"jira": "acc-bot"}),)
    assert uncounted(activity, policy(people=known)) == because


def last(item: Snapshot, memory: Memory | None = None, **changes: Any) -> Activity:
    """Return what the clock rests on."""
    activity = in_mind(memory or Memory(), item, policy(**changes), NOW).last_activity
    assert activity is not None
    return activity


OLD = snapshot(created_at=NOW - 40 * DAY)


def test_clock_starts_with_the_creation() -> None:
    """An item to which nobody did anything rests on its creation, with where to see it."""
    assert last(OLD) == done(K.CREATED, GRACE, 40, url=OLD.url)
    assert last(replace(OLD, creator=CODEBOT)).by == CODEBOT


@pytest.mark.parametrize("source", ["comments", "heard", "history"])
def test_clock_rests_on_the_latest_that_counts(source: str) -> None:
    """Comments, what webhooks told and the history are all looked through; the words of a comment are not kept."""
    said = [comment(body, by, id=body, at=NOW - days * DAY) for body, by, days in SAID]
    acts = tuple(done(K.COMMENT, by, days, text=body) for body, by, days in SAID)
    told: dict[str, Any] = {source: tuple(said) if source == "comments" else acts}
    item = replace(OLD, **told)
    assert last(item) == done(K.COMMENT, ADA, 3)


SAID = (("first", GRACE, 9), ("on it", ADA, 3), ("/why", ADA, 2), ("beep", CODEBOT, 1))


def test_edited_comment_counts_when_it_was_edited() -> None:
    """Somebody who edits what they said is there."""
    item = replace(OLD, comments=(comment("on it", at=NOW - 9 * DAY, edited_at=NOW - DAY),))
    assert last(item) == done(K.COMMENT, ADA, 1, what="edited a comment")


def test_nothing_sets_the_clock_back() -> None:
    """A deleted comment, an emptier history and news that come late leave the clock where it is."""
    known = in_mind(Memory(), replace(OLD, heard=(done(days=2),)), policy(), NOW)
    assert last(replace(OLD, heard=(done(days=5),), history=()), known) == done(days=2)
    assert last(OLD, known) == done(days=2)


def test_same_moment_is_kept_with_where_to_see_it() -> None:
    """Of two tellings of one doing the one with an address is kept."""
    seen = done(K.COMMENT, url="https://tracker.test/c")
    item = replace(OLD, comments=(comment("x", at=NOW),), heard=(seen,))
    assert last(item) == seen
    assert last(replace(item, heard=()), in_mind(Memory(), item, policy(), NOW)) == seen


def test_policy_that_calls_somebody_a_bot_today_is_believed() -> None:
    """What was taken for a person's does not hold once the policy knows better."""
    known = in_mind(Memory(), replace(OLD, heard=(done(by=CODEBOT, days=2),)), policy(bots=()), NOW)
    assert known.last_activity == done(by=CODEBOT, days=2)
    assert last(OLD, known).kind is K.CREATED


def test_ladder_begins_anew_with_every_activity() -> None:
    """What was told belongs to the silence that it was told about."""
    known = replace(in_mind(Memory(), OLD, policy(), NOW), told=(Told(0, NOW - DAY, ADA),))
    assert in_mind(known, OLD, policy(), NOW).told == known.told
    assert in_mind(known, replace(OLD, heard=(done(),)), policy(), NOW).told == ()
    assert in_mind(known, replace(OLD, heard=(done(by=CODEBOT),)), policy(), NOW).told == known.told


def test_latest_that_did_not_count_are_kept_with_their_reasons() -> None:
    """Only a few, each once, the latest last; a history tells all, so that it takes the place of what was known."""
    acts = tuple(done(by=None, days=days) for days in range(9, 0, -1))
    known = in_mind(Memory(), replace(OLD, heard=acts), policy(), NOW)
    assert [one.activity for one in known.not_counted] == list(acts[-NOT_COUNTED_KEPT:])
    assert {one.because for one in known.not_counted} == {NOBODY}
    assert in_mind(known, replace(OLD, heard=acts), policy(), NOW) == known
    read = in_mind(known, replace(OLD, history=acts[:1]), policy(), NOW)
    assert [one.activity for one in read.not_counted] == [acts[0]]


def test_reading_of_the_history_is_remembered() -> None:
    """When it was read, and when the item had changed last by then."""
    item = replace(OLD, updated_at=NOW - HOUR, history=())
    assert in_mind(Memory(), item, policy(), NOW).history_read == HistoryRead(NOW, NOW - HOUR)
    known = in_mind(Memory(), item, policy(), NOW)
    assert in_mind(known, replace(item, history=None), policy(), NOW + MINUTE).history_read == known.history_read
