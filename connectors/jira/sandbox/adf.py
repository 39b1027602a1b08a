"""Rich text as Cloud keeps it: check it, and read it as wiki markup or plain text.

https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/
"""

from collections.abc import Callable
from typing import Any

_BLOCKS = frozenset({"paragraph", "heading", "bulletList", "orderedList", "codeBlock", "blockquote", "rule", "panel"})
_ITEMS = frozenset({"listItem"})
_INLINE = frozenset({"text", "hardBreak", "mention", "emoji", "inlineCard"})
_WITHIN: dict[str, frozenset[str]] = {
    "doc": _BLOCKS,
    "paragraph": _INLINE,
    "heading": _INLINE,
    "bulletList": _ITEMS,
    "orderedList": _ITEMS,
    "listItem": frozenset({"paragraph", "bulletList", "orderedList", "codeBlock"}),
    "codeBlock": frozenset({"text"}),
    "blockquote": frozenset({"paragraph", "bulletList", "orderedList", "codeBlock"}),
    "panel": frozenset({"paragraph", "heading", "bulletList", "orderedList"}),
}
_NEEDED = {"mention": "id", "heading": "level", "panel": "panelType", "inlineCard": "url", "emoji": "shortName"}
_NOT_EMPTY = frozenset({"bulletList", "orderedList", "listItem", "blockquote", "panel"})
_MARKS = frozenset({"strong", "em", "code", "link", "strike", "underline", "subsup", "textColor"})
_KEYS = frozenset({"type", "version", "attrs", "content", "text", "marks"})
_DEEPEST = 50


def is_document(value: Any) -> bool:
    """Tell whether a value is a document that Jira takes."""
    return isinstance(value, dict) and value.get("type") == "doc" and value.get("version") == 1 and _fits(value, 0)


def _fits(node: dict[str, Any], depth: int) -> bool:
    kind, content = node["type"], node.get("content", [])
    needed = _NEEDED.get(kind)
    return (
        depth < _DEEPEST
        and set(node) <= _KEYS
        and (needed is None or bool(_attr(node, needed)))
        and (kind != "text" or _is_text(node))
        and isinstance(content, list)
        and (bool(content) or kind not in _NOT_EMPTY)
        and all(_kind(child) in _WITHIN.get(kind, ()) and _fits(child, depth + 1) for child in content)
    )


def _is_text(node: dict[str, Any]) -> bool:
    """Tell whether a text node says something; code may only be marked as a link besides."""
    marks = node.get("marks", [])
    kinds = {_kind(mark) for mark in marks} if isinstance(marks, list) else {""}
    alone = "code" not in kinds or kinds <= {"code", "link"}
    linked = kinds <= _MARKS and all(_attr(mark, "href") for mark in marks if mark["type"] == "link")
    return isinstance(node.get("text"), str) and node["text"] != "" and alone and linked


def _kind(node: Any) -> str:
    return str(node.get("type", "")) if isinstance(node, dict) else ""


def _attr(node: dict[str, Any], name: str) -> Any:
    attrs = node.get("attrs")
    return attrs.get(name) if isinstance(attrs, dict) else None


def from_plain(text: str) -> dict[str, Any]:
    """Return a document with a paragraph for every line."""
    lines = [[{"type": "text", "text": line}] if line else [] for line in text.split("\n")]
    return {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": line} for line in lines]}


def to_wiki(document: dict[str, Any]) -> str:
    """Return a document as wiki markup, which is how the v2 API and webhooks show it."""
    return _blocks(document, _wiki_span, "* ")


def to_plain(document: dict[str, Any], name_of: Callable[[str], str]) -> str:
    """Return a document's words, a line for every block; `name_of` names an account by its id."""

    def span(node: dict[str, Any]) -> str:
        return name_of(node["attrs"]["id"]) if node["type"] == "mention" else _plain_span(node)

    return _blocks(document, span, "")


def _blocks(node: dict[str, Any], span: Callable[[dict[str, Any]], str], bullet: str) -> str:
    lines = []
    for child in node.get("content", []):
        if child["type"] in _INLINE:
            return "".join(span(inline) for inline in node["content"])
        text = _blocks(child, span, bullet)
        lines.append(bullet + text if child["type"] == "listItem" else text)
    return "\n".join(lines)


def _plain_span(node: dict[str, Any]) -> str:
    attrs = node.get("attrs") or {}
    return {"text": node.get("text", ""), "hardBreak": "\n"}.get(node["type"]) or str(
        attrs.get("url") or attrs.get("shortName", "")
    )


def _wiki_span(node: dict[str, Any]) -> str:
    if node["type"] == "mention":
        return f"[~accountid:{node['attrs']['id']}]"
    text = _plain_span(node)
    for mark in node.get("marks", []):
        kind = mark["type"]
        if kind == "link":
            text = f"[{text}|{mark['attrs']['href']}]"
        text = {"strong": f"*{text}*", "em": f"_{text}_", "code": f"{{{{{text}}}}}", "strike": f"-{text}-"}.get(
            kind, text
        )
    return text
