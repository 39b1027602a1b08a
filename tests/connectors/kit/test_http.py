"""The one HTTP verb: what is tried again, what is told, and what is counted."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import respx

from app.core.errors import Denied, NotFound, Permanent, RateLimited, Transient
from app.ports import METER, Meter
from connectors._kit.http import SHORT_WAIT, Answer, Http, retry_after
from connectors._kit.pace import Rhythm

URL = "https://tracker.acme.test"


@pytest.fixture
def api() -> Iterator[respx.MockRouter]:
    """Play the other side; every call must be expected, and every expected call made."""
    with respx.mock(assert_all_called=True, assert_all_mocked=True) as router:
        yield router


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    """Give a client with a header of its own."""
    made = Http(URL, {"Authorization": "secret"}, title="Tracker")
    yield made
    await made.aclose()


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Let repeated calls follow at once, and list how long they would have waited."""
    waited: list[float] = []

    async def no_pause(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("connectors._kit.http.asyncio.sleep", no_pause)
    return waited


async def test_an_answer_is_parsed_and_the_call_counted(api: respx.MockRouter, http: Http) -> None:
    """The body comes as JSON, None when there is none, and the run's meter counts each call."""
    api.get(f"{URL}/a").respond(200, json={"x": 1})
    api.delete(f"{URL}/a").respond(204)
    METER.set(meter := Meter())
    assert (await http.call("GET", "/a")).body == {"x": 1}
    assert (await http.call("DELETE", "/a")).body is None
    assert meter.calls == 2
    assert api.calls.last.request.headers["authorization"] == "secret"


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Permanent), (401, Denied), (403, Denied), (404, NotFound), (410, NotFound), (408, Transient),
        (409, Transient), (429, RateLimited), (500, Transient), (503, Transient),
    ],
)  # fmt: skip
async def test_statuses_are_told_apart(api: respx.MockRouter, http: Http, status: int, kind: type[Exception]) -> None:
    """Each refusal is the error that helps, and holds nothing of the request."""
    api.get(f"{URL}/a").respond(status, html="<b>no</b>")
    with pytest.raises(kind) as refusal:
        await http.call("GET", "/a")
    assert type(refusal.value) is kind
    assert "secret" not in str(refusal.value)


async def test_what_may_pass_is_tried_three_times(api: respx.MockRouter, http: Http, pauses: list[float]) -> None:
    """Silence, a server error and a good answer: the third try brings it, after short and growing pauses."""
    route = api.get(f"{URL}/a")
    route.side_effect = [httpx.ConnectTimeout("slow"), httpx.Response(502), httpx.Response(200, json=1)]
    assert (await http.call("GET", "/a")).body == 1
    assert route.call_count == 3
    assert all(0 < pause <= SHORT_WAIT for pause in pauses)


async def test_what_will_not_change_is_tried_once(api: respx.MockRouter, http: Http) -> None:
    """A refusal for good is not sent again."""
    route = api.get(f"{URL}/a").respond(400)
    with pytest.raises(Permanent):
        await http.call("GET", "/a")
    assert route.call_count == 1


@pytest.mark.parametrize(
    ("answer", "calls"),
    [
        (httpx.ReadError("cut"), 1),
        (httpx.Response(500), 1),
        (httpx.ConnectError("refused"), 3),
        (httpx.Response(429), 3),
    ],
)
async def test_a_write_is_sent_again_only_when_it_surely_had_no_effect(
    api: respx.MockRouter, http: Http, answer: Any, calls: int
) -> None:
    """Never connected or turned away unread: again; a lost answer: not."""
    route = api.post(f"{URL}/a").mock(side_effect=[answer] * calls)
    with pytest.raises(Transient):
        await http.call("POST", "/a", repeatable=False)
    assert route.call_count == calls


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (httpx.ConnectError("refused"), "(ConnectError); look at FOLLOWTHROUGH_JIRA_BASE_URL and the network"),
        (httpx.ReadTimeout("late"), "(ReadTimeout)"),
    ],
)
async def test_silence_is_told_with_the_host_and_what_to_look_at(
    api: respx.MockRouter, error: Exception, told: str
) -> None:
    """Never with the path, which may be a secret; who was reached and was late is at the right address."""
    api.get("https://jira.acme.test/s3cret").mock(side_effect=error)
    http = Http("https://jira.acme.test", {}, title="Jira", setting="FOLLOWTHROUGH_JIRA_BASE_URL", attempts=1)
    with pytest.raises(Transient) as silence:
        await http.call("GET", "/s3cret")
    assert str(silence.value) == f"Jira did not answer GET at jira.acme.test {told}"
    await http.aclose()


