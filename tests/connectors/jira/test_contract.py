"""Make sure that the yardstick measures: wrong requests and answers are found, right ones pass."""

from typing import Any

import pytest

from tests.contract_jira import check_answer, check_request

EDIT = "/rest/api/{}/issue/10006"


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "old"),
    [
        ("POST", "/rest/api/3/issue/bulkfetch", {}, {"issueIdsOrKeys": ["1"], "fields": ["summary"]}, False),
        ("POST", "/ex/jira/abc/rest/api/3/jql/match", {}, {"issueIds": [1], "jqls": ["a = b"]}, False),
        ("GET", "/rest/agile/1.0/board/7/configuration", {}, None, False),
        ("GET", "/rest/agile/1.0/board/7/configuration", {}, None, True),
        ("PUT", EDIT.format(2), {}, {"fields": {"customfield_1": "PM-1"}}, True),
        ("POST", "/rest/webhooks/1.0/webhook", {}, {"anything": 1}, False),
        ("GET", "/_edge/tenant_info", {}, None, False),
    ],
)
def test_right_requests_pass(method: str, path: str, query: dict[str, Any], body: Any, *, old: bool) -> None:
    """What the vendor documents, and what it is known to leave out, is let through."""
    assert check_request(method, path, query, body, data_center=old) == []


@pytest.mark.parametrize(
    ("method", "path", "query", "body", "old"),
    [
        ("POST", "/rest/api/3/issue/fetchbulk", {}, {}, False),
        ("DELETE", "/rest/api/3/issue/bulkfetch", {}, None, False),
        ("GET", "/rest/api/3/issue/1/comment", {"expands": "x"}, None, False),
        ("GET", "/rest/api/3/mypermissions/", {}, None, False),
        ("POST", "/rest/api/3/issue/bulkfetch", {}, {"issueIdsOrKeys": [1]}, False),
        ("POST", "/rest/api/3/issue/bulkfetch", {}, {"ids": ["1"]}, False),
        ("POST", "/rest/api/3/jql/match", {}, {"jqls": ["a = b"]}, False),
        ("GET", "/rest/api/3/myself", {}, {"a": 1}, False),
        ("PUT", "/rest/api/3/issue/1/assignee/x", {}, None, False),
        ("POST", "/rest/api/2/issue/bulkfetch", {}, {}, True),
        ("PUT", EDIT.format(2), {"returnIssue": "true"}, {}, True),
        ("POST", "/rest/api/2/issue/1/comment", {}, {"body": {"type": "doc"}}, True),
    ],
)
def test_wrong_requests_are_found(method: str, path: str, query: dict[str, Any], body: Any, *, old: bool) -> None:
    """Unknown paths, methods, query parameters and fields, and values of another type are told."""
    assert check_request(method, path, query, body, data_center=old)


def test_answers_are_held_to_the_same_files() -> None:
    """An answer in the vendor's name has the vendor's shape and status."""
    path = "/rest/api/3/jql/match"
    assert check_answer("POST", path, 200, {"matches": [{"matchedIssues": [1], "errors": []}]}) == []
    assert check_answer("POST", path, 200, {"matches": [{"matchedIssues": [1]}]})
    assert check_answer("POST", path, 201, {})
    assert check_answer("POST", path, 418, {"errorMessages": []}) == []
    assert check_answer("POST", "/rest/api/3/nothing", 200, {})
    assert check_answer("PUT", EDIT.format(3), 204) == []
    assert check_answer("GET", "/rest/api/2/user/search", 200, [{"name": "ada"}], data_center=True) == []
