"""Joining messengers: who is on, when letters go out, and what is warned of."""

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.assembly import Service, build, manifests
from tests.test_assembly import JIRA, ONE

ACT = {"FOLLOWTHROUGH_MODE": "act", "FOLLOWTHROUGH_PUBLIC_URL": "https://ft.acme.test"}
SLACK = {"FOLLOWTHROUGH_SLACK_BOT_TOKEN": "xoxb-made-up"}
BY_SLACK = f"{ONE}messages: {{send: [{{via: slack}}, {{via: email}}]}}\n"


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


def test_letters_go_out_in_act_mode_only() -> None:
    """In observe mode nobody is written to; else by every way that is set up."""
    assert joined(BY_SLACK, JIRA, SLACK).deliverer is None
    assert set(joined(BY_SLACK, JIRA, SLACK).messengers) == {"slack"}  # for doctor
    deliverer = joined(BY_SLACK, JIRA, SLACK, ACT).deliverer
    assert deliverer
    assert set(deliverer.messengers) == {"slack"}
    assert deliverer.public_url == "https://ft.acme.test"


def test_a_way_that_is_not_set_up_is_warned_of() -> None:
    """The next one is tried; that it always will be is worth a line at the start, with what lacks."""
    warnings = joined(BY_SLACK, JIRA, SLACK).warnings
    assert warnings[0] == "followthrough.yaml writes to people by email, but it is not set up"
    assert [line.partition(":")[0] for line in warnings[1:]] == [
        "FOLLOWTHROUGH_EMAIL_SMTP_URL",
        "FOLLOWTHROUGH_EMAIL_FROM",
    ]
    assert joined(ONE, JIRA).warnings == []


async def test_it_runs_with_the_service_and_ends_with_it() -> None:
    """As a task of its own, by the policy in force; its connections are given back."""
    service = joined(BY_SLACK, JIRA, SLACK, ACT, {"FOLLOWTHROUGH_JIRA_BASE_URL": "http://127.0.0.1:9"})
    assert service.deliverer
    closed: list[bool] = []

    async def aclose() -> None:
        closed.append(True)

    service.deliverer.messengers = {"slack": SimpleNamespace(aclose=aclose)}
    await service.start()
    await asyncio.sleep(0)
    assert "deliver" in [task.get_name() for task in service._tasks]
    assert service.deliverer.policy() is service.policy
    await service.aclose()
    assert closed == [True]


def test_every_messenger_that_a_policy_may_name_is_there() -> None:
    """The policy's words and the connectors are the same."""
    assert {name for name, manifest in manifests().items() if manifest.messenger} == {"slack", "teams", "email"}
