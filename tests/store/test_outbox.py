"""Messages are kept with the record, lent to one replica at a time, and settled once."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import Connection, select

from app.core.notice import Notice
from app.core.person import Person
from app.ports import Mailbox, Recipient
from app.store import SqlStore
from app.store.outbox_tables import messages
from tests.store.examples import ADA, NOW, SECOND, claim_one, recorded, result, snapshot, touch

GRACE = Person("u2", "Grace Hopper")
LEASE = timedelta(minutes=2)
HOUR = timedelta(hours=1)


def notice(purpose: str = "stale:1", to: Person = ADA, sentence: str = "It is quiet.") -> Notice:
    """Return something that somebody should hear."""
    return Notice(purpose, to, sentence)


async def claim(store: SqlStore, now: datetime = NOW) -> list[Mailbox]:
    """Claim the mailboxes that are due."""
    return list(await store.outbox.claim(10, now, LEASE))


async def claim_mailbox(store: SqlStore, now: datetime = NOW) -> Mailbox:
    """Claim the only mailbox that is due."""
    (mailbox,) = await claim(store, now)
    return mailbox


def numbers(mailbox: Mailbox) -> list[int]:
    """Return the numbers of what waits."""
    return [message.number for message in mailbox.waiting]


async def states(store: SqlStore) -> list[str]:
    """Return the state of every message, in order."""

    def read(connection: Connection) -> list[str]:
        return list(connection.scalars(select(messages.c.state).order_by(messages.c.number)))

    return await store._now.database.read(read)


async def sent(store: SqlStore, mailbox: Mailbox, now: datetime = NOW, letter: str = "l1") -> None:
    """Send what waits."""
    assert await store.outbox.begin(mailbox, letter, "slack", numbers(mailbox), now)
    assert await store.outbox.end(mailbox, numbers=numbers(mailbox), fate="sent", again_at=None, now=now)


# --- kept with the record ---


async def test_a_run_leaves_its_notices(store: SqlStore) -> None:
    """With the item as it was seen, for a person who has a mailbox from then on."""
    await recorded(store, notices=(notice(),))
    mailbox = await claim_mailbox(store)
    assert (mailbox.person, mailbox.to) == ("ada@acme.test", Recipient("Ada Admin", "ada@acme.test", {"linear": "u1"}))
    (message,) = mailbox.waiting
    assert (message.tracker, message.item, message.made_at) == ("linear", "i1", NOW)
    assert (message.key, message.title) == ("PM-i1", "Alert on lag")
    assert (message.url, message.sentence) == ("https://tracker.acme.test/i1", "It is quiet.")
    assert (mailbox.sent, mailbox.begun, mailbox.attempts) == ((), None, 0)


async def test_a_run_whose_fence_is_void_leaves_nothing(store: SqlStore) -> None:
    """Record and notices are one transaction."""
    await touch(store, "i1")
    late = await claim_one(store)
    await claim_one(store, NOW + HOUR)
    assert not await store.record(late, result(notices=(notice(),)), NOW)
    assert await claim(store) == []


async def test_the_same_notice_waits_once(store: SqlStore) -> None:
    """However often it is found, in the words of the latest run, since the first."""
    await recorded(store, notices=(notice(),))
    renamed = snapshot(title="Alert on replica lag")
    await recorded(store, now=NOW + HOUR, notices=(notice(sentence="It is quieter."),), snapshot=renamed)
    (message,) = (await claim_mailbox(store, NOW + HOUR)).waiting
    assert (message.title, message.sentence, message.made_at) == ("Alert on replica lag", "It is quieter.", NOW)


async def test_a_notice_that_was_sent_is_not_sent_again(store: SqlStore) -> None:
    """Another purpose and another person are other notices."""
    await recorded(store, notices=(notice(),))
    await sent(store, await claim_mailbox(store))
    later = NOW + HOUR
    await recorded(store, now=later, notices=(notice(), notice("stale:2"), notice(to=GRACE)))
    boxes = {mailbox.person: mailbox for mailbox in await claim(store, later)}
    assert set(boxes) == {"ada@acme.test", "linear:u2"}
    assert len(boxes["ada@acme.test"].waiting) == len(boxes["linear:u2"].waiting) == 1
    assert await states(store) == ["sent", "waiting", "waiting"]


async def test_what_is_outdated_is_withdrawn(store: SqlStore) -> None:
    """A run that does not find it any more takes it back, and another one's of that person stay; it may come again."""
    await recorded(store, "i1", notices=(notice(),))
    await recorded(store, "i2", notices=(notice(),))
    await recorded(store, "i1", now=NOW + HOUR)
    assert await states(store) == ["withdrawn", "waiting"]
    await recorded(store, "i1", now=NOW + 2 * HOUR, notices=(notice(),))
    mailbox = await claim_mailbox(store, NOW + 2 * HOUR)
    assert [(one.item, one.made_at) for one in mailbox.waiting] == [("i1", NOW + 2 * HOUR), ("i2", NOW)]


