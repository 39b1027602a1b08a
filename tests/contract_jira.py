"""Hold requests to Jira, and answers in its name, against Atlassian's OpenAPI files.

The files are known to leave out webhook administration and `_edge/tenant_info`, to give Data Center's lists of
users and fields the type of one, and to give its free-form values a type: those are let through.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from jsonschema import Draft4Validator

from tests.contracts import need_shared

CLOUD = ("jira-platform-v3.json", "jira-software.json")
DATA_CENTER = ("jira-data-center-10.3.json",)
ABSENT = re.compile(r"/rest/webhooks/1\.0/|/rest/jira-webhook/1\.0/|/_edge/tenant_info$")
GATEWAY = re.compile(r"^/ex/jira/[^/]+")
LISTS_GIVEN_AS_ONE = re.compile(r"/(user/(assignable/)?search|field)$")
NEVER_NULL_IN_THE_FILES = {"ChangeDetails", "ChangeItemBean"}
"""A history's items have nulls where a field was or is empty: the samples of webhooks show it."""
FREE_FORM = {"IssueUpdateBean": ("fields", "update"), "IssueBean": ("fields",), "EntityPropertyBean": ("value",)}


@dataclass(frozen=True)
class Operation:
    """Hold what a file says about one method of one path."""

    document: Mapping[str, Any]
    parameters: Mapping[str, bool]
    request: Mapping[str, Any] | None
    answers: Mapping[str, Mapping[str, Any]]


def check_request(
    method: str, path: str, query: Mapping[str, Any], body: Any = None, *, data_center: bool = False
) -> list[str]:
    """Return what the files have against a request: its path, method, the names in its query, the body's shape."""
    if ABSENT.search(path):
        return []
    operation = find(method, path, data_center=data_center)
    if operation is None:
        return [f"{method} {path}: no such operation"]
    unknown = [f"{method} {path}: unknown query parameter {name}" for name in query if name not in operation.parameters]
    wanted = [name for name, required in operation.parameters.items() if required and name not in query]
    lacking = [f"{method} {path}: query parameter {name} is missing" for name in wanted]
    return unknown + lacking + _body_problems(f"{method} {path}", operation, body)


def check_answer(method: str, path: str, status: int, body: Any = None, *, data_center: bool = False) -> list[str]:
    """Return where a successful answer departs from the files; what they say nothing about passes."""
    operation = None if ABSENT.search(path) else find(method, path, data_center=data_center)
    if operation is None:
        return [] if ABSENT.search(path) else [f"{method} {path}: no such operation"]
    if str(status) not in operation.answers:
        return [] if status >= 400 else [f"{method} {path}: never answers {status}"]
    schema = operation.answers[str(status)]
    if not schema or body is None or (data_center and LISTS_GIVEN_AS_ONE.search(path)):
        return []
    return _problems(f"{method} {path} {status}", operation.document, schema, body)


def find(method: str, path: str, *, data_center: bool = False) -> Operation | None:
    """Return the operation that a request is, None when the files know none; a gateway's prefix is left aside."""
    plain = GATEWAY.sub("", path)
    fitting = (entry for pattern, entry in _operations(data_center=data_center) if pattern.fullmatch(plain))
    return next(fitting, {}).get(method.lower())


def _body_problems(where: str, operation: Operation, body: Any) -> list[str]:
    if operation.request is None:
        return [f"{where}: takes no body"] if body is not None else []
    schema = operation.request.get("schema", {})
    return _problems(where, operation.document, schema, body) if body is not None and schema else []


def _problems(where: str, document: Mapping[str, Any], schema: Mapping[str, Any], value: Any) -> list[str]:
    validator = _validator(id(document), json.dumps(schema, sort_keys=True))
    found = sorted(validator.iter_errors(value), key=lambda error: list(map(str, error.absolute_path)))
    return [f"{where}: {'.'.join(map(str, error.absolute_path)) or 'body'}: {error.message[:300]}" for error in found]


@cache
def _validator(document: int, schema: str) -> Draft4Validator:
    components = next(one["components"] for one in _documents() if id(one) == document)
    return Draft4Validator({**json.loads(schema), "components": components})


@cache
def _operations(*, data_center: bool) -> list[tuple[re.Pattern[str], Mapping[str, Operation]]]:
    names = DATA_CENTER if data_center else CLOUD
    found = [pair for name in names for pair in _read(_document(name), "/rest" if data_center else "")]
    return sorted(found, key=lambda pair: pair[0].pattern.count("[^/]+"))


def _read(document: Mapping[str, Any], prefix: str) -> Iterator[tuple[re.Pattern[str], Mapping[str, Operation]]]:
    for path, entry in document["paths"].items():
        pattern = re.sub(r"\\\{[^/]+?\\\}", "[^/]+", re.escape(prefix + path))
        methods = {method: _operation(document, entry, one) for method, one in entry.items() if "responses" in one}
        yield re.compile(pattern), methods


def _operation(document: Mapping[str, Any], entry: Mapping[str, Any], one: Mapping[str, Any]) -> Operation:
    given = [_resolve(document, parameter) for parameter in (*entry.get("parameters", ()), *one.get("parameters", ()))]
    body = one.get("requestBody")
    content = _resolve(document, body).get("content", {}).get("application/json", {}) if body else None
    answers = {code: answer.get("content", {}).get("application/json", {}) for code, answer in one["responses"].items()}
    return Operation(
        document,
        {parameter["name"]: parameter.get("required", False) for parameter in given if parameter["in"] == "query"},
        content,
        {code: answer.get("schema", {}) for code, answer in answers.items()},
    )


def _resolve(document: Mapping[str, Any], entry: Mapping[str, Any]) -> Mapping[str, Any]:
    found = document if "$ref" in entry else entry
    for part in entry.get("$ref", "").split("/")[1:]:
        found = found[part]
    return found


def _documents() -> Iterator[Mapping[str, Any]]:
    return map(_document, CLOUD + DATA_CENTER)


def _mended(schema: dict[str, Any]) -> dict[str, Any]:
    """Say `nullable` in JSON Schema's own words, and let a board's location have the keys of the example beside it."""
    properties = schema.get("properties")
    if isinstance(properties, dict) and set(properties) == {"projectKeyOrId", "type"}:
        return {**schema, "additionalProperties": True}
    if schema.get("nullable") is True and isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    return schema


@cache
def _document(name: str) -> Mapping[str, Any]:
    text = need_shared(f"contracts/jira/{name}").read_text(encoding="utf-8")
    read: dict[str, Any] = json.loads(text, object_hook=_mended)
    for schema, free in FREE_FORM.items():
        properties = read["components"]["schemas"].get(schema, {}).get("properties", {})
        properties.update({field: {} for field in free if field in properties and "data-center" in name})
    for schema in NEVER_NULL_IN_THE_FILES & set(read["components"]["schemas"]):
        for field in read["components"]["schemas"][schema]["properties"].values():
            field["type"] = [field["type"], "null"]
    return read
