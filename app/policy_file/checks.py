"""What no single part of the file can show: words that are used twice, names that lead nowhere, wrong order.

Each check takes the whole file as it stands, broken or not, and passes over what is not there.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import timedelta

from app.core.duration import parse_duration
from app.core.hint import did_you_mean, quote
from app.core.policy import Classes
from app.policy_file.nodes import NOTHING, Complaint, Node


def check_all(root: Node) -> Iterator[Complaint]:
    """Return every complaint about how the parts fit together."""
    for check in (_labels, _people, _goals, _rotas, _route_order, _route_rotas, _ladder):
        yield from check(root)


def _labels(root: Node) -> Iterator[Complaint]:
    classes, defaults = root.get("classes"), Classes()
    holders: dict[str, str] = {}
    for name, default in (("operational", defaults.operational), ("strategic", defaults.strategic)):
        if classes.get(name) is NOTHING:
            holders[default.label] = f"the label of {name}"
    for node, role in _label_uses(root):
        label = (node.text() or "").casefold()
        if not label:
            continue
        holder = holders.setdefault(label, role)
        if holder == role:
            continue
        if role.removeprefix("an alias of ") == holder.removeprefix("the label of "):
            yield Complaint(node.spot, f"alias {quote(node.value)} is {holder} itself; remove the alias")
        else:
            yield Complaint(node.spot, f"{role} cannot be {quote(node.value)}: that is {holder}; choose another word")


def _label_uses(root: Node) -> Iterator[tuple[Node, str]]:
    """Go through the labels that must differ with what each is for: what holds a word first may keep it."""
    for watch in root.get("watch").each():
        yield watch.get("label"), "the label that is watched"
    classes = root.get("classes")
    names = ("operational", "strategic", "risk")
    for name in names:
        yield classes.get(name, "label"), f"the label of {name}"
    for name in names:
        for alias in classes.get(name, "aliases").each():
            yield alias, f"an alias of {name}"
    yield classes.get("needs_class"), "needs_class"


def _people(root: Node) -> Iterator[Complaint]:
    people = list(root.get("people").each())
    yield from _repeated((person.get("email") for person in people), "two people cannot share the e-mail")
    systems = {key for person in people for key, _, _ in person.entries()} - {"name", "email", "role", "mandate"}
    for system in sorted(systems):
        yield from _repeated((person.get(system) for person in people), f"two people cannot share the {system} id")


def _goals(root: Node) -> Iterator[Complaint]:
    yield from _repeated((goal.get("key") for goal in root.get("goals").each()), "two goals cannot share the key")


def _rotas(root: Node) -> Iterator[Complaint]:
    names = (Node(spot, name) for name, spot, _ in root.get("on_call").entries())
    yield from _repeated(names, "two rotas cannot share the name")


def _route_order(root: Node) -> Iterator[Complaint]:
    routes = list(root.get("routes").each())
    yield from _repeated((route.get("name") for route in routes), "two routes cannot share the name")
    default: Node | None = None
    for route in routes:
        keys = {key for key, _, _ in route.entries()}
        if route.get("when").value == {}:
            text = (
                "`when` is empty; name what must hold (labels, teams, …), or remove it to make this the default route"
            )
            yield Complaint(route.get("when").spot, text)
        elif default is not None:
            other = "is a second route without `when`" if "when" not in keys else "is never reached"
            text = f"this {other}: the default route in line {default.spot.line} takes everything; "
            yield Complaint(route.spot, text + ("add `when`" if "when" not in keys else "move that one to the end"))
        elif keys and "when" not in keys:
            default = route


def _route_rotas(root: Node) -> Iterator[Complaint]:
    names = [name for name, _, _ in root.get("on_call").entries()]
    known = {name.strip().casefold() for name in names}
    for route in root.get("routes").each():
        rota = route.get("operational", "on_call")
        wanted = rota.text()
        if wanted and wanted.casefold() not in known:
            hint = did_you_mean(wanted, names) if names else "define it under on_call"
            yield Complaint(rota.spot, f"there is no rota {quote(wanted)} under on_call; {hint}")


def _ladder(root: Node) -> Iterator[Complaint]:
    highest = timedelta(0)
    for rung in root.get("stale", "ladder").each():
        after = rung.get("after")
        with suppress(ValueError):
            duration = parse_duration(after.text() or "")
            if duration < highest:
                yield Complaint(
                    after.spot, f"after: {after.value} is less than on the rung before; write ascending rungs"
                )
            highest = max(highest, duration)


def _repeated(nodes: Iterable[Node], sentence: str) -> Iterator[Complaint]:
    """Return a complaint for each text that stood before, in any case."""
    seen: dict[str, Node] = {}
    for node in nodes:
        word = (node.text() or "").casefold()
        first = seen.setdefault(word, node)
        if word and first is not node:
            text = f"{sentence} {quote(node.value)}, see line {first.spot.line}; change or remove one"
            yield Complaint(node.spot, text)
