"""Say no in Jira's shapes."""

from collections.abc import Mapping
from typing import Any


class Refusal(Exception):  # noqa: N818  it is an answer of Jira's, not a fault of ours
    """Refuse a request. `errors` are by field, in Jira's own names for them.

    https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/#status-codes
    """

    def __init__(
        self,
        status: int,
        *messages: str,
        errors: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(*messages, *(errors or {}).values())
        self.status, self.messages = status, messages
        self.errors, self.headers = dict(errors or {}), dict(headers or {})

    def body(self) -> dict[str, Any]:
        """Return the answer's body."""
        return {"errorMessages": list(self.messages), "errors": self.errors}


def no_issue() -> Refusal:
    """Refuse an issue that is not there, or not to be seen: Jira does not tell which."""
    return Refusal(404, "Issue does not exist or you do not have permission to see it.")


def bad_payload() -> Refusal:
    """Refuse a body whose shape is wrong."""
    return Refusal(400, "Invalid request payload. Refer to the REST API documentation and try again.")
