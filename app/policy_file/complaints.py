"""Turn what pydantic refuses into lines that say how to mend it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from app.core.hint import did_you_mean, nearest, quote
from app.policy_file.nodes import Complaint, Found, Node, Path, Spot
from app.policy_file.outline import Outline

_SCALAR = {
    "string_type": '{value} is not text; put it in quotes: "{bare}"',
    "string_too_short": "there is nothing in these quotes; write a text, or remove the key",
    "list_type": "a list is wanted; write [{bare}]",
    "model_type": "{value} stands where keys are wanted; write `key: value` lines",
    "int_type": "{value} is not a whole number; write it like {example}",
    "float_type": "{value} is not a number; write it like {example}",
}
_SCALAR |= dict.fromkeys(("dict_type", "model_attributes_type"), _SCALAR["model_type"])
_SCALAR |= dict.fromkeys(("int_parsing", "int_from_float"), _SCALAR["int_type"])
_COMPOSED = {
    "string_type": "{given} stands where one text is wanted; write it like {example}",
    "list_type": "{given} stands where a list is wanted; write it like {example}",
    "model_type": "{given} stands where keys are wanted; write `key: value` lines without `-`",
    "int_type": "{given} stands where a whole number is wanted; write it like {example}",
    "float_type": "{given} stands where a number is wanted; write it like {example}",
    "too_short": "this is empty; name at least one, or remove the key",
}
_COMPOSED |= dict.fromkeys(("dict_type", "model_attributes_type"), _COMPOSED["model_type"])
_BOUNDS = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than_equal": ("le", "at most"),
    "less_than": ("lt", "less than"),
}


def complaints(error: ValidationError, root: Node, outline: Outline) -> Iterator[Complaint]:
    """Return a complaint for each refusal in reading order: at the key if the key is unknown, else at the value.

    What is refused because it is empty is left to `empty_values`.
    """
    places: list[tuple[Spot, int, Any, Path, Found]] = []
    for number, refusal in enumerate(error.errors()):
        kind: str = refusal["type"]
        path: Path = refusal["loc"]
        if refusal["input"] is None and kind not in {"missing", "extra_forbidden"}:
            continue
        if kind == "union_tag_invalid":
            path = (*path, _discriminator(refusal["ctx"]))
        found = root.find(path)
        spot = found.key_spot if kind == "extra_forbidden" else found.node.spot
        places.append((spot, number, refusal, path, found))
    for spot, _, refusal, path, found in sorted(places, key=lambda place: place[:2]):
        yield Complaint(spot, _sentence(refusal, path, found, outline))


def empty_values(root: Node) -> Iterable[Complaint]:
    """Return a complaint for each key or list entry without a value: it is not clear what it means."""
    for key, _, node in root.entries():
        if node.value is None:
            yield Complaint(node.spot, f"{key!r} is empty; write a value, or remove the key")
        yield from empty_values(node)
    for node in root.each():
        if node.value is None:
            yield Complaint(node.spot, "this list entry is empty; write a value, or remove the `-`")
        yield from empty_values(node)


def _sentence(refusal: Mapping[str, Any], path: Path, found: Found, outline: Outline) -> str:
    kind, value, context = str(refusal["type"]), refusal["input"], refusal.get("ctx", {})
    if kind == "missing":
        return f"{quote(path[-1])} is missing{found.here()}; add `{path[-1]}: {outline.example(path)}`"
    if kind == "extra_forbidden":
        return _unknown_key(path, found, outline)
    if kind == "union_tag_not_found":
        return _no_discriminator(_discriminator(context), path, found, outline)
    if kind in {"literal_error", "union_tag_invalid"}:
        words = outline.words(path)
        given = context.get("tag", value)
        return f"{quote(given)} is not known{found.here()}; {did_you_mean(str(given), words)}"
    if kind == "value_error":
        return _prefixed(path, str(context["error"]))
    return _prefixed(path, _wrong_kind(kind, value, context, outline.example(path)) or str(refusal["msg"]))


def _wrong_kind(kind: str, value: Any, context: Mapping[str, Any], example: str) -> str | None:
    """Say which kind of value is wanted; None for what pydantic says well enough."""
    if kind in _BOUNDS:
        name, words = _BOUNDS[kind]
        return f"{quote(value)} is out of range; write {words} {context[name]:g}"
    if isinstance(value, dict | list):
        given = "a list" if isinstance(value, list) else "a mapping (`key: value` lines)"
        return _COMPOSED[kind].format(given=given, example=example) if kind in _COMPOSED else None
    bare = quote(value) if not isinstance(value, str) else quote(value)[1:].removesuffix("'")
    return _SCALAR[kind].format(value=quote(value), bare=bare, example=example) if kind in _SCALAR else None


def _no_discriminator(key: str, path: Path, found: Found, outline: Outline) -> str:
    slip = nearest(key, found.node.keys)
    hint = f"did you mean it by {quote(slip)}?" if slip else f"add `{key}: …`"
    words = ", ".join(outline.words((*path, key)))
    return f"{quote(key)} is missing{found.here()}, one of {words}; {hint}"


def _unknown_key(path: Path, found: Found, outline: Outline) -> str:
    key, known = str(path[-1]), outline.keys(path[:-1])
    homes = outline.homes(key)
    if homes:
        also = f"{quote(key)} belongs in {' or '.join(homes[:3])}"
        near = f"did you mean {nearest(key, known)!r}? " if nearest(key, known) else ""
        return f"unknown key {quote(key)}{found.within()}; {near}{also}"
    return f"unknown key {quote(key)}{found.within()}; {did_you_mean(key, known)}"


def _prefixed(path: Path, sentence: str) -> str:
    key = next((step for step in reversed(path) if isinstance(step, str)), None)
    return f"{key}: {sentence}" if key else sentence


def _discriminator(context: Mapping[str, Any]) -> str:
    """Return the key that tells alternatives apart, by the name that it has in the file."""
    return str(context["discriminator"]).rpartition(" ")[2].strip("'")
