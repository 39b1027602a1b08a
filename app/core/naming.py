"""Compare names the way people do: without case."""

from collections.abc import Iterable


def same(one: str | None, other: str | None) -> bool:
    """Tell whether two names are the same but for case; nothing is the same as nothing."""
    return one is not None and other is not None and one.casefold() == other.casefold()


def among(name: str | None, names: Iterable[str]) -> bool:
    """Tell whether the name is one of these, but for case."""
    return any(same(name, other) for other in names)


def spellings(names: Iterable[str], wanted: Iterable[str]) -> tuple[str, ...]:
    """Return those of `names`, as they are spelled, that are one of `wanted` but for case."""
    folded = {name.casefold() for name in wanted}
    return tuple(name for name in names if name.casefold() in folded)
