"""Write JQL: quote what people named, and take a query's order off before it becomes a condition.

https://support.atlassian.com/jira-software-cloud/docs/advanced-search-reference-jql-fields/
"""

import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from math import ceil

from app.core.policy import Watch

ORDER = re.compile(r"order\s+by\b", re.IGNORECASE)
MINUTE = timedelta(minutes=1)
QUOTES = "\"'"


def quoted(word: str) -> str:
    """Return a word as a JQL string."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(letter if letter.isprintable() else " " for letter in escaped) + '"'


def any_of(field: str, words: Iterable[str]) -> str:
    """Return the condition that a field is one of these words."""
    return f"{field} in ({', '.join(quoted(word) for word in words)})"


def condition(query: str) -> str:
    """Return a query without its `ORDER BY`, which inside quotes is only text."""
    at = next((start for start in _outside_quotes(query) if _starts_order(query, start)), len(query))
    return query[:at].strip()


def both(*queries: str) -> str:
    """Return the condition that all queries hold; empty ones hold for everything."""
    return " AND ".join(f"({found})" for query in queries if (found := condition(query)))


def watched(watches: Sequence[Watch], within: timedelta | None = None) -> str:
    """Return the query for what is watched, in an order that edits do not change while pages are read.

    `within` so long a time before now it was updated; told in whole minutes, because a moment would be read in the
    time zone of our account.
    """
    found = " OR ".join(f"({_watch(watch)})" for watch in watches)
    if within is not None:
        found = f"({found}) AND updated >= -{ceil(within / MINUTE)}m"
    return f"{found} ORDER BY key ASC"


def _watch(watch: Watch) -> str:
    parts = [f"labels = {quoted(watch.label)}"]
    parts += [any_of("project", watch.projects)] if watch.projects else []
    parts += [any_of("issuetype", watch.issue_types)] if watch.issue_types else []
    return " AND ".join(parts)


def _outside_quotes(query: str) -> Iterable[int]:
    quote, escaped = "", False
    for index, letter in enumerate(query):
        if quote:
            closes = letter == quote and not escaped
            escaped = letter == "\\" and not escaped
            quote = "" if closes else quote
        elif letter in QUOTES:
            quote = letter
        else:
            yield index


def _starts_order(query: str, index: int) -> bool:
    return (index == 0 or not query[index - 1].isalnum()) and ORDER.match(query, index) is not None
