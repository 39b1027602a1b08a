"""An item may wait when a person says so, but not for ever and not again and again."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.core.decision import Decision
from app.core.memory import Memory, Snooze
from app.core.policy import Policy
from app.core.snapshot import Comment
from tests.builders import ADA, DAY, GRACE, HOUR, NOW, comment, found, memory, policy
from tests.core.silence import asked, done, looked_at, quiet_item, verdict_of

TYPED = NOW - HOUR
KNOWN = memory(first_seen_at=NOW - 20 * DAY)
HOW = "Type /snooze 14d because …"


def typed(body: str, at: datetime = TYPED, **fields: str) -> Comment:
    """Return Ada's words."""
    return comment(body, ADA, id=f"{body}{at}", at=at)


def lines(decision: Decision) -> list[str]:
    """Return what the comment says, without its last line."""
    return decision.comment.plain().splitlines()[:-1] if decision.comment else []


def snoozes(decision: Decision) -> list[timedelta]:
    """Return how long each snooze is."""
    return [one.until - one.at for one in decision.memory.snoozes]


@pytest.mark.parametrize(
    ("body", "snooze"),
    [
        pytest.param(
            "/snooze 14d because the vendor is slow", Snooze(TYPED + 14 * DAY, "", TYPED, "the vendor is slow")
        ),
        pytest.param("/snooze 14d waiting for them.", Snooze(TYPED + 14 * DAY, "", TYPED, "waiting for them")),
        pytest.param("/snooze: for 1d12h", Snooze(TYPED + 36 * HOUR, "", TYPED), id="without a reason"),
        pytest.param("/snooze 2W because: x", Snooze(TYPED + 14 * DAY, "", TYPED, "x"), id="in capitals"),
        pytest.param("/snooze 30d", Snooze(TYPED + 30 * DAY, "", TYPED), id="the longest"),
    ],
)
def test_snooze_is_read(body: str, snooze: Snooze) -> None:
    """How long counts from when it was typed; the reason is what follows."""
    decision = looked_at(quiet_item("operational", comments=(typed(body),)), KNOWN)
    assert decision.memory.snoozes == (replace(snooze, by="Ada Admin", comment=f"{body}{TYPED}"),)
    assert "stale.quiet" not in found(decision)
    assert decision.quiet is not None
    assert decision.quiet.snoozed_until == decision.look_again_at == snooze.until
    assert decision.quiet.stale_at == NOW - 2 * DAY


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        pytest.param("/snooze", f"/snooze needs to know how long. {HOW}", id="nothing"),
        pytest.param("/snooze 0d", f"/snooze needs to know how long. {HOW}", id="no time"),
        pytest.param("/snooze 14", "'14' has no unit; write 14d for days, 14h for hours or 14m for minutes", id="unit"),
        pytest.param("/snooze a while", f"numbers with w, d, h, m or s, such as 7d or 1d12h. {HOW}", id="words"),
        pytest.param(
            "/snooze 31d because of them",
            f"/snooze 31d is too long: 30d is the longest that an item can wait. {HOW}",
            id="too long",
        ),
        pytest.param("/snoze 14d", "/snoze is not a command; did you mean /snooze?", id="a slip"),
    ],
)
def test_wrong_snooze_is_answered_with_what_would_have_been_right(body: str, answer: str) -> None:
    """Nothing is shortened or guessed, and the item stays stale."""
    decision = looked_at(quiet_item("operational", comments=(typed(body),)), KNOWN)
    assert decision.memory.snoozes == ()
    assert answer in lines(decision)[-1]
    assert found(decision) == ["stale.quiet"]


def test_policy_that_never_asks_has_nothing_to_snooze() -> None:
    """Whoever types it there is told so."""
    decision = looked_at(quiet_item("operational", comments=(typed("/snooze 14d"),)), KNOWN, by=policy())
    words = "/snooze changes nothing here: the policy does not ask about items that are quiet."
    assert lines(decision) == [words]


