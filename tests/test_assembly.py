"""Joining: what is switched on, what is refused, and what is warned of."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import trustme

import connectors
from app.assembly import Service, build, manifests
from app.core.errors import Misconfigured
from app.flow.reconcile import Found
from app.ports import CA_FILE, Manifest

LINEAR = {"FOLLOWTHROUGH_LINEAR_API_KEY": "made-up", "FOLLOWTHROUGH_LINEAR_WEBHOOK_SECRETS": "new, old"}
JIRA = {
    "FOLLOWTHROUGH_JIRA_BASE_URL": "https://acme.atlassian.net",
    "FOLLOWTHROUGH_JIRA_EMAIL": "bot@acme.test",
    "FOLLOWTHROUGH_JIRA_API_TOKEN": "made-up",
    "FOLLOWTHROUGH_JIRA_WEBHOOK_SECRETS": "made-up",
}
BOTH = "version: 1\nwatch: [{tracker: linear, label: pm}, {tracker: jira, label: pm}]\n"
ONE = "version: 1\nwatch: [{tracker: jira, label: pm}]\n"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in the test's folder, so that nothing of the machine's is read."""
    monkeypatch.chdir(tmp_path)


def joined(policy: str, *settings: dict[str, str]) -> Service:
    """Build a service with this policy and a `.env` with these settings."""
    Path("followthrough.yaml").write_text(policy, encoding="utf-8")
    lines = [f"{name}={value}" for some in settings for name, value in some.items()]
    Path(".env").write_text("\n".join(lines), encoding="utf-8")
    return build()


def refused(policy: str, *settings: dict[str, str]) -> tuple[str, ...]:
    """Return the lines with which a start is refused."""
    with pytest.raises(Misconfigured) as caught:
        joined(policy, *settings)
    return caught.value.lines


def test_nothing_set_at_all_names_the_policy() -> None:
    """The first thing that somebody who starts it needs is a policy."""
    with pytest.raises(Misconfigured, match=r"^followthrough\.yaml: there is no such file"):
        build()


def test_no_credentials_names_what_each_watched_tracker_lacks() -> None:
    """Every tracker's lines come once, however often it is watched; those that are not watched are left out."""
    lines = refused(BOTH)
    assert lines[0] == "no tracker that the policy watches has credentials"
    assert [line.partition(":")[0] for line in lines[1:]] == [
        "FOLLOWTHROUGH_LINEAR_API_KEY",
        "FOLLOWTHROUGH_LINEAR_WEBHOOK_SECRETS",
        "FOLLOWTHROUGH_JIRA_BASE_URL",
        "FOLLOWTHROUGH_JIRA_API_TOKEN",
        "FOLLOWTHROUGH_JIRA_WEBHOOK_SECRETS",
    ]
    twice = "version: 1\nwatch: [{tracker: jira, label: pm}, {tracker: jira, label: incident}]\n"
    assert refused(twice) == ("no tracker that the policy watches has credentials", *lines[3:])


def test_credentials_of_a_tracker_that_is_not_watched_do_not_start_it() -> None:
    """What the policy does not name is not touched."""
    assert "FOLLOWTHROUGH_JIRA_BASE_URL" in refused(ONE, LINEAR)[1]
    assert set(joined(ONE, LINEAR, JIRA).trackers) == {"jira"}


def test_both_trackers_are_joined_each_with_its_desk() -> None:
    """Both doors are open, with all their secrets, and nothing is warned of."""
    service = joined(BOTH, LINEAR, JIRA)
    assert set(service.trackers) == set(service.desks) == set(service.worker.handlers) == {"linear", "jira"}
    assert service.desks["linear"].secrets == ["new", "old"]
    assert all(tracker.name == name for name, tracker in service.trackers.items())
    assert service.warnings == []


@pytest.mark.parametrize(("mode", "acts"), [({}, False), ({"FOLLOWTHROUGH_MODE": "act"}, True)])
async def test_nothing_is_written_unless_it_is_told_to_act(mode: dict[str, str], acts: bool) -> None:
    """Observe is what it does by itself; to act it has to be known, too, that the policy may."""
    service = joined(BOTH, LINEAR, JIRA, mode)
    handlers: list[Any] = list(service.worker.handlers.values())
    assert [handler.acts for handler in handlers] == [False, False]
    await service.store.open()
    assert service.policies
    service.reconciler.last.update(dict.fromkeys(service.trackers, Found(0, 0, 0, 0, 0)))
    await service.policies.begin()
    assert [handler.acts for handler in handlers] == [acts, acts]
    await service.aclose()


