"""Settings from the environment and a file, and what is said about wrong ones."""

import errno
import os
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.core.errors import Misconfigured
from app.settings import Settings, describe, environment, load_settings, setting_names, unknown_settings

SECRET = "hunter2-hunter2"


class Tracker(BaseSettings):
    """Stand for a connector's settings."""

    model_config = SettingsConfigDict(env_prefix="FOLLOWTHROUGH_TRACKER_", extra="ignore")

    base_url: str = Field(description="Where it is.")
    api_key: SecretStr = Field(SecretStr(""), description="Who we are.")
    fields: dict[str, str] = Field({}, description="JSON.")

    @field_validator("api_key")
    @classmethod
    def _long(cls, key: SecretStr) -> SecretStr:
        if key.get_secret_value() in {"short", SECRET}:
            raise ValueError(f"{key.get_secret_value()} is no key")
        return key


class Kinds(BaseSettings):
    """Stand for a connector with two kinds of credentials, and a setting that another connector has too."""

    model_config = SettingsConfigDict(env_prefix="FOLLOWTHROUGH_KINDS_", extra="ignore")
    kinds: ClassVar = (frozenset({"key"}), frozenset({"id", "secret"}))

    key: str = ""
    id: str = ""
    secret: str = ""
    alias: str = Field("", validation_alias="FOLLOWTHROUGH_ELSEWHERE")


@pytest.fixture(autouse=True)
def _empty_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let no setting of this machine into the tests."""
    for name in environment(None):
        if name.upper().startswith("FOLLOWTHROUGH_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def _refusal(cls: type[BaseSettings], monkeypatch: pytest.MonkeyPatch, **variables: str) -> tuple[str, ...]:
    for name, value in variables.items():
        monkeypatch.setenv(f"FOLLOWTHROUGH_{name}", value)
    with pytest.raises(Misconfigured) as caught:
        load_settings(cls)
    return caught.value.lines


def test_nothing_need_be_set() -> None:
    """The service starts by observing, on loopback, with an embedded database."""
    settings = load_settings(Settings)
    assert (settings.mode, settings.host, settings.port, settings.workers) == ("observe", "127.0.0.1", 8080, 64)
    assert (settings.policy, settings.database_url) == (Path("followthrough.yaml"), "sqlite:///followthrough.db")
    assert (settings.reconcile_every, settings.api_tokens) == (timedelta(hours=1), ())
    assert (settings.log, settings.public_url) == ("json", None)


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every setting has a variable; lists are written with commas, durations as everywhere."""
    variables = {
        "MODE": "act",
        "API_TOKENS": f" {SECRET}, other ,",
        "READ_TOKENS": "looks",
        "RECONCILE_EVERY": "1d12h",
        "PUBLIC_URL": "https://ft.acme.test/",
        "DATABASE_URL": "postgresql://ft@db/ft",
        "PORT": "0",
    }
    for name, value in variables.items():
        monkeypatch.setenv(f"FOLLOWTHROUGH_{name}", value)
    settings = load_settings(Settings)
    assert (settings.mode, settings.port, settings.public_url) == ("act", 0, "https://ft.acme.test")
    assert [token.get_secret_value() for token in settings.api_tokens] == [SECRET, "other"]
    assert [token.get_secret_value() for token in settings.read_tokens] == ["looks"]
    assert settings.reconcile_every == timedelta(hours=36)
    assert settings.database_url == "postgresql://ft@db/ft"


def test_a_file_is_read_below_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """What stands in `.env` holds where the environment is silent; other names in it are left alone."""
    lines = "FOLLOWTHROUGH_PORT=1\nFOLLOWTHROUGH_WORKERS=2\nOTHER=3\nFOLLOWTHROUGH_TRACKER_BASE_URL=http://x\n"
    (tmp_path / ".env").write_text(lines, encoding="utf-8")
    monkeypatch.setenv("FOLLOWTHROUGH_PORT", "9")
    settings = load_settings(Settings)
    assert (settings.port, settings.workers) == (9, 2)
    assert load_settings(Tracker).base_url == "http://x"
    assert load_settings(Settings, env_file=None).workers == 64


