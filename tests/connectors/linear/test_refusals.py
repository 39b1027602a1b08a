"""What Linear's errors mean to us, by code, type and status."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
import respx

from app.core.errors import Denied, NotFound, Permanent, RateLimited, Transient
from connectors.linear import documents
from connectors.linear.client import Graph
from connectors.linear.refusals import Absent, Forbidden, Refused, Unauthenticated
from connectors.linear.settings import LinearSettings
from tests.connectors.linear.test_documents import VARIABLES

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
URL = "https://linear.test/graphql"
KEY = "lin_api_secret"


@pytest.fixture
async def graph() -> AsyncIterator[Graph]:
    """Give a client of a Linear that respx plays."""
    made = Graph(LinearSettings(api_url=URL, api_key=KEY), lambda: NOW)
    yield made
    await made.aclose()


@pytest.fixture
def api() -> Iterator[respx.MockRouter]:
    """Play Linear; every call must be expected, and every expected call made."""
    with respx.mock(assert_all_called=True, assert_all_mocked=True) as router:
        yield router


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let repeated calls follow at once."""

    async def no_pause(_seconds: float) -> None:
        return

    monkeypatch.setattr("connectors._kit.http.asyncio.sleep", no_pause)


def error(message: str = "Oh", **extensions: Any) -> dict[str, Any]:
    """Return an answer with one error."""
    return {"errors": [{"message": message, "extensions": extensions}], "data": None}


LIMITED = error(code="RATELIMITED", type="ratelimited")
CASES = [
    (200, error(code="AUTHENTICATION_ERROR", type="authentication error"), Unauthenticated),
    (400, error(code="AUTHENTICATION_ERROR"), Unauthenticated),
    (401, {}, Unauthenticated),
    (401, error("?"), Unauthenticated),
    (200, error(code="FORBIDDEN", type="forbidden"), Forbidden),
    (200, error(type="feature not accessible"), Forbidden),
    (403, {}, Denied),
    (200, error("Entity not found: Issue", code="INPUT_ERROR", type="invalid input", statusCode=400), Absent),
    (200, error("labelIds for incorrect team", code="INPUT_ERROR"), Refused),
    (400, error("Cannot query field", code="GRAPHQL_VALIDATION_FAILED"), Refused),
    (200, error(type="usage limit exceeded"), Refused),
    (400, {"strange": 1}, Permanent),
    (404, {}, NotFound),
    (200, LIMITED, RateLimited),
    (400, LIMITED, RateLimited),
    (429, {}, RateLimited),
    (429, error("?"), RateLimited),
    (200, error(type="lock timeout"), Transient),
    (200, error(code="INTERNAL_SERVER_ERROR"), Transient),
    (500, error("?"), Transient),
    (502, {}, Transient),
    (200, {"data": None}, Transient),
    (200, [], Transient),
]


@pytest.mark.parametrize(("status", "body", "kind"), CASES)
async def test_errors_are_told_apart(
    api: respx.MockRouter, graph: Graph, status: int, body: Any, kind: type[Exception]
) -> None:
    """The code decides before the type and the type before the status; the key is in no message."""
    api.post(URL).respond(status, json=body)
    with pytest.raises(kind) as refusal:
        await graph.run(documents.ME)
    assert type(refusal.value) is kind
    assert KEY not in str(refusal.value)


@pytest.mark.parametrize("status", [200, 400])
@pytest.mark.parametrize(
    "answer", [{"html": "<html>Bad gateway</html>"}, {"content": b'{"data": {"vie'}, {"content": b""}]
)
async def test_answers_that_cannot_be_read_are_transient(
    api: respx.MockRouter, graph: Graph, status: int, answer: dict[str, Any]
) -> None:
    """Pages, cut JSON and nothing at all may be better the next time, under the status of a rate limit too."""
    api.post(URL).respond(status, **answer)
    with pytest.raises(Transient):
        await graph.run(documents.ME)


