"""Know which labels the policy goes by: pure."""

from collections.abc import Callable, Iterator

from app.core.naming import among
from app.core.policy import Policy
from connectors.linear.words import NAME


def class_labels(policy: Policy) -> tuple[str, ...]:
    """Return the labels that are put on items, in the policy's spelling."""
    classes = policy.classes
    names = (classes.operational.label, classes.strategic.label, classes.needs_class)
    return tuple(name for name in names if name)


def matters(policy: Policy) -> Callable[[str], bool]:
    """Return what tells whether an item would be judged differently without a label of that name."""
    names = tuple(_names(policy))
    prefixes = tuple(origin.pattern.casefold() for origin in policy.postmortem if origin.source == "label")

    def matters_(name: str) -> bool:
        return among(name, names) or (bool(prefixes) and name.casefold().startswith(prefixes))

    return matters_


def _names(policy: Policy) -> Iterator[str]:
    yield from class_labels(policy)
    yield from (watch.label for watch in policy.watches(NAME))
    yield from (*policy.classes.operational.aliases, *policy.classes.strategic.aliases)
    yield from (name for name in (policy.classes.risk,) if name)
    yield from (*policy.size.labels, *policy.urgency.labels)
