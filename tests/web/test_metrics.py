"""What `/metrics` says, number by number."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from structlog.testing import capture_logs

from app.core.item_class import ItemClass
from app.flow.tally import BOUNDS, Tally
from app.ports.examiner import Diagnosis
from app.ports.reports import Tally as Alike
from app.ports.spending import Allowance, Spending
from tests.web.fakes import NOW, FakeService, an_item, caller, fake_service, store_gone


@dataclass
class Spends:
    """Tell what it was told to have spent."""

    spent: Spending
    name: str = "linear"

    def spending(self) -> Spending:
        """Return it."""
        return self.spent


async def scraped(service: FakeService) -> dict[str, float]:
    """Return all samples of ours by name and labels."""
    async with caller(service) as client:
        text = (await client.get("/metrics")).text
    return {name: float(value) for name, value in re.findall(r"^followthrough_(\S+) (\S+)$", text, re.MULTILINE)}


def busy() -> FakeService:
    """Return a service of which each part has something to tell."""
    service = fake_service(items=[an_item("1", "PM-1")])
    service.store.reports.oldest = NOW - timedelta(minutes=2)
    service.store.reports.messages = 5
    service.store.reports.alike = [
        Alike("linear", "ENG", ItemClass.MISSING, None, ("class.missing", "stale.quiet"), 3, (1, 0, 1, 0, 0)),
        Alike("linear", "OPS", ItemClass.MISSING, None, ("class.missing",), 2, (0, 0, 0, 0, 0)),
        Alike("jira", "PM", ItemClass.RISK, "all", (), 4, (0, 0, 0, 0, 1)),
    ]
    tally = Tally(Counter(done=7, parked=1), writes=6)
    for seconds in (0.02, 0.2, 90.0):
        tally.took(seconds)
    service.worker.tallies["linear"] = tally
    service.worker.handlers["linear"] = SimpleNamespace(budget=SimpleNamespace(limit=600, left=lambda _now: 599))
    wrong = Diagnosis("people.unknown", "linear knows nobody of that name", "see the e-mail")
    service.found = [wrong, wrong, Diagnosis("linear.signature", "wrong", "set both")]
    service.retired = [Spends(Spending({"ok": 10}, {"requests": Allowance(99, 2500)}))]
    left = {"requests": Allowance(1800, 2500), "complexity": Allowance(2e6, None)}
    service.trackers["linear"] = Spends(Spending({"ok": 5, "limited": 1}, left))
    return service


async def test_the_store_tells_what_waits() -> None:
    """Items, for how long the first has been waiting, messages, and what was found."""
    shown = await scraped(busy())
    assert (shown["items"], shown["oldest_due_seconds"], shown["messages_waiting"]) == (1, 120, 5)
    assert shown['items_open{class="missing",tracker="linear"}'] == 5
    assert shown['items_stale{class="missing",tracker="linear"}'] == 2
    assert shown['items_stale{class="risk",tracker="jira"}'] == 1
    assert shown['findings{finding="class.missing",tracker="linear"}'] == 5
    assert shown['findings{finding="stale.quiet",tracker="linear"}'] == 3
    assert not [name for name in shown if name.startswith("findings") and "jira" in name]


async def test_what_webhooks_missed_is_counted_from_nothing_on() -> None:
    """A tracker that misses none is there as well: the first one to be missed is then a rise."""
    service = busy()
    service.reconciler.missed["linear"] = 3
    shown = await scraped(service)
    assert (shown['missed_total{tracker="linear"}'], shown['missed_total{tracker="jira"}']) == (3, 0)


async def test_runs_are_told_by_outcome_and_duration() -> None:
    """Buckets add up, as Prometheus has them."""
    shown = await scraped(busy())
    assert shown['runs_total{outcome="done",tracker="linear"}'] == 7
    assert shown['runs_total{outcome="parked",tracker="linear"}'] == 1
    assert shown['writes_total{tracker="linear"}'] == 6
    within = [shown[f'run_seconds_bucket{{le="{bound}",tracker="linear"}}'] for bound in (*BOUNDS, "+Inf")]
    assert within == [1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3]
    assert shown['run_seconds_count{tracker="linear"}'] == 3
    assert round(shown['run_seconds_sum{tracker="linear"}'], 2) == 90.22


async def test_what_is_wrong_with_the_set_up_is_told_by_check() -> None:
    """As often as it was found."""
    shown = await scraped(busy())
    assert (shown['faults{check="people.unknown"}'], shown['faults{check="linear.signature"}']) == (2, 1)


async def test_calls_go_on_over_a_new_policy_and_what_is_left_is_what_was_said_last() -> None:
    """Trackers that an earlier policy had made their calls too; of a budget only the latest word counts."""
    shown = await scraped(busy())
    assert shown['calls_total{outcome="ok",tracker="linear"}'] == 15
    assert shown['calls_total{outcome="limited",tracker="linear"}'] == 1
    assert shown['budget_left{kind="requests",tracker="linear"}'] == 1800
    assert shown['budget_limit{kind="requests",tracker="linear"}'] == 2500
    assert 'budget_limit{kind="complexity",tracker="linear"}' not in shown
    assert (
        shown['budget_left{kind="writes",tracker="linear"}'],
        shown['budget_limit{kind="writes",tracker="linear"}'],
    ) == (
        599,
        600,
    )


async def test_without_the_store_the_rest_is_told() -> None:
    """Calls, runs and letters are counted in memory; what the store knows is left out."""
    service = busy()
    service.deliverer = SimpleNamespace(counts={("slack", "sent"): 2}, messengers={})
    service.store.error = store_gone()
    with capture_logs():
        shown = await scraped(service)
    assert (shown["store_up"], shown['letters_total{channel="slack",outcome="sent"}']) == (0, 2)
    assert shown['calls_total{outcome="ok",tracker="linear"}'] == 15
    assert not [name for name in shown if name.startswith(("items", "findings", "oldest", "messages"))]


async def test_labels_are_few() -> None:
    """No label holds an item, a person or a team, of which there can be any number."""
    service: Any = busy()
    names = {label for sample in await scraped(service) for label in re.findall(r'[{,](\w+)="', sample)}
    assert names <= {"tracker", "class", "finding", "outcome", "kind", "channel", "check", "le"}
