"""Count and show numbers for Prometheus."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import structlog
from fastapi import APIRouter
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from starlette.requests import Request
from starlette.responses import Response

from app.assembly import Service
from app.core.errors import Transient
from app.flow.receive import Outcome
from app.flow.tally import Tally as Runs
from app.ports.reports import Tally
from app.ports.spending import Spender, Spending
from app.web.collectors import Scraped, of_faults, of_items, of_letters, of_missed, of_runs, of_spending, of_store

log = structlog.get_logger()
router = APIRouter(tags=["health"])
OUTCOMES = (*Outcome, "no_secret", "too_large", "too_slow", "busy", "gone", "store_down", "failed")
"""What can become of a call to a tracker's door."""


class Meters:
    """Hold one app's metrics: its own registry, so that many apps fit into one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.scraped = Scraped()
        self.registry.register(self.scraped)
        ProcessCollector(registry=self.registry)
        self.webhooks = Counter(
            "followthrough_webhooks",
            "Webhook calls by tracker and by what became of them.",
            ["tracker", "outcome"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "followthrough_webhook_seconds",
            "Seconds from a webhook's headers to its answer.",
            ["tracker"],
            buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 30),
            registry=self.registry,
        )

    def expect(self, trackers: Iterable[str]) -> None:
        """Show 0 for what did not happen yet: Prometheus sees no increase in a count that is first seen at 1."""
        for tracker in trackers:
            for outcome in OUTCOMES:
                self.webhooks.labels(tracker, outcome)


@router.get("/metrics", response_class=Response)
async def metrics(request: Request) -> Response:
    """Show the numbers as Prometheus reads them; the items are counted at this moment."""
    meters: Meters = request.app.state.meters
    meters.expect(request.app.state.service.trackers)
    meters.scraped.latest = await gather(request.app.state.service)
    encode, media_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(meters.registry), headers={"Content-Type": media_type})


async def gather(service: Service) -> list[Metric]:
    """Return what the store and the parts of the service counted."""
    counts, alike = await _counted(service)
    now = service.clock.now()
    budgets = {name: handler.budget for name, handler in service.worker.handlers.items()}
    writes = {name: (budget.left(now), budget.limit) for name, budget in budgets.items()}
    return [
        *of_store(counts),
        *(of_items(alike) if alike is not None else ()),
        *of_faults(service.faults()),
        *of_runs(dict.fromkeys(service.trackers, Runs()) | service.worker.tallies),
        *of_missed({name: service.reconciler.missed[name] for name in service.trackers}),
        *of_spending(_spent(service), writes),
        *(of_letters(service.deliverer.counts, service.deliverer.messengers) if service.deliverer else ()),
    ]


async def _counted(service: Service) -> tuple[Mapping[str, float] | None, Sequence[Tally] | None]:
    reports, now = service.store.reports, service.clock.now()
    try:
        counts = await service.store.counts(now)
        oldest = await reports.oldest_due(now)
        waited = (now - oldest).total_seconds() if oldest else 0.0
        messages = await reports.waiting_messages()
        return {**counts, "oldest_due": waited, "messages": messages}, await reports.tallies(now)
    except Transient:
        log.warning("metrics without the store: it cannot be reached")
        return None, None


def _spent(service: Service) -> Iterator[tuple[str, Spending]]:
    """Return what trackers spent, those too that an earlier policy had; what was said of budgets last comes last."""
    for tracker in (*service.retired, *service.trackers.values()):
        if isinstance(tracker, Spender):
            yield tracker.name, tracker.spending()
