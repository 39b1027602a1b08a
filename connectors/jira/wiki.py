"""Write comments in wiki markup, and read it back as plain text: Data Center's rich text.

https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all
"""

import re
from itertools import groupby
from urllib.parse import quote

from app.core.text import Block, Code, Link, Mention, Span, Text

MARKUP = re.compile(
    r"""[{}\[\]|*_^~\\] | &(?=\#?\w+;)  # means something anywhere
    | (?<!\w)[-+#] | [-+#](?!\w) # struck, inserted, numbered: only at a word's edge
    | !(?=\S) | \?(?=\?)       # images, citations
    | \((?=[!/x?*yni+\-]) | [:;](?=[()DP])  # little pictures
    """,
    re.VERBOSE,
)
ENTITIES = {"\\": "&#92;", "&": "&amp;"}
SAFE_IN_ADDRESS = ":/?#@!$&'()*+,;=%-._~"
ADDRESS = re.compile(r"https?://[^\s|\]\[<>\"{}]+")
FENCE = re.compile(r"\{(?:code|noformat|quote|color|panel)(?::[^}\n]*)?\}")
QUOTED = re.compile(r"(?:\s|\{(?:color|panel)(?::[^}\n]*)?\})*(?:bq\.[ \t]|\{(?:code|noformat|quote)(?::[^}\n]*)?\})")
HEADING = re.compile(r"^h([1-6])\.[ \t]+", re.MULTILINE)
BULLET = re.compile(r"^[ \t]*[*-]+[ \t]+(?=\S)", re.MULTILINE)
PERSON = re.compile(r"\[~(?:accountid:)?([^\]\n]{1,255})\]")
NAMED_LINK = re.compile(r"\[([^\]|\n]{1,1000})\|[^\]\n]{1,2000}\]")
BARE_LINK = re.compile(r"\[((?:https?|mailto):[^\]|\n]{1,2000})\]")
MONOSPACED = re.compile(r"\{\{(.+?)\}\}")
ESCAPED = re.compile(r"\\([^a-zA-Z0-9\s\\])")


def markup(text: Text) -> str:
    """Return the text as wiki markup; what is plain text shows as it stands."""
    parts = []
    for is_list, blocks in groupby(text.blocks, lambda block: block.style == "bullet"):
        lines = [_line(block) for block in blocks]
        parts.append("\n".join(f"* {line}" for line in lines) if is_list else "\n\n".join(lines))
    return "\n\n".join(parts)


def plain(body: object) -> str:
    """Return wiki markup as plain text; headings start with `#`, list entries with `-`.

    Where a quote or code comes first there is a `> ` before it: what it says is no command of who quotes it.
    """
    if not isinstance(body, str):
        return ""
    text = FENCE.sub("", body.replace("\r\n", "\n"))
    text = BULLET.sub("- ", HEADING.sub(lambda found: "#" * int(found.group(1)) + " ", text))
    text = NAMED_LINK.sub(r"\1", BARE_LINK.sub(r"\1", PERSON.sub(r"@\1", text)))
    text = ESCAPED.sub(r"\1", MONOSPACED.sub(r"\1", text).replace("\\\\\n", "\n").replace("\\\\", "\n"))
    for letter, entity in ENTITIES.items():
        text = text.replace(entity, letter)
    return ("> " if QUOTED.match(body) else "") + text.strip("\n")


def addresses(body: object) -> tuple[str, ...]:
    """Return every address in the text."""
    return tuple(dict.fromkeys(ADDRESS.findall(body))) if isinstance(body, str) else ()


def escaped(text: str) -> str:
    """Return words so that the renderer shows them as they stand; a backslash itself it takes only by number."""
    kept = "".join(letter if letter.isprintable() else " " for letter in text)
    return MARKUP.sub(lambda found: ENTITIES.get(found.group(), "\\" + found.group()), kept)


def _line(block: Block) -> str:
    return "".join(_span(span) for span in block.spans)


def _span(span: Span) -> str:
    match span:
        case Mention(person):
            return f"[~{person.mention or person.id}]"
        case Code(text):
            return f"{{{{{escaped(text)}}}}}" if text else ""
        case Link(text, url):
            return (
                f"[{escaped(text)}|{quote(url, safe=SAFE_IN_ADDRESS)}]"
                if text
                else f"[{quote(url, safe=SAFE_IN_ADDRESS)}]"
            )
        case str():
            return escaped(span)
