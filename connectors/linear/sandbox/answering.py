"""Answer GraphQL: the language is graphql-core's, the world behind it ours."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from graphql import (
    DocumentNode,
    ExecutionResult,
    FieldNode,
    GraphQLError,
    GraphQLResolveInfo,
    GraphQLSchema,
    OperationDefinitionNode,
    build_schema,
    execute_sync,
    get_named_type,
    parse,
    validate,
)

from connectors.linear.sandbox.budget import Budget
from connectors.linear.sandbox.filters import candidates
from connectors.linear.sandbox.operations import Caller, mutate
from connectors.linear.sandbox.pages import connection
from connectors.linear.sandbox.refusals import RefusedError

OK, BAD_REQUEST = 200, 400


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold a request that is valid by the schema; `fields` are the names of what it asks for at its top."""

    document: DocumentNode
    variables: Mapping[str, Any]
    fields: tuple[str, ...]
    mutation: bool


@dataclass(frozen=True, slots=True)
class Session(Caller):
    """Say also what budget the caller has."""

    budget: Budget


@cache
def schema() -> GraphQLSchema:
    """Return what the sandbox plays of Linear's schema."""
    files = sorted((Path(__file__).parent / "schema").glob("*.graphql"))
    return build_schema("\n".join(file.read_text(encoding="utf-8") for file in files))


def understand(body: Any) -> Asked:
    """Read a request's body; raise GraphQLError for what is not GraphQL or not in the schema."""
    if not isinstance(body, dict) or not isinstance(body.get("query"), str):
        raise GraphQLError("Must provide query string.")
    document, variables = _valid(body["query"]), body.get("variables") or {}
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    fields = [
        node.name.value
        for operation in operations
        for node in operation.selection_set.selections
        if isinstance(node, FieldNode)
    ]
    return Asked(document, variables, tuple(fields), any(node.operation.value == "mutation" for node in operations))


@lru_cache(500)
def _valid(query: str) -> DocumentNode:
    """Parse a document and hold it against the schema; the same few come again and again."""
    document = parse(query)
    problems = validate(schema(), document)
    if problems:
        raise problems[0]
    return document


def answer(asked: Asked, session: Session) -> tuple[int, dict[str, Any]]:
    """Carry a request out; return the HTTP status and the body, which may hold data and errors both."""
    result = execute_sync(
        schema(),
        asked.document,
        context_value=session,
        variable_values=dict(asked.variables),
        field_resolver=_resolve,
    )
    assert isinstance(result, ExecutionResult)  # noqa: S101  no resolver is asynchronous
    body: dict[str, Any] = {"data": _as_javascript(result.data)}
    if result.errors:
        body = {"errors": [worded(error) for error in result.errors], **body}
    statuses = [_status(error) for error in result.errors or ()]
    return max(statuses, default=OK), body


def _as_javascript(value: Any) -> Any:
    """Write whole numbers without a fraction, as the vendor's server does; graphql-core writes 7.0 for a Float."""
    if isinstance(value, dict):
        return {name: _as_javascript(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_as_javascript(each) for each in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def worded(error: GraphQLError) -> dict[str, Any]:
    """Return an error as it stands in an answer; one without an own kind is the request's fault."""
    told: dict[str, Any] = dict(error.formatted)
    told.setdefault(
        "extensions",
        {
            "type": "graphql error",
            "code": "GRAPHQL_VALIDATION_FAILED",
            "statusCode": BAD_REQUEST,
            "userError": True,
            "userPresentableMessage": error.message,
        },
    )
    return told


def _status(error: GraphQLError) -> int:
    cause = error.original_error or error
    if not isinstance(cause, GraphQLError):
        raise cause
    return cause.status if isinstance(cause, RefusedError) else BAD_REQUEST


def _resolve(source: Any, info: GraphQLResolveInfo, **arguments: Any) -> Any:
    session: Session = info.context
    name, kind = info.field_name, get_named_type(info.return_type).name
    if source is None:
        return _from_the_top(session, info, kind, arguments)
    value = session.world.value(source, name) if "__typename" in source else source[name]
    return connection(session.world, value, arguments) if kind.endswith("Connection") else value


def _from_the_top(session: Session, info: GraphQLResolveInfo, kind: str, arguments: Mapping[str, Any]) -> Any:
    name, world = info.field_name, session.world
    if info.parent_type.name == "Mutation":
        return mutate(session, name, arguments)
    if kind.endswith("Connection"):
        rows = candidates(world, kind.removesuffix("Connection"), arguments.get("filter") or {})
        if "url" in arguments:
            rows = [row for row in rows if row["url"] == arguments["url"]]
        return connection(world, rows, arguments)
    match name:
        case "viewer":
            return session.actor
        case "organization":
            return world.rows("Organization")[0]
        case "rateLimitStatus":
            return session.budget.status(session.actor["id"])
    return world.get(kind, arguments.get("id") or "")
