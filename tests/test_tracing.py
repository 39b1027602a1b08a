"""Traces: what was done for whom and how long it took, only where asked for, and never a secret."""

import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

import pytest
import respx
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from app.core.errors import Permanent
from app.ports.tracing import span
from app.store import SqlStore
from app.tracing import traced
from connectors._kit.http import Http
from tests.flow.fakes import item
from tests.flow.test_worker import Shop
from tests.web.fakes import caller, signed
from tests.web.test_with_store import on

PLANTED = b"swordfish"
"""Stands in a path, a header, a body, an error's words and the collector's key."""
URL = "https://tracker.acme.test"
LOOPBACK = "127.0.0.1"


class Collector:
    """Take spans on a loopback port."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.headers: list[str | None] = []
        hears = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                hears.headers.append(self.headers["x-key"])
                hears.bodies.append(self.rfile.read(int(self.headers["content-length"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the library's word
                pass

        self.server = ThreadingHTTPServer((LOOPBACK, 0), Door)
        self.url = f"http://{LOOPBACK}:{self.server.server_port}"
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        """Stop."""
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()

    def spans(self) -> list[Any]:
        """Return what came in."""
        requests = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        scopes = [scope for request in requests for one in request.resource_spans for scope in one.scope_spans]
        return [found for scope in scopes for found in scope.spans]

    def service(self) -> str:
        """Return under which name they came."""
        (named,) = ExportTraceServiceRequest.FromString(self.bodies[0]).resource_spans
        return str(attributes(named.resource)["service.name"])


@pytest.fixture
def collector() -> Iterator[Collector]:
    """Open a collector."""
    made = Collector()
    yield made
    made.close()


@pytest.fixture
def asked(collector: Collector, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Ask for traces by the environment."""
    wanted = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_EXPORTER_OTLP_HEADERS": f"x-key={PLANTED.decode()}"}
    for name, value in wanted.items():
        monkeypatch.setenv(name, value)
    return wanted


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    """Open a store."""
    made = SqlStore(f"sqlite:///{tmp_path / 'traced.db'}")
    await made.open()
    yield made
    await made.aclose()


def attributes(one: Any) -> dict[str, Any]:
    """Return the attributes as plain values."""
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in one.attributes}


async def test_delivery_and_run_are_traced(collector: Collector, asked: dict[str, str], store: SqlStore) -> None:
    """From the door to the store, and from the look to the record: one within the other, each with what it is about."""
    shop = Shop(store)
    shop.tracker.items = {"7": item("7", "operational")}
    with traced(asked):
        async with caller(on(store)) as client:
            raw = b'{"item": "7", "title": "%s"}' % PLANTED
            await client.post("/webhooks/linear", content=raw, headers=signed(raw, delivery="d-1"))
        await shop.due("7")
        await shop.turn()
    found = {one.name: one for one in collector.spans()}
    parents = {one.span_id: one.name for one in found.values()}
    tree = {name: parents.get(one.parent_span_id) for name, one in found.items()}
    assert tree == {
        "delivery": None,
        "keep": "delivery",
        "look": None,
        "run": None,
        "write": "run",
        "record": "run",
        "facts": "run",
    }
    assert attributes(found["delivery"]) == {"tracker": "linear", "outcome": "kept"}
    assert attributes(found["keep"]) == {"tracker": "linear", "delivery": "d-1"}
    assert attributes(found["run"]) == {"tracker": "linear", "item": "7"}
    assert attributes(found["look"]) == {"tracker": "linear", "items": 1}
    assert collector.service() == "followthrough"
    assert set(collector.headers) == {PLANTED.decode()}
    assert PLANTED not in b"".join(collector.bodies)


async def test_call_is_traced_without_its_secrets(collector: Collector, asked: dict[str, str]) -> None:
    """By method, host and status: neither path nor header nor body nor an error's words."""
    http = Http(URL, {"Authorization": PLANTED.decode()}, title=f"Tracker {PLANTED.decode()}", attempts=1)
    with traced(asked), respx.mock() as api:
        api.post(f"{URL}/{PLANTED.decode()}").respond(422, content=PLANTED)
        with pytest.raises(Permanent, match=PLANTED.decode()):
            await http.call("POST", f"/{PLANTED.decode()}", params={"key": PLANTED.decode()}, content=PLANTED)
    await http.aclose()
    (call,) = collector.spans()
    assert attributes(call) == {
        "http.request.method": "POST",
        "server.address": "tracker.acme.test",
        "http.response.status_code": 422,
        "error.type": "Permanent",
    }
    assert (call.name, call.status.message, len(call.events)) == ("POST", "Permanent", 0)
    assert PLANTED not in b"".join(collector.bodies)


@pytest.mark.parametrize(
    "more",
    [
        {"OTEL_TRACES_EXPORTER": "none"},
        {"OTEL_SDK_DISABLED": "true"},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": ""},
        {"OTEL_TRACES_EXPORTER": "zipkin"},
    ],
)
def test_who_does_not_want_traces_gets_none(
    collector: Collector, asked: dict[str, str], more: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    """By the environment's own words; an exporter that there is not here is said to be none."""
    with traced({**asked, **more}), span("thing") as note:
        note(size=1)
    assert collector.bodies == []
    assert bool(caplog.messages) == ("zipkin" in more.values())


def test_what_is_not_installed_is_named(asked: dict[str, str], monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    """The service starts without traces, and the log says what to install."""
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace", cast("Any", None))
    with traced(asked), span("thing"):
        pass
    assert "pip install '.[otel]'" in caplog.text


def test_nothing_is_imported_unless_asked_for() -> None:
    """Who has no collector pays nothing."""
    program = "import os, sys; from app.tracing import traced\nwith traced({}): pass\n"
    program += "sys.exit(any('opentelemetry' in name for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=30).returncode == 0


def test_collector_that_is_away_holds_up_no_stop(monkeypatch: pytest.MonkeyPatch, caplog: Any) -> None:
    """What was not taken by then is lost, which is said, without the key."""
    monkeypatch.setattr("app.tracing.LAST_WAIT", 0.1)
    away = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://{LOOPBACK}:9", "OTEL_EXPORTER_OTLP_HEADERS": f"{PLANTED!r}; x"}
    for name, value in away.items():
        monkeypatch.setenv(name, value)
    with traced(away), span("thing"):
        pass
    with span("later") as note:
        note(size=1)
    assert PLANTED.decode() not in caplog.text
