"""Errors are problem details, and browsers get the safe headers."""

import json
import re
from typing import Any, cast

import pytest
from structlog.testing import capture_logs

from app.store import SqlStore
from tests.web.fakes import caller, fake_service


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/items/linear", 404),
        ("GET", "/items/", 404),
        ("DELETE", "/items", 405),
        ("POST", "/healthz", 405),
        ("GET", "/items/linear/PM-1/check", 405),
        ("GET", "/items?limit=-1", 422),
        ("GET", "/items/linear/PM-1", 404),
        ("GET", "/webhooks/linear/deeper", 404),
    ],
)
async def test_every_error_is_a_problem(method: str, path: str, status: int) -> None:
    """Each error has the type, a title, its status and a sentence."""
    async with caller(fake_service()) as client:
        answer = await client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    body = answer.json()
    assert (body["type"], body["status"]) == ("about:blank", status)
    assert body["title"]
    assert body["detail"]
    assert ("allow" in answer.headers) == (status == 405)


async def test_what_nobody_expected_leaks_nothing() -> None:
    """An unexpected error is 500, logged with the way to it, and its text stays inside."""
    service = fake_service()
    service.store.error = RuntimeError("password=hush-hush")
    with capture_logs() as logs:
        async with caller(service) as client:
            answer = await client.get("/items")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    (line,) = logs
    assert (line["log_level"], line["path"], line["error"]) == ("error", "/items", "RuntimeError")
    assert "hush-hush" not in answer.text + json.dumps(logs)


async def test_a_value_error_of_the_store_is_no_forged_cursor() -> None:
    """Without a cursor in the call nobody is told that the cursor is wrong."""
    service = fake_service()
    service.store.error = ValueError("something else")
    with capture_logs():
        async with caller(service) as client:
            assert (await client.get("/items")).status_code == 500


async def test_pages_forbid_what_they_do_not_need() -> None:
    """The documentation page is told not to be framed, and every answer not to be guessed at or kept."""
    async with caller(fake_service()) as client:
        page = await client.get("/docs")
        listed = await client.get("/items")
    assert page.status_code == 200
    allowed = page.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in allowed
    assert all(host in allowed for host in re.findall(r'(?:src|href)="(https://[^/"]+)', page.text))
    assert page.headers["x-frame-options"] == "DENY"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert listed.headers["x-content-type-options"] == "nosniff"
    assert listed.headers["cache-control"] == "no-store"


async def test_the_front_shows_the_way(store: SqlStore) -> None:
    """The root names what there is, and each of its links answers."""
    service = fake_service()
    service.store = cast("Any", store)
    async with caller(service) as client:
        front = (await client.get("/")).json()
        found = [(await client.get(link)).status_code for link in front["links"]]
    assert (front["mode"], front["doors"], set(found)) == ("observe", ["/webhooks/linear"], {200})