def test_later_word_takes_the_answer_away() -> None:
    """Who types it right after a slip needs no answer to the slip, and check is no answer."""
    wrong, right = typed("/snooze", NOW - 3 * HOUR), typed("/snooze 14d")
    assert "needs to know" not in str(lines(looked_at(quiet_item("operational", comments=(wrong, right)), KNOWN)))
    checked = quiet_item("operational", comments=(wrong, typed("/check")))
    assert "needs to know" in lines(looked_at(checked, KNOWN))[-1]


def test_snoozed_item_says_until_when_and_why() -> None:
    """The comment says who lets it wait, in the policy's time zone, instead of asking; the reasons do too."""
    berlin = replace(asked(), messages=replace(asked().messages, timezone="Europe/Berlin"))
    item = quiet_item("operational", comments=(typed("/snooze 2d because the vendor is slow"),))
    decision = looked_at(item, KNOWN, by=berlin)
    words = "Ada Admin lets this item wait until Wednesday 2026-11-04, 09:00, because the vendor is slow"
    assert lines(decision) == [f"{words}."]
    assert decision.comment is not None
    assert "Rule: stale in" in decision.comment.plain()
    assert verdict_of(decision).verdict == "snoozed"
    assert verdict_of(decision).because.startswith(f"{words}; the clock rests on")
    assert not decision.asks
    later = looked_at(item, decision.memory, days=1, by=berlin)
    assert lines(later) == lines(decision)


def test_snooze_ends_by_itself() -> None:
    """At its end the item is stale as it was, and the ladder goes on where it stood, with its waits."""
    first = looked_at(quiet_item("operational"), KNOWN)
    item = quiet_item("operational", comments=(typed("/snooze 10d", NOW + HOUR),))
    waits = looked_at(item, first.memory, days=1)
    end = NOW + HOUR + 10 * DAY
    assert (found(waits), waits.notices, waits.look_again_at) == ([], (), end)
    over = looked_at(item, waits.memory, days=(end - NOW) / DAY)
    assert found(over) == ["stale.quiet"]
    assert [one.to for one in over.memory.told] == [GRACE]
    assert over.look_again_at == end + 7 * DAY


def test_snooze_of_a_living_item_only_puts_off() -> None:
    """An item that went stale while it waited is told about at the end of that."""
    item = quiet_item("operational", days=6, comments=(typed("/snooze 10d"),))
    decision = looked_at(item, KNOWN)
    assert decision.memory.told == ()
    over = looked_at(item, decision.memory, days=10)
    assert [(one.rung, one.at) for one in over.memory.told] == [(0, NOW + 10 * DAY)]


def test_latest_snooze_holds() -> None:
    """Somebody may think better of it, in both directions."""
    item = quiet_item("operational", comments=(typed("/snooze 14d", NOW - 2 * HOUR), typed("/snooze 2d")))
    assert looked_at(item, KNOWN).look_again_at == TYPED + 2 * DAY


@pytest.mark.parametrize(
    ("allowed", "answer"),
    [
        (0, "The policy lets no item wait. Type /ack if you are on it."),
        (1, "It was snoozed once since somebody did something about it, and that is as often as can be."),
        (2, "It was snoozed 2 times since somebody did something about it, and that is as often as can be."),
        (3, None),
    ],
)
def test_snoozes_are_counted(allowed: int, answer: str | None) -> None:
    """More than the policy allows in a row are refused with a plain answer."""
    item = quiet_item("operational", comments=tuple(typed("/snooze 1h", NOW - n * 2 * HOUR) for n in (3, 2, 1)))
    decision = looked_at(item, KNOWN, by=asked(snoozes=allowed))
    assert len(decision.memory.snoozes) == allowed
    assert (answer or "Type /ack") in lines(decision)[-1]
    assert ("as often" in lines(decision)[-1]) == (0 < allowed < 3)


FIRST, MENDED = NOW - 3 * HOUR, NOW - HOUR


