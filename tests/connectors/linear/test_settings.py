"""Linear's settings, and what the policy may say about Linear."""

from typing import Any

import pytest
from pydantic import ValidationError

from connectors.linear import MANIFEST
from connectors.linear.sandbox import LinearSandbox
from connectors.linear.settings import LinearSettings, configured, missing, webhook_secrets
from connectors.linear.words import BoardTarget, EpicTarget, OnCallTarget

NAMES = ("API_KEY", "CLIENT_ID", "CLIENT_SECRET", "WEBHOOK_SECRETS", "API_URL")


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start from an environment without settings."""
    for name in NAMES:
        monkeypatch.delenv(f"FOLLOWTHROUGH_LINEAR_{name}", raising=False)


@pytest.mark.parametrize(
    ("given", "lacking"),
    [
        ({"api_key": "k"}, None),
        ({"client_id": "i", "client_secret": "s"}, None),
        ({}, "API_KEY"),
        ({"client_id": "i"}, "CLIENT_SECRET"),
        ({"client_secret": "s"}, "CLIENT_ID"),
        ({"api_key": "k", "client_id": "i"}, "API_KEY"),
    ],
)
def test_credentials_are_a_key_or_an_app(given: dict[str, Any], lacking: str | None) -> None:
    """Either kind is enough, both together are not; what is missing is named with how to mend it, without values."""
    settings = LinearSettings(**given, webhook_secrets="w")
    assert configured(settings) == (lacking is None)
    assert [line.split(":")[0] for line in missing(settings)] == (
        [f"FOLLOWTHROUGH_LINEAR_{lacking}"] if lacking else []
    )


def test_secrets_are_a_list_that_rotates() -> None:
    """Several secrets stand with commas between; without one a line says so."""
    assert webhook_secrets(LinearSettings(webhook_secrets=" a, b,,")) == ["a", "b"]
    (line,) = missing(LinearSettings(api_key="k"))
    assert line.startswith("FOLLOWTHROUGH_LINEAR_WEBHOOK_SECRETS:")


def test_secrets_are_not_shown() -> None:
    """Printing the settings shows no secret."""
    assert "hush" not in repr(LinearSettings(api_key="hush", client_secret="hush", webhook_secrets="hush"))


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each setting is read under its full name."""
    monkeypatch.setenv("FOLLOWTHROUGH_LINEAR_API_KEY", "from outside")
    assert LinearSettings().api_key.get_secret_value() == "from outside"


@pytest.mark.parametrize("url", ["linear", "ftp://linear.test/graphql", "https://linear.test", "https:///graphql"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    """The address must be the whole endpoint."""
    with pytest.raises(ValidationError, match="GraphQL endpoint"):
        LinearSettings(api_url=url)


@pytest.mark.parametrize("target", [{}, {"project": "a", "parent": "b"}, {"project": ""}, {"epic": "a"}])
def test_an_epic_is_a_project_or_a_parent(target: dict[str, str]) -> None:
    """Exactly one of them must be named."""
    with pytest.raises(ValidationError):
        EpicTarget.model_validate(target)


@pytest.mark.parametrize("target", [{}, {"team": ""}, {"team": "A", "cycle": "next"}, {"team": "A", "stat": "Todo"}])
def test_a_board_is_a_team(target: dict[str, str]) -> None:
    """A team is needed, and only the active cycle can be asked for."""
    with pytest.raises(ValidationError):
        BoardTarget.model_validate(target)


def test_the_manifest_offers_everything() -> None:
    """Tracker, door, rota, words and sandbox are there."""
    assert (MANIFEST.name, MANIFEST.settings) == ("linear", LinearSettings)
    assert (MANIFEST.board, MANIFEST.epic, MANIFEST.source) == (BoardTarget, EpicTarget, OnCallTarget)
    assert None not in {MANIFEST.tracker, MANIFEST.door, MANIFEST.on_call}
    assert MANIFEST.sandbox is not None
    assert isinstance(MANIFEST.sandbox(), LinearSandbox)
