"""What waits for a person goes out in one letter, by the first way that takes it, and never twice."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from app.core.errors import Denied, NotFound, Permanent, RateLimited, Transient
from app.core.person import Person
from app.core.policy import Member
from app.flow import deliver
from app.flow.deliver import IDLE, LEASE
from app.ports import Recipient
from app.store import SqlStore
from tests.flow.posting import DAY, HOUR, MONDAY, RULES, Post, items
from tests.store.examples import recorded


@pytest.fixture
def database_kind() -> str:
    """Keep messages in SQLite; the store's own tests hold PostgreSQL to the same."""
    return "sqlite"


@pytest.fixture
async def post(store: SqlStore) -> Post:
    """Return an office with two ways that work."""
    return Post(store)


async def test_a_day_makes_one_letter(post: Post) -> None:
    """What waits at the day's moment goes out together, the oldest first; what comes later waits for the next day."""
    await post.hear("i2", at=MONDAY - 2 * HOUR)
    await post.hear("i1", at=MONDAY - HOUR)
    await post.at(MONDAY - HOUR)
    assert not post.slack.got
    await post.at(MONDAY)
    await post.hear("i3", at=MONDAY + HOUR)
    await post.at(MONDAY + 2 * HOUR)
    assert post.letters() == [["i2 is quiet.", "i1 is quiet."]]
    await post.at(MONDAY + DAY)
    assert post.letters()[1:] == [["i3 is quiet."]]
    assert post.by.counts == {("slack", "sent"): 2}
    assert not post.email.asked


async def test_people_get_letters_of_their_own(post: Post) -> None:
    """Each by what the policy knows of them: e-mail and ids."""
    hidden = Person("712020:g", "grace")
    post.people = (Member("Grace Hopper", "grace@acme.test", ids={"linear": "712020:g", "slack": "U2"}),)
    await post.hear("i1", at=MONDAY - HOUR)
    await post.hear("i2", hidden, at=MONDAY - HOUR)
    await post.at(MONDAY)
    assert sorted(address for address, _ in post.slack.got) == ["ada@acme.test", "grace@acme.test"]
    ids = {"linear": "712020:g", "slack": "U2"}
    assert Recipient("Grace Hopper", "grace@acme.test", ids) in post.slack.asked


async def test_what_was_answered_is_not_told(post: Post) -> None:
    """A run that finds nothing any more takes it out of the letter, or spares the letter."""
    await post.hear("i1", at=MONDAY - HOUR)
    await post.hear("i2", at=MONDAY - HOUR)
    await recorded(post.store, "i1", MONDAY - HOUR + timedelta(seconds=2))
    await post.at(MONDAY)
    assert post.letters() == [["i2 is quiet."]]
    await post.hear("i3", at=MONDAY + HOUR)
    await recorded(post.store, "i3", MONDAY + 2 * HOUR)
    await post.at(MONDAY + DAY)
    assert len(post.slack.got) == 1


async def test_a_messenger_that_is_down_for_a_day_makes_one_letter(post: Post) -> None:
    """With all that came together, at the next day's moment; the tries in between grow rare."""
    post.slack.errors = [Transient("Slack answered 503") for _ in range(100)]
    for hours in range(24):
        await post.hear(f"i{hours}", at=MONDAY - HOUR + hours * HOUR)
        for minutes in range(0, 60, 10):
            await post.at(MONDAY - HOUR + hours * HOUR + timedelta(minutes=minutes))
    tries = 100 - len(post.slack.errors)
    assert 8 <= tries <= 20
    post.slack.errors.clear()
    await post.at(MONDAY + DAY + HOUR)
    assert [len(letter) for letter in post.letters()] == [15]
    assert post.slack.got[0][1].subject == "24 post-mortem action items wait for you"
    assert post.by.counts == {("slack", "failed"): tries, ("slack", "sent"): 1}


async def test_a_pause_that_is_asked_for_holds_for_everybody(post: Post) -> None:
    """A way that says wait is not asked again before, for nobody."""
    await post.hear("i1", at=MONDAY - HOUR)
    post.slack.errors = [RateLimited("Slack asks us to slow down", 1800)]
    await post.at(MONDAY)
    await post.hear("i2", Person("u2", "Grace", "grace@acme.test"), at=MONDAY - HOUR)
    await post.at(MONDAY + timedelta(minutes=29))
    assert len(post.slack.asked) == 1
    await post.at(MONDAY + timedelta(minutes=50))
    assert len(post.slack.got) == 2