def test_an_empty_value_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compose files hand in empty values for what is not set."""
    monkeypatch.setenv("FOLLOWTHROUGH_PORT", "")
    monkeypatch.setenv("FOLLOWTHROUGH_API_TOKENS", "")
    assert (load_settings(Settings).port, load_settings(Settings).api_tokens) == (8080, ())


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "abc", "'abc' is not a whole number"),
        ("PORT", "70000", "'70000' is too large; write at most 65535"),
        ("PORT", "-1", "'-1' is too small; write at least 0"),
        (
            "PORT",
            "tcp://10.3.240.9:8080",
            "'tcp://10.3.240.9:8080' is not a whole number; Kubernetes sets this for a Service named followthrough",
        ),
        ("WORKERS", "0", "'0' is too small; write at least 1"),
        ("WORKERS", "1.5", "'1.5' is not a whole number"),
        ("MODE", "atc", "'atc' is not known; did you mean 'act'?"),
        ("MODE", "dry", "'dry' is not known; known here: observe, act"),
        ("LOG", "jsno", "'jsno' is not known; did you mean 'json'?"),
        ("RECONCILE_EVERY", "5", "'5' has no unit; write 5d for days, 5h for hours or 5m for minutes"),
        ("RECONCILE_EVERY", "0s", "must be longer than nothing; write it like 1h"),
        ("PUBLIC_URL", "ft.acme.test", "'ft.acme.test' is no web address; write it like https://followthrough.acme"),
        ("API_TOKENS", " , ", "holds no token; write one or more with commas between, or leave it unset"),
        ("DATABASE_URL", "mysql://x", "is no address of a database; write sqlite:///followthrough.db or postgresql:"),
    ],
)
def test_a_wrong_setting_is_named_with_its_mending(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    """The line begins with the variable's full name, and there is no traceback."""
    (line,) = _refusal(Settings, monkeypatch, **{name: value})
    assert line.startswith(f"FOLLOWTHROUGH_{name}: {says}")


def test_all_wrong_settings_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One start shows everything that is wrong."""
    lines = _refusal(Settings, monkeypatch, PORT="x", MODE="y", WORKERS="z")
    assert [line.partition(":")[0] for line in lines] == [
        "FOLLOWTHROUGH_MODE",
        "FOLLOWTHROUGH_PORT",
        "FOLLOWTHROUGH_WORKERS",
    ]


@pytest.mark.parametrize(
    "variables",
    [
        {"DATABASE_URL": f"mysql://ft:{SECRET}@db/ft"},
        {"PUBLIC_URL": f"ftp://ft:{SECRET}@acme.test"},
        {"PORT": f"x:{SECRET}@y"},
    ],
)
def test_no_secret_stands_in_a_refusal(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    """A value that holds a password is not repeated, wherever it was put."""
    assert SECRET not in str(_refusal(Settings, monkeypatch, **variables))


def test_a_connectors_settings_are_read_the_same_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """Their own prefix stands in the lines, and a validator that quotes a secret is not repeated."""
    assert _refusal(Tracker, monkeypatch) == ("FOLLOWTHROUGH_TRACKER_BASE_URL: is not set",)
    lines = _refusal(Tracker, monkeypatch, TRACKER_BASE_URL="x", TRACKER_API_KEY=SECRET)
    assert lines == ("FOLLOWTHROUGH_TRACKER_API_KEY: *** is no key",)
    lines = _refusal(Tracker, monkeypatch, TRACKER_API_KEY="long", TRACKER_FIELDS="{")
    assert lines == ("FOLLOWTHROUGH_TRACKER_FIELDS: is not JSON; write it as the documentation shows",)


@pytest.mark.parametrize("raw", [b"FOLLOWTHROUGH_MODE=\xff", None])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, raw: bytes | None) -> None:
    """Another encoding ends in a line; a folder of that name is no file at all."""
    path = tmp_path / "settings"
    if raw is None:
        path.mkdir()
        assert load_settings(Settings, env_file=path).mode == "observe"
        return
    path.write_bytes(raw)
    with pytest.raises(Misconfigured, match="settings: cannot be read"):
        load_settings(Settings, env_file=path)


def test_a_file_of_somebody_elses_is_told_as_that(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`init` makes it readable for its owner alone, and the service may run as another user."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    path = tmp_path / "settings"
    path.touch()
    monkeypatch.setattr("dotenv.main.open", refuse, raising=False)
    with pytest.raises(Misconfigured, match=r"settings: cannot be read \(Permission denied\); give it to "):
        load_settings(Settings, env_file=path)


def test_settings_are_described_with_their_secrets_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A description shows every setting's name, value and meaning, and no secret."""
    monkeypatch.setenv("FOLLOWTHROUGH_API_TOKENS", f"{SECRET},b")
    monkeypatch.setenv("FOLLOWTHROUGH_DATABASE_URL", f"postgresql://ft:{SECRET}/@db/ft")
    monkeypatch.setenv("FOLLOWTHROUGH_TRACKER_BASE_URL", "http://x")
    shown = {each.name: each.value for each in describe([load_settings(Settings), load_settings(Tracker)])}
    assert shown["FOLLOWTHROUGH_API_TOKENS"] == "***, ***"
    assert shown["FOLLOWTHROUGH_DATABASE_URL"] == "postgresql://ft:***@db/ft"
    assert shown["FOLLOWTHROUGH_RECONCILE_EVERY"] == "1h"
    assert shown["FOLLOWTHROUGH_PUBLIC_URL"] == ""
    assert shown["FOLLOWTHROUGH_TRACKER_API_KEY"] == ""
    assert shown["FOLLOWTHROUGH_TRACKER_BASE_URL"] == "http://x"
    assert SECRET not in str(load_settings(Settings))


