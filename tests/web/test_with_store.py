"""The web on the real store, on both databases."""

import asyncio
from dataclasses import replace
from typing import Any, cast

import pytest

from app.ports.examiner import Diagnosis
from app.store import SqlStore
from connectors._kit.signature import sign
from connectors.jira.webhook import JiraDoor
from tests.web.fakes import SECRET, FakeService, caller, fake_service, signed
from tests.web.test_hostile_bodies import STRANGE

IDS = {
    "lone surrogate": b'{"item": "\\ud800"}',
    "half a pair inside": b'{"item": "a\\udfffb"}',
    "NUL": b'{"item": "a\\u0000b"}',
    "empty": b'{"item": ""}',
    "very long": b'{"item": "' + b"x" * 100_000 + b'"}',
    "quotes": b'{"item": "\'; drop table items; --"}',
    "right to left": '{"item": "\u202eabc"}'.encode(),
}


def on(store: SqlStore) -> FakeService:
    """Return a service whose doors and lists rest on that store."""
    service = fake_service()
    service.store = cast("Any", store)
    service.desks = {"linear": replace(service.desks["linear"], store=store)}
    jira = replace(service.desks["linear"], tracker="jira", door=JiraDoor())
    service.desks["jira"] = jira
    return service


async def test_a_call_becomes_an_item_that_is_shown_and_checked(store: SqlStore) -> None:
    """An item that a webhook named is listed, found by its id, explained, and made due by check."""
    service = on(store)
    async with caller(service) as client:
        kept = await client.post("/webhooks/linear", content=b'{"item": "7"}', headers=signed(b'{"item": "7"}'))
        page = (await client.get("/items")).json()
        found = await client.get("/items/linear/7")
        why = await client.get("/items/linear/7/why")
        check = await client.post("/items/linear/7/check")
        metrics = (await client.get("/metrics")).text
    assert kept.json() == {"status": "kept"}
    assert ([item["id"] for item in page["items"]], page["next"]) == (["7"], None)
    assert (found.status_code, found.json()["records"]) == (200, [])
    assert (why.status_code, why.json()["rules"], check.status_code) == (200, [], 202)
    assert "followthrough_items_due 1.0" in metrics


@pytest.mark.parametrize("raw", [*STRANGE.values(), *IDS.values()], ids=[*STRANGE, *IDS])
async def test_no_body_breaks_the_store_or_its_neighbours(store: SqlStore, raw: bytes) -> None:
    """Whatever a signed body names is answered 200, beside a neighbour of the same moment, and can be listed."""
    service, neighbour = on(store), b'{"item": "neighbour"}'
    async with caller(service) as client:
        answers = await asyncio.gather(
            client.post("/webhooks/linear", content=raw, headers=signed(raw)),
            client.post("/webhooks/linear", content=neighbour, headers=signed(neighbour, delivery="d-2")),
        )
        page = await client.get("/items")
    assert [answer.status_code for answer in answers] == [200, 200]
    assert "neighbour" in [item["id"] for item in page.json()["items"]]


@pytest.mark.parametrize("raw", STRANGE.values(), ids=STRANGE)
async def test_jira_takes_strange_bodies_too(store: SqlStore, raw: bytes) -> None:
    """The same through a real tracker's door."""
    async with caller(on(store)) as client:
        answer = await client.post(
            "/webhooks/jira", content=raw, headers={"x-hub-signature": f"sha256={sign(raw, SECRET)}"}
        )
    assert answer.status_code == 200


@pytest.mark.parametrize("delivery", ["\x7f", "ä" * 50, "x" * 9_000, " ", "a,b"])
async def test_a_strange_delivery_id_is_no_obstacle(store: SqlStore, delivery: str) -> None:
    """The sender's id is not signed, and whatever stands there, the call is kept."""
    headers = [(name.encode(), value.encode("latin-1")) for name, value in signed(b"{}", delivery=delivery).items()]
    async with caller(on(store)) as client:
        answer = await client.post("/webhooks/linear", content=b"{}", headers=headers)
    assert (answer.status_code, answer.json()) == (200, {"status": "kept"})


async def test_pages_of_the_real_store_end(store: SqlStore) -> None:
    """Following the real cursor shows each item once; a cursor that was tampered with is refused by name."""
    service, last = on(store), ""
    seen: list[str] = []
    after: str | None = ""
    async with caller(service) as client:
        for number in range(5):
            raw = b'{"item": "%d"}' % number
            await client.post("/webhooks/linear", content=raw, headers=signed(raw, delivery=str(number)))
        while after is not None:
            page = (await client.get("/items", params={"limit": "2"} | ({"after": after} if after else {}))).json()
            seen += [item["id"] for item in page["items"]]
            last, after = after or page["next"], page["next"]
        forged = await client.get("/items", params={"after": last[:-2] + "zz"})
    assert seen == ["0", "1", "2", "3", "4"]
    assert (forged.status_code, forged.json()["errors"][0]["parameter"]) == (422, "after")


@pytest.mark.parametrize("cursor", ["x", "=", "====", "AAAA", "ä", "a" * 2_000, "\ufffd", "-_-_", "eyJ9"])
async def test_a_forged_cursor_is_named(store: SqlStore, cursor: str) -> None:
    """No cursor that we never gave out is taken, and none is a 5xx."""
    async with caller(on(store)) as client:
        answer = await client.get("/items", params={"after": cursor})
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "after")


@pytest.mark.parametrize("key", ["%F0%9F%92%A9", "%ED%A0%80", "%FF", "'", "%25", "%5C", "_", "*", "%E2%80%AE"])
async def test_a_strange_key_finds_nothing(store: SqlStore, key: str) -> None:
    """A key that nobody has is 404 whatever it is made of."""
    async with caller(on(store)) as client:
        assert (await client.get(f"/items/linear/{key}")).status_code == 404
        assert (await client.get(f"/items/{key}/1")).status_code == 404


async def test_a_closed_store_loses_nothing(store: SqlStore) -> None:
    """Between the end of the store and that of the server a call is put off, not lost and not a 500."""
    service = on(store)
    await store.aclose()
    async with caller(service) as client:
        answer = await client.post("/webhooks/linear", content=b"{}", headers=signed(b"{}"))
        ready = await client.get("/items")
    assert (answer.status_code, ready.status_code) == (503, 503)
    assert int(answer.headers["retry-after"]) >= 1


async def test_what_is_wrong_with_the_set_up_stands_beside_what_waits(store: SqlStore) -> None:
    """On the page and for programs, with how to mend it; a message is text there and nothing else."""
    service = on(store)
    service.found = [Diagnosis("jira.board", "there is no board <b>7</b>", "see the route")]
    async with caller(service) as client:
        told = (await client.get("/deliveries")).json()
        page = (await client.get("/deliveries", headers={"Accept": "text/html"})).text
        service.found = []
        sound = (await client.get("/deliveries", headers={"Accept": "text/html"})).text
    assert told["checks"] == [{"id": "jira.board", "message": "there is no board <b>7</b>", "hint": "see the route"}]
    assert "there is no board &lt;b&gt;7&lt;/b&gt;" in page
    assert "see the route" in page
    assert "Wrong with the set-up" in page
    assert "Wrong with the set-up" not in sound
