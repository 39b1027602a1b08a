"""What happened on an item, who did it, and whether that is a sign of life.

Only what a person did counts. Our own writes, bots, automations, a new rank, a sprint that rolled over, a service level
that was reckoned anew and a mention elsewhere never do; see `app.core.rules.staleness` for the windows.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.core.person import Person


class ActivityKind(StrEnum):
    """Name what was done, in the words of reports."""

    CREATED = "created"
    COMMENT = "comment"
    EDIT = "edit"
    STATE = "state"
    ASSIGNEE = "assignee"
    WORKLOG = "worklog"
    ATTACHMENT = "attachment"
    LINK = "link"
    PULL_REQUEST = "pull_request"
    RANK = "rank"
    SPRINT = "sprint"
    SERVICE_LEVEL = "service_level"
    MENTION = "mention"
    WATCHING = "watching"


@dataclass(frozen=True, slots=True)
class Activity:
    """Tell one thing that was done to an item, as the tracker tells it.

    `at` is UTC. `by` is None where a machine did it or nobody says. `ours`: our own account did it. `what` are the
    words after the name (`set the state to In Review`), `url` is where to see it. `text` is the body of a comment.
    """

    at: datetime
    kind: ActivityKind
    by: Person | None = None
    what: str = ""
    url: str = ""
    text: str = ""
    ours: bool = False
