"""What may stand in the settings and in the policy for PagerDuty."""

import pytest
from pydantic import SecretStr, ValidationError

from connectors.pagerduty import MANIFEST
from connectors.pagerduty.settings import PagerDutySettings
from connectors.pagerduty.source import PagerDutySource


def test_a_key_turns_it_on() -> None:
    """Without a key it is off, and says which setting is lacking."""
    assert not MANIFEST.configured(PagerDutySettings())
    assert "FOLLOWTHROUGH_PAGERDUTY_TOKEN" in MANIFEST.missing(PagerDutySettings())[0]
    assert MANIFEST.configured(PagerDutySettings(token=SecretStr("key")))


def test_the_address_must_be_one() -> None:
    """A bare host name would only fail later, with a riddle."""
    with pytest.raises(ValidationError, match=r"must be the API's address"):
        PagerDutySettings(api_url="api.pagerduty.com")


@pytest.mark.parametrize(
    "words",
    [{}, {"schedule": "A", "service": "B"}, {"schedule": ""}, {"schedul": "A"}, {"schedule": "A", "people": []}],
)
def test_exactly_one_thing_is_named(words: dict[str, object]) -> None:
    """A schedule, an escalation policy or a service: one of them, and nothing else."""
    with pytest.raises(ValidationError):
        PagerDutySource.model_validate(words)
