"""Who is on call in the emulated PagerDuty."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import SecretStr

from app.core.errors import Denied
from connectors.pagerduty.on_call import PagerDuty
from connectors.pagerduty.settings import PagerDutySettings
from tests.connectors.jira.emulated import running


@pytest.fixture(scope="module")
def emulator() -> Iterator[Any]:
    """Run the emulator that has PagerDuty beside Jira."""
    with running(data_center=False) as control:
        yield control


def rota(emulator: Any, token: str = "pd-token") -> PagerDuty:
    """Return the rota of the emulated account."""
    return PagerDuty(PagerDutySettings(token=SecretStr(token), api_url=f"{emulator.base}/pagerduty"))


@pytest.mark.parametrize("words", [{"schedule": "SOPS"}, {"escalation_policy": "PESC1"}])
async def test_the_first_level_is_on_call(emulator: Any, words: dict[str, str]) -> None:
    """By its schedule or its escalation policy, the rota is the first level's person."""
    (caller,) = await rota(emulator).who(words, datetime.now(UTC))
    assert (caller.name, caller.email, caller.ids) == ("Linus Duty", "linus@acme.test", {"pagerduty": "PLINUS1"})


async def test_a_schedule_without_anybody_is_empty(emulator: Any) -> None:
    """Nobody on call is an answer."""
    assert not await rota(emulator).who({"schedule": "SNOBODY"}, datetime.now(UTC))


async def test_a_wrong_key_is_denied(emulator: Any) -> None:
    """The chain hears why."""
    with pytest.raises(Denied, match="401"):
        await rota(emulator, "wrong").who({"schedule": "SOPS"}, datetime.now(UTC))
