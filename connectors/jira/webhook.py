"""Understand Jira's webhooks, and the calls of its automation rules: pure, and never raising.

https://developer.atlassian.com/cloud/jira/platform/webhooks/
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from app.core.delivery import Heard
from connectors._kit.signature import same_as_any, signed_by_any
from connectors._kit.stamps import in_time
from connectors.jira.events import hear

OLDEST = timedelta(hours=24)
"""Retries carry the first attempt's stamp; Jira gives up long before this."""
NEWEST = timedelta(hours=1)
"""How far Jira's clock may be ahead of ours."""
STAMP = "timestamp"
SIGNATURE = "x-hub-signature"
SHARED = "x-followthrough-secret"
IDENTIFIER = "x-atlassian-webhook-identifier"


class JiraDoor:
    """Hold a webhook's secret against its call, and say what it is about."""

    kept_headers = frozenset(
        {IDENTIFIER, "x-atlassian-webhook-retry", "x-atlassian-webhook-flow", "content-type", "user-agent"}
    )

    def signed(self, headers: Mapping[str, str], raw: bytes, secrets: Sequence[str]) -> bool:
        """Check the signature; where Jira cannot sign (automation, Data Center before 10) the shared header.

        A signature that is present must be right, whatever else the call carries.
        """
        signature = headers.get(SIGNATURE)
        if signature is None:
            return same_as_any(headers.get(SHARED, ""), secrets)
        method, _, digest = signature.partition("=")
        return method == "sha256" and signed_by_any(raw, digest, secrets)

    def in_time(self, body: Any, now: datetime) -> bool:
        """Check the stamp in the body, where it has one."""
        return in_time(body, STAMP, now, OLDEST, NEWEST)

    def stamped(self, body: Any) -> bool:
        """Tell a webhook from an automation rule's call: that one reads the same each time for the same item."""
        return isinstance(body, dict) and STAMP in body

    def delivery_id(self, headers: Mapping[str, str]) -> str | None:
        """Return the identifier, which stays the same when Cloud tries again; Data Center sends none."""
        return headers.get(IDENTIFIER) or None

    def hear(self, headers: Mapping[str, str], body: Any) -> Heard:
        """Say what the event is about."""
        _ = headers
        return hear(body)