def test_a_watched_tracker_without_credentials_is_warned_of() -> None:
    """The other one runs; the warning says what is lacking, also when it is only half there."""
    service = joined(BOTH, JIRA, {"FOLLOWTHROUGH_LINEAR_CLIENT_ID": "x", "FOLLOWTHROUGH_LINEAR_WEBHOOK_SECRETS": "y"})
    assert set(service.trackers) == set(service.desks) == {"jira"}
    assert service.warnings[0] == "followthrough.yaml watches linear, but it is not set up"
    (lacking,) = service.warnings[1:]
    assert lacking.startswith("FOLLOWTHROUGH_LINEAR_CLIENT_SECRET: not set")


def test_a_tracker_without_a_webhook_secret_has_no_desk() -> None:
    """Its webhooks are refused rather than believed, and a warning says so; reconcile still finds its items."""
    service = joined(BOTH, LINEAR, {**JIRA, "FOLLOWTHROUGH_JIRA_WEBHOOK_SECRETS": " , "})
    assert set(service.trackers) == {"linear", "jira"}
    assert set(service.desks) == {"linear"}
    (warning,) = service.warnings
    assert warning.startswith("FOLLOWTHROUGH_JIRA_WEBHOOK_SECRETS: not set")


def test_a_variable_that_is_no_setting_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the nearest that is, one of a connector's too, from the environment or the file."""
    monkeypatch.setenv("FOLLOWTHROUGH_JIRA_TOKEN", "made-up")
    service = joined(ONE, JIRA, {"FOLLOWTHROUGH_MODUS": "act"})
    assert service.warnings == [
        "FOLLOWTHROUGH_JIRA_TOKEN: there is no such setting; did you mean FOLLOWTHROUGH_JIRA_API_TOKEN?",
        "FOLLOWTHROUGH_MODUS: there is no such setting; did you mean FOLLOWTHROUGH_MODE?",
    ]


def test_a_rota_that_is_not_set_up_is_warned_of() -> None:
    """The chain passes over it when somebody is on call; that it always will is worth a line at the start."""
    rota = "on_call: {ops: [{source: linear, team: OPS}, {source: static, people: [g@acme.test], starts: START}]}\n"
    rota = rota.replace("START", "2026-01-05T09:00:00+00:00")
    service = joined(ONE + rota + "people: [{name: G, email: g@acme.test}]\n", JIRA)
    assert service.warnings[0] == "followthrough.yaml asks linear who is on call, but it is not set up"
    assert not [warning for warning in service.warnings if "static" in warning]


def test_certificates_of_ours_are_trusted(tmp_path: Path) -> None:
    """Connectors are told before they are made; without the setting nobody more is trusted."""
    file = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(file)
    joined(ONE, JIRA, {"FOLLOWTHROUGH_CA_FILE": str(file)})
    assert CA_FILE.get() == file
    joined(ONE, JIRA)
    assert CA_FILE.get() is None


def test_every_wrong_setting_is_told_before_anything_is_joined() -> None:
    """Ours come first, and no secret is in the lines."""
    lines = refused(ONE, JIRA, {"FOLLOWTHROUGH_PORT": "no", "FOLLOWTHROUGH_DATABASE_URL": "postgres:hush@db"})
    assert [line.partition(":")[0] for line in lines] == ["FOLLOWTHROUGH_DATABASE_URL", "FOLLOWTHROUGH_PORT"]
    assert "hush" not in "".join(lines)


# --- connectors ---

DUMMY = '''
"""Play a rota that a team wrote for itself."""

from pydantic import BaseModel, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.ports import Caller, Manifest


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="FOLLOWTHROUGH_PAPER_", extra="ignore")
    pin: SecretStr = SecretStr("")


class Source(BaseModel, extra="forbid"):
    wall: str


class Paper:
    async def who(self, settings, at):
        return (Caller("Grace Hopper", "grace@acme.test"),)


def missing(settings):
    return [] if settings.pin.get_secret_value() else ["FOLLOWTHROUGH_PAPER_PIN: not set; ask for it"]


MANIFEST = Manifest(
    name="paper",
    title="Paper on the wall",
    settings=Settings,
    configured=lambda settings: not missing(settings),
    missing=missing,
    on_call=lambda settings, policy, trackers: Paper(),
    source=Source,
)
'''
PAPER = ONE + "on_call: {ops: [{source: paper, wall: kitchen}]}\n"


