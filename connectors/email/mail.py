"""Write a letter as a mail, plain and HTML. Pure.

Headers are built by the standard library from parsed addresses, which takes no line ends; what a tracker says never
stands in one, for the subject is ours.
"""

from collections.abc import Iterable
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from itertools import groupby

from app.core.digest import Letter
from app.core.text import Block, Code, Link, Mention, Span

_STYLE = "font: 15px/1.5 sans-serif; max-width: 40em"


def mail(sender: Address, to: Address, letter: Letter, now: datetime) -> EmailMessage:
    """Return the letter as a mail. Its id is the letter's, so that whoever gets it twice sees that it is one."""
    made = EmailMessage(policy=SMTP)
    made["From"] = sender
    made["To"] = to
    made["Subject"] = letter.subject
    made["Date"] = format_datetime(now)
    made["Message-ID"] = f"<{letter.id}.followthrough@{sender.domain}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's out-of-office answers it
    made.set_content(plain(letter.text.blocks))
    made.add_alternative(html(letter.text.blocks), subtype="html")
    return made


def plain(blocks: Iterable[Block]) -> str:
    """Return the text for readers without HTML, with every address written out."""
    return "\n\n".join(_prefix(block) + "".join(map(_words, block.spans)) for block in blocks) + "\n"


def html(blocks: Iterable[Block]) -> str:
    """Return the text as HTML: no images, no scripts, nothing from elsewhere."""
    parts = []
    for is_list, group in groupby(blocks, lambda block: block.style == "bullet"):
        lines = [_line(block) for block in group]
        parts.append(f"<ul>{''.join(lines)}</ul>" if is_list else "".join(lines))
    return f'<!doctype html><html lang="en"><body style="{_STYLE}">{"".join(parts)}</body></html>\n'


def _prefix(block: Block) -> str:
    return {"bullet": "* ", "small": "-- \n"}.get(block.style, "")


def _words(span: Span) -> str:
    match span:
        case Link(text, url):
            return f"{text} <{url}>"
        case Mention(person):
            return person.name
        case Code(text):
            return text
        case _:
            return span


def _line(block: Block) -> str:
    inner = "".join(map(_marked, block.spans))
    tags = {"bullet": ("<li>", "</li>"), "small": ('<p style="font-size: 13px; color: #666">', "</p>")}
    start, end = tags.get(block.style, ("<p>", "</p>"))
    return f"{start}{inner}{end}"


def _marked(span: Span) -> str:
    match span:
        case Link(text, url):
            return f'<a href="{escape(url)}">{escape(text)}</a>'
        case Code(text):
            return f"<code>{escape(text)}</code>"
        case Mention(person):
            return escape(person.name)
        case _:
            return escape(span)