async def test_a_short_wait_is_waited_through(api: respx.MockRouter, http: Http, pauses: list[float]) -> None:
    """A pause of seconds that the other side asks for is kept by the call itself."""
    api.get(f"{URL}/a").side_effect = [httpx.Response(429, headers={"retry-after": "3"}), httpx.Response(200, json=1)]
    await http.call("GET", "/a")
    assert pauses == [3]


async def test_a_long_wait_is_handed_up(api: respx.MockRouter, http: Http, pauses: list[float]) -> None:
    """A pause of minutes is told at once, so that no worker is held."""
    api.get(f"{URL}/a").respond(429, headers={"retry-after": "600"})
    with pytest.raises(RateLimited) as refusal:
        await http.call("GET", "/a")
    assert (refusal.value.retry_after, pauses) == (600, [])


@pytest.mark.parametrize("content", [b"<html>", b'{"cut', b"\xff"])
async def test_what_is_not_json_is_transient(api: respx.MockRouter, http: Http, content: bytes) -> None:
    """A page, a cut body and wrong bytes under a good status may be better the next time."""
    api.get(f"{URL}/a").respond(200, content=content)
    with pytest.raises(Transient, match="not JSON"):
        await http.call("GET", "/a")


async def test_a_connectors_own_reading_comes_first(api: respx.MockRouter) -> None:
    """What `read_error` makes of an answer counts before its status."""
    api.get(f"{URL}/a").respond(200, json={"error": "odd"})

    def read(answer: Answer) -> Exception | None:
        return NotFound("odd") if answer.body.get("error") else None

    http = Http(URL, {}, title="Tracker", read_error=read)
    with pytest.raises(NotFound, match="odd"):
        await http.call("GET", "/a")
    await http.aclose()


@pytest.mark.parametrize(
    ("value", "seconds"), [("7", 7), ("0.5", 0.5), ("-1", None), ("inf", None), ("nan", None), ("Mon, 1 Jan", None)]
)
def test_retry_after_is_read_in_seconds(value: str, seconds: float | None) -> None:
    """A number counts, anything else does not."""
    assert retry_after({"retry-after": value}) == seconds
    assert retry_after({}) is None


@pytest.mark.parametrize(
    ("meter", "repeatable", "turns"),
    [
        pytest.param(Meter(patient=True), False, 1, id="a write that nobody waits for"),
        pytest.param(Meter(), False, 0, id="a write that a webhook asked for"),
        pytest.param(Meter(patient=True), True, 0, id="a read"),
        pytest.param(None, False, 0, id="by hand"),
    ],
)
async def test_writes_that_nobody_waits_for_keep_to_a_rhythm(
    api: respx.MockRouter, meter: Meter | None, repeatable: bool, turns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All else goes at once."""
    taken: list[Rhythm] = []

    @contextlib.asynccontextmanager
    async def turn(rhythm: Rhythm) -> AsyncIterator[None]:
        taken.append(rhythm)
        yield

    monkeypatch.setattr(Rhythm, "turn", turn)
    api.put(f"{URL}/a").respond(200, json={})
    http = Http(URL, {}, title="Example", writes_a_second=25)
    METER.set(meter)
    await http.call("PUT", "/a", repeatable=repeatable)
    await http.aclose()
    assert len(taken) == turns


async def test_a_text_is_downloaded_and_counted(api: respx.MockRouter, http: Http) -> None:
    """What is no JSON comes as text, without the mark that some files begin with."""
    api.get(f"{URL}/a").respond(200, content="\ufeffhéllo".encode())
    METER.set(meter := Meter())
    assert (await http.download("/a", most=9)).body == "héllo"
    assert meter.calls == 1


async def test_a_text_that_is_too_long_is_not_held(api: respx.MockRouter, http: Http) -> None:
    """One byte more than may be is an error."""
    api.get(f"{URL}/a").respond(200, content=b"x" * 10)
    with pytest.raises(Transient, match="more than"):
        await http.download("/a", most=9)


async def test_a_download_is_refused_as_a_call_is(api: respx.MockRouter, http: Http) -> None:
    """Statuses mean the same, whatever the text."""
    api.get(f"{URL}/a").respond(404, text="<html>gone</html>")
    with pytest.raises(NotFound):
        await http.download("/a", most=99)
