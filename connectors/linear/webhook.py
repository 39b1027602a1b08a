"""Understand Linear's webhooks: pure, and never raising.

https://linear.app/developers/webhooks
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from app.core.delivery import Heard
from connectors._kit.signature import signed_by_any
from connectors._kit.stamps import in_time
from connectors.linear.events import hear

OLDEST = timedelta(hours=8, minutes=15)
"""Retries come after a minute, an hour and six hours more, and may carry the first attempt's stamp."""
NEWEST = timedelta(seconds=60)
"""How far Linear's clock may be ahead of ours."""
LONGEST_ID = 200


class LinearDoor:
    """Hold a webhook's secret against its call, and say what it is about."""

    kept_headers = frozenset({"linear-delivery", "linear-event", "linear-timestamp", "content-type", "user-agent"})

    def signed(self, headers: Mapping[str, str], raw: bytes, secrets: Sequence[str]) -> bool:
        """Check the signature, lower-case hex without a prefix."""
        return signed_by_any(raw, headers.get("linear-signature", ""), secrets)

    def in_time(self, body: Any, now: datetime) -> bool:
        """Check the stamp that was signed with the body."""
        return in_time(body, "webhookTimestamp", now, OLDEST, NEWEST)

    def stamped(self, body: Any) -> bool:
        """Say yes: every body of Linear's has its stamp."""
        _ = body
        return True

    def delivery_id(self, headers: Mapping[str, str]) -> str | None:
        """Return the delivery's id; `webhookId` in the body is the webhook's own and the same for all."""
        return headers.get("linear-delivery", "")[:LONGEST_ID] or None

    def hear(self, headers: Mapping[str, str], body: Any) -> Heard:
        """Say what the event is about."""
        _ = headers
        return hear(body)
