"""Help with a wrong word: show it, and guess which known one was meant."""

from collections.abc import Iterable
from difflib import get_close_matches

LONGEST_SHOWN = 60
"""As many characters of a value as a line of text can bear."""

LONGEST_GUESSED = 80
"""Longer words are no typing slips, and comparing them takes long."""


def quote(value: object) -> str:
    """Return text in quotes and anything else as people write it, on one line, cut where it is long."""
    if isinstance(value, bool):
        return str(value).lower()
    text = one_line(repr(value))
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def one_line(text: str) -> str:
    """Return text with line ends and other invisible characters escaped."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in text)


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word most like this one in any case, None when none is like it."""
    if len(word) > LONGEST_GUESSED:
        return None
    spellings = {candidate.casefold(): candidate for candidate in known}
    close = get_close_matches(word.casefold(), spellings, n=1)
    return spellings[close[0]] if close else None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `did you mean 'x'?`, or the known words when none is like it."""
    candidates = list(dict.fromkeys(known))
    guess = nearest(word, candidates)
    if guess is not None:
        return f"did you mean {guess!r}?"
    if len(candidates) > 1:
        return f"known here: {', '.join(candidates)}"
    return f"write {candidates[0]}" if candidates else "nothing can stand here"
