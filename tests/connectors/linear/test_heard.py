"""What a webhook tells to have been done, and whether it is a sign of life."""

from typing import Any

import pytest

from app.core.activity import ActivityKind as Kind
from app.core.clock import uncounted
from app.core.policy import Policy
from tests.connectors.linear.test_webhook import SAMPLES, hear, sample

POLICY = Policy((), bots=("codebot@acme.test",))
ADA = {"id": "u-1", "type": "user", "name": "Ada Admin", "email": "ada@acme.test"}
HIRED = {"id": "u-2", "type": "user", "name": "Code Bot", "email": "codebot@acme.test"}
APP = {"id": "o-1", "type": "oauthClient", "name": "Importer"}
SERVICE = {"id": "i-1", "type": "integration", "name": "Slack", "service": "slack"}
OUTSIDE = {"id": "e-1", "type": "externalUser", "name": "Zoe Zone", "email": "zoe@acme.test"}
AT = "2026-11-20T10:00:00.000Z"
MACHINE, NOBODY = "Importer is a machine", "no person stands behind it"
RANK, SPRINT = "a new rank is no work on it", "a change of sprint is no work on it"


def update(by: Any, /, *changed: str, **data: Any) -> dict[str, Any]:
    """Return the body of an update that changed these fields."""
    before = dict.fromkeys((*changed, "updatedAt"))
    body = {"type": "Issue", "action": "update", "createdAt": AT, "actor": by, "updatedFrom": before}
    return {**body, "data": {"id": "i-7", **data}}


def about(kind: str, action: str, by: Any, **data: Any) -> dict[str, Any]:
    """Return the body of an event about something on an issue."""
    return {"type": kind, "action": action, "createdAt": AT, "actor": by, "data": {"issueId": "i-7", **data}}


def edited(*changed: str) -> dict[str, Any]:
    """Return the body of an update of a comment that changed these fields."""
    return {**about("Comment", "update", ADA, body="On it"), "updatedFrom": dict.fromkeys((*changed, "updatedAt"))}