async def test_a_person_is_one_on_all_trackers(store: SqlStore) -> None:
    """By e-mail in any case; without one a person is the tracker's."""
    upper = replace(ADA, id="712020:a", email="ADA@acme.test")
    await recorded(store, "i1", notices=(notice(),))
    await recorded(store, "i2", notices=(notice(to=upper), notice(to=GRACE)))
    assert [(box.person, len(box.waiting)) for box in await claim(store)] == [("ada@acme.test", 2), ("linear:u2", 1)]


async def test_odd_words_are_kept(store: SqlStore) -> None:
    """Whatever a title holds, the record is not lost over it."""
    odd = Person("x" * 3_000, "N\0\ud800", "q" * 3_000 + "@acme.test")
    await recorded(store, notices=(notice("p" * 5_000, odd, "s\0\udfff"),), snapshot=snapshot(title="t\0"))
    await recorded(store, now=NOW + HOUR, notices=(notice("p" * 5_000, odd, "s\0\udfff"),))
    (message,) = (await claim_mailbox(store, NOW + HOUR)).waiting
    assert message.sentence.startswith("s�")


# --- lent ---


async def test_a_mailbox_is_lent_to_one_at_a_time(store: SqlStore) -> None:
    """Until its lease runs out; then the first one's fence is void, and nothing that it does has an effect."""
    await recorded(store, notices=(notice(),))
    first = await claim_mailbox(store)
    assert await claim(store, NOW + LEASE - SECOND) == []
    second = await claim_mailbox(store, NOW + LEASE)
    assert not await store.outbox.begin(first, "l1", "slack", numbers(first), NOW + LEASE)
    assert not await store.outbox.end(first, numbers=numbers(first), fate="comment", again_at=None, now=NOW + LEASE)
    assert await states(store) == ["waiting"]
    await sent(store, second, NOW + LEASE)


async def test_a_mailbox_is_due_again_when_it_is_said(store: SqlStore) -> None:
    """With its count of failures; without a time it is not."""
    assert await store.outbox.next_due(NOW) is None
    await recorded(store, notices=(notice(),))
    mailbox = await claim_mailbox(store)
    assert await store.outbox.end(mailbox, again_at=NOW + HOUR, attempts=3, now=NOW)
    assert await store.outbox.next_due(NOW) == NOW + HOUR
    assert await store.outbox.next_due(NOW + 2 * HOUR) == NOW + 2 * HOUR
    assert await claim(store) == []
    again = await claim_mailbox(store, NOW + HOUR)
    assert again.attempts == 3
    assert await store.outbox.end(again, again_at=None, now=NOW + HOUR)
    assert await store.outbox.next_due(NOW) is None


async def test_what_comes_in_meanwhile_makes_it_due(store: SqlStore) -> None:
    """While a mailbox is on loan, and while it waits for tomorrow; the lease itself is not cut short."""
    await recorded(store, "i1", notices=(notice(),))
    mailbox = await claim_mailbox(store)
    await recorded(store, "i2", notices=(notice(),))
    assert await claim(store) == []
    await store.outbox.end(mailbox, again_at=NOW + 24 * HOUR, now=NOW)
    again = await claim_mailbox(store)
    assert len(again.waiting) == 2
    await store.outbox.end(again, again_at=NOW + 24 * HOUR, now=NOW)
    await recorded(store, "i3", notices=(notice(),))
    assert len((await claim_mailbox(store)).waiting) == 3


