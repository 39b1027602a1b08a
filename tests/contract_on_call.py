"""Hold requests to the rotas' services, and answers in their name, against the vendors' OpenAPI files."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import httpx
import respx
from jsonschema import Draft4Validator

from tests.contracts import need_shared

NULL_THOUGH_TYPED = {"start", "end"}
"""PagerDuty's file says in words that these may be null."""


@contextmanager
def service(file: str, base_url: str) -> Iterator[respx.Router]:
    """Mock a service; every request and every answer below 300 must fit its file, and all that is mocked be called."""
    with respx.mock(base_url=base_url, assert_all_called=True, assert_all_mocked=True) as router:
        yield router
        for call in router.calls:
            problems = problems_with(file, base_url, call.request, call.response)
            assert not problems, problems


def problems_with(file: str, base_url: str, request: httpx.Request, response: httpx.Response) -> list[str]:
    """Return what the file has against a request and its answer."""
    document = _document(file)
    path = request.url.path.removeprefix(httpx.URL(base_url).path.rstrip("/"))
    operation = _operation(document, path, request.method.lower())
    if operation is None:
        return [f"{request.method} {path}: no such operation"]
    given = [_resolve(document, parameter) for parameter in operation.get("parameters", ())]
    return [
        *_query_problems(given, parse_qs(request.url.query.decode(), keep_blank_values=True)),
        *(f"header {p['name']} is missing" for p in given if p["in"] == "header" and p["name"] not in request.headers),
        *_answer_problems(document, operation, response),
    ]


def _query_problems(given: list[Mapping[str, Any]], query: Mapping[str, Any]) -> list[str]:
    known = {parameter["name"]: parameter.get("required", False) for parameter in given if parameter["in"] == "query"}
    strange = [f"unknown query parameter {name}" for name in query if name not in known]
    return strange + [
        f"query parameter {name} is missing" for name, must in known.items() if must and name not in query
    ]


def _answer_problems(document: Any, operation: Mapping[str, Any], response: httpx.Response) -> list[str]:
    if response.status_code >= 300:
        return []
    answer = _resolve(document, operation["responses"][str(response.status_code)])
    schema = answer["content"]["application/json"]["schema"]
    validator = Draft4Validator({**schema, "components": document["components"]})
    return [f"{'.'.join(map(str, e.absolute_path))}: {e.message[:300]}" for e in validator.iter_errors(response.json())]


def _operation(document: Any, path: str, method: str) -> Any:
    fitting: Iterator[Any] = (
        entry
        for template, entry in sorted(document["paths"].items(), key=lambda item: item[0].count("{"))
        if re.fullmatch(re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(template)), path)
    )
    found = next(fitting, None)
    return found.get(method) if found else None


def _resolve(document: Any, entry: Any) -> Any:
    found = document if "$ref" in entry else entry
    for part in entry.get("$ref", "").split("/")[1:]:
        found = found[int(part) if isinstance(found, list) else part.replace("~1", "/")]
    return _resolve(document, found) if "$ref" in found else found


def _mended(schema: dict[str, Any]) -> dict[str, Any]:
    """Say `nullable` in JSON Schema's words, let PagerDuty's included users be more than ids, tell JSM's apart."""
    if schema.get("nullable") is True and isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    if set(schema.get("properties", ())) in ({"onCallUsers"}, {"onCallParticipants"}):
        return {**schema, "required": list(schema["properties"])}
    if schema.get("enum") == ["user_reference"]:
        return {**schema, "enum": ["user_reference", "user"]}
    if {"escalation_level", "schedule"} <= set(schema) and "oneOf" in schema["schedule"]:
        ends = {name: {**schema[name], "type": ["string", "null"]} for name in NULL_THOUGH_TYPED}
        return {**schema, **ends, "schedule": {"oneOf": [*schema["schedule"]["oneOf"], {"type": "null"}]}}
    return schema


@cache
def _document(file: str) -> Any:
    return json.loads(need_shared(f"contracts/{file}").read_text(encoding="utf-8"), object_hook=_mended)
