"""Tell an item's class from what a person typed, its labels, or the order in which those came."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.actors import is_human
from app.core.change import AddLabel, Change, RemoveLabel
from app.core.item_class import ROUTED, ItemClass
from app.core.memory import Chosen
from app.core.naming import among, same, spellings
from app.core.policy import Classes, ClassLabel, Policy
from app.core.snapshot import Choice, Snapshot


@dataclass(frozen=True, slots=True)
class Reading:
    """Say which class an item has and on what that rests."""

    item_class: ItemClass
    because: str


def words_of(item_class: ItemClass, classes: Classes) -> ClassLabel:
    """Return the labels that mean a routed class."""
    return classes.operational if item_class is ItemClass.OPERATIONAL else classes.strategic


def present(item_class: ItemClass, snapshot: Snapshot, classes: Classes) -> tuple[str, ...]:
    """Return the item's labels that mean that class, as they are spelled."""
    words = words_of(item_class, classes)
    return spellings(snapshot.labels, (words.label, *words.aliases))


def in_conflict(snapshot: Snapshot, classes: Classes) -> bool:
    """Tell whether the item carries labels of both classes."""
    return all(present(one, snapshot, classes) for one in ROUTED)


def read_class(snapshot: Snapshot, policy: Policy, chosen: Chosen | None = None) -> Reading:
    """Return the item's class: what a person typed decides, then the labels."""
    if chosen is not None:
        how = f"{chosen.by} typed /{chosen.item_class}" if chosen.by else "another spelling of its label said so"
        return Reading(chosen.item_class, how)
    classes = policy.classes
    found = {one: labels for one in ROUTED if (labels := present(one, snapshot, classes))}
    if len(found) > 1:
        return _of_both(snapshot, policy)
    for one, labels in found.items():
        return Reading(one, f"it carries the label {', '.join(labels)}")
    if classes.risk is not None and among(classes.risk, snapshot.labels):
        return Reading(ItemClass.RISK, f"it carries the label {classes.risk}")
    return Reading(ItemClass.MISSING, "it carries no class label")


def _of_both(snapshot: Snapshot, policy: Policy) -> Reading:
    latest = _latest_choice(snapshot.facts.choices or (), policy)
    if policy.classes.on_conflict == "latest" and latest is not None:
        one, choice = latest
        name = choice.by.name if choice.by else "somebody"
        return Reading(one, f"of its two class labels {name} added {choice.label} last")
    return Reading(ItemClass.CONFLICT, "it carries labels of both classes")


def _latest_choice(choices: Sequence[Choice], policy: Policy) -> tuple[ItemClass, Choice] | None:
    made = [
        (one, choice)
        for choice in choices
        for one in ROUTED
        if among(choice.label, (words_of(one, policy.classes).label, *words_of(one, policy.classes).aliases))
        and is_human(choice.by, policy)
    ]
    last = max((choice.at for _, choice in made), default=None)
    latest = [(one, choice) for one, choice in made if choice.at == last]
    return latest[-1] if len({one for one, _ in latest}) == 1 else None


def tidied(item_class: ItemClass, snapshot: Snapshot, classes: Classes) -> tuple[Change, ...]:
    """Return what leaves exactly the policy's label of that class: other spellings and the other class's go.

    Two names of one label are one label: it stays by either, and goes once.
    """
    wanted, own = words_of(item_class, classes).label, dict(snapshot.full_names)
    kept = {
        own.get(label, label)
        for label in snapshot.labels
        if label == wanted or (not snapshot.exact_labels and same(label, wanted))
    }
    gone: dict[str, str] = {}
    for one in ROUTED:
        for label in present(one, snapshot, classes):
            gone.setdefault(own.get(label, label), label)
    added: tuple[Change, ...] = () if kept else (AddLabel(wanted),)
    return (*added, *(RemoveLabel(label) for name, label in gone.items() if name not in kept))
