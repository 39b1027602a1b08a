"""Draw charts as SVG that takes its colours from the page's style; each has its numbers in a table beside it."""

import sys
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import count
from typing import Any
from xml.etree import ElementTree as ET

from markupsafe import Markup

from app.web.pages.words import moment

_LABELS = {"0": "first day", "1-5": "1 to 5 days", "6-10": "6 to 10 days", "11-30": "11 to 30 days", ">30": "over 30"}


def ages(by_age: Mapping[str, int]) -> Markup:
    """Return the chart of stale items by how long they are past their window; empty when there are none."""
    if not any(by_age.values()):
        return Markup("")
    chart = _chart("HorizontalBar", 190, "ages")
    upwards = [*by_age][::-1]
    chart.x_labels = [_LABELS.get(name, name) for name in upwards]
    chart.add("stale", [by_age[name] for name in upwards])
    chart.y_labels = _ticks(max(by_age.values()))
    return _svg(chart)


def weeks(counted: Sequence[Mapping[str, Any]]) -> Markup:
    """Return the chart of what was opened and closed week by week; empty when nothing ever was."""
    if not any(week["opened"] or week["closed"] for week in counted):
        return Markup("")
    chart = _chart("Bar", 190, "weeks")
    names = [moment(week["starts"]).strftime("%-d %b") for week in counted]
    # Every other week is named, the one that has begun among them: more would run into each other.
    chart.x_labels = [name if (len(names) - place) % 2 else "" for place, name in enumerate(names)]
    chart.add("opened", [week["opened"] for week in counted])
    chart.add("closed", [week["closed"] for week in counted])
    chart.y_labels = _ticks(max(max(week["opened"], week["closed"]) for week in counted))
    return _svg(chart)


def _ticks(most: int) -> list[dict[str, Any]]:
    """Return at most six numbers from 0 up to the largest or beyond it: items are counted, so all are whole."""
    step = next(size * 10**power for power in count() for size in (1, 2, 5) if most <= 5 * size * 10**power)
    return [{"label": f"{value:,}", "value": value} for value in range(0, most + step, step)]


@cache
def _pygal() -> Any:
    import pygal  # type: ignore[import-untyped]  # noqa: PLC0415  it has no types; most commands draw no page

    # It hooks into every later import, to find packages of maps that nobody here has, in a way that Python warns of.
    sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, pygal.PluginImportFixer)]
    return pygal


def _chart(kind: str, height: int, name: str) -> Any:
    return getattr(_pygal(), kind)(
        width=560,
        height=height,
        margin=4,
        spacing=8,
        show_legend=False,
        print_values=True,
        print_zeroes=False,
        no_prefix=True,
        css=[],
        js=[],
        classes=["chart", name],
        formatter=lambda value: f"{value:,.0f}" if value else "",
    )


def _svg(chart: Any) -> Markup:
    root = chart.render_tree()
    for parent in list(root.iter()):
        for child in list(parent):
            if _is_foreign(child):
                parent.remove(child)
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    return Markup(ET.tostring(root, encoding="unicode"))  # noqa: S704  built here, of numbers and our own words


def _is_foreign(child: Any) -> bool:
    """Tell what the page's security policy would refuse, or would be read out: styles, scripts, comments, titles."""
    refused = {"style", "script", "title", "desc"}
    return not isinstance(child.tag, str) or child.tag.rpartition("}")[2] in refused or "style" in child.attrib
