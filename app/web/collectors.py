"""Put what the parts of the service counted into Prometheus' words; no label takes values without bound.

What can be counted is shown from the start, as 0: Prometheus sees no increase in a count that is first seen at 1.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from typing import get_args

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from app.flow.tally import BOUNDS, OUTCOMES, Tally
from app.ports.examiner import Diagnosis
from app.ports.reports import Tally as Alike
from app.ports.spending import Allowance, Ended, Spending

_GAUGES = {
    "items": ("followthrough_items", "Items that are known."),
    "watched": ("followthrough_items_watched", "Items that are watched now."),
    "due": ("followthrough_items_due", "Items that wait for a worker."),
    "parked": ("followthrough_items_parked", "Items that wait for an event because something failed for good."),
    "deliveries": ("followthrough_deliveries", "Deliveries that are kept."),
    "oldest_due": ("followthrough_oldest_due_seconds", "For how long the first of the due items has been waiting."),
    "messages": ("followthrough_messages_waiting", "Messages that wait for their letter."),
}
_FATES = ("sent", "failed", "denied", "refused", "unreachable", "unsure")


class Scraped(Collector):
    """Show what was gathered for the scrape that goes on."""

    latest: Sequence[Metric] = ()

    def collect(self) -> Iterable[Metric]:
        """Return it."""
        return self.latest


def of_store(counts: Mapping[str, float] | None) -> Iterable[Metric]:
    """Return what the store counted; nothing but `followthrough_store_up 0` where it could not be asked."""
    yield GaugeMetricFamily("followthrough_store_up", "Whether the store answers.", 0 if counts is None else 1)
    for name, count in (counts or {}).items():
        if name in _GAUGES:
            yield GaugeMetricFamily(*_GAUGES[name], value=count)


def of_items(alike: Sequence[Alike]) -> Iterable[Metric]:
    """Return how many open items there are, how many of them are stale, and what was found."""
    by = ["tracker", "class"]
    open_ = GaugeMetricFamily("followthrough_items_open", "Open items by class.", labels=by)
    stale = GaugeMetricFamily("followthrough_items_stale", "Items that were quiet for too long.", labels=by)
    found = GaugeMetricFamily("followthrough_findings", "Open items by what was found.", labels=["tracker", "finding"])
    items, quiet, findings = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for one in alike:
        place = one.tracker, str(one.item_class)
        items[place] += one.items
        quiet[place] += sum(one.stale)
        findings.update({(one.tracker, finding): one.items for finding in one.findings})
    for family, counted in ((open_, items), (stale, quiet), (found, findings)):
        for labels, number in sorted(counted.items()):
            family.add_metric(labels, number)
        yield family


def of_faults(found: Iterable[Diagnosis]) -> Iterable[Metric]:
    """Return how much is known to be wrong with the set-up, by the check's id."""
    faults = GaugeMetricFamily("followthrough_faults", "What is wrong with the set-up.", labels=["check"])
    for check, count in sorted(Counter(one.id for one in found).items()):
        faults.add_metric([check], count)
    yield faults


def of_runs(tallies: Mapping[str, Tally]) -> Iterable[Metric]:
    """Return what became of runs, how long they took, and what they wrote, since the start."""
    words = "Runs by tracker and by what became of them."
    runs = CounterMetricFamily("followthrough_runs", words, labels=["tracker", "outcome"])
    words = "Seconds from an item's claim until it was done with."
    seconds = HistogramMetricFamily("followthrough_run_seconds", words, labels=["tracker"])
    writes = CounterMetricFamily("followthrough_writes", "Changes that were written.", labels=["tracker"])
    bounds = [*map(str, BOUNDS), "+Inf"]
    for tracker, tally in sorted(tallies.items()):
        for outcome in OUTCOMES:
            runs.add_metric([tracker, outcome], tally.outcomes[outcome])
        buckets = list(zip(bounds, accumulate(tally.within), strict=True))
        seconds.add_metric([tracker], buckets, tally.seconds)
        writes.add_metric([tracker], tally.writes)
    return runs, seconds, writes


def of_missed(counts: Mapping[str, int]) -> Iterable[Metric]:
    """Return how many items reconciles found that no webhook had told of, since the start; each tracker from 0 on."""
    missed = CounterMetricFamily("followthrough_missed", "Items that webhooks missed.", labels=["tracker"])
    for tracker, count in sorted(counts.items()):
        missed.add_metric([tracker], count)
    yield missed


def of_spending(spent: Iterable[tuple[str, Spending]], writes: Mapping[str, tuple[int, int]]) -> Iterable[Metric]:
    """Return the calls to trackers, and what is left: of theirs as they said last, of the policy's `writes` an hour."""
    words = "Calls to a tracker by how they ended."
    calls = CounterMetricFamily("followthrough_calls", words, labels=["tracker", "outcome"])
    by = ["tracker", "kind"]
    left = GaugeMetricFamily("followthrough_budget_left", "What is left of a budget.", labels=by)
    limit = GaugeMetricFamily("followthrough_budget_limit", "What a budget holds when nothing is spent.", labels=by)
    counted: Counter[tuple[str, str]] = Counter()
    budgets: dict[tuple[str, str], Allowance] = {}
    for tracker, spending in spent:
        counted.update({(tracker, ended): spending.calls.get(ended, 0) for ended in get_args(Ended)})
        budgets.update({(tracker, kind): allowance for kind, allowance in spending.left.items()})
    budgets.update({(tracker, "writes"): Allowance(*budget) for tracker, budget in writes.items()})
    for labels, count in sorted(counted.items()):
        calls.add_metric(labels, count)
    for labels, (rest, whole) in sorted(budgets.items()):
        left.add_metric(labels, rest)
        if whole is not None:
            limit.add_metric(labels, whole)
    return calls, left, limit


def of_letters(counts: Mapping[tuple[str, str], int], ways: Iterable[str]) -> Iterable[Metric]:
    """Return what became of letters to people since the start, by the way they went; `ways` are all that there are."""
    words = "Letters to people, by the way and by what became of them."
    letters = CounterMetricFamily("followthrough_letters", words, labels=["channel", "outcome"])
    known = {("comment", "left"): 0, **{(way, fate): 0 for way in ways for fate in _FATES}}
    for labels, count in sorted({**known, **counts}.items()):
        letters.add_metric(labels, count)
    yield letters
