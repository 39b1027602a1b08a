"""Write comments in the Atlassian Document Format, and read it back as plain text: Cloud's rich text.

https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, TypeAlias

from app.core.text import Block, Code, Link, Mention, Span, Text

Node: TypeAlias = dict[str, Any]
SMALL: Sequence[Node] = ({"type": "em"},)
DEEPEST = 50
WORDS = frozenset({"text", "mention", "inlineCard", "emoji", "date", "status"})
QUOTED = frozenset({"blockquote", "codeBlock"})
ENDS_A_LINE = frozenset({"paragraph", "heading", "codeBlock", "rule", "blockCard", "mediaSingle", "tableRow"})


def document(text: Text) -> Node:
    """Return the text as a document; bullets that follow each other make one list."""
    content: list[Node] = []
    for is_list, blocks in groupby(text.blocks, lambda block: block.style == "bullet"):
        paragraphs = [_paragraph(block) for block in blocks]
        content += [_list(paragraphs)] if is_list else paragraphs
    return {"type": "doc", "version": 1, "content": content}


def plain(body: Any) -> str:
    """Return a document as plain text, a line for each block; headings start with `#` as they are typed.

    Where a quote or code comes first there is a `> ` before it: what it says is no command of who quotes it.
    """
    lines = "".join(_written(body, 0)).split("\n")
    text = "\n".join(line.rstrip() for line in lines).strip("\n")
    return f"> {text}" if next(_quoted(body, 0), False) else text


def addresses(body: Any, depth: int = 0) -> tuple[str, ...]:
    """Return every address that a document links to."""
    if not isinstance(body, dict) or depth > DEEPEST:
        return ()
    marks = [mark for mark in _children(body, "marks") if isinstance(mark, dict)]
    own = [_attr(mark, "href") for mark in marks] + [_attr(body, "url")]
    below = [found for child in _children(body) for found in addresses(child, depth + 1)]
    return tuple(dict.fromkeys([found for found in own if found] + below))


def _paragraph(block: Block) -> Node:
    marks = SMALL if block.style == "small" else ()
    return {"type": "paragraph", "content": [node for span in block.spans for node in _nodes(span, marks)]}


def _list(paragraphs: list[Node]) -> Node:
    return {"type": "bulletList", "content": [{"type": "listItem", "content": [one]} for one in paragraphs]}


def _nodes(span: Span, marks: Sequence[Node]) -> Iterator[Node]:
    """Yield a span's nodes; text nodes are never empty, and code takes no other mark than a link."""
    match span:
        case Mention(person):
            yield {"type": "mention", "attrs": {"id": person.id, "text": f"@{person.name}"}}
        case Code(text):
            yield from _text(text, ({"type": "code"},))
        case Link(text, url):
            yield from _text(text or url, (*marks, {"type": "link", "attrs": {"href": url}}))
        case str():
            yield from _text(span, marks)


def _text(text: str, marks: Sequence[Node]) -> Iterator[Node]:
    for number, line in enumerate(text.split("\n")):
        if number:
            yield {"type": "hardBreak"}
        if shown := "".join(letter for letter in line if letter.isprintable() or letter == "\t"):
            yield {"type": "text", "text": shown, **({"marks": list(marks)} if marks else {})}


def _written(node: Any, depth: int) -> Iterator[str]:
    if not isinstance(node, dict) or depth > DEEPEST:
        return
    kind = str(node.get("type"))
    if kind == "heading":
        yield "#" * _level(node) + " "
    elif kind == "listItem":
        yield "- "
    elif kind in WORDS:
        yield _shown(node)
    elif kind == "hardBreak":
        yield "\n"
    for child in _children(node):
        yield from _written(child, depth + 1)
    if kind in ENDS_A_LINE:
        yield "\n"


def _quoted(node: Any, depth: int, *, inside: bool = False) -> Iterator[bool]:
    """Yield for each piece of a text whether it stands in a quote or in code."""
    if not isinstance(node, dict) or depth > DEEPEST:
        return
    kind = str(node.get("type"))
    if kind in WORDS and _shown(node).strip():
        yield inside
    for child in _children(node):
        yield from _quoted(child, depth + 1, inside=inside or kind in QUOTED)


def _shown(node: Node) -> str:
    return str(node.get("text") or _attr(node, "text") or _attr(node, "url") or _attr(node, "shortName") or "")


def _level(node: Node) -> int:
    attrs = node.get("attrs")
    level = attrs.get("level") if isinstance(attrs, dict) else None
    return level if isinstance(level, int) and 1 <= level <= 6 else 1  # noqa: PLR2004  HTML knows six levels


def _children(node: Node, name: str = "content") -> list[Any]:
    found = node.get(name)
    return found if isinstance(found, list) else []


def _attr(node: Node, name: str) -> str:
    attrs = node.get("attrs")
    found = attrs.get(name) if isinstance(attrs, dict) else None
    return found if isinstance(found, str) else ""
