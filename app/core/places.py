"""Know where an item belongs by itself, whatever we did to it: what routes and the watch go by."""

from itertools import chain

from app.core.memory import Memory, Place
from app.core.naming import among, spellings
from app.core.policy import Policy, Route, Watch, When
from app.core.snapshot import Kind, Snapshot
from app.core.values import replace


def place_of(snapshot: Snapshot) -> Place:
    """Return where the item stands now."""
    return Place(snapshot.team, snapshot.project, snapshot.components, snapshot.labels)


def settled(memory: Memory, snapshot: Snapshot) -> Memory:
    """Fill in where our write put the item, at the first look after it; it may have had no effect."""
    place = place_of(snapshot)
    if memory.home is None or memory.placed is not None or place == memory.home:
        return memory
    return replace(memory, placed=place)


def own_place(snapshot: Snapshot, memory: Memory) -> Place:
    """Return where the item would stand without us; what a person changed since counts as it is."""
    home, placed = memory.home, memory.placed
    if home is None or placed is None:
        return place_of(snapshot)
    return Place(
        home.team if snapshot.team == placed.team else snapshot.team,
        home.project if snapshot.project == placed.project else snapshot.project,
        _own(snapshot.components, home.components, placed.components),
        _own(snapshot.labels, home.labels, placed.labels),
    )


def place_counts(policy: Policy, tracker: str) -> bool:
    """Tell whether it depends on where an item stands if it is watched, or how it goes."""
    return any(watch.teams or watch.projects for watch in policy.watches(tracker)) or any(
        route.when is not None for route in policy.routes
    )


def _own(now: tuple[str, ...], home: tuple[str, ...], placed: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names without those that our write brought and with those that it cost: a move drops a team's own."""
    kept = (name for name in now if name in home or name not in placed)
    return tuple(dict.fromkeys((*kept, *(name for name in home if name not in placed))))


def is_watched(snapshot: Snapshot, memory: Memory, policy: Policy) -> bool:
    """Tell whether the ticket is an action item that the policy watches."""
    place = own_place(snapshot, memory)
    return any(_holds(watch, snapshot, place) for watch in policy.watches(snapshot.tracker))


def _holds(watch: Watch, snapshot: Snapshot, place: Place) -> bool:
    right_type = among(snapshot.issue_type, watch.issue_types) if watch.issue_types else snapshot.kind is Kind.ITEM
    return (
        right_type
        and among(watch.label, snapshot.labels)
        and (not watch.teams or among(place.team, watch.teams))
        and (not watch.projects or among(place.project, watch.projects))
    )


def route_of(snapshot: Snapshot, memory: Memory, policy: Policy) -> Route | None:
    """Return the first route whose conditions hold; one without conditions always does."""
    routes = policy.routes
    if routes and routes[0].when is None:
        return routes[0]
    place = own_place(snapshot, memory)
    ours = spellings(place.labels, class_words(policy))
    labels = tuple(label for label in place.labels if label not in ours)
    return next((r for r in routes if r.when is None or _applies(r.when, snapshot.title, place, labels)), None)


def class_words(policy: Policy) -> tuple[str, ...]:
    """Return the labels that we write and take away ourselves; no route may depend on them."""
    classes = policy.classes
    one, other = classes.operational, classes.strategic
    more = (name for name in (classes.needs_class, classes.risk) if name)
    return tuple(chain([one.label, *one.aliases, other.label, *other.aliases], more))


def words_lost(before: Snapshot, now: Snapshot, policy: Policy) -> tuple[str, ...]:
    """Return the labels by which the policy goes that the item carried before and does not now."""
    watched = (watch.label for watch in policy.watches(now.tracker))
    carried = spellings(before.labels, (*watched, *class_words(policy))) if now.here else ()
    return tuple(name for name in carried if not among(name, now.labels))


def _applies(when: When, title: str, place: Place, labels: tuple[str, ...]) -> bool:
    return (
        (not when.labels or any(among(name, labels) for name in when.labels))
        and (not when.teams or among(place.team, when.teams))
        and (not when.projects or among(place.project, when.projects))
        and (not when.components or any(among(name, place.components) for name in when.components))
        and (not when.title_words or not _words(title).isdisjoint(map(str.casefold, when.title_words)))
    )


def _words(title: str) -> set[str]:
    return {word.strip(".,:;!?()[]\"'").casefold() for word in title.split()}
