"""Compare names the way people do: without case."""

from collections.abc import Iterable
from functools import lru_cache


def same(one: str | None, other: str | None) -> bool:
    """Tell whether two names are the same but for case; nothing is the same as nothing."""
    return one is not None and other is not None and one.casefold() == other.casefold()


def among(name: str | None, names: Iterable[str]) -> bool:
    """Tell whether the name is one of these, but for case."""
    if name is None:
        return False
    return name.casefold() in [other.casefold() for other in names]


def spellings(names: Iterable[str], wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of `names`, as they are spelled, that are one of `wanted` (the policy's words) but for case."""
    if not wanted:
        return ()
    known = folded(wanted)
    return tuple([name for name in names if name.casefold() in known])


@lru_cache(maxsize=256)
def folded(names: tuple[str, ...]) -> frozenset[str]:
    """Return the policy's words without case."""
    return frozenset(name.casefold() for name in names)
