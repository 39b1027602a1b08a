"""Hold every request that the clients make in the whole run against the vendors' schemas."""

import json
import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from hypothesis import settings

from tests import contract_jira, contract_linear
from tests.contracts import SHARED

pytest_plugins = ["tests.database"]

# The same examples each time, so that a run says something about the change; `EXAMPLES=1000` looks for new ones.
settings.register_profile("same", derandomize="EXAMPLES" not in os.environ)
settings.load_profile("same")

_checked: set[str] = set()


@pytest.fixture(autouse=True)
def requests_keep_to_the_contracts(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail the test in which a connector makes a request that the official schema does not know.

    Where the contract data is absent nothing is checked; the tests of the connectors say so by skipping.
    """
    if not (SHARED / "contracts").exists() or request.node.get_closest_marker("off_contract"):
        yield
        return
    problems: list[str] = []
    sends = httpx.AsyncClient.send

    async def send(client: httpx.AsyncClient, request: httpx.Request, **options: Any) -> httpx.Response:
        problems.extend(_problems(request))
        return await sends(client, request, **options)

    monkeypatch.setattr(httpx.AsyncClient, "send", send)
    yield
    assert not problems, problems


def _problems(sent: httpx.Request) -> list[str]:
    """Return what the vendors' schemas have against a request; each distinct one is checked once in a run."""
    path = sent.url.path
    if not (path.endswith("/graphql") or "/rest/" in path):
        return []
    seen = f"{sent.method} {sent.url} {sent.content.decode('utf-8', 'replace')}"
    if seen in _checked:
        return []
    body: Any = json.loads(sent.content) if sent.content else None
    if path.endswith("/graphql"):
        found = contract_linear.check_request(body["query"], body.get("variables") or {})
    else:
        rest = path[path.index("/rest/") :]
        query = parse_qs(sent.url.query.decode(), keep_blank_values=True)
        old = "/rest/api/2/" in rest or ("Bearer" in sent.headers.get("authorization", "") and "/ex/jira/" not in path)
        found = contract_jira.check_request(sent.method, rest, query, body, data_center=old)
    if not found:
        _checked.add(seen)
    return found
