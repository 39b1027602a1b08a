"""Draw items: the list, and one item's whole story."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response

from app.web.pages.ask import ask, ask_all
from app.web.pages.render import draw


async def items(request: Request) -> Response:
    """Show all items that are known, a page at a time."""
    return draw(request, "items.html", report=await ask(request))


async def item(request: Request) -> Response:
    """Show what an item waits for, every rule's verdict, and what happened, in time order."""
    tracker, key = request.path_params["tracker"], request.path_params["key"]
    here = f"/items/{tracker}/{key}"
    found, why = await ask_all(request, (here, {}), (f"{here}/why", {}))
    address = f"/items/{quote(tracker, safe='')}/{quote(key, safe='')}"
    held = found["records"][0]["held"] if found["open"] and found["records"] else {}
    return draw(request, "item.html", item=found, why=why, held=held, story=story(found["records"]), address=address)


def story(records: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the runs oldest first; those in a row that changed nothing are told as one, with their number."""
    told: list[dict[str, Any]] = []
    findings: list[str] | None = None
    for record in reversed(records):
        event = {**record, "times": 1, "until": record["at"], "came": _beyond(record["findings"], findings or [])}
        event["went"] = _beyond(findings or [], record["findings"])
        quiet = findings == record["findings"] and not (record["writes"] or record["failed"])
        if quiet and told and told[-1]["quiet"]:
            told[-1] |= {"times": told[-1]["times"] + 1, "until": record["at"]}
        else:
            told.append({**event, "quiet": quiet})
        findings = record["findings"]
    return told


def _beyond(these: Sequence[str], those: Sequence[str]) -> list[str]:
    return [one for one in these if one not in those]
