"""Read points in time as queries write them."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from connectors.jira.sandbox.jql.query import Call, Operand
from connectors.jira.sandbox.refusal import Refusal
from connectors.jira.sandbox.world import World

_AGO = re.compile(r"\s*([+-]?)((?:\s*\d+[wdhm])+)\s*")
_PART = re.compile(r"(\d+)([wdhm])")
_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
_SHAPES = ("%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M", "%Y-%m-%d", "%Y/%m/%d")


def moment(world: World, operand: Operand, field: str) -> datetime:
    """Return the moment in UTC; dates are read in the zone of the account that asks, to the minute."""
    now = world.clock.peek()
    if operand == Call("now"):
        return now
    text = operand if isinstance(operand, str) else ""
    ago = _AGO.fullmatch(text)
    if ago:
        span = timedelta(**_sum(ago[2]))
        return now - span if ago[1] == "-" else now + span
    for shape in _SHAPES:
        with suppress(ValueError):
            local = datetime.strptime(text, shape).replace(tzinfo=ZoneInfo(world.me.zone))
            return local.astimezone(UTC)
    raise Refusal(400, f"Date value '{text}' for field '{field}' is invalid.")


def _sum(text: str) -> dict[str, float]:
    parts: dict[str, float] = {}
    for number, unit in _PART.findall(text):
        parts[_UNITS[unit]] = parts.get(_UNITS[unit], 0) + int(number)
    return parts
