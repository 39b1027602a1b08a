"""No item goes quiet without a named person hearing of it.

- An item is quiet while nobody does anything about it; its class and urgency say for how long it may be.
- What is flagged was confirmed by the item's history, and the finding says who did what last, when and where.
- The ladder's people are told one after the other; the comment addresses the latest, and holds no second question.
- Somebody's activity or `/ack` ends it; `/snooze` makes it wait.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from app.core.case import Case, Ruling
from app.core.decision import Finding, Verdict
from app.core.duration import format_duration, in_words
from app.core.evidence import day_of, minute_of, named_day, phrase, share
from app.core.item_class import ItemClass
from app.core.ladder import next_moment, quiet_in
from app.core.memory import Snooze, Told
from app.core.moments import later
from app.core.notice import Notice
from app.core.quiet import Quiet
from app.core.snoozing import example
from app.core.text import Code, Link, Mention, Span, paragraph
from app.core.windows import accepted_until, is_confirmed, is_stale, was_old

NAME = "staleness"
ASK_AGAIN = timedelta(minutes=1)
"""How soon an item is looked at again whose history was not read, though by all else it is stale."""

_ROLES = {"owner": "nobody", "on_call": "you are on call, and nobody", "mandate": "you have the mandate, and nobody"}


def staleness(case: Case) -> Ruling:
    """Tell when nobody has done anything about an item for too long."""
    quiet = quiet_in(case)
    if quiet.snoozed_until is not None:
        return _waiting(case, quiet)
    if quiet.stale_at is None:
        because, until = _unasked(case)
        return Ruling(Verdict(NAME, "not asked about", because, until, _inputs(case, quiet)))
    if not is_stale(quiet, case.now):
        return _alive(case, quiet)
    if not is_confirmed(quiet, case.snapshot, case.memory):
        because = f"{_spent(case, quiet)}, but its history was not read yet; {_rests(case, quiet)}"
        verdict = Verdict(NAME, "to be confirmed", because, "its history is read", _inputs(case, quiet))
        return Ruling(verdict, look_again_at=later(case.now, ASK_AGAIN))
    return _stale(case, quiet)


def _unasked(case: Case) -> tuple[str, str]:
    """Say why the item may be quiet, and until when."""
    day = accepted_until(case.memory, case.policy, case.now) if case.item_class is ItemClass.RISK else None
    if day is None:
        return "nothing says how long it may be quiet", "its class or the policy changes"
    return f"it is accepted until {named_day(day)}, and may be quiet until then", f"{named_day(day)} is over"


def _alive(case: Case, quiet: Quiet) -> Ruling:
    because = f"{_spent(case, quiet)}; {_rests(case, quiet)}"
    until = f"nobody does anything about it until {_minute(case, quiet)}"
    return Ruling(Verdict(NAME, "alive", because, until, _inputs(case, quiet)), look_again_at=quiet.stale_at)


def _waiting(case: Case, quiet: Quiet) -> Ruling:
    words = _snoozed(case, case.memory.snoozes[-1])
    because = f"{words}; {_rests(case, quiet)}"
    verdict = Verdict(NAME, "snoozed", because, "that time is over", _inputs(case, quiet))
    return Ruling(verdict, says=(paragraph(f"{words}."),), look_again_at=quiet.snoozed_until)


def _snoozed(case: Case, snooze: Snooze) -> str:
    because = f", because {snooze.because}" if snooze.because else ""
    return f"{snooze.by} lets this item wait until {minute_of(snooze.until, case.policy)}{because}"


def _stale(case: Case, quiet: Quiet) -> Ruling:
    window = in_words(quiet.window or timedelta(0))
    where = f" ({quiet.last.url or case.snapshot.url})"
    sentence = f"It has been quiet for longer than {window}: the last sign of life is {_last(case, quiet)}{where}."
    clears = f"somebody does something about it or types /ack; {example(case.policy)} makes it wait"
    finding = Finding("stale.quiet", sentence, clears)
    more = _old(case) if was_old(quiet, case.memory, case.policy) else [_told(case, one) for one in case.memory.told]
    because = " ".join([sentence, *more])
    verdict = Verdict(NAME, "stale", because, clears, _inputs(case, quiet))
    moment = next_moment(case, quiet)
    told = case.memory.told
    if not told:
        return Ruling(verdict, (finding,), look_again_at=moment)
    start = (*_address(case, told), *_silence(case, quiet))
    return Ruling(
        verdict,
        (finding,),
        says=(paragraph(*start, *_earlier(case, told), *_ways_out(case)),),
        aside=(paragraph(*start),),
        asks=True,
        look_again_at=moment,
        notices=_notices(case, quiet, told),
    )


def _old(case: Case) -> list[str]:
    day = day_of(case.memory.first_seen_at or case.now, case.policy)
    return [f"It was so already when it was first seen, on {day}; `stale.tell_old` says whether people hear of that."]


def _address(case: Case, told: Sequence[Told]) -> tuple[Span, ...]:
    latest = next((one for one in reversed(told) if one.to), None)
    if latest is None or latest.to is None:
        return ("Nobody could be found who answers for this item, and nobody has done anything about it",)
    ladder = case.policy.stale.ladder
    role = _ROLES[ladder[latest.rung].tell] if latest.rung < len(ladder) else "nobody"
    start: Span = Mention(latest.to) if latest.to.id else latest.to.name
    return (start, f", {role} has done anything about this item")


def _silence(case: Case, quiet: Quiet) -> tuple[Span, ...]:
    return (" since ", Link(_last(case, quiet), quiet.last.url or case.snapshot.url), ".")


def _earlier(case: Case, told: Sequence[Told]) -> tuple[Span, ...]:
    people = [one for one in told if one.to]
    return tuple(f" {_told(case, one)}" for one in people[:-1])


def _ways_out(case: Case) -> tuple[Span, ...]:
    example_ = Code(example(case.policy))
    return (" Type ", Code("/ack"), " if you are on it, or ", example_, " if it has to wait.")


def _notices(case: Case, quiet: Quiet, told: Sequence[Told]) -> tuple[Notice, ...]:
    """Return one for each rung that was told, so that none is lost on its way because the next one came."""
    sentence, since = f"Nobody has done anything about it since {_last(case, quiet)}.", quiet.last.at.isoformat()
    return tuple(Notice(f"stale:{since}:{one.rung + 1}", one.to, sentence) for one in told if one.to is not None)


def _told(case: Case, one: Told) -> str:
    day = day_of(one.at, case.policy)
    return f"{one.to.name} was told on {day}." if one.to else f"On {day} nobody could be found who is to be told."


def _last(case: Case, quiet: Quiet) -> str:
    return phrase(quiet.last, case.policy)


def _minute(case: Case, quiet: Quiet) -> str:
    return minute_of(quiet.stale_at or case.now, case.policy)


def _spent(case: Case, quiet: Quiet) -> str:
    spent = max(case.now - quiet.last.at, timedelta(0))
    return f"quiet for {share(spent, quiet.window or timedelta(0))}"


def _rests(case: Case, quiet: Quiet) -> str:
    """Say what the clock rests on, and what happened since that does not count."""
    passed = [one for one in case.memory.not_counted if one.activity.at > quiet.last.at]
    more = (f"{phrase(one.activity, case.policy)} does not count, because {one.because}" for one in passed)
    return "; ".join([f"the clock rests on {_last(case, quiet)}", *more])


def _inputs(case: Case, quiet: Quiet) -> Mapping[str, str]:
    read, url = case.memory.history_read, quiet.last.url or case.snapshot.url
    inputs = {
        "window": format_duration(quiet.window) if quiet.window is not None else "",
        "last activity": f"{_last(case, quiet)}, {quiet.last.at.isoformat(timespec='seconds')}, {url}",
        "stale at": quiet.stale_at.isoformat(timespec="seconds") if quiet.stale_at else "",
        "snoozed until": quiet.snoozed_until.isoformat(timespec="seconds") if quiet.snoozed_until else "",
        "history read": read.at.isoformat(timespec="seconds") if read else "",
        "rungs climbed": str(quiet.rung),
    }
    return {name: value for name, value in inputs.items() if value}
