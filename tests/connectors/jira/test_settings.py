"""Read the settings and the policy's words, and say what is lacking."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.settings import load_settings
from connectors.jira import MANIFEST
from connectors.jira.settings import JiraSettings, configured, missing, webhook_secrets
from connectors.jira.words import BoardTarget, EpicTarget

CLOUD: dict[str, Any] = {
    "base_url": "https://acme.atlassian.net/",
    "email": "bot@acme.test",
    "api_token": "t",
    "webhook_secrets": "s",
}


@pytest.mark.parametrize(
    "given",
    [
        CLOUD,
        {"base_url": "https://jira.acme.test/jira", "pat": "p", "webhook_secrets": "s"},
        {"cloud_id": "c", "email": "bot@acme.test", "api_token": "t", "webhook_secrets": "s"},
        {"cloud_id": "c", "pat": "oauth", "webhook_secrets": "s"},
    ],
)
def test_complete_settings_lack_nothing(given: dict[str, Any]) -> None:
    """Cloud with e-mail and token, a scoped token at the gateway, Data Center with a personal access token."""
    settings = JiraSettings(**given)
    assert configured(settings)
    assert missing(settings) == []


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, ["BASE_URL", "API_TOKEN", "WEBHOOK_SECRETS"]),
        ({**CLOUD, "email": ""}, ["EMAIL"]),
        ({**CLOUD, "base_url": "acme.atlassian.net"}, ["BASE_URL"]),
        ({**CLOUD, "pat": "p"}, ["PAT"]),
        ({**CLOUD, "webhook_secrets": " , "}, ["WEBHOOK_SECRETS"]),
        ({"base_url": "https://jira.acme.test", "webhook_secrets": "s"}, ["API_TOKEN"]),
    ],
)
def test_what_is_lacking_is_named_with_how_to_mend_it(given: dict[str, Any], named: list[str]) -> None:
    """Each line starts with the setting's name and goes on with what to do."""
    settings = JiraSettings(**given)
    assert [line.split(":")[0] for line in missing(settings)] == [f"FOLLOWTHROUGH_JIRA_{name}" for name in named]
    assert configured(settings) == (named == ["WEBHOOK_SECRETS"])


def test_addresses_are_put_together() -> None:
    """The gateway stands in for the site's own address; tickets open on the site."""
    plain = JiraSettings(**CLOUD)
    assert (plain.api_base, plain.browse_base) == ("https://acme.atlassian.net", "https://acme.atlassian.net")
    scoped = JiraSettings(**CLOUD, cloud_id="c")
    assert (scoped.api_base, scoped.browse_base) == ("https://api.atlassian.com/ex/jira/c", plain.browse_base)
    assert JiraSettings(**CLOUD, browse_url="https://tickets.acme.test/").browse_base == "https://tickets.acme.test"
    assert JiraSettings(cloud_id="c").browse_base is None


def test_secrets_are_a_list_and_never_shown() -> None:
    """Several webhook secrets are separated by commas; no secret is in the settings' own text."""
    settings = JiraSettings(**{**CLOUD, "api_token": "tok-1", "pat": "pat-2", "webhook_secrets": "sec-3, sec-4,"})
    assert webhook_secrets(settings) == ["sec-3", "sec-4"]
    assert not [secret for secret in ("tok-1", "pat-2", "sec-3", "sec-4") if secret in repr(settings)]


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every setting is read under its full name."""
    monkeypatch.setenv("FOLLOWTHROUGH_JIRA_BASE_URL", "https://acme.atlassian.net")
    monkeypatch.setenv("FOLLOWTHROUGH_JIRA_DEPLOYMENT", "data_center")
    settings = JiraSettings()
    assert (settings.base_url, settings.deployment) == ("https://acme.atlassian.net", "data_center")


def test_the_manifest_names_everything() -> None:
    """The connector offers a tracker, a door, a sandbox and the policy's words for boards and epics."""
    assert (MANIFEST.name, MANIFEST.board, MANIFEST.epic) == ("jira", BoardTarget, EpicTarget)
    assert MANIFEST.door is not None
    assert MANIFEST.sandbox is not None
    assert type(MANIFEST.sandbox()).__name__ == "JiraSandbox"


def test_a_board_is_a_number_and_what_to_set() -> None:
    """The policy's words for a board and an epic are taken as they stand in the example."""
    board = BoardTarget.model_validate({"board": 42, "set": {"labels": ["team-ops"], "field": {"customfield_1": "x"}}})
    assert (board.board, board.set.labels, board.set.field) == (42, ("team-ops",), {"customfield_1": "x"})
    assert BoardTarget.model_validate({"board": 42}).set.labels == ()
    assert EpicTarget.model_validate({"parent": "PLAT-7"}).parent == "PLAT-7"


@pytest.mark.parametrize(
    ("board", "why"),
    [
        ({"board": 0}, "greater than 0"),
        ({"set": {}}, "Field required"),
        ({"board": 1, "colour": "red"}, "Extra inputs"),
        ({"board": 1, "set": {"label": ["x"]}}, "Extra inputs"),
        ({"board": 1, "set": {"labels": ["two words"]}}, "no spaces"),
        ({"board": 1, "set": {"labels": [""]}}, "no spaces"),
        ({"board": 1, "set": {"field": {"labels": ["x"]}}}, "under set: labels"),
        ({"board": 1, "set": {"field": {"status": "Done"}}}, "transition"),
        ({"board": 1, "set": {"field": {"assignee": "x"}}}, "rota"),
    ],
)
def test_a_board_that_cannot_work_is_refused(board: dict[str, object], why: str) -> None:
    """Unknown words, labels with spaces and fields that an edit cannot set are refused with what would be right."""
    with pytest.raises(ValidationError, match=why):
        BoardTarget.model_validate(board)


@pytest.mark.parametrize("epic", [{"parent": "PLAT"}, {"parent": "../PLAT-7"}, {}, {"project": "X"}])
def test_an_epic_is_named_by_key(epic: dict[str, Any]) -> None:
    """What is no key is refused before Jira is asked."""
    with pytest.raises(ValidationError):
        EpicTarget.model_validate(epic)


@pytest.mark.parametrize(
    ("file", "outside", "base"),
    [
        (
            {"BASE_URL": "https://jira.acme.test", "PAT": "p"},
            {"EMAIL": "a", "API_TOKEN": "t"},
            "https://jira.acme.test",
        ),
        (
            {"BASE_URL": "https://jira.acme.test", "EMAIL": "a", "API_TOKEN": "t"},
            {"PAT": "p"},
            "https://jira.acme.test",
        ),
        (
            {"BASE_URL": "https://a.test", "EMAIL": "a", "API_TOKEN": "t", "CLOUD_ID": "c"},
            {"CLOUD_ID": ""},
            "https://a.test",
        ),
    ],
)
def test_an_administrators_credentials_hide_the_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: dict[str, str], outside: dict[str, str], base: str
) -> None:
    """Of the other kind, and the gateway's id where it is emptied."""
    (tmp_path / ".env").write_text("".join(f"FOLLOWTHROUGH_JIRA_{name}={file[name]}\n" for name in file), "utf-8")
    for name, value in outside.items():
        monkeypatch.setenv(f"FOLLOWTHROUGH_JIRA_{name}", value)
    settings = load_settings(JiraSettings, tmp_path / ".env")
    assert (configured(settings), settings.api_base) == (True, base)
    assert ("PAT" in outside) == bool(settings.pat.get_secret_value()) != bool(settings.email)
