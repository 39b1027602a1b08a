"""Health, readiness, metrics, and the application's life."""

import asyncio

import pytest
from structlog.testing import capture_logs

from app.ports import Problem
from app.web import health
from tests.web.fakes import an_item, app_of, caller, fake_service, store_gone


async def test_alive_whatever_happens() -> None:
    """Healthz answers 200 also while the store is away."""
    service = fake_service()
    service.store.error = service.fails = store_gone()
    async with caller(service) as client:
        answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "alive"})


async def test_ready_when_nothing_is_wrong() -> None:
    """Readyz is 200 with no checks to show."""
    async with caller(fake_service()) as client:
        answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "checks": []})


async def test_not_ready_says_what_is_wrong() -> None:
    """Readyz is 503 and shows each problem with id, message and hint."""
    service = fake_service()
    service.problems = [Problem("store.unreachable", "No store.", "Start it.", blocks=True)]
    async with caller(service) as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "ready": False,
        "checks": [{"id": "store.unreachable", "message": "No store.", "hint": "Start it."}],
    }


async def test_tracker_in_trouble_keeps_the_doors_open() -> None:
    """Readyz stays 200 and shows what is wrong with a tracker: what it sends is kept all the same."""
    service = fake_service()
    service.problems = [Problem("linear.denied", "Linear refuses the key.", "Set a new one.")]
    async with caller(service) as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "checks": [{"id": "linear.denied", "message": "Linear refuses the key.", "hint": "Set a new one."}],
    }


@pytest.mark.parametrize(
    ("error", "id_"), [(store_gone(), "store.unreachable"), (RuntimeError("hush-hush"), "readiness.failed")]
)
async def test_a_check_that_breaks_is_not_ready(error: Exception, id_: str) -> None:
    """When the checks themselves fail the answer is 503 and tells no inside."""
    service = fake_service()
    service.fails = error
    with capture_logs():
        async with caller(service) as client:
            answer = await client.get("/readyz")
    assert (answer.status_code, answer.json()["checks"][0]["id"]) == (503, id_)
    assert "hush" not in answer.text
    assert "acme" not in answer.text


async def test_a_check_that_hangs_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks that do not come to an end count as failed."""

    async def never() -> None:
        await asyncio.Event().wait()

    service = fake_service()
    monkeypatch.setattr(health, "PATIENCE", 0.01)
    monkeypatch.setattr(service, "readiness", never)
    async with caller(service) as client:
        answer = await client.get("/readyz")
    assert answer.json()["checks"][0]["id"] == "readiness.slow"


async def test_metrics_count_the_items_now() -> None:
    """Each scrape shows the store's numbers of that moment."""
    service = fake_service(items=[an_item("1", "PM-1")])
    async with caller(service) as client:
        first = (await client.get("/metrics")).text
        service.store.stored["2"] = an_item("2", "PM-2")
        answer = await client.get("/metrics")
    assert "followthrough_items 1.0" in first
    assert "followthrough_items 2.0" in answer.text
    assert "followthrough_items_parked 3.0" in answer.text
    assert "followthrough_store_up 1.0" in answer.text
    assert answer.headers["content-type"].startswith("text/plain")


async def test_metrics_without_the_store_show_no_old_numbers() -> None:
    """While the store is away the metrics say so instead of repeating what was."""
    service = fake_service()
    async with caller(service) as client:
        await client.get("/metrics")
        service.store.error = store_gone()
        with capture_logs():
            answer = await client.get("/metrics")
    assert answer.status_code == 200
    assert "followthrough_store_up 0.0" in answer.text
    assert "followthrough_items" not in answer.text


async def test_metrics_speak_open_metrics() -> None:
    """A scraper that asks for OpenMetrics gets it."""
    async with caller(fake_service(), headers={"Accept": "application/openmetrics-text; version=1.0.0"}) as client:
        answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("application/openmetrics-text")
    assert answer.text.endswith("# EOF\n")


async def test_the_service_lives_as_long_as_the_application() -> None:
    """The service starts before the first request and stops after the last, whatever other applications do."""
    service = fake_service()
    app, other = app_of(service), app_of(fake_service())
    async with app.router.lifespan_context(app), other.router.lifespan_context(other):
        assert service.life == ["started"]
    assert service.life == ["started", "stopped"]


async def test_a_failed_start_is_cleaned_up() -> None:
    """When the service cannot start, what it had opened is closed, and the error goes on."""
    service = fake_service()
    service.fails = store_gone()
    app = app_of(service)
    with pytest.raises(type(service.fails)):
        async with app.router.lifespan_context(app):
            pass
    assert service.life == ["started", "stopped"]