@pytest.mark.parametrize(
    ("first", "edited_to", "ends"),
    [
        pytest.param("/snooze 3d because vendr", "/snooze 3d because vendor", [FIRST + 3 * DAY], id="a typo"),
        pytest.param("/snooze 3d", "/snooze 5d", [FIRST + 5 * DAY], id="it is longer, from when it was first typed"),
        pytest.param("/snooze 3d", "/snooze 1d", [FIRST + DAY], id="it is shorter"),
        pytest.param("/snooze 3d", "/snooze 900d", [FIRST + 3 * DAY], id="too long, and the first one stays"),
        pytest.param("/snooze 1h", "/snooze 3d", [FIRST + HOUR, MENDED + 3 * DAY], id="it was over: it is another"),
        pytest.param("/why", "/snooze 3d", [MENDED + 3 * DAY], id="it was none"),
    ],
)
def test_mended_snooze_is_the_same_one(first: str, edited_to: str, ends: list[datetime]) -> None:
    """Whoever edits a snooze that still runs mends it, and it is not counted twice; another comment is another one."""
    once = looked_at(quiet_item("operational", comments=(comment(first, id="c-1", at=FIRST),)), KNOWN, by=asked())
    mended = comment(edited_to, id="c-1", at=FIRST, edited_at=MENDED)
    item = quiet_item("operational", comments=(mended,))
    twice = looked_at(item, once.memory, by=asked())
    assert [one.until for one in twice.memory.snoozes] == ends
    more = replace(item, comments=(mended, comment("/snooze 2d", id="c-2", at=NOW)))
    assert len(looked_at(more, twice.memory, by=asked(snoozes=len(ends) + 1)).memory.snoozes) == len(ends) + 1


def test_snooze_is_mended_though_no_other_is_allowed() -> None:
    """The limit is on snoozes, not on the words of one."""
    first = comment("/snooze 3d", id="c-1", at=FIRST)
    once = looked_at(quiet_item("operational", comments=(first,)), KNOWN, by=asked(snoozes=1))
    item = quiet_item("operational", comments=(replace(first, body="/snooze 4d", edited_at=MENDED),))
    assert looked_at(item, once.memory, by=asked(snoozes=1)).look_again_at == FIRST + 4 * DAY


def test_activity_starts_the_count_anew() -> None:
    """Once somebody did something about the item it may wait again."""
    before = (Snooze(NOW - 8 * DAY, "Ada", NOW - 9 * DAY), Snooze(NOW - 7 * DAY, "Ada", NOW - 8 * DAY))
    known = replace(KNOWN, snoozes=before)
    item = quiet_item("operational", comments=(typed("/snooze 5d"),))
    assert len(looked_at(item, known).memory.snoozes) == 2
    assert len(looked_at(replace(item, heard=(done(5),)), known).memory.snoozes) == 3


def test_snooze_is_no_sign_of_life() -> None:
    """The clock stands where it stood, and so does the report's."""
    decision = looked_at(quiet_item("operational", comments=(typed("/snooze 5d"),)), KNOWN)
    assert decision.quiet is not None
    assert decision.quiet.last.at == NOW - 9 * DAY


def test_snoozes_are_not_kept_for_ever() -> None:
    """Of very many the latest are kept."""
    many = tuple(Snooze(NOW - DAY, "Ada", NOW - 10 * DAY) for _ in range(30))
    item = quiet_item("operational", comments=(typed("/snooze 5d"),))
    decision = looked_at(item, Memory(first_seen_at=NOW - 20 * DAY, snoozes=many), by=asked(snoozes=99))
    assert len(decision.memory.snoozes) == 20
    assert snoozes(decision)[-1] == 5 * DAY


def longest(days: int) -> Policy:
    """Return a policy by which an item can wait for so long."""
    return asked(longest_snooze=days * DAY)


def test_example_is_one_that_would_be_taken() -> None:
    """Where the policy allows less than two weeks, that is what is shown."""
    item = quiet_item("operational", comments=(typed("/snooze"),))
    assert "Type /snooze 5d because …" in lines(looked_at(item, KNOWN, by=longest(5)))[-1]
