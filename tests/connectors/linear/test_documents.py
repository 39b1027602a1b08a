"""Every document that is sent to Linear is one that Linear takes."""

from typing import Any

import pytest
from graphql import validate
from graphql.language import parse

from connectors.linear import documents
from connectors.linear.sandbox.answering import schema
from tests.contract_linear import check_answer, check_request

DOCUMENTS = {
    name: text
    for name, text in vars(documents).items()
    if isinstance(text, str) and ("query " in text or "mutation " in text) and not name.startswith("__")
}
VARIABLES: dict[str, dict[str, Any]] = {
    "LOOK": {"ids": ["a"], "first": 1},
    "LOOK_BY_KEY": {"key": "ENG-1"},
    "WATCHED": {
        "archived": True,
        "filter": {"labels": {"some": {"name": {"eqIgnoreCase": "post-mortem"}}}},
        "after": None,
    },
    "HISTORY": {"id": "a", "after": None},
    "HISTORIES": {"ids": ["a"], "first": 1},
    "MORE_HISTORY": {"id": "a", "after": None},
    "MORE_COMMENTS": {"id": "a", "after": None},
    "LABELS_BY": {"filter": {"or": [{"name": {"eqIgnoreCase": "a"}}]}, "after": None},
    "TEAMS": {"filter": {"key": {"eqIgnoreCase": "OPS"}}},
    "USERS": {"filter": {"email": {"eqIgnoreCase": "ada@acme.test"}}},
    "PROJECTS": {"filter": {"or": [{"name": {"eqIgnoreCase": "a"}}, {"id": {"eq": "b"}}]}, "after": None},
    "PARENT": {"id": "ENG-1"},
    "PROJECT_TEAMS": {"id": "a", "after": None},
    "ON_CALL": {"key": "OPS"},
    "HEALTH": {},
    "ME": {},
    "UPDATE": {"id": "a", "input": {"addedLabelIds": ["b"], "teamId": "c", "dueDate": "2026-12-01"}},
    "COMMENT": {"input": {"id": "a", "issueId": "b", "body": "c", "doNotSubscribeToIssue": True}},
    "EDIT_COMMENT": {"id": "a", "input": {"body": "b"}},
    "EXTEND_PROJECT": {"id": "a", "teams": ["b"]},
    "CREATE_LABEL": {"input": {"name": "a", "teamId": "b"}},
}


def test_every_document_has_variables_here() -> None:
    """No document is left out of the checks below."""
    assert sorted(DOCUMENTS) == sorted(VARIABLES)


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_documents_and_their_variables_are_valid(name: str) -> None:
    """The official schema accepts the document with variables as we send them."""
    assert check_request(DOCUMENTS[name], VARIABLES[name]) == []


@pytest.mark.parametrize("name", sorted(VARIABLES))
def test_the_sandbox_can_answer_every_document(name: str) -> None:
    """The part of Linear that the sandbox plays has all that we select."""
    assert validate(schema(), parse(DOCUMENTS[name])) == []


def test_a_wrong_document_is_found_out() -> None:
    """An unknown field, a variable of the wrong type and one that is not declared are each reported."""
    query = "query Q($id: String!, $n: Int!) { issue(id: $id) { id labels(first: $n) { nodes { id } } } }"
    assert check_request(query, {"id": "a", "n": 1}) == []
    assert len(check_request(query, {"id": 3, "n": "1", "z": 1})) == 3
    assert check_request("{ issue(id: 1) { nope } }", {}) != []
    assert check_request("{ issue", {}) != []


@pytest.mark.parametrize(
    ("issue", "told"),
    [
        ({"id": "a", "priority": 1, "dueDate": None}, ""),
        ({"id": "a", "priority": "1", "dueDate": None}, "issue.priority"),
        ({"id": "a", "priority": True, "dueDate": None}, "issue.priority"),
        ({"id": None, "priority": 1, "dueDate": None}, "issue.id"),
        ({"id": "a", "priority": 1}, "issue.dueDate"),
        ({"id": "a", "priority": 1, "dueDate": None, "title": "b"}, "issue.title"),
    ],
)
def test_a_wrong_answer_is_found_out(issue: dict[str, object], told: str) -> None:
    """What is absent, null, of another type or was not selected is reported by its path."""
    problems = check_answer('{ issue(id: "a") { id priority dueDate } }', {"issue": issue})
    assert [line.split(":")[0] for line in problems] == ([told] if told else [])