def test_a_setting_that_two_connectors_read_is_described_once() -> None:
    """One rota uses a tracker's credentials: that is one line to set and one to read."""
    twice = describe([load_settings(Settings), load_settings(Settings)])
    assert twice == describe([load_settings(Settings)])


def test_every_setting_has_a_description() -> None:
    """What can be set can be looked up."""
    assert all(each.description.endswith(".") for each in describe([load_settings(Settings)]))


def test_unknown_settings_are_warned_of_with_the_nearest(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A slip in the environment or the file is seen, names of other programs are not."""
    (tmp_path / ".env").write_text("followthrough_mod=act\nOTHER=1\n", encoding="utf-8")
    monkeypatch.setenv("FOLLOWTHROUGH_WOKERS", "4")
    monkeypatch.setenv("FOLLOWTHROUGH_ZEBRA", "4")
    monkeypatch.setenv("FOLLOWTHROUGH_TRACKER_BASE_URL", "x")
    assert unknown_settings(environment(), setting_names([Settings, Tracker])) == [
        "FOLLOWTHROUGH_MOD: there is no such setting; did you mean FOLLOWTHROUGH_MODE?",
        "FOLLOWTHROUGH_WOKERS: there is no such setting; did you mean FOLLOWTHROUGH_WORKERS?",
        "FOLLOWTHROUGH_ZEBRA: there is no such setting; the README lists those there are",
    ]


@given(
    name=st.sampled_from(sorted(Settings.model_fields)),
    value=st.text(st.characters(codec="utf-8", exclude_characters="\0")),
)
@examples(deadline=None)
def test_any_value_is_taken_or_refused_in_lines(name: str, value: str) -> None:
    """No value of a variable makes the start fail in another way."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(f"FOLLOWTHROUGH_{name.upper()}", value)
        try:
            found: Any = load_settings(Settings, env_file=None)
        except Misconfigured as error:
            found = error
    assert found


@pytest.mark.parametrize(
    ("outside", "holds"),
    [
        ({}, ("", "app", "hush")),
        ({"KEY": "k"}, ("k", "", "")),
        ({"KEY": "k", "SECRET": "s"}, ("k", "app", "s")),
        ({"ID": "another"}, ("", "another", "hush")),
        ({"KEY": ""}, ("", "app", "hush")),
        ({"ID": "", "KEY": "k"}, ("k", "", "")),
    ],
)
def test_one_kind_of_credentials_in_the_environment_hides_the_files_other(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, outside: dict[str, str], holds: tuple[str, str, str]
) -> None:
    """An administrator's key, given for one call, need not be told apart from the app that the file names."""
    (tmp_path / ".env").write_text("FOLLOWTHROUGH_KINDS_ID=app\nFOLLOWTHROUGH_KINDS_SECRET=hush\n", encoding="utf-8")
    for name, value in outside.items():
        monkeypatch.setenv(f"FOLLOWTHROUGH_KINDS_{name}", value)
    settings = load_settings(Kinds)
    assert (settings.key, settings.id, settings.secret) == holds


def test_an_empty_value_in_the_environment_hides_the_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It stands for the default, under a name of its own too; what has no default stays."""
    names = ("FOLLOWTHROUGH_PORT", "FOLLOWTHROUGH_ELSEWHERE", "FOLLOWTHROUGH_TRACKER_BASE_URL")
    (tmp_path / ".env").write_text("".join(f"{name}=1\n" for name in names), encoding="utf-8")
    for name in names:
        monkeypatch.setenv(name, "")
    assert (load_settings(Settings).port, load_settings(Kinds).alias) == (8080, "")
    assert load_settings(Tracker).base_url == "1"


@pytest.mark.parametrize(
    ("content", "says"),
    [(None, "cannot be read: No such file or directory"), ("-----BEGIN", "holds no certificate that can be read")],
)
def test_certificates_that_cannot_be_read_are_refused(tmp_path: Path, content: str | None, says: str) -> None:
    """The line names the setting and the file."""
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_text(content, encoding="ascii")
    with pytest.raises(Misconfigured) as caught:
        load_settings(Settings, given={"ca_file": str(file)})
    (line,) = caught.value.lines
    assert line.startswith(f"FOLLOWTHROUGH_CA_FILE: {file} {says}")
