"""Take in `/snooze 14d because …`: an item may wait, but not for ever and not again and again.

What is counted are the snoozes since somebody last did something about the item. Whoever edits the comment of one that
still runs mends it: it is the same snooze, and runs from when it was first typed.
"""

from collections.abc import Sequence
from datetime import timedelta

from app.core.commands import Command
from app.core.duration import format_duration, parse_duration
from app.core.memory import Memory, Snooze
from app.core.policy import Policy, Stale
from app.core.statements import told
from app.core.values import replace

SNOOZES_KEPT = 20
_USUAL = timedelta(days=14)


def example(policy: Policy) -> str:
    """Return a snooze as it can be typed."""
    return f"/snooze {format_duration(min(_USUAL, policy.stale.longest_snooze))} because …"


def snoozed(memory: Memory, policy: Policy, commands: Sequence[Command]) -> tuple[Memory, str | None]:
    """Return the memory with every snooze that counts, and the answer to the last one if that does not count."""
    answer = None
    for command in commands:
        mended = _mended(command, memory)
        read = _read(command, mended, memory, policy) if command.word == "snooze" else None
        if isinstance(read, Snooze):
            before = [read if one is mended else one for one in memory.snoozes]
            memory = replace(memory, snoozes=(*before, *(() if mended else (read,)))[-SNOOZES_KEPT:])
        if command.word != "check":
            answer = read if isinstance(read, str) else None
    return memory, answer


def _mended(command: Command, memory: Memory) -> Snooze | None:
    """Return the snooze that still runs and stood in the comment that the command stands in now."""
    return next((one for one in memory.snoozes if one.comment == command.comment and command.at < one.until), None)


def _read(command: Command, mended: Snooze | None, memory: Memory, policy: Policy) -> Snooze | str:
    """Return the snooze that a command asks for, or the sentence that says why there is none."""
    stale, words = policy.stale, told(command).lstrip(" :,.")
    if stale == Stale():
        return "/snooze changes nothing here: the policy does not ask about items that are quiet."
    span, _, rest = words.removeprefix("for ").partition(" ")
    try:
        length = parse_duration(span.casefold())
    except ValueError as error:
        length, why = timedelta(0), f": {error}" if span else ""
    else:
        why = ""
    if not length:
        return f"/snooze needs to know how long{why}. Type {example(policy)}"
    if length > stale.longest_snooze:
        longest = format_duration(stale.longest_snooze)
        return f"/snooze {span} is too long: {longest} is the longest that an item can wait. Type {example(policy)}"
    if mended is None and (refusal := _too_often(memory, stale)) is not None:
        return refusal
    because = rest.strip().removeprefix("because").strip(" .:,")
    at = mended.at if mended else command.at
    return Snooze(at + length, command.by.name, at, because, command.comment)


def _too_often(memory: Memory, stale: Stale) -> str | None:
    last = memory.last_activity
    count = sum(1 for one in memory.snoozes if last is None or one.at >= last.at)
    if count < stale.snoozes:
        return None
    times = {0: "The policy lets no item wait", 1: "It was snoozed once"}.get(count, f"It was snoozed {count} times")
    often = "" if not stale.snoozes else " since somebody did something about it, and that is as often as can be"
    return f"{times}{often}. Type /ack if you are on it."
