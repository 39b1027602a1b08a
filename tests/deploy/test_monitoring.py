"""The alert rules and the dashboard ask for metrics that the service has."""

import json
import re
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import yaml

from app.assembly import Service
from app.web.metrics import Meters, gather
from tests.web.test_metrics import busy

MONITORING = Path(__file__).parents[2] / "deploy" / "monitoring"
NAME = re.compile(r"followthrough_\w+")


async def known() -> set[str]:
    """Return the names of all samples that `/metrics` can show."""
    service, meters = busy(), Meters()
    service.deliverer = SimpleNamespace(counts={("slack", "sent"): 1})
    meters.webhooks.labels("linear", "kept").inc()
    meters.seconds.labels("linear").observe(0.1)
    meters.scraped.latest = await gather(cast("Service", service))
    return {sample.name for metric in meters.registry.collect() for sample in metric.samples}


async def test_alerts_ask_for_metrics_that_exist() -> None:
    """Each rule names only metrics of ours, says how bad it is and what to do."""
    groups = yaml.safe_load((MONITORING / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    assert {name for rule in rules for name in NAME.findall(rule["expr"])} <= await known()
    assert all(rule["labels"]["severity"] in {"page", "ticket"} for rule in rules)
    assert all(rule["annotations"]["summary"].endswith(".") for rule in rules)
    assert len({rule["alert"] for rule in rules}) == len(rules)


async def test_dashboard_asks_for_metrics_that_exist() -> None:
    """Each panel names only metrics of ours, and no two panels lie on each other."""
    panels = json.loads((MONITORING / "dashboard.json").read_text(encoding="utf-8"))["panels"]
    asked = {name for panel in panels for target in panel["targets"] for name in NAME.findall(target["expr"])}
    assert asked <= await known()
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels]
    assert len(set(places)) == len(places)
