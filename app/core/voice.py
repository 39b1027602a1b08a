"""Write the living comment: what a person needs to know, what can be typed, and the rule it rests on."""

import hashlib
from collections.abc import Sequence

from app.core.case import Ruling
from app.core.commands import KNOWN, Command
from app.core.decision import Finding, Verdict
from app.core.item_class import ItemClass
from app.core.memory import Memory, Reply
from app.core.policy import Policy
from app.core.snapshot import Standing
from app.core.text import Block, Code, Mention, Text, bullet, paragraph

_KEYS = {
    "class": "classes",
    "size": "size",
    "route": "routes",
    "board": "routes",
    "epic": "routes",
    "on_call": "on_call",
    "owner": "routes",
    "write": "watch",
    "flips": "limits",
    "case": "goals",
    "risk": "classes",
    "due": "stale",
}
_WORDS = {"/snooze": "stale", "/case": "goals", **dict.fromkeys(("/risk", "/fund", "/accept", "/reject"), "classes")}
"""Which part of the policy an answer to one of these words rests on."""
_IDLE = {"risk": ("risk", "none"), "case": ("business case", "not needed")}
"""The verdict by which what somebody states with one of these words calls for nothing on the item."""
_AFTERMATH = {"board.not_visible", "write.refused"}
"""Findings that show only once we have written: they do not make another situation of it."""


def comment(
    rulings: Sequence[Ruling], findings: Sequence[Finding], memory: Memory, policy: Policy, reply: Reply | None
) -> Text | None:
    """Return how the living comment should read; None where there is none and none is needed."""
    blocks = [block for ruling in rulings for block in ruling.says]
    if reply is not None:
        blocks += [paragraph(reply.lines[0]), *(bullet(line) for line in reply.lines[1:])]
    if blocks:
        return Text((*blocks, _footer(_rests(findings, rulings, reply), policy)))
    return settled() if memory.comment is not None and memory.comment.id else None


def settled() -> Text:
    """Return the one line that stays of a comment once nothing is open."""
    return Text((Block(("Nothing is open here any more; the item is as the policy wants it.",), "small"),))


def stood_down(standing: Standing) -> Text:
    """Return the one line that stays once the item is none of ours any more."""
    words = "The item is not watched any more" if standing is Standing.OPEN else "The item is closed"
    return Text((Block((f"{words}, so nothing is asked here any more.",), "small"),))


def is_closing(text: Text) -> bool:
    """Tell whether a text only closes an older one; by itself nobody needs it."""
    return all(block.style == "small" for block in text.blocks)


def _rests(findings: Sequence[Finding], rulings: Sequence[Ruling], reply: Reply | None) -> str:
    """Name the parts of the policy that the comment rests on."""
    topics = (finding.id.partition(".")[0] for finding in findings)
    keys = [_KEYS.get(topic, topic) for topic in topics]
    keys += ["stale" for ruling in rulings if ruling.says and ruling.verdict.rule == "staleness"]
    word = reply.lines[0].split(" ", 1)[0] if reply is not None else ""
    return ", ".join(dict.fromkeys(keys)) or _WORDS.get(word, "watch")


def _footer(rests: str, policy: Policy) -> Block:
    return Block((f"Rule: {rests} in {policy.where}. Type ", Code("/why"), " for the reasons."), "small")


def situation(item_class: ItemClass, route: str | None, findings: Sequence[Finding]) -> str:
    """Name the situation, so that an answer can be kept for just as long as it fits."""
    ids = (finding.id for finding in findings if finding.id not in _AFTERMATH)
    return "|".join([str(item_class), route or "", *ids])


def answer(commands: Sequence[Command], now: str, rulings: Sequence[Ruling], memory: Memory) -> Reply | None:
    """Return what is answered to the latest command; an earlier answer stays while its situation does.

    Whoever chooses a class needs no answer to what they mistyped before.
    """
    telling = [command for command in commands if command.word != "check"]
    if telling and telling[-1].meant is not None:
        last, known = telling[-1], ", ".join(f"/{word}" for word in KNOWN)
        return Reply(now, (f"/{last.word} is not a command; did you mean /{last.meant}? These are: {known}.",))
    if any(command.word == "why" for command in telling):
        return Reply(now, ("The reasons, rule by rule:", *(_reason(ruling) for ruling in rulings)))
    if telling and (idle := _idle(telling[-1].word, rulings)) is not None:
        return Reply(now, (idle,))
    return memory.reply if not telling and memory.reply and memory.reply.situation == now else None


def _idle(word: str, rulings: Sequence[Ruling]) -> str | None:
    """Say why a word that states something does nothing here; None where it does."""
    verdicts = (ruling.verdict for ruling in rulings)
    found = next((one for one in verdicts if (one.rule, one.verdict) == _IDLE.get(word)), None)
    return f"/{word} does nothing here yet, because {_grounds(found)}" if found else None


def _reason(ruling: Ruling) -> str:
    verdict = ruling.verdict
    return f"{verdict.rule}: {verdict.verdict}, because {_grounds(verdict)}"


def _grounds(verdict: Verdict) -> str:
    return f"{verdict.clause}. This changes when {verdict.changes_when}."


def digest(text: Text) -> str:
    """Return a fingerprint of a comment: the same words to the same people have the same one."""
    parts = [block.style + "|" + "|".join(_key(span) for span in block.spans) for block in text.blocks]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:16]


def _key(span: object) -> str:
    return f"@{span.person.id}" if isinstance(span, Mention) else repr(span)
