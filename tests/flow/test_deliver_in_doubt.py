"""A letter of which nobody knows whether it arrived is not doubled, and the doubt is logged."""

import asyncio
import logging
from dataclasses import replace

import pytest

from app.core.errors import Denied, Permanent, Transient, Uncertain
from app.core.person import Person
from app.flow.deliver import LEASE, TRIES, Deliverer
from app.store import SqlStore
from tests.flow.posting import DAY, HOUR, MONDAY, RULES, FakeMessenger, Post, items


@pytest.fixture
def database_kind() -> str:
    """Keep messages in SQLite; the store's own tests hold PostgreSQL to the same."""
    return "sqlite"


@pytest.fixture
async def post(store: SqlStore) -> Post:
    """Return an office with two ways that work."""
    return Post(store)


async def test_a_letter_in_doubt_is_not_doubled(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    """Where a double would be one, nobody is written to twice; the log tells which messages are in doubt."""
    await post.hear(at=MONDAY - HOUR)
    post.slack.errors = [Uncertain("Slack did not answer")]
    for hours in (0, 1, 24):
        await post.at(MONDAY + hours * HOUR)
    assert len(post.slack.got) == 1
    assert post.by.counts == {("slack", "unsure"): 1}
    (told,) = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert told.getMessage() == "message perhaps sent, and not sent again"
    assert vars(told)["messages"] == [1]


async def test_a_letter_in_doubt_is_sent_again_where_a_double_shows(post: Post) -> None:
    """As the same letter; what came in meanwhile is in another one, on another day."""
    post.rules = replace(RULES, channels=("email",))
    await post.hear(at=MONDAY - HOUR)
    post.email.errors = [Uncertain("no answer")]
    await post.at(MONDAY)
    await post.hear("i2", at=MONDAY)
    await post.at(MONDAY + HOUR)
    await post.at(MONDAY + DAY)
    letters = [letter for _, letter in post.email.got]
    assert [items(letter) for letter in letters] == [["i1 is quiet."], ["i1 is quiet."], ["i2 is quiet."]]
    assert letters[0].id == letters[1].id != letters[2].id


async def test_a_letter_is_not_repeated_for_ever(post: Post) -> None:
    """A server that never answers gets it a few times, within working hours, and then it is noted as unsure."""
    post.rules = replace(RULES, channels=("email",))
    await post.hear(at=MONDAY - HOUR)
    post.email.errors = [Uncertain("no answer") for _ in range(50)]
    for hours in range(72):
        await post.at(MONDAY + hours * HOUR)
    assert len(post.email.got) == TRIES
    assert post.by.counts["email", "unsure"] == 1


async def crash(post: Post, messenger: FakeMessenger, *, after: bool) -> None:
    """Let the process die while it sends, before or after the other side took the letter."""
    messenger.held, messenger.taken = asyncio.Event(), after
    serving = asyncio.ensure_future(post.by.once())
    await messenger.entered.wait()
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
    messenger.held, messenger.taken = None, False
    post.restart()


@pytest.mark.parametrize("after", [True, False])
async def test_a_crash_doubles_nothing_by_chat(post: Post, *, after: bool) -> None:
    """The next process finds the trace, notes the doubt, and goes on with what came since."""
    await post.hear(at=MONDAY - HOUR)
    await crash(post, post.slack, after=after)
    post.clock.at = MONDAY
    await post.hear("i2", at=MONDAY + HOUR)
    await post.at(MONDAY + LEASE)
    assert len(post.slack.got) == int(after)
    assert post.by.counts == {("slack", "unsure"): 1}
    await post.at(MONDAY + DAY)
    assert post.letters()[-1] == ["i2 is quiet."]


async def test_a_crash_loses_nothing_by_mail(post: Post) -> None:
    """The letter is sent again; whoever got it before sees that it is the same."""
    post.rules = replace(RULES, channels=("email",))
    await post.hear(at=MONDAY - HOUR)
    await crash(post, post.email, after=False)
    await post.at(MONDAY + LEASE)
    assert [items(letter) for _, letter in post.email.got] == [["i1 is quiet."]]


async def test_a_way_that_is_gone_leaves_a_doubt(post: Post) -> None:
    """Mail was switched off between the crash and the start: nobody will ever know."""
    post.rules = replace(RULES, channels=("email",))
    await post.hear(at=MONDAY - HOUR)
    await crash(post, post.email, after=False)
    post.by.messengers = {"slack": post.slack}
    await post.at(MONDAY + LEASE)
    assert post.by.counts == {("email", "unsure"): 1}


@pytest.mark.parametrize("refusal", [Transient("down"), Denied("535"), Permanent("550")])
async def test_a_doubt_stays_one_until_the_letter_is_taken(post: Post, refusal: Exception) -> None:
    """What fails for now is tried again as the same letter; what is refused for good cannot be known."""
    post.rules = replace(RULES, channels=("email", "slack"))
    await post.hear(at=MONDAY - HOUR)
    post.email.errors = [Uncertain("no answer"), refusal]
    for hours in range(4):
        await post.at(MONDAY + hours * HOUR)
    assert len(post.email.got) == (1 if type(refusal) is Permanent else 2)
    assert not post.slack.got
    assert post.by.counts["email", "unsure"] == (1 if type(refusal) is Permanent else 0)


async def test_an_error_of_ours_is_tried_again_later(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    """It is in the log, and nobody else waits for it."""
    post.slack.errors = [ZeroDivisionError()]
    await post.hear("i1", at=MONDAY - HOUR)
    await post.hear("i2", Person("u2", "Grace", "grace@acme.test"), at=MONDAY - HOUR)
    await post.at(MONDAY)
    await post.at(MONDAY + HOUR)
    assert len(post.slack.got) == 2
    assert "a mailbox met an error of ours" in caplog.messages
    assert post.by.counts == {("slack", "sent"): 1, ("slack", "unsure"): 1}


async def test_two_replicas_serve_a_mailbox_once(post: Post) -> None:
    """Whoever claims it serves it; the other finds nothing."""
    for number in range(10):
        await post.hear(f"i{number}", Person(f"u{number}", "N", f"n{number}@acme.test"), at=MONDAY - HOUR)
    other = Deliverer(post.store.outbox, post.by.messengers, post.by.policy, post.clock)
    post.clock.at = MONDAY
    while sum(await asyncio.gather(post.by.once(), other.once())):
        pass
    assert sorted(address for address, _ in post.slack.got) == sorted(f"n{number}@acme.test" for number in range(10))
