"""One message a day with all that waits, never in quiet hours, nothing lost and nothing twice."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.digest import MOST_ITEMS, Letter, Message, Turn, addressed, key_of, letter, turn
from app.core.notice import Notice
from app.core.person import Person
from app.core.policy import Member, Messages
from app.core.text import Link
from tests.builders import ADA, policy
from tests.core.test_sending_hours import BERLIN, EVENING, local, rules

START = datetime(2026, 3, 16, tzinfo=UTC)
"""Thirty days from here on clocks are changed in Europe, Chile, Australia."""
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def message(number: int = 1, at: str = "2026-11-23T07:00", **fields: object) -> Message:
    """Return a message that waits since then."""
    values = {"tracker": "linear", "item": f"i-{number}", "key": f"ENG-{number}", "title": f"Item {number}"}
    sentence, url = "Nobody has touched it for 9 days.", f"https://tracker.test/ENG-{number}"
    made = {"number": number, "made_at": local(at), "url": url, "sentence": sentence}
    return Message(**{**values, **made, **fields})  # type: ignore[arg-type]  # fields by name


# --- when ---


@pytest.mark.parametrize(
    ("made", "now", "sent", "expected"),
    [
        pytest.param("23T07:00", "23T08:59", [], "23T09:00", id="before the moment"),
        pytest.param("23T07:00", "23T09:00", [], None, id="at the moment"),
        pytest.param("23T07:00", "23T16:00", [], None, id="late, but on the day"),
        pytest.param("23T07:00", "23T18:00", [], "24T09:00", id="too late"),
        pytest.param("20T07:00", "23T08:30", [], "23T09:00", id="from before the weekend"),
        pytest.param("20T10:00", "28T12:00", [], "30T09:00", id="on a quiet day"),
        pytest.param("23T09:01", "23T10:00", [], "24T09:00", id="came in after the moment"),
        pytest.param("23T07:00", "23T10:00", ["23T09:00"], "24T09:00", id="had one today"),
        pytest.param("23T07:00", "23T10:00", ["20T09:00"], None, id="had one on Friday"),
        pytest.param("23T07:00", "23T08:30", ["23T08:15"], "24T09:00", id="had one today, before the moment"),
    ],
)
def test_when_a_message_may_go(made: str, now: str, sent: list[str], expected: str | None) -> None:
    """At the day's moment or later on that day, but not in quiet hours and not beyond the limit."""
    found = turn(
        [message(at=f"2026-11-{made}")], [local(f"2026-11-{at}") for at in sent], BERLIN, local(f"2026-11-{now}")
    )
    assert found == (Turn(now=True) if expected is None else Turn(now=False, again_at=local(f"2026-11-{expected}")))


def test_a_pause_at_noon_is_waited_through() -> None:
    """What could not go out in the morning goes out after it, on the same day."""
    rules = replace(BERLIN, quiet_from=time(12), quiet_until=time(13))
    assert turn([message()], [], rules, local("2026-11-23T12:10")).again_at == local("2026-11-23T13:00")


