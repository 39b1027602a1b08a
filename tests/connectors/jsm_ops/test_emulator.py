"""Who is on call in the emulated Jira Service Management."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.core.errors import Denied, NotFound
from app.core.policy import Policy, Watch
from app.settings import load_settings
from connectors.jira.client import Client
from connectors.jira.settings import JiraSettings
from connectors.jira.tracker import JiraTracker
from connectors.jsm_ops.on_call import JsmOps
from connectors.jsm_ops.settings import JsmOpsSettings
from tests.connectors.jira.emulated import running

OPS = {"schedule": "0f0e0d0c-1111-4222-8333-444455556666"}
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def emulator() -> Iterator[Any]:
    """Run the emulator that has the schedules beside Jira."""
    with running(data_center=False) as control:
        yield control


@pytest.fixture
def account(emulator: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Set the account of an admin of the emulated site."""
    given = {"EMAIL": "ada@acme.test", "API_TOKEN": "jira-admin-token", "BASE_URL": emulator.base}
    for name, value in given.items():
        monkeypatch.setenv(f"FOLLOWTHROUGH_JIRA_{name}", value)
    monkeypatch.setenv("FOLLOWTHROUGH_JSM_OPS_API_URL", f"{emulator.base}/jsm/ops")
    return given


def rota() -> JsmOps:
    """Return the rota of the account that is set."""
    return JsmOps(load_settings(JsmOpsSettings, env_file=None))


async def test_the_account_on_call_is_a_person_in_jira(account: dict[str, str]) -> None:
    """The site tells its id, the schedule tells the account, and Jira knows whose it is."""
    (caller,) = await rota().who(OPS, NOW)
    tracker = JiraTracker(Client(load_settings(JiraSettings, env_file=None)), Policy((Watch("jira", "pm"),)))
    try:
        person = await tracker.person(ids=caller.ids, email=caller.email, name=caller.name)
    finally:
        await tracker.aclose()
    assert person is not None
    assert person.name == "Linus Duty"


async def test_the_time_counts(account: dict[str, str]) -> None:
    """Between two shifts nobody is on call; in the next one somebody else is."""
    now, gap, later = [await rota().who(OPS, NOW + timedelta(days=days)) for days in (0, 6.5, 8)]
    assert (len(now), len(gap), len(later)) == (1, 0, 1)
    assert now[0].ids != later[0].ids


async def test_no_such_schedule_is_not_found(account: dict[str, str]) -> None:
    """The chain hears what the policy should name."""
    with pytest.raises(NotFound, match="id of a schedule"):
        await rota().who({"schedule": "5c1d0c2e-0000-4000-8000-000000000001"}, NOW)


async def test_an_account_outside_the_rotation_is_denied(
    account: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """An app's account may not read schedules, and hears why."""
    monkeypatch.setenv("FOLLOWTHROUGH_JIRA_EMAIL", "enforcer@acme.test")
    monkeypatch.setenv("FOLLOWTHROUGH_JIRA_API_TOKEN", "jira-token")
    with pytest.raises(Denied, match="rotation"):
        await rota().who(OPS, NOW)
