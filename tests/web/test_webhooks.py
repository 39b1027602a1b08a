"""What a webhook call is answered."""

import json

import pytest
from structlog.testing import capture_logs

from app.core.errors import Transient
from app.web.webhooks import header_map
from tests.web.fakes import SECRET, caller, fake_service, signed, store_gone

BODY = b'{"item": "7"}'


async def test_a_signed_call_is_kept() -> None:
    """A signed call is answered with exactly 200 and kept."""
    service = fake_service()
    async with caller(service) as client:
        answer = await client.post("/webhooks/linear", content=BODY, headers=signed(BODY))
    assert (answer.status_code, answer.json()) == (200, {"status": "kept"})
    assert [(kept.body, kept.delivery_id, dict(kept.headers)) for kept in service.store.kept] == [
        (BODY, "d-1", {"x-delivery": "d-1"})
    ]


async def test_the_same_body_again_is_a_duplicate() -> None:
    """The second call with one body is answered 200 duplicate and kept once."""
    service = fake_service()
    async with caller(service) as client:
        answers = [await client.post("/webhooks/linear", content=BODY, headers=signed(BODY)) for _ in range(2)]
    assert [(one.status_code, one.json()["status"]) for one in answers] == [(200, "kept"), (200, "duplicate")]
    assert len(service.store.kept) == 1


async def test_an_event_that_does_not_matter_is_ignored() -> None:
    """An event ignored by name is answered 200 ignored."""
    raw = b'{"ignore": true}'
    async with caller(fake_service()) as client:
        answer = await client.post("/webhooks/linear", content=raw, headers=signed(raw))
    assert (answer.status_code, answer.json()) == (200, {"status": "ignored"})


@pytest.mark.parametrize("headers", [{}, signed(BODY, "another secret"), {"x-sign": ""}, {"x-sign": "ä" * 64}])
async def test_a_forged_call_is_refused(headers: dict[str, str]) -> None:
    """A call that our secret did not sign is answered 401 and not kept."""
    service = fake_service()
    async with caller(service) as client:
        raw_headers = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
        answer = await client.post("/webhooks/linear", content=BODY, headers=raw_headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert service.store.kept == []


async def test_a_store_that_is_away_asks_for_the_call_again() -> None:
    """While the store cannot be reached the answer is 503 with Retry-After, and says nothing about the inside."""
    service = fake_service()
    service.store.error = store_gone()
    async with caller(service) as client:
        answer = await client.post("/webhooks/linear", content=BODY, headers=signed(BODY))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert "db.acme.test" not in answer.text


async def test_the_store_may_say_when_to_come_again() -> None:
    """Retry-After is what the store said, in whole seconds."""
    service = fake_service()
    service.store.error = Transient("busy", retry_after=2.4)
    async with caller(service) as client:
        answer = await client.post("/webhooks/linear", content=BODY, headers=signed(BODY))
    assert answer.headers["retry-after"] == "2"


async def test_a_door_that_breaks_asks_for_the_call_again() -> None:
    """An error nobody expected is 503 and logged with the delivery's id; its text goes neither out nor into the log."""
    raw = b'{"explode": "hush-hush"}'
    with capture_logs() as logs:
        async with caller(fake_service()) as client:
            answer = await client.post("/webhooks/linear", content=raw, headers=signed(raw, delivery="d-9"))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    (line,) = logs
    assert (line["log_level"], line["delivery"], line["error"]) == ("error", "d-9", "ZeroDivisionError")
    assert any("hear" in frame for frame in line["way"])
    assert "hush-hush" not in answer.text + json.dumps(logs)


async def test_a_door_without_a_secret_loses_nothing() -> None:
    """A tracker without webhook secrets answers 503, which Jira repeats, and names the setting."""
    async with caller(fake_service()) as client:
        answer = await client.post("/webhooks/jira", content=BODY)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "300")
    assert answer.json()["hint"] == "Set FOLLOWTHROUGH_JIRA_WEBHOOK_SECRETS."


async def test_an_unknown_door_names_the_open_ones() -> None:
    """A tracker that is not there is 404 with the doors that are."""
    async with caller(fake_service()) as client:
        answer = await client.post("/webhooks/trello", content=BODY)
    assert answer.status_code == 404
    assert answer.json()["detail"] == "There is no such door. Open are: /webhooks/linear."


async def test_a_door_takes_post_only() -> None:
    """Another method is 405 with Allow."""
    async with caller(fake_service()) as client:
        answer = await client.get("/webhooks/linear")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.json()["status"] == 405


async def test_an_address_with_a_slash_too_many_works() -> None:
    """A trailing slash is no reason to lose a delivery to a redirect."""
    async with caller(fake_service()) as client:
        answer = await client.post("/webhooks/linear/", content=BODY, headers=signed(BODY))
    assert answer.status_code == 200


async def test_a_repeated_header_counts_once() -> None:
    """Of a signature that stands twice the first counts, and is not joined to the second."""
    good = signed(BODY)["x-sign"]
    async with caller(fake_service()) as client:
        twice = [("X-Sign", good), ("x-sign", "added by a proxy")]
        answer = await client.post("/webhooks/linear", content=BODY, headers=twice)
    assert answer.status_code == 200


def test_header_names_are_lower_case() -> None:
    """Doors find headers by lower-case names, whatever the server passes on, and bytes beyond ASCII do no harm."""
    assert header_map({"headers": [(b"X-Sign", b"a\xff"), (b"x-SIGN", b"b")]}) == {"x-sign": "a\xff"}


async def test_outcomes_are_counted_by_tracker() -> None:
    """Each outcome is counted, and names that a stranger made up do not become labels."""
    service = fake_service()
    async with caller(service) as client:
        await client.post("/webhooks/linear", content=BODY, headers=signed(BODY))
        await client.post("/webhooks/linear", content=BODY)
        await client.post("/webhooks/jira", content=BODY)
        await client.post("/webhooks/made-up", content=BODY)
        shown = (await client.get("/metrics")).text
    for line in (
        'followthrough_webhooks_total{outcome="kept",tracker="linear"} 1.0',
        'followthrough_webhooks_total{outcome="forged",tracker="linear"} 1.0',
        'followthrough_webhooks_total{outcome="no_secret",tracker="jira"} 1.0',
        'followthrough_webhooks_total{outcome="unknown",tracker="unknown"} 1.0',
    ):
        assert line in shown
    assert "made-up" not in shown


async def test_no_secret_or_body_is_logged() -> None:
    """A refused call's log line holds the tracker and the delivery's id alone."""
    with capture_logs() as logs:
        async with caller(fake_service()) as client:
            await client.post("/webhooks/linear", content=BODY, headers=signed(BODY, "wrong"))
    (line,) = logs
    assert set(line) == {"event", "log_level", "tracker", "delivery"}
    assert SECRET not in str(line)
