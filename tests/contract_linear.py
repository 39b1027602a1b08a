"""Hold requests to Linear, and answers in its name, against the official schema."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    GraphQLEnumType,
    GraphQLError,
    GraphQLSchema,
    GraphQLType,
    OperationDefinitionNode,
    build_schema,
    execute_sync,
    get_named_type,
    is_abstract_type,
    is_leaf_type,
    parse,
    validate,
)
from graphql.execution.values import get_variable_values

from tests.contracts import need_shared

SCALARS: Mapping[str, tuple[type, ...]] = {
    "DateTime": (str,),
    "TimelessDate": (str,),
    "UUID": (str,),
    "DateTimeOrDuration": (str,),
    "TimelessDateOrDuration": (str,),
    "Duration": (str, int, float),
    "JSONObject": (dict,),
    "ID": (str,),
    "String": (str,),
    "Boolean": (bool,),
    "Int": (int,),
    "Float": (int, float),
}


@cache
def schema() -> GraphQLSchema:
    """Return Linear's schema; it is parsed once, in some seconds."""
    return build_schema(need_shared("contracts/linear/schema.graphql").read_text(encoding="utf-8"))


def check_request(document: str, variables: Mapping[str, Any]) -> list[str]:
    """Return what the schema has against a document and its variables."""
    try:
        parsed = parse(document)
    except GraphQLError as error:
        return [error.message]
    found = [error.message for error in _validated(document)]
    if found:
        return found
    return [problem for operation in _operations(parsed) for problem in _variable_problems(operation, variables)]


def check_answer(document: str, data: Any) -> list[str]:
    """Return where the `data` of an answer departs from what the document selects: missing, null, of another type."""
    if not isinstance(data, dict):
        return [f"data is {type(data).__name__}, not an object"]
    parsed = parse(document)
    result = execute_sync(
        schema(),
        parsed,
        root_value=data,
        variable_values=_any_variables(parsed),
        field_resolver=_resolve,
        type_resolver=lambda value, *_: value.get("__typename"),
    )
    assert isinstance(result, ExecutionResult)
    problems = [f"{'.'.join(map(str, error.path or ()))}: {error.message}" for error in result.errors or ()]
    return problems or _extra("", data, result.data)


@cache
def _validated(document: str) -> tuple[GraphQLError, ...]:
    return tuple(validate(schema(), parse(document)))


def _operations(parsed: DocumentNode) -> list[OperationDefinitionNode]:
    return [node for node in parsed.definitions if isinstance(node, OperationDefinitionNode)]


def _variable_problems(operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> list[str]:
    declared = {node.variable.name.value for node in operation.variable_definitions}
    unknown = [f"variable ${name} is not declared" for name in sorted(set(variables) - declared)]
    coerced = get_variable_values(schema(), operation.variable_definitions, json.loads(json.dumps(dict(variables))))
    return unknown + ([error.message for error in coerced] if isinstance(coerced, list) else [])


class _Anything(dict[str, Any]):
    """Stand for the value of any variable: an answer is checked without knowing them."""


def _any_variables(parsed: DocumentNode) -> dict[str, Any]:
    """Return variables that let every `@include` in and every required argument through."""
    values: dict[str, Any] = {}
    for operation in _operations(parsed):
        for definition in operation.variable_definitions:
            values[definition.variable.name.value] = _sample(definition.type)
    return values


def _sample(node: Any) -> Any:
    if node.kind == "non_null_type":
        return _sample(node.type)
    if node.kind == "list_type":
        return []
    type_ = schema().type_map[node.name.value]
    if isinstance(type_, GraphQLEnumType):
        return next(iter(type_.values))
    if not is_leaf_type(type_):
        return _sample_input(type_)
    return {"Int": 1, "Float": 1.0, "Boolean": True, "JSONObject": {}}.get(type_.name, "sample")


def _sample_input(type_: Any) -> dict[str, Any]:
    required = {name: field for name, field in type_.fields.items() if str(field.type).endswith("!")}
    return {name: _sample_of(field.type) for name, field in required.items()}


def _sample_of(type_: GraphQLType) -> Any:
    text = str(type_)
    if text.startswith("["):
        return []
    named = get_named_type(type_)
    if isinstance(named, GraphQLEnumType):
        return next(iter(named.values))
    if not is_leaf_type(named):
        return _sample_input(named)
    return {"Int": 1, "Float": 1.0, "Boolean": True, "JSONObject": {}}.get(named.name, "sample")


def _resolve(source: Any, info: Any, **_arguments: Any) -> Any:
    key = info.path.key
    if not isinstance(source, dict):
        raise TypeError(f"is {type(source).__name__}, not an object")
    if key not in source:
        raise KeyError("is selected but absent")
    value = source[key]
    named = get_named_type(info.return_type)
    _check_scalars(value, named)
    if is_abstract_type(named) and isinstance(value, dict) and "__typename" not in value:
        raise TypeError(f"{named.name} needs __typename to be told apart")
    return value


def _check_scalars(value: Any, named: Any) -> None:
    if isinstance(value, list):
        for entry in value:
            _check_scalars(entry, named)
    elif value is not None and is_leaf_type(named) and not isinstance(named, GraphQLEnumType):
        wanted = SCALARS.get(named.name, (object,))
        if not isinstance(value, wanted) or (isinstance(value, bool) and bool not in wanted and object not in wanted):
            raise TypeError(f"is {value!r}, not {named.name}")


def _extra(path: str, given: Any, selected: Any) -> list[str]:
    if isinstance(given, dict) and isinstance(selected, dict):
        extra = [f"{path}{key}: was not selected" for key in sorted(set(given) - set(selected) - {"__typename"})]
        return extra + [line for key in selected for line in _extra(f"{path}{key}.", given.get(key), selected[key])]
    if isinstance(given, list) and isinstance(selected, list):
        pairs = zip(given, selected, strict=True)
        return [line for index, (one, two) in enumerate(pairs) for line in _extra(f"{path}{index}.", one, two)]
    return []
