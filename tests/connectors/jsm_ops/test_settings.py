"""What may stand in the settings and in the policy for Jira Service Management."""

import pytest
from pydantic import ValidationError

from app.core.errors import Misconfigured
from app.settings import load_settings, setting_names
from connectors.jsm_ops import MANIFEST
from connectors.jsm_ops.settings import JsmOpsSettings
from connectors.jsm_ops.source import JsmOpsSource

ACCOUNT = {"EMAIL": "bot@acme.test", "API_TOKEN": "secret", "BASE_URL": "https://acme.atlassian.net"}


def given(monkeypatch: pytest.MonkeyPatch, **jira: str) -> JsmOpsSettings:
    """Return the settings with these of Jira's in the environment."""
    for name, value in jira.items():
        monkeypatch.setenv(f"FOLLOWTHROUGH_JIRA_{name}", value)
    return load_settings(JsmOpsSettings, env_file=None)


def test_the_account_of_jira_turns_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing more to set than what Jira Cloud needs already."""
    settings = given(monkeypatch, **ACCOUNT)
    assert MANIFEST.configured(settings)
    assert settings.api_url == "https://api.atlassian.com/jsm/ops"


@pytest.mark.parametrize("lacking", ACCOUNT)
def test_each_part_that_is_lacking_is_named(monkeypatch: pytest.MonkeyPatch, lacking: str) -> None:
    """Off until it is whole, with a line for what is not there."""
    settings = given(monkeypatch, **{name: value for name, value in ACCOUNT.items() if name != lacking})
    assert not MANIFEST.configured(settings)
    assert [line.partition(":")[0] for line in MANIFEST.missing(settings)] == [f"FOLLOWTHROUGH_JIRA_{lacking}"]


def test_the_sites_id_stands_in_for_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever gives the id need not give the site."""
    given_id = {"EMAIL": "bot@acme.test", "API_TOKEN": "secret", "CLOUD_ID": "c-1"}
    assert MANIFEST.configured(given(monkeypatch, **given_id))


def test_the_address_must_be_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake is named by its setting."""
    monkeypatch.setenv("FOLLOWTHROUGH_JSM_OPS_API_URL", "atlassian")
    with pytest.raises(Misconfigured, match=r"^FOLLOWTHROUGH_JSM_OPS_API_URL: must be the API's address"):
        load_settings(JsmOpsSettings, env_file=None)


def test_settings_are_known_by_their_full_names() -> None:
    """A warning about strange variables must not name these."""
    names = {f"FOLLOWTHROUGH_JIRA_{name}" for name in (*ACCOUNT, "CLOUD_ID")}
    assert set(setting_names([JsmOpsSettings])) == {"FOLLOWTHROUGH_JSM_OPS_API_URL", *names}


@pytest.mark.parametrize("words", [{}, {"schedule": ""}, {"schedule": "a", "team": "b"}])
def test_a_schedule_is_named_and_nothing_else(words: dict[str, str]) -> None:
    """There is one way to name a rota here."""
    with pytest.raises(ValidationError):
        JsmOpsSource.model_validate(words)
