"""Read YAML into nodes: plain values only, every problem a complaint with its place, and bounded whatever comes in.

Words mean what they look like, as in YAML 1.2: `yes` and `on` are text, `18:30` is text, a date is text.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from app.core.hint import quote
from app.policy_file.nodes import NOTHING, Complaint, Node, Spot
from app.policy_file.slips import explain

DEEPEST = 20
"""How many lists and mappings may stand in each other; a policy needs seven."""
LARGEST = 100_000
"""How many values a file may hold once its aliases are unfolded."""

_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,15}")
_FRACTION = re.compile(r"-?[0-9]{1,15}\.[0-9]{1,15}")
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}
_UNPRINTABLE = re.compile("[^\x09\x0a\x0d\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Stop(Exception):  # noqa: N818  nothing behind this place can be read
    """End the reading; the complaint is noted already."""


def read_yaml(text: str) -> tuple[Node, list[Complaint]]:
    """Return the one document in this text and what is wrong with it; NOTHING where nothing could be read."""
    reader = _Reader()
    try:
        return reader.document(text), reader.complaints
    except _Stop:
        return NOTHING, reader.complaints


class _Reader:
    def __init__(self) -> None:
        self.complaints: list[Complaint] = []
        self._anchors: dict[str, Node] = {}
        self._last = Spot(1, 1)

    def document(self, text: str) -> Node:
        strange = _UNPRINTABLE.search(text)
        if strange:
            before = text[: strange.start()]
            spot = Spot(before.count("\n") + 1, len(before) - before.rfind("\n"))
            raise self._stop(spot, f"the character U+{ord(strange[0]):04X} cannot be printed; remove it")
        events = self._events(text)
        next(events)
        event = next(events)
        if isinstance(event, StreamEndEvent):
            raise self._stop(Spot(1, 1), "the file is empty; a policy begins with `version: 1`")
        root = self._node(next(events), events, 0)
        next(events)
        event = next(events)
        if isinstance(event, DocumentStartEvent):
            self._complain(_spot(event), "a second document begins here; a policy is one document: remove `---`")
        return root

    def _events(self, text: str) -> Iterator[Event]:
        try:
            for event in yaml.parse(text, Loader=yaml.SafeLoader):
                self._last = _spot(event)
                yield event
        except yaml.MarkedYAMLError as error:
            raise self._stop(*explain(error, text)) from error
        except (yaml.YAMLError, ValueError, OverflowError) as error:  # numbers in escapes and directives
            raise self._stop(self._last, "what follows is no YAML; check escapes in quotes and lines with %") from error

    def _node(self, event: Event, events: Iterator[Event], depth: int) -> Node:
        spot = _spot(event)
        if depth > DEEPEST:
            raise self._stop(spot, f"more than {DEEPEST} lists and mappings stand in each other; a policy is flatter")
        if isinstance(event, AliasEvent):
            return self._alias(str(event.anchor), spot)
        tag = getattr(event, "tag", None)
        if tag:
            written = str(tag).replace("tag:yaml.org,2002:", "!!")
            self._complain(spot, f"the tag {quote(written)} is not read; remove it")
        node = self._fresh(event, events, depth)
        if node.size > LARGEST:
            raise self._stop(spot, f"more than {LARGEST} values stand here; repeat less by aliases")
        anchor = getattr(event, "anchor", None)
        if anchor:
            self._anchors[anchor] = node
        return node

    def _fresh(self, event: Event, events: Iterator[Event], depth: int) -> Node:
        if isinstance(event, SequenceStartEvent):
            return self._list(event, events, depth)
        if isinstance(event, MappingStartEvent):
            return self._mapping(event, events, depth)
        return self._scalar(event)

    def _alias(self, anchor: str, spot: Spot) -> Node:
        if anchor not in self._anchors:
            self._complain(spot, f"the alias *{anchor[:40]} stands for nothing; mark a value above with &{anchor[:40]}")
        return self._anchors.get(anchor, Node(spot, f"*{anchor}"))

    def _list(self, start: Event, events: Iterator[Event], depth: int) -> Node:
        entries: list[Node] = []
        while not isinstance(event := next(events), SequenceEndEvent):
            entries.append(self._node(event, events, depth + 1))
        return Node(_spot(start), entries, size=1 + sum(node.size for node in entries))

    def _mapping(self, start: Event, events: Iterator[Event], depth: int) -> Node:
        values: dict[str, Node] = {}
        keys: dict[str, Spot] = {}
        size = 1
        while not isinstance(event := next(events), MappingEndEvent):
            key, spot = self._key(event, events, depth), _spot(event)
            node = self._node(next(events), events, depth + 1)
            size += node.size
            if key in values:
                self._complain(spot, f"the key {quote(key)} stands here already, in line {keys[key].line}; keep one")
            elif key is not None:
                values[key], keys[key] = node, spot
        return Node(_spot(start), values, keys, size)

    def _key(self, event: Event, events: Iterator[Event], depth: int) -> str | None:
        spot = _spot(event)
        if isinstance(event, ScalarEvent) and event.value == "<<" and event.style is None:
            self._complain(spot, "`<<` is not read; write the keys out, or use an alias for a whole value")
            return None
        node = self._node(event, events, depth + 1)
        if isinstance(event, ScalarEvent):
            return str(event.value)
        if isinstance(node.value, str):
            return node.value
        self._complain(spot, "a key must be a word; put text that begins with { or [ in quotes")
        return None

    def _scalar(self, event: Event) -> Node:
        text, spot = str(getattr(event, "value", "")), _spot(event)
        strange = _UNPRINTABLE.search(text)
        if strange:
            self._complain(spot, f"an escape stands for U+{ord(strange[0]):04X}, which cannot be printed; remove it")
            text = "?"
        return Node(spot, _plain(text) if getattr(event, "style", None) is None else text)

    def _complain(self, spot: Spot, text: str) -> None:
        self.complaints.append(Complaint(spot, text))

    def _stop(self, spot: Spot, text: str) -> _Stop:
        self._complain(spot, text)
        return _Stop()


def _plain(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    if _NUMBER.fullmatch(text):
        return int(text)
    return float(text) if _FRACTION.fullmatch(text) else text


def _spot(event: Event) -> Spot:
    mark = event.start_mark
    return Spot(mark.line + 1, mark.column + 1) if mark else Spot(1, 1)
