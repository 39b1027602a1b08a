"""Write a letter as an adaptive card. Pure.

https://learn.microsoft.com/en-us/microsoftteams/platform/task-modules-and-cards/cards/cards-format. Words stand in text
runs, which know no markup, so that a title cannot format, link or mention anything.
"""

import json
from collections.abc import Sequence
from typing import Any

from app.core.digest import Letter
from app.core.text import Block, Code, Link, Mention, Span
from app.ports import Recipient

TITLE = "Teams"
LARGEST = 24_000
"""Bytes of a message; Teams takes 28 kB and does not say so to whoever sends more."""


def message(to: Recipient, letter: Letter) -> dict[str, Any]:
    """Return what the workflow takes: the letter with a mention of the person, cut where it is too large."""
    blocks = list(letter.text.blocks)
    made = _message(to, blocks)
    while len(json.dumps(made).encode()) > LARGEST and len(blocks) > 1:
        blocks = [*blocks[:-2], Block(("… and more.",), "small")] if len(blocks) > 2 else blocks[:1]  # noqa: PLR2004  the opening and one more
        made = _message(to, blocks)
    return made


def _message(to: Recipient, blocks: Sequence[Block]) -> dict[str, Any]:
    name = "".join(letter for letter in to.name if letter.isprintable() and letter not in "<>*_[]()`~\\")[:100] or "you"
    entities = []
    greeting = f"{name}:"
    if to.email:
        mention = f"<at>{name}</at>"
        greeting = f"{mention}:"
        entities = [{"type": "mention", "text": mention, "mentioned": {"id": to.email, "name": name}}]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "msteams": {"width": "Full", "entities": entities},
        "body": [{"type": "TextBlock", "text": greeting, "wrap": True}, *map(_shown, blocks)],
    }
    kind = "application/vnd.microsoft.card.adaptive"
    return {"type": "message", "attachments": [{"contentType": kind, "contentUrl": None, "content": card}]}


def _shown(block: Block) -> dict[str, Any]:
    start = [{"type": "TextRun", "text": "• "}] if block.style == "bullet" else []
    runs = [_run(span) for span in block.spans]
    if block.style == "small":
        runs = [{**run, "size": "Small", "isSubtle": True} for run in runs]
    return {"type": "RichTextBlock", "inlines": [*start, *runs]}


def _run(span: Span) -> dict[str, Any]:
    match span:
        case Link(text, url):
            return {"type": "TextRun", "text": text, "selectAction": {"type": "Action.OpenUrl", "url": url}}
        case Mention(person):
            return {"type": "TextRun", "text": person.name}
        case Code(text):
            return {"type": "TextRun", "text": text, "fontType": "Monospace"}
        case _:
            return {"type": "TextRun", "text": span}
