"""Tell from an issue's changes who put which label on it: pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.core.naming import among
from app.core.snapshot import Choice, Snapshot
from connectors.jira.persons import person_in
from connectors.jira.wire import moment

LABELS = "labels"


def choices(
    histories: Iterable[Mapping[str, Any]], snapshot: Snapshot, labels: Sequence[str], me: frozenset[str]
) -> tuple[Choice, ...]:
    """Return who added these labels, oldest first; those that were there from the start are the creator's."""
    found: list[Choice] = []
    first: frozenset[str] | None = None
    for history in histories:
        for before, after in _label_changes(history):
            first = before if first is None else first
            at, by = moment(history["created"]), person_in(history.get("author"), me)
            found += [Choice(label, at, by) for label in sorted(after - before)]
    start = frozenset(snapshot.labels) if first is None else first
    found += [Choice(label, snapshot.created_at, snapshot.creator) for label in sorted(start)]
    return tuple(sorted((one for one in found if among(one.label, labels)), key=lambda one: one.at))


def _label_changes(history: Mapping[str, Any]) -> list[tuple[frozenset[str], frozenset[str]]]:
    """Return each change of the labels as before and after; Jira writes them as one text with spaces between.

    Data Center gives no `fieldId`, and `field` may be translated: either may name the labels.
    """
    items = [item for item in history.get("items") or () if _is_labels(item)]
    return [(_split(item.get("fromString")), _split(item.get("toString"))) for item in items]


def _is_labels(item: Mapping[str, Any]) -> bool:
    return LABELS in {item.get("fieldId"), str(item.get("field", "")).casefold()}


def _split(text: Any) -> frozenset[str]:
    return frozenset(text.split()) if isinstance(text, str) else frozenset()
