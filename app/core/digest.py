"""Gather what somebody should hear into one message a day, and say when it may go out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from itertools import groupby

from app.core.asking import DECISIONS
from app.core.mandates import member_of
from app.core.notice import Notice
from app.core.policy import Messages, Policy
from app.core.sending_hours import day_of, is_quiet, moments, next_moment, opening
from app.core.text import Block, Link, Span, Text, bullet, paragraph

MOST_ITEMS = 15
"""How many items a message shows: more of them nobody reads, and chats take no longer messages."""
_HEADINGS = ("Risks to decide on:", "Questions for you:", "Quiet for too long, or past a date:")
_PLACES = {**dict.fromkeys(DECISIONS, 0), "stale": 2, "due": 2}
_TITLE, _SENTENCES, _ADDRESS = 100, 400, 500


@dataclass(frozen=True, slots=True)
class Message:
    """Hold one notice that waits for its person, with the item as it was last seen.

    `made_at` is UTC. The words before the colon in `purpose` say what it is: a finding's id, or a reminder's name.
    """

    number: int
    tracker: str
    item: str
    made_at: datetime
    key: str
    title: str
    url: str
    sentence: str
    purpose: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """Hold what goes to one person in one message. `id` follows from what it is made of, so that a double shows.

    `text` opens without a greeting, because some channels name the person by themselves.
    """

    id: str
    subject: str
    text: Text


@dataclass(frozen=True, slots=True)
class Turn:
    """Say what to do for a person: send `now`, or look again at that moment (UTC); None: nothing ever comes of it."""

    now: bool
    again_at: datetime | None = None


def turn(waiting: Iterable[Message], sent: Iterable[datetime], rules: Messages, now: datetime) -> Turn:
    """Tell whether what waits for a person may go out now. `sent` are the times (UTC) of their latest messages.

    A message goes out at one of the day's moments, or later on that day where it could not, but not in quiet hours and
    not beyond the day's limit. What comes in after the moment waits for the next one.
    """
    oldest = min((message.made_at for message in waiting), default=None)
    if oldest is None:
        return Turn(now=False)
    today = day_of(now, rules)
    left = rules.per_person_per_day - sum(day_of(at, rules) == today for at in sent)
    ahead = next_moment(now, rules)
    if left <= 0:
        return Turn(now=False, again_at=_after_today(now, rules))
    if not any(oldest <= moment <= now for moment in moments(today, rules)):
        return Turn(now=False, again_at=ahead)
    if is_quiet(now, rules):
        return Turn(now=False, again_at=opening(now, rules) or ahead)
    return Turn(now=True)


def _after_today(now: datetime, rules: Messages) -> datetime | None:
    """Return the first moment of a later day."""
    today, moment = day_of(now, rules), next_moment(now, rules)
    while moment is not None and day_of(moment, rules) == today:
        moment = next_moment(moment, rules)
    return moment


def letter(person: str, waiting: Sequence[Message], rules: Messages, all_of_it: str | None = None) -> Letter:
    """Return the message to a person (by their key) with all that waits: decisions, then questions, then reminders.

    Of each the oldest comes first, and an item comes once. More items than can be read are counted; `all_of_it` is the
    address of a page that shows them.
    """
    items = _by_item(sorted(waiting, key=lambda message: (message.made_at, message.number)))
    items.sort(key=_place)
    shown, more = items[:MOST_ITEMS], len(items) - MOST_ITEMS
    several = len({_place(messages) for messages in shown}) > 1
    blocks = [paragraph(_opening(len(items), several=several)), *_entries(shown, several=several)]
    if more > 0:
        blocks.append(paragraph(*_and_more(more, all_of_it)))
    blocks.append(Block((_why(rules),), "small"))
    return Letter(_id(person, waiting), _subject(len(items)), Text(tuple(blocks)))


def addressed(notice: Notice, tracker: str, policy: Policy) -> Notice:
    """Return the notice with the person's e-mail where the policy knows it: by that somebody is one on all trackers."""
    member = member_of(notice.to, tracker, policy)
    return replace(notice, to=replace(notice.to, email=member.email)) if member else notice


def key_of(notice: Notice, tracker: str) -> str:
    """Return by what a person is known as one: the e-mail without case, else the tracker's id."""
    return notice.to.email.casefold() if notice.to.email else f"{tracker}:{notice.to.id}"


def _by_item(messages: Iterable[Message]) -> list[list[Message]]:
    items: dict[tuple[str, str], list[Message]] = {}
    for message in messages:
        items.setdefault((message.tracker, message.item), []).append(message)
    return list(items.values())


def _place(messages: Sequence[Message]) -> int:
    """Return under which of the headings an item stands: the first that fits any of its messages."""
    return min(map(_heading, messages))


def _heading(message: Message) -> int:
    return _PLACES.get(message.purpose.partition(":")[0], 1)


def _entries(items: Iterable[Sequence[Message]], *, several: bool) -> Iterator[Block]:
    """Yield the items, under headings where there are several kinds."""
    for place, group in groupby(items, _place):
        if several:
            yield paragraph(_HEADINGS[place])
        yield from map(_entry, group)


def _entry(messages: Sequence[Message]) -> Block:
    latest = messages[-1]
    name = _short(f"{latest.key} {latest.title}", _TITLE)
    told = dict.fromkeys(message.sentence for message in sorted(messages, key=_heading))
    sentences = _short(" ".join(told), _SENTENCES)
    return bullet(_linked(name, latest.url), f": {sentences}")


def _linked(name: str, url: str) -> Span:
    fits = url.startswith(("https://", "http://")) and url.isprintable() and len(url) <= _ADDRESS and " " not in url
    return Link(name, url) if fits else name


def _opening(items: int, *, several: bool) -> str:
    if items == 1:
        return "This post-mortem action item waits for you:"
    order = "." if several else ", the longest waiting first:"
    return f"These {items} post-mortem action items wait for you{order}"


def _subject(items: int) -> str:
    return "1 post-mortem action item waits for you" if items == 1 else f"{items} post-mortem action items wait for you"


def _and_more(number: int, address: str | None) -> tuple[Span, ...]:
    words = f"and {number} more"
    return (f"… {words}.",) if address is None else ("… ", Link(words, address), ".")


def _why(rules: Messages) -> str:
    at = f"{rules.digest_at:%H:%M}, {rules.timezone}"
    if rules.per_person_per_day == 1:
        return f"Followthrough writes to you at most once a day ({at})."
    return f"Followthrough writes to you at most {rules.per_person_per_day} times a day (from {at})."


def _id(person: str, waiting: Iterable[Message]) -> str:
    numbers = ",".join(str(number) for number in sorted(message.number for message in waiting))
    return sha256(f"{person} {numbers}".encode()).hexdigest()[:32]


def _short(text: str, longest: int) -> str:
    """Return text on one line without invisible characters, cut where it is long."""
    line = "".join(letter for letter in " ".join(text.split()) if letter.isprintable())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"
