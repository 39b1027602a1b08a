"""Write a comment in Linear's Markdown, so that what people typed shows as they typed it: pure.

The address of another issue would tie the two together and move the other's `updatedAt`: it is written as the issue's
key, and other addresses in plain text as code. A person is mentioned by the address of their profile.
"""

import re
from typing import assert_never

from app.core.text import Block, Code, Link, Mention, Span, Text

MARKS = re.compile(r"([\\`*_\[\]<>~|#!])")
LINE_START = re.compile(r"^(\s*)([-+]|\d+(?=[.)]))")
ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
ISSUE_ADDRESS = re.compile(r"/issue/([A-Za-z0-9_]+-\d+)", re.IGNORECASE)
TICKS = re.compile(r"`+")


def markdown(text: Text) -> str:
    """Return the comment's text in Markdown."""
    lines: list[str] = []
    for before, block in zip([None, *text.blocks], text.blocks, strict=False):
        if before is not None and not (before.style == block.style == "bullet"):
            lines.append("")
        lines.append(_block(block))
    return "\n".join(lines)


def _block(block: Block) -> str:
    content = "".join(_span(span) for span in block.spans).strip()
    if block.style == "bullet":
        return f"- {content}"
    content = LINE_START.sub(r"\1\\\2" if not content[:1].isdigit() else r"\1\2\\", content)
    return f"*{content}*" if block.style == "small" and content else content


def _span(span: Span) -> str:
    match span:
        case str():
            return _escaped(span)
        case Code(text):
            return _code(text)
        case Mention(person):
            return person.mention or _escaped(person.name)
        case Link(text, url):
            return _escaped(text) if ISSUE_ADDRESS.search(url) else f"[{_escaped(text)}](<{_address(url)}>)"
        case _:  # pragma: no cover
            assert_never(span)


def _escaped(text: str) -> str:
    """Return plain text with its marks escaped and its addresses as code."""
    plain = " ".join(text.splitlines()) if "\n" in text or "\r" in text else text
    pieces, end = [], 0
    for found in ADDRESS.finditer(plain):
        pieces += [MARKS.sub(r"\\\1", plain[end : found.start()]), _code(_harmless(found.group()))]
        end = found.end()
    return "".join([*pieces, MARKS.sub(r"\\\1", plain[end:])])


def _harmless(address: str) -> str:
    issue = ISSUE_ADDRESS.search(address)
    return issue.group(1) if issue else address


def _code(text: str) -> str:
    """Return text between as many backticks as it takes."""
    plain = " ".join(text.split())
    fence = "`" * (max((len(run) for run in TICKS.findall(plain)), default=0) + 1)
    pad = " " if "`" in plain else ""
    return f"{fence}{pad}{plain}{pad}{fence}"


def _address(url: str) -> str:
    """Return an address that cannot end its brackets."""
    return re.sub(r"[<>\\\s]", lambda found: f"%{ord(found.group()):02X}", url)
