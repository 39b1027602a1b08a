"""Hold back what the tracker refused and what people undid, and say so once."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.core.case import Ruling
from app.core.change import AddLabel, Assign, Change, LinkToEpic, MoveToBoard, RemoveLabel, Say, describe, name_of
from app.core.decision import Finding, Verdict
from app.core.memory import Memory, Refusal
from app.core.moments import later
from app.core.text import Code, Text, paragraph

RETRY_AFTER = timedelta(hours=1)
"""How long a refused change is left alone: what it lacks may have been mended since."""


def key_of(change: Change) -> str:
    """Name a change with its value, so that a refusal of one is not one of another."""
    match change:
        case AddLabel(label) | RemoveLabel(label):
            value = label
        case MoveToBoard(route, _) | LinkToEpic(route, _, _):
            value = route
        case Assign(person):
            value = person.id
        case _:
            value = ""
    return f"{name_of(change)}:{value}"


def refusal_of(change: Change, memory: Memory, now: datetime) -> Refusal | None:
    """Return the tracker's refusal of a change while it is left alone for it."""
    refusal = memory.refused.get(key_of(change)) if memory.refused else None
    return refusal if refusal is not None and holds(refusal, now) else None


def holds(refusal: Refusal, now: datetime) -> bool:
    """Tell whether a refusal is so fresh that the change is left alone."""
    return now < later(refusal.at, RETRY_AFTER)


def tried_again_at(wanted: Sequence[Change], comment: Text | None, memory: Memory, now: datetime) -> datetime | None:
    """Return when the first of the refused changes is tried again; None when none is refused."""
    changes = [*wanted, *([Say(comment)] if comment else [])]
    refused = [refusal for change in changes if (refusal := refusal_of(change, memory, now))]
    return min((later(refusal.at, RETRY_AFTER) for refusal in refused), default=None)


def held_back(memory: Memory, wanted: Sequence[Change], now: datetime) -> list[Ruling]:
    """Return the rulings that tell what is not written, and why."""
    rulings = [] if memory.stopped_at is None else [_stopped()]
    refused = [(change, refusal) for change in wanted if (refusal := refusal_of(change, memory, now))]
    if refused:
        rulings.append(_refused(refused))
    return rulings


def _stopped() -> Ruling:
    sentence = "What was written here was undone again and again, so nothing more is written."
    until = "a person types /check, /operational or /strategic"
    told = paragraph(sentence + " Type ", Code("/check"), " to let it be tried once more.")
    finding = Finding("flips.stopped", sentence, until)
    return Ruling(Verdict("flips", "stopped", sentence, until), (finding,), says=(told,), asks=True)


def _refused(refused: Sequence[tuple[Change, Refusal]]) -> Ruling:
    lines = [f"{describe(change)}: {refusal.because.rstrip('.')}" for change, refusal in refused]
    sentence = f"The tracker does not let us {'; '.join(lines)}."
    until = "what is named there is mended; it is tried again after an hour, or when a person types /check"
    finding = Finding("write.refused", sentence, until)
    verdict = Verdict("writes", "refused", sentence, until)
    return Ruling(verdict, (finding,), says=(paragraph(sentence),))