@pytest.fixture
def dropped_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Put a package beside the connectors that are there, as unpacking it into the folder would."""
    folder = tmp_path / "more"
    for name in ("paper", "_draft"):
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text(DUMMY if name == "paper" else "raise ValueError", encoding="utf-8")
    monkeypatch.setattr(connectors, "__path__", [*connectors.__path__, str(folder)])
    manifests.cache_clear()
    yield folder
    manifests.cache_clear()
    sys.modules.pop("connectors.paper", None)


def test_connectors_are_found_by_their_manifest() -> None:
    """Each package in the folder is one, under its own name; what they share begins with `_` and is none."""
    found = manifests()
    assert {"linear", "jira", "static"} <= set(found)
    assert all(isinstance(manifest, Manifest) and manifest.name == name for name, manifest in found.items())


@pytest.mark.usefixtures("dropped_in")
def test_a_connector_that_is_dropped_in_is_joined() -> None:
    """Policy, settings and rotas know it, and no other file was touched."""
    service = joined(PAPER, JIRA, {"FOLLOWTHROUGH_PAPER_PIN": "1"})
    assert service.warnings == []
    handler = cast("Any", service.worker.handlers["jira"])
    assert "paper" in handler.rotas.sources


@pytest.mark.usefixtures("dropped_in")
def test_a_connector_that_is_dropped_in_is_held_to_its_words() -> None:
    """Its policy's mistakes have a place, its settings' slips a guess, and what it lacks is warned of."""
    lines = refused(PAPER.replace("wall", "hall"), JIRA)
    assert all(line.startswith("followthrough.yaml:3:") for line in lines)
    assert "did you mean 'wall'?" in "".join(lines)
    assert joined(PAPER, JIRA, {"FOLLOWTHROUGH_PAPER_PINN": "1"}).warnings == [
        "FOLLOWTHROUGH_PAPER_PINN: there is no such setting; did you mean FOLLOWTHROUGH_PAPER_PIN?",
        "followthrough.yaml asks paper who is on call, but it is not set up",
        "FOLLOWTHROUGH_PAPER_PIN: not set; ask for it",
    ]


# --- running ---


async def test_a_task_that_ends_is_told_in_the_log_and_by_readiness(caplog: pytest.LogCaptureFixture) -> None:
    """A fault of ours must not leave a service that looks alive and does nothing."""
    service = joined(ONE, JIRA, {"FOLLOWTHROUGH_JIRA_BASE_URL": "http://127.0.0.1:9"})

    async def broken() -> None:
        raise ZeroDivisionError("ours")

    service.worker = cast("Any", SimpleNamespace(run=broken))
    await service.start()
    try:
        await asyncio.gather(*service._tasks[:1], return_exceptions=True)
        problems = await service.readiness()
        assert ("worker.stopped", True) in [(problem.id, problem.blocks) for problem in problems]
    finally:
        await service.aclose()
    told = [record for record in caplog.records if record.getMessage() == "the worker task ended"]
    assert [record.exc_info[0] for record in told if record.exc_info] == [ZeroDivisionError]
    assert not [record for record in caplog.records if record.getMessage() == "the reconcile task ended"]


async def test_checks_of_a_tracker_that_break_keep_the_doors_open(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A tracker's answer that is out of shape says nothing of whether deliveries can be kept."""
    service = joined(ONE, JIRA, {"FOLLOWTHROUGH_JIRA_BASE_URL": "http://127.0.0.1:9"})

    async def broken() -> None:
        raise TypeError("'NoneType' object is not subscriptable")

    monkeypatch.setattr(service.trackers["jira"], "check", broken)
    await service.store.open()
    try:
        problems = await service.readiness()
    finally:
        await service.aclose()
    assert [(problem.id, problem.blocks) for problem in problems] == [("jira.unchecked", False)]
    assert [record.exc_info[0] for record in caplog.records if record.exc_info] == [TypeError]


async def test_what_is_wrong_with_the_set_up_is_told_by_readiness_and_keeps_nothing_from_working(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """What a tracker says itself now comes before what an earlier look found."""
    service = joined(ONE, JIRA, {"FOLLOWTHROUGH_JIRA_BASE_URL": "http://127.0.0.1:9"})
    caplog.set_level("INFO")
    await service.store.open()
    try:
        await service.checkup.once()
        problems = await service.readiness()
    finally:
        await service.aclose()
    ids = [problem.id for problem in problems]
    assert ids.count("jira.unreachable") == 1
    assert "route.no_default" in ids
    assert not [problem for problem in problems if problem.blocks]
    assert "looked the set-up over" in [record.getMessage() for record in caplog.records]
