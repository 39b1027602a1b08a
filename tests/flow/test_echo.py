"""An event that our own write brought about says which state of the item it shows."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.core.delivery import Heard, Hearing
from app.core.person import Person
from app.flow.receive import touches
from connectors.jira.events import hear as hear_jira
from connectors.linear.events import hear as hear_linear
from tests.flow.fakes import POLICY
from tests.store.examples import delivery

AT = datetime(2026, 3, 1, 12, 0, 0, 123000, tzinfo=UTC)
US = Person("u-us", "Followthrough")


@pytest.mark.parametrize(
    ("by", "at", "echo"),
    [
        pytest.param(US, AT, AT, id="ours, with its time"),
        pytest.param(US, None, None, id="ours, but it does not show the item"),
        pytest.param(Person("u-ada", "Ada"), AT, None, id="a person's"),
        pytest.param(None, AT, None, id="nobody knows whose"),
    ],
)
def test_only_our_own_is_an_echo(by: Person | None, at: datetime | None, echo: datetime | None) -> None:
    """Whatever anybody else did is looked at, seen before or not."""
    heard = Heard(Hearing.HANDLED, "Issue.update", ("i1",), by=by, updated_at=at)
    (touch,) = touches(
        replace(delivery(), heard=heard), POLICY, lambda person: person is not None and person.id == US.id
    )
    assert touch.echo_at == echo


def _linear(action: str, at: Any) -> Heard:
    return hear_linear({"type": "Issue", "action": action, "data": {"id": "i1", "updatedAt": at}})


def _jira(event: str, at: Any) -> Heard:
    return hear_jira({"webhookEvent": event, "issue": {"id": "10001", "fields": {"updated": at}}})


@pytest.mark.parametrize(
    ("heard", "at"),
    [
        pytest.param(_linear("update", "2026-03-01T12:00:00.123Z"), AT, id="Linear"),
        pytest.param(_linear("update", "soon"), None, id="Linear, unreadable"),
        pytest.param(_linear("update", 7), None, id="Linear, a number"),
        pytest.param(_linear("create", "2026-03-01T12:00:00.123Z"), None, id="Linear, a new item"),
        pytest.param(_linear("remove", "2026-03-01T12:00:00.123Z"), None, id="Linear, a deleted item"),
        pytest.param(_jira("jira:issue_updated", "2026-03-01T13:00:00.123+0100"), AT, id="Jira"),
        pytest.param(_jira("jira:issue_updated", None), None, id="Jira, without"),
        pytest.param(_jira("jira:issue_created", "2026-03-01T12:00:00.123+0000"), None, id="Jira, a new item"),
        pytest.param(_jira("comment_created", "2026-03-01T12:00:00.123+0000"), None, id="Jira, a comment"),
    ],
)
def test_which_state_an_event_shows(heard: Heard, at: datetime | None) -> None:
    """Only updates show the item as the tracker shows it to a look."""
    assert heard.updated_at == at
