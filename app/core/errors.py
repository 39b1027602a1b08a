"""What can go wrong outside the core, told apart by what helps."""

from collections.abc import Mapping


class FollowthroughError(Exception):
    """Start every error of ours; the text is a sentence for a person and holds no secret."""


class Transient(FollowthroughError):  # noqa: N818  it names the condition, as people say it
    """Tell that the same call may go through later. `retry_after` is in seconds, None: the other side did not say."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RateLimited(Transient):
    """Tell that the tracker asked everybody to wait, not only this item."""


class Lapsed(Transient):
    """Tell that our loan of the item may have run out, so that another replica may be at it: nothing was sent."""


class Permanent(FollowthroughError):  # noqa: N818  the same
    """Tell that the same call will fail again. `fields` names the refused parts of a write, each with why."""

    def __init__(self, message: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.fields = dict(fields or {})


class Denied(Permanent):
    """Tell that the credentials are wrong or lack a right."""


class NotFound(Permanent):
    """Tell that the thing is not there, or not to be seen."""


class Misconfigured(FollowthroughError):  # noqa: N818  the same
    """Tell what in the settings or the policy must be mended before a start: each line `where: what and how`."""

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


class Uncertain(FollowthroughError):  # noqa: N818  the same
    """Tell that nobody knows whether a message went out: the other side took it and did not answer."""
