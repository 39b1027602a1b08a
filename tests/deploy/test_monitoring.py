"""The alert rules and the dashboard ask for metrics that the service has."""

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml

from app.assembly import Service
from app.ports.spending import Spending
from app.web.metrics import Meters, gather
from tests.deploy.promql import labels_of
from tests.web.fakes import fake_service
from tests.web.test_metrics import busy, scraped

MONITORING = Path(__file__).parents[2] / "deploy" / "monitoring"
NAME = re.compile(r"followthrough_\w+")


async def known() -> dict[str, frozenset[str]]:
    """Return the names of all samples that `/metrics` can show, with the labels of each."""
    service, meters = busy(), Meters()
    service.deliverer = SimpleNamespace(counts={("slack", "sent"): 1}, messengers={})
    meters.expect(["linear"])
    meters.seconds.labels("linear").observe(0.1)
    meters.scraped.latest = await gather(cast("Service", service))
    samples = [sample for metric in meters.registry.collect() for sample in metric.samples]
    return {sample.name: frozenset(sample.labels) for sample in samples}


def alerts() -> list[dict[str, Any]]:
    """Return the alert rules."""
    groups = yaml.safe_load((MONITORING / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def boards() -> list[dict[str, Any]]:
    """Return the dashboard's panels."""
    panels: list[dict[str, Any]] = json.loads((MONITORING / "dashboard.json").read_text(encoding="utf-8"))["panels"]
    return panels


async def test_alerts_ask_for_metrics_that_exist() -> None:
    """Each rule names only metrics of ours, says how bad it is and what to do."""
    rules = alerts()
    assert {name for rule in rules for name in NAME.findall(rule["expr"])} <= set(await known())
    assert all(rule["labels"]["severity"] in {"page", "ticket"} for rule in rules)
    assert all(rule["annotations"]["summary"].endswith(".") for rule in rules)
    assert len({rule["alert"] for rule in rules}) == len(rules)


async def test_dashboard_asks_for_metrics_that_exist() -> None:
    """Each panel names only metrics of ours, and no two panels lie on each other."""
    panels = boards()
    asked = {name for panel in panels for target in panel["targets"] for name in NAME.findall(target["expr"])}
    assert asked <= set(await known())
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]
    assert len(set(places)) == len(places)


async def test_queries_compare_what_has_the_same_labels() -> None:
    """No rule and no panel joins what can never meet, or asks for a label that a metric does not have."""
    metrics = {**await known(), "up": frozenset[str]()}
    queries = [rule["expr"] for rule in alerts()]
    queries += [target["expr"] for panel in boards() for target in panel["targets"]]
    for query in queries:
        assert labels_of(query, metrics) is not None


@pytest.mark.parametrize(
    "query",
    [
        pytest.param("increase(a[3d]) == 0 and b > 0", id="unlike labels"),
        pytest.param("a / b < 0.1", id="unlike labels in a division"),
        pytest.param("sum(a) > sum by (tracker) (a)", id="unlike totals"),
        pytest.param("sum(a) == 0 and on (tracker) b > 0", id="joined on what neither has"),
        pytest.param("sum by (channel) (a)", id="added up by no label of its"),
        pytest.param('a{channel="x"} > 0', id="asked for by no label of its"),
        pytest.param("histogram_quantile(0.9, rate(a[5m])) > 1", id="no buckets"),
        pytest.param("(a > 0", id="an open bracket"),
        pytest.param("a > 0)", id="a bracket too many"),
        pytest.param("a ~ 0", id="no query"),
    ],
)
def test_query_that_can_never_answer_is_refused(query: str) -> None:
    """What is held against the rules sees the slips that it is there for."""
    metrics = {"a": frozenset({"tracker", "outcome"}), "b": frozenset[str]()}
    with pytest.raises((ValueError, IndexError)):
        labels_of(query, metrics)
    assert labels_of("sum by (tracker) (increase(a[3d])) > 0.2 * sum by (tracker) (a)", metrics) == frozenset(
        {"tracker"}
    )
    assert labels_of("sum(increase(a[3d])) == 0 and on () max(b offset 3d) > 0", metrics) == frozenset()


async def test_counts_that_rules_watch_are_shown_before_they_rise() -> None:
    """Prometheus sees no increase in a count that is first seen at 1: each that a rule names is there at 0."""
    service = fake_service()
    service.deliverer = SimpleNamespace(counts={}, messengers={"slack": None})
    service.trackers["linear"] = SimpleNamespace(name="linear", spending=lambda: Spending({}))
    shown = await scraped(service)
    rises = re.findall(
        r'increase\(followthrough_(\w+)(?:\{outcome=~"([\w|]+)"\})?', str([one["expr"] for one in alerts()])
    )
    assert len(rises) == len(re.findall(r"increase\(", str(alerts())))
    for name, outcomes in rises:
        for outcome in outcomes.split("|"):
            wanted = f'outcome="{outcome}"' if outcome else ""
            values = [value for sample, value in shown.items() if sample.startswith(f"{name}{{") and wanted in sample]
            assert values, (name, outcome)
            assert set(values) == {0.0}