ROWS: dict[str, tuple[dict[str, Any], Kind, str, str | None]] = {
    # name: body, kind, how the words begin, why it does not count (None: it does)
    "a state": (update(ADA, "stateId", "sortOrder", state={"name": "Done"}), Kind.STATE, "set the state to Done", None),
    "an assignee": (update(ADA, "assigneeId", assignee={"name": "Linus"}), Kind.ASSIGNEE, "assigned Linus", None),
    "no assignee": (update(ADA, "assigneeId"), Kind.ASSIGNEE, "took the assignee off", None),
    "a title": (update(ADA, "title"), Kind.EDIT, "changed the title", None),
    "a description": (update(ADA, "descriptionData", "description"), Kind.EDIT, "edited the description", None),
    "a label": (update(ADA, "labelIds"), Kind.EDIT, "changed the labels", None),
    "a due date": (update(ADA, "dueDate", dueDate="2026-12-01"), Kind.EDIT, "set the due date to 2026-12-01", None),
    "a field of tomorrow": (update(ADA, "colour"), Kind.EDIT, "changed it", None),
    "somebody from outside": (update(OUTSIDE, "title"), Kind.EDIT, "changed the title", None),
    "an app's state": (update(APP, "stateId"), Kind.STATE, "changed the state", MACHINE),
    "an integration's state": (update(SERVICE, "stateId"), Kind.STATE, "changed", "Slack is a machine"),
    "Linear's own state": (update(None, "stateId"), Kind.STATE, "changed the state", NOBODY),
    "a bot with an account": (
        update(HIRED, "stateId"),
        Kind.STATE,
        "changed the state",
        "the policy says that Code Bot is a bot",
    ),
    "a rank": (update(ADA, "sortOrder", "prioritySortOrder"), Kind.RANK, "ranked it anew", RANK),
    "a rank below another": (update(ADA, "subIssueSortOrder"), Kind.RANK, "ranked it anew", RANK),
    "a cycle": (update(ADA, "cycleId", "addedToCycleAt"), Kind.SPRINT, "moved it to another cycle", SPRINT),
    "a cycle's roll-over": (update(None, "cycleId"), Kind.SPRINT, "moved it to another cycle", SPRINT),
    "a service level": (
        update(None, "slaBreachesAt", "slaStartedAt"),
        Kind.SERVICE_LEVEL,
        "recalculated",
        "a service level is reckoned by the tracker",
    ),
    "watching": (update(ADA, "subscriberIds"), Kind.WATCHING, "changed who", "watching is no work on it"),
    "a rank beside a title": (update(ADA, "sortOrder", "title"), Kind.EDIT, "changed the title", None),
    "a comment": (about("Comment", "create", ADA, body="On it"), Kind.COMMENT, "commented", None),
    "an edited comment": (edited("body", "editedAt"), Kind.COMMENT, "edited a comment", None),
    "an app's comment": (about("Comment", "create", APP, body="Deployed"), Kind.COMMENT, "commented", MACHINE),
    "a command": (
        about("Comment", "create", ADA, body="/why"),
        Kind.COMMENT,
        "commented",
        "it holds only a command to us",
    ),
    "an acknowledgement": (about("Comment", "create", ADA, body="/ack"), Kind.COMMENT, "commented", None),
    "a pull request": (
        about(
            "Attachment", "create", SERVICE, url="https://github.com/acme/pay/pull/7", sourceType="github", title="Fix"
        ),
        Kind.PULL_REQUEST,
        "linked the pull request Fix",
        None,
    ),
    "a file of an app": (
        about("Attachment", "create", APP, url="https://files.acme.test/a.png", title="A graph"),
        Kind.ATTACHMENT,
        "attached A graph",
        MACHINE,
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_doing_is_a_sign_of_life_or_is_said_to_be_none(name: str) -> None:
    """People's work counts; machines, ranks, cycles, clocks and commands do not, each with its reason."""
    body, kind, words, reason = ROWS[name]
    done = hear(body).activity
    assert done is not None
    assert (done.kind, uncounted(done, POLICY)) == (kind, reason)
    assert done.what.startswith(words), done.what
    assert done.at.isoformat() == "2026-11-20T10:00:00+00:00"


@pytest.mark.parametrize(
    "body", [update(ADA), update(ADA, "startedAt", "previousIdentifiers"), update(ADA, "completedAt")]
)
def test_times_alone_are_nobodys_doing(body: dict[str, Any]) -> None:
    """A mention elsewhere moves an issue's time of update and nothing else: nothing was done to it."""
    assert hear(body).activity is None


@pytest.mark.parametrize("body", [edited("reactionData"), edited("resolvedAt"), edited(), update(ADA, "reactionData")])
def test_a_reaction_is_no_sign_of_life(body: dict[str, Any]) -> None:
    """A thumb on an issue or a comment is no answer, though it arrives as an update: no words were changed."""
    assert hear(body).activity is None


@pytest.mark.parametrize("stamp", [None, "soon", 7, "", "0001-01-01T00:00:00+14:00"])
def test_doing_without_a_time_is_none(stamp: Any) -> None:
    """What does not say when it was done sets no clock."""
    assert hear({**update(ADA, "title"), "createdAt": stamp}).activity is None


@pytest.mark.parametrize("name", [name for name, row in SAMPLES.items() if row[4]])
def test_every_sample_with_an_actor_has_a_verdict(name: str) -> None:
    """What a person did to an issue counts, with who and when; what is not about an issue tells nothing of one."""
    heard = hear(sample(name))
    if not heard.items:
        assert heard.activity is None
        return
    assert heard.activity is not None
    assert heard.activity.by == heard.by
    assert heard.activity.what
    assert uncounted(heard.activity, POLICY) is None
