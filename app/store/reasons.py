"""Keep the reasons why an item is due in one text: each between line breaks, so that a whole one can be searched."""

from collections.abc import Iterable

MOST = 10
"""How many different reasons an item gathers for one run; a burst needs no more."""

TIMER = "timer"
"""Why an item is due that nothing touched: the last decision named this time."""

_LONGEST = 200


def join_reasons(reasons: Iterable[str]) -> str:
    """Return the different reasons as one text."""
    short = (" ".join(reason.split())[:_LONGEST] for reason in reasons)
    return "".join(f"\n{reason}\n" for reason in list(dict.fromkeys(filter(None, short)))[:MOST])


def split_reasons(*texts: str) -> tuple[str, ...]:
    """Return the different reasons in these texts, the oldest first."""
    return tuple(dict.fromkeys(reason for text in texts for reason in text.split("\n") if reason))[:MOST]