def test_nothing_that_waits_and_nothing_that_may_ever_go() -> None:
    """Neither sends, and neither has a next moment."""
    never = Messages(quiet_days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    assert turn([], [], BERLIN, local("2026-11-23T09:00")) == Turn(now=False)
    assert turn([message()], [], never, local("2026-11-23T09:00")) == Turn(now=False)
    assert turn([message()], [local("2026-11-23T08:00")], never, local("2026-11-23T09:00")) == Turn(now=False)


def test_a_moment_in_quiet_hours_is_the_days_first() -> None:
    """A policy that asks for the evening and forbids it writes in the morning."""
    assert turn([message()], [], EVENING, local("2026-11-23T08:00")).now


def test_the_second_message_of_a_day_waits_for_its_moment() -> None:
    """Where two a day are allowed, what comes in at ten goes out at half past one."""
    two = replace(BERLIN, per_person_per_day=2)
    at_nine, waiting = [local("2026-11-23T09:00")], [message(at="2026-11-23T10:00")]
    assert turn(waiting, at_nine, two, local("2026-11-23T10:00")).again_at == local("2026-11-23T13:30")
    assert turn(waiting, at_nine, two, local("2026-11-23T13:30")).now
    spent = [*at_nine, local("2026-11-23T10:00")]
    assert turn(waiting, spent, two, local("2026-11-23T11:00")).again_at == local("2026-11-24T09:00")


def clock_says_quiet(at: datetime, asked: Messages) -> bool:
    """Tell the same as the core in other words: minute by minute on the face of the clock."""
    shown = at.astimezone(ZoneInfo(asked.timezone))
    if shown.strftime("%a").lower() in asked.quiet_days:
        return True
    if asked.quiet_from is None or asked.quiet_until is None:
        return False
    minute = shown.hour * 60 + shown.minute
    begin, end = (edge.hour * 60 + edge.minute for edge in (asked.quiet_from, asked.quiet_until))
    return (minute - begin) % 1440 < (end - begin) % 1440


@settings(max_examples=80, deadline=None)
@given(
    asked=rules(),
    made=st.lists(st.integers(0, 30 * 1440), max_size=25),
    naps=st.lists(st.tuples(st.integers(0, 30 * 1440), st.integers(1, 3 * 1440)), max_size=4),
)
def test_thirty_days(asked: Messages, made: list[int], naps: list[tuple[int, int]]) -> None:
    """Never over the limit, never in quiet hours, nothing lost, nothing doubled, whenever we are down."""
    arrivals = {number: START + minutes * MINUTE for number, minutes in enumerate(made)}
    down = [(START + begin * MINUTE, START + (begin + length) * MINUTE) for begin, length in naps]
    waiting: dict[int, Message] = {}
    told: Counter[int] = Counter()
    sent: list[datetime] = []
    now, due = START, START
    while now < START + 50 * DAY:
        now = max([now, *(end for begin, end in down if begin <= now < end)])
        for number in [number for number, at in arrivals.items() if at <= now]:
            at = arrivals.pop(number)
            waiting[number] = replace(message(number), made_at=at)
            due = now
        if due <= now:
            step = turn(waiting.values(), sent, asked, now)
            if step.now:
                assert not clock_says_quiet(now, asked)
                told.update(list(waiting))
                sent.append(now)
                waiting.clear()
            assert step.again_at is None or step.again_at > now
            due = step.again_at or datetime.max.replace(tzinfo=UTC)
        now = min([due, *arrivals.values(), START + 50 * DAY])
    days: Counter[date] = Counter(at.astimezone(ZoneInfo(asked.timezone)).date() for at in sent)
    assert all(count <= asked.per_person_per_day for count in days.values())
    assert told == Counter(range(len(made)))


# --- what ---


def shown(letter: Letter) -> list[str]:
    """Return the text by lines."""
    return letter.text.plain().splitlines()


def test_all_that_waits_stands_in_it_oldest_first() -> None:
    """With a link to each item, and how often one is written to."""
    made = letter("ada@acme.test", [message(2, "2026-11-23T08:00"), message(1, "2026-11-23T07:00")], BERLIN)
    assert made.subject == "2 post-mortem action items wait for you"
    assert shown(made) == [
        "These 2 post-mortem action items wait for you, the longest waiting first:",
        "ENG-1 Item 1: Nobody has touched it for 9 days.",
        "ENG-2 Item 2: Nobody has touched it for 9 days.",
        "Followthrough writes to you at most once a day (09:00, Europe/Berlin).",
    ]
    assert made.text.blocks[1].spans[0] == Link("ENG-1 Item 1", "https://tracker.test/ENG-1")


def test_an_item_stands_in_it_once() -> None:
    """With all that is to be said about it, by the name that it has now."""
    later = message(9, "2026-11-24T07:00", item="i-1", key="OPS-1", sentence="It has had no owner since Monday.")
    made = letter("ada@acme.test", [later, message(1), message(5, item="i-1")], replace(BERLIN, per_person_per_day=2))
    assert made.subject == "1 post-mortem action item waits for you"
    assert shown(made)[:2] == [
        "This post-mortem action item waits for you:",
        "OPS-1 Item 9: Nobody has touched it for 9 days. It has had no owner since Monday.",
    ]
    assert shown(made)[-1] == "Followthrough writes to you at most 2 times a day (from 09:00, Europe/Berlin)."


def test_decisions_come_before_questions_and_reminders() -> None:
    """Each kind has its heading, the oldest first; an item stands under the first that fits, and its question leads."""
    made = letter(
        "ada@acme.test",
        [
            message(1, purpose="stale:2026-11-16:1"),
            message(2, "2026-11-23T08:00", purpose="risk.undecided:v1", sentence="Please decide."),
            message(3, "2026-11-23T08:10", purpose="class.missing:x", sentence="Which is it?"),
            message(4, "2026-11-23T08:20", item="i-1", key="OPS-1", purpose="case.missing:x", sentence="Which goal?"),
            message(5, purpose="due:2026-11-22", sentence="It was due on Sunday."),
        ],
        BERLIN,
    )
    assert shown(made)[:-1] == [
        "These 4 post-mortem action items wait for you.",
        "Risks to decide on:",
        "ENG-2 Item 2: Please decide.",
        "Questions for you:",
        "OPS-1 Item 4: Which goal? Nobody has touched it for 9 days.",
        "ENG-3 Item 3: Which is it?",
        "Quiet for too long, or past a date:",
        "ENG-5 Item 5: It was due on Sunday.",
    ]


@pytest.mark.parametrize("address", [None, "https://ft.acme.test/reports/stale?owner=ada%40acme.test"])
def test_more_than_can_be_read_is_counted(address: str | None) -> None:
    """And linked, where the service has an address."""
    made = letter("ada@acme.test", [message(number) for number in range(MOST_ITEMS + 12)], BERLIN, address)
    assert made.subject == "27 post-mortem action items wait for you"
    assert len(made.text.blocks) == MOST_ITEMS + 3
    assert shown(made)[-2] == "… and 12 more."
    linked = [span.url for span in made.text.blocks[-2].spans if isinstance(span, Link)]
    assert linked == ([address] if address else [])


def test_long_and_odd_words_are_tamed() -> None:
    """A title has one line, ends somewhere and turns no text around; what is no web address is not linked."""
    odd = message(1, title="A\n\u202eB" + "x" * 10_000, url="javascript:alert(1)", sentence="y " * 5_000)
    (_, entry, _) = shown(letter("ada@acme.test", [odd], BERLIN))
    assert entry.startswith("ENG-1 A Bxxx")
    assert len(entry) <= 502
    assert not [span for span in letter("a", [odd], BERLIN).text.blocks[1].spans if isinstance(span, Link)]


def test_the_id_follows_from_what_it_is_made_of() -> None:
    """The same messages make the same letter in any order; others, or for somebody else, make another."""
    one, two = message(1), message(2)
    assert letter("ada", [one, two], BERLIN) == letter("ada", [two, one], BERLIN)
    assert len({letter(*of, BERLIN).id for of in (("ada", [one, two]), ("ada", [one]), ("grace", [one]))}) == 3


# --- to whom ---


def test_a_person_is_one_on_all_trackers() -> None:
    """By e-mail in any case; where it is hidden and the policy knows none, by the tracker's id."""
    hidden = Person("712020:ada", "Ada Admin")
    assert key_of(Notice("p", replace(ADA, email="Ada@ACME.test"), "s"), "linear") == "ada@acme.test"
    assert key_of(Notice("p", hidden, "s"), "jira") == "jira:712020:ada"
    known = policy(people=(Member("Ada Admin", "ada@acme.test", ids={"jira": "712020:ada"}),))
    assert key_of(addressed(Notice("p", hidden, "s"), "jira", known), "jira") == "ada@acme.test"
    assert addressed(Notice("p", hidden, "s"), "linear", known).to == hidden
