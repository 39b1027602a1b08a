"""The schema of the file as something to ask: which keys and words can stand where, and what they look like."""

from collections.abc import Iterator, Mapping
from datetime import time, timedelta
from typing import Any

import yaml
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from app.core.duration import format_duration
from app.policy_file.model import policy_model
from app.policy_file.nodes import Path
from app.ports import Manifest


def policy_schema(manifests: Mapping[str, Manifest]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of a policy file for these connectors, for editors and `policy schema`."""
    return schema_of(policy_model(manifests))


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """Return a model's schema without what only says that a key may be left out."""
    schema = model.model_json_schema(schema_generator=_Words)
    return {"$schema": _Words.schema_dialect, "title": "followthrough.yaml", **_tidy(schema)}


_LIKE = {"integer": "3", "number": "0.5", "array": "[…]", "object": "{…: …}", "boolean": "true"}


class _Words(GenerateJsonSchema):
    def encode_default(self, dft: Any) -> Any:
        """Return a default as it would be written in the file."""
        match dft:
            case timedelta():
                return format_duration(dft)
            case time():
                return dft.isoformat("minutes")
            case BaseModel():
                return dft.model_dump(mode="json", by_alias=True, exclude_unset=True)
        return super().encode_default(dft)


def _tidy(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_tidy(entry) for entry in schema if entry != {"type": "null"}]
    if not isinstance(schema, dict):
        return schema
    tidy = {key: value for key, value in schema.items() if not (key == "title" and isinstance(value, str))}
    if tidy.get("default", "") is None:
        del tidy["default"]
    tidy = {key: value if key in {"default", "examples"} else _tidy(value) for key, value in tidy.items()}
    choices = tidy.get("anyOf")
    if isinstance(choices, list) and len(choices) == 1:
        del tidy["anyOf"]
        tidy = {**choices[0], **tidy}
    return tidy


class Outline:
    """Answer questions about a schema; paths may hold the words by which alternatives are told apart."""

    def __init__(self, model: type[BaseModel]) -> None:
        self._root = schema_of(model)

    def keys(self, path: Path) -> tuple[str, ...]:
        """Return the keys that can stand there."""
        return tuple(dict.fromkeys(key for schema in self._at(path) for key in schema.get("properties", {})))

    def words(self, path: Path) -> tuple[str, ...]:
        """Return the words that can stand there, nothing where any can."""
        found: list[Any] = []
        for schema in self._at(path):
            found += schema.get("enum", [schema["const"]] if "const" in schema else [])
        return tuple(str(word) for word in found)

    def example(self, path: Path) -> str:
        """Return how such a value is written, `…` where anything may stand."""
        schemas = self._at(path)
        for example in (example for schema in schemas for example in schema.get("examples", ())):
            text = yaml.safe_dump(example, default_flow_style=True, width=1000)
            return text.removesuffix("...\n").strip()
        return next((_LIKE[schema["type"]] for schema in schemas if schema.get("type") in _LIKE), "…")

    def homes(self, key: str) -> tuple[str, ...]:
        """Return where that key belongs, as `classes.operational` and `watch[]`."""
        return tuple(dict.fromkeys(where for where, known in self._walk(self._root, "", 0) if known == key))

    def _at(self, path: Path) -> list[dict[str, Any]]:
        schemas = list(self._open(self._root))
        for step in path:
            schemas = [found for schema in schemas for found in self._step(schema, step)]
        return schemas

    def _step(self, schema: dict[str, Any], step: str | int) -> Iterator[dict[str, Any]]:
        if isinstance(step, int):
            yield from self._open(schema.get("items", {}))
        elif step in schema.get("properties", {}):
            yield from self._open(schema["properties"][step])
        elif isinstance(schema.get("additionalProperties"), dict):
            yield from self._open(schema["additionalProperties"])
        elif step in (word for _, word in _told_apart_by(schema)):
            yield schema

    def _open(self, schema: Any) -> Iterator[dict[str, Any]]:
        """Follow a reference and split alternatives."""
        if not isinstance(schema, dict):
            return
        if "$ref" in schema:
            rest = {key: value for key, value in schema.items() if key != "$ref"}
            yield from self._open({**self._root["$defs"][schema["$ref"].rpartition("/")[2]], **rest})
        elif "oneOf" in schema or "anyOf" in schema:
            rest = {key: value for key, value in schema.items() if key == "examples"}
            for choice in schema.get("oneOf") or schema["anyOf"]:
                yield from self._open({**choice, **rest} if "examples" in schema else choice)
        else:
            yield schema

    def _walk(self, schema: Any, where: str, depth: int) -> Iterator[tuple[str, str]]:
        """Go through all keys with their places. Connectors' models may hold themselves, so there is an end."""
        for part in self._open(schema) if depth < 8 else ():  # noqa: PLR2004  twice as deep as a policy
            kind = "".join(f" with `{key}: {word}`" for key, word in _told_apart_by(part))
            for key, value in part.get("properties", {}).items():
                yield (where or "the top level") + kind, key
                yield from self._walk(value, f"{where}.{key}".lstrip("."), depth + 1)
            yield from self._walk(part.get("items"), f"{where}[]", depth + 1)
            yield from self._walk(part.get("additionalProperties"), f"{where}.<name>", depth + 1)


def _told_apart_by(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Return the keys and words that tell this alternative from the others."""
    for key, part in schema.get("properties", {}).items():
        if isinstance(part, dict) and isinstance(part.get("const"), str):
            yield key, part["const"]