@pytest.mark.parametrize("refusal", [Permanent("too long"), NotFound("no such user"), Denied("invalid_auth")])
async def test_a_refused_letter_goes_the_next_way(post: Post, refusal: Exception) -> None:
    """On the same day, as the same letter."""
    await post.hear(at=MONDAY - HOUR)
    post.slack.errors = [refusal]
    await post.at(MONDAY)
    assert [items(letter) for _, letter in post.email.got] == [["i1 is quiet."]]
    await post.at(MONDAY + DAY)
    assert not post.slack.got


async def test_who_is_not_reached_by_chat_is_reached_by_mail(post: Post) -> None:
    """A way that does not know a person is passed over."""
    post.slack.reaches = False
    await post.hear(at=MONDAY - HOUR)
    await post.at(MONDAY)
    assert len(post.email.got) == 1
    assert post.by.counts == {("slack", "unreachable"): 1, ("email", "sent"): 1}


@pytest.mark.parametrize("ways", [("slack", "email"), (), ("pigeon",)])
async def test_whom_no_way_reaches_the_comment_tells(post: Post, ways: tuple[str, ...]) -> None:
    """Its sentence stands in the item's comment anyway; the message is done."""
    post.rules = replace(RULES, channels=ways)
    post.slack.reaches = False
    post.email.errors = [Permanent("no such mailbox")]
    await post.hear(at=MONDAY - HOUR)
    await post.at(MONDAY)
    assert post.by.counts["comment", "left"] == 1
    post.slack.reaches = True
    await post.at(MONDAY + DAY)
    assert not post.slack.got
    assert not post.email.got


async def test_credentials_that_fail_are_waited_for(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is given up while somebody can mend them; the log says it as an error."""
    post.rules = replace(RULES, channels=("slack",))
    post.slack.errors = [Denied("Slack: invalid_auth")]
    await post.hear(at=MONDAY - HOUR)
    await post.at(MONDAY)
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    await post.at(MONDAY + HOUR)
    assert post.letters() == [["i1 is quiet."]]


# --- running ---


async def test_it_runs_until_it_is_stopped_and_finishes_what_it_began(post: Post) -> None:
    """A stop in the middle of a letter waits for it, so that no doubt is left."""
    await post.hear(at=MONDAY - HOUR)
    post.slack.held = asyncio.Event()
    running = asyncio.ensure_future(post.by.run())
    await post.slack.entered.wait()
    running.cancel()
    await asyncio.sleep(0)
    post.slack.held.set()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert post.by.counts == {("slack", "sent"): 1}


async def test_it_sleeps_until_the_next_mailbox_is_due(post: Post) -> None:
    """But no longer than half a minute, because another replica may have put something in."""
    assert await post.by._turn() == IDLE
    post.clock.at = MONDAY - timedelta(seconds=10)
    await post.hear()
    assert await post.by._turn() == 0
    assert await post.by._turn() == 10


async def test_a_store_that_is_not_there_is_waited_for(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    """It says so, and goes on when it is back."""
    await post.store.aclose()
    assert await post.by._turn() == IDLE
    assert caplog.messages == ["the outbox is not there: The store is closed."]


async def test_a_mailbox_that_takes_too_long_is_left(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before its lease is over, so that nobody else sends the same meanwhile."""
    assert timedelta(seconds=deliver.PATIENCE) < LEASE
    monkeypatch.setattr(deliver, "PATIENCE", 0.05)
    await post.hear(at=MONDAY - HOUR)
    post.slack.held = asyncio.Event()
    await post.at(MONDAY)
    post.slack.held = None
    await post.at(MONDAY + LEASE)
    assert post.by.counts == {("slack", "unsure"): 1}


def test_pauses_grow_to_an_hour() -> None:
    """And are never shorter than what was asked for."""
    assert timedelta(seconds=48) <= deliver.pause(0, None) <= timedelta(seconds=72)
    assert timedelta(minutes=48) <= deliver.pause(400, None) <= timedelta(minutes=72)
    assert deliver.pause(0, 7200) == timedelta(hours=2)


async def test_many_items_lead_to_their_page(post: Post) -> None:
    """Where the service has an address, the rest is a link to all of theirs, stale or not."""
    made = post.by._page(Recipient("Ada", "ada@acme.test"))
    assert made == "https://ft.acme.test/reports/needing?owner=ada%40acme.test"
    post.by.public_url = None
    assert post.by._page(Recipient("Ada")) is None
