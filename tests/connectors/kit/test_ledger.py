"""What is counted of calls to a host, and what it said is left."""

from collections.abc import AsyncIterator

import httpx
import pytest
import respx

from app.core.errors import FollowthroughError
from app.ports.spending import Allowance
from connectors._kit.http import Http

URL = "https://tracker.acme.test"


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    """Give a client that tries once and knows of one allowance."""
    made = Http(URL, {}, title="Tracker", attempts=1, allowances={"requests": "x-budget"})
    yield made
    await made.aclose()


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (httpx.Response(200, json=1), "ok"),
        (httpx.Response(404), "refused"),
        (httpx.Response(401), "refused"),
        (httpx.Response(429), "limited"),
        (httpx.Response(503), "failed"),
        (httpx.ConnectError("no route"), "failed"),
    ],
)
async def test_each_call_is_counted_by_how_it_ended(
    respx_mock: respx.MockRouter, http: Http, answer: httpx.Response | Exception, word: str
) -> None:
    """Once, also when no answer came."""
    respx_mock.get(f"{URL}/a").side_effect = [answer]
    try:
        await http.call("GET", "/a")
    except FollowthroughError:
        assert word != "ok"
    assert http.ledger.spending().calls == {word: 1}


@pytest.mark.parametrize(
    ("headers", "left"),
    [
        ({"X-Budget-Remaining": "7", "X-Budget-Limit": "100"}, Allowance(7, 100)),
        ({"X-Budget-Remaining": "7"}, Allowance(7, None)),
        ({"X-Budget-Remaining": "seven"}, Allowance(50, 100)),
        ({"X-Budget-Remaining": "nan"}, Allowance(50, 100)),
        ({"X-Budget-Remaining": "-1"}, Allowance(50, 100)),
        ({}, Allowance(50, 100)),
    ],
)
async def test_what_is_left_is_what_was_said_last(
    respx_mock: respx.MockRouter, http: Http, headers: dict[str, str], left: Allowance
) -> None:
    """Refusals tell it too; an answer without it, or with nonsense, changes nothing."""
    first = httpx.Response(400, headers={"x-budget-remaining": "50", "x-budget-limit": "100"})
    respx_mock.get(f"{URL}/a").side_effect = [first, httpx.Response(200, json=1, headers=headers)]
    with pytest.raises(FollowthroughError):
        await http.call("GET", "/a")
    await http.call("GET", "/a")
    assert http.ledger.spending().left == {"requests": left}