async def test_the_gravest_error_counts(api: respx.MockRouter, graph: Graph) -> None:
    """Of several errors the one that concerns everybody is told."""
    both = {"errors": [*error("Entity not found: User")["errors"], *error(code="RATELIMITED")["errors"], "odd"]}
    api.post(URL).respond(400, json=both)
    with pytest.raises(RateLimited):
        await graph.run(documents.ME)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"x-ratelimit-requests-reset": "1795435260000"}, 60),
        ({"x-ratelimit-requests-reset": "1795431600000"}, 1),
        ({"x-ratelimit-requests-reset": "1895435260000"}, 3600),
        ({"x-ratelimit-requests-reset": "soon"}, None),
        ({}, None),
        (
            {
                "x-ratelimit-requests-remaining": "12",
                "x-ratelimit-requests-reset": "1795435210000",
                "x-ratelimit-complexity-remaining": "0",
                "x-ratelimit-complexity-reset": "1795435320000",
            },
            120,
        ),
    ],
)
async def test_the_wait_is_until_the_spent_budget_is_filled(
    api: respx.MockRouter, graph: Graph, headers: dict[str, str], seconds: float | None
) -> None:
    """As told in seconds, else by the reset in milliseconds of the budget that is used up, within an hour."""
    api.post(URL).respond(400, json=LIMITED, headers=headers)
    with pytest.raises(RateLimited) as refusal:
        await graph.run(documents.ME)
    assert refusal.value.retry_after == seconds


async def test_reads_are_repeated_and_writes_are_not(api: respx.MockRouter, graph: Graph) -> None:
    """A read that failed is sent again; a mutation whose answer was lost is left to whoever can look first."""
    route = api.post(URL).mock(side_effect=httpx.ReadError("cut"))
    with pytest.raises(Transient):
        await graph.run(documents.ME)
    assert route.call_count == 3
    with pytest.raises(Transient):
        await graph.run(documents.UPDATE, **VARIABLES["UPDATE"])
    assert route.call_count == 4


async def test_a_page_without_a_cursor_is_an_error(api: respx.MockRouter, graph: Graph) -> None:
    """A promised next page that begins nowhere would be read for ever."""
    page = {"nodes": [], "pageInfo": {"hasNextPage": True, "endCursor": None}}
    api.post(URL).respond(200, json={"data": {"issues": page}})
    with pytest.raises(Transient):
        await graph.all(documents.WATCHED, ["issues"], filter=VARIABLES["WATCHED"]["filter"], archived=False)


async def test_keys_are_sent_as_they_stand_and_tokens_as_bearers(api: respx.MockRouter) -> None:
    """A personal key has no word before it, an OAuth token has."""
    route = api.post(URL).respond(200, json={"data": {"viewer": {"id": "1"}}})
    for key, header in ((KEY, KEY), ("lin_oauth_x", "Bearer lin_oauth_x")):
        made = Graph(LinearSettings(api_url=URL, api_key=key))
        await made.run(documents.ME)
        await made.aclose()
        assert route.calls.last.request.headers["authorization"] == header


APP: dict[str, Any] = {"client_id": "id", "client_secret": "s3cret"}


@pytest.mark.parametrize(
    ("status", "body", "kind"),
    [
        (400, {"error": "invalid_client"}, Denied),
        (401, {"error": "invalid_client"}, Denied),
        (200, {"token_type": "Bearer"}, Transient),
        (503, {"error": "down"}, Transient),
    ],
)
async def test_a_token_that_is_not_given(api: respx.MockRouter, status: int, body: Any, kind: type[Exception]) -> None:
    """Wrong credentials are denied, an odd answer may be better the next time; the secret is in no message."""
    api.post("https://linear.test/oauth/token").respond(status, json=body)
    made = Graph(LinearSettings(api_url=URL, **APP))
    with pytest.raises(kind) as refusal:
        await made.run(documents.ME)
    await made.aclose()
    assert "s3cret" not in str(refusal.value)


async def test_a_token_is_renewed_once(api: respx.MockRouter) -> None:
    """A fresh token that is refused as well is not renewed again and again."""
    tokens = api.post("https://linear.test/oauth/token")
    tokens.side_effect = [httpx.Response(200, json={"access_token": f"t{number}"}) for number in (1, 2)]
    calls = api.post(URL).respond(401, json={})
    made = Graph(LinearSettings(api_url=URL, **APP))
    with pytest.raises(Unauthenticated):
        await made.run(documents.ME)
    await made.aclose()
    assert [call.request.headers["authorization"] for call in calls.calls] == ["Bearer t1", "Bearer t2"]
    assert b"scope=read%2Cwrite" in tokens.calls.last.request.content