# --- settled ---


async def test_a_letter_of_which_nobody_knows_is_shown(store: SqlStore) -> None:
    """After a crash, with its messages; what came in since waits beside it. What becomes of it is open."""
    await recorded(store, "i1", notices=(notice(),))
    mailbox = await claim_mailbox(store)
    assert await store.outbox.begin(mailbox, "l1", "slack", numbers(mailbox), NOW)
    await recorded(store, "i2", notices=(notice(),))
    found = await claim_mailbox(store, NOW + LEASE)
    assert found.begun is not None
    assert (found.begun.letter, found.begun.channel) == ("l1", "slack")
    assert [message.item for message in found.begun.messages] == ["i1"]
    assert [message.item for message in found.waiting] == ["i2"]
    assert found.sent == ()


@pytest.mark.parametrize(("fate", "left"), [("waiting", 1), ("sent", 0), ("unsure", 0), ("comment", 0)])
async def test_what_becomes_of_a_letter(store: SqlStore, fate: str, left: int) -> None:
    """Back to wait it counts as never sent, else it is settled for good; the comment is no letter."""
    await recorded(store, notices=(notice(),))
    mailbox = await claim_mailbox(store)
    assert await store.outbox.begin(mailbox, "l1", "slack", numbers(mailbox), NOW)
    assert await store.outbox.end(mailbox, numbers=numbers(mailbox), fate=fate, again_at=NOW, now=NOW)  # type: ignore[arg-type]  # parametrised
    again = await claim_mailbox(store)
    assert (len(again.waiting), again.begun) == (left, None)
    assert again.sent == ((NOW,) if fate in {"sent", "unsure"} else ())
    await recorded(store, now=NOW + HOUR)
    assert await states(store) == ["withdrawn" if left else fate]


async def test_letters_count_for_two_days(store: SqlStore) -> None:
    """A letter counts once, however many messages it holds."""
    await recorded(store, "i1", notices=(notice(), notice("stale:2")))
    await sent(store, await claim_mailbox(store))
    later = NOW + 47 * HOUR
    await recorded(store, "i2", now=later, notices=(notice(),))
    mailbox = await claim_mailbox(store, later)
    assert mailbox.sent == (NOW,)
    await sent(store, mailbox, later, "l2")
    await recorded(store, "i3", now=later + 2 * HOUR, notices=(notice(),))
    assert (await claim_mailbox(store, later + 2 * HOUR)).sent == (later,)


async def test_what_was_answered_meanwhile_is_not_sent(store: SqlStore) -> None:
    """A message that was withdrawn after the claim stops its letter; what is on its way stays."""
    await recorded(store, "i1", notices=(notice(),))
    await recorded(store, "i2", notices=(notice(),))
    mailbox = await claim_mailbox(store)
    await recorded(store, "i1", now=NOW + SECOND)
    assert not await store.outbox.begin(mailbox, "l1", "slack", numbers(mailbox), NOW + SECOND)
    assert await states(store) == ["withdrawn", "waiting"]
    assert await store.outbox.begin(mailbox, "l1", "slack", numbers(mailbox)[1:], NOW + SECOND)
    await recorded(store, "i2", now=NOW + 2 * SECOND)
    assert await states(store) == ["withdrawn", "sending"]


async def test_a_letter_may_go_another_way(store: SqlStore) -> None:
    """What the first way refused is begun again on the next one, as one letter."""
    await recorded(store, notices=(notice(),))
    mailbox = await claim_mailbox(store)
    assert await store.outbox.begin(mailbox, "l1", "slack", numbers(mailbox), NOW)
    assert await store.outbox.begin(mailbox, "l1", "email", numbers(mailbox), NOW + SECOND)
    found = await claim_mailbox(store, NOW + LEASE)
    assert found.begun is not None
    assert found.begun.channel == "email"
    await store.outbox.end(found, numbers=numbers(mailbox), fate="sent", again_at=NOW + LEASE, now=NOW + LEASE)
    assert (await claim_mailbox(store, NOW + LEASE)).sent == (NOW + SECOND,)
