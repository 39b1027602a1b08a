"""Count and show numbers for Prometheus."""

from collections.abc import Iterable, Mapping

import structlog
from fastapi import APIRouter
from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response

from app.assembly import Service
from app.core.errors import Transient

log = structlog.get_logger()
router = APIRouter(tags=["health"])

_GAUGES = {
    "items": ("followthrough_items", "Items that are known."),
    "watched": ("followthrough_items_watched", "Items that are watched now."),
    "due": ("followthrough_items_due", "Items that wait for a worker."),
    "parked": ("followthrough_items_parked", "Items that wait for an event because something failed for good."),
    "deliveries": ("followthrough_deliveries", "Deliveries that are kept."),
}


class StoreCounts(Collector):
    """Show what the store counted last; nothing but `followthrough_store_up 0` while it cannot be asked."""

    latest: Mapping[str, int] | None = None

    def collect(self) -> Iterable[Metric]:
        """Return the gauges."""
        up = GaugeMetricFamily("followthrough_store_up", "Whether the store answers.")
        up.add_metric([], 0 if self.latest is None else 1)
        yield up
        for name, count in (self.latest or {}).items():
            if name in _GAUGES:
                yield GaugeMetricFamily(*_GAUGES[name], value=count)


class Letters(Collector):
    """Show what became of letters to people since the start, by the way they went."""

    counts: Mapping[tuple[str, str], int] | None = None

    def collect(self) -> Iterable[Metric]:
        """Return the counters."""
        words = "Letters to people, by the way and by what became of them."
        letters = CounterMetricFamily("followthrough_letters", words, labels=["channel", "outcome"])
        for labels, count in sorted((self.counts or {}).items()):
            letters.add_metric(labels, count)
        yield letters


class Meters:
    """Hold one app's metrics: its own registry, so that many apps fit into one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.counts = StoreCounts()
        self.registry.register(self.counts)
        self.letters = Letters()
        self.registry.register(self.letters)
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


@router.get("/metrics", response_class=Response)
async def metrics(request: Request) -> Response:
    """Show the numbers as Prometheus reads them; the items are counted at this moment."""
    meters: Meters = request.app.state.meters
    service: Service = request.app.state.service
    meters.counts.latest = await _count(service)
    meters.letters.counts = service.deliverer.counts if service.deliverer else None
    encode, media_type = choose_encoder(request.headers.get("accept", ""))
    return Response(encode(meters.registry), headers={"Content-Type": media_type})


async def _count(service: Service) -> Mapping[str, int] | None:
    try:
        return await service.store.counts(service.clock.now())
    except Transient:
        log.warning("metrics without the store: it cannot be reached")
        return None
