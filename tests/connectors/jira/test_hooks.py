"""Registering Jira's webhook: once, by project, mended where it is wrong, and not at all without the right."""

from dataclasses import replace
from typing import Any

import pytest

from app.core.errors import Denied
from app.core.policy import Watch
from connectors.jira.hooks import SECTION, Hooks
from tests.connectors.jira.emulated import Emulated
from tests.connectors.jira.test_examine import DOOR, EVENTS, HOOK, SOUND, as_admin, register


async def hooks(jira: Emulated, *, admin: bool = True) -> Hooks:
    """Return what registers webhooks."""
    return await jira.connect(SOUND, **(as_admin(jira) if admin else {})).registrar()


def listed(jira: Emulated) -> list[dict[str, Any]]:
    """Return the webhooks as an administrator sees them."""
    answer = jira.control.api("GET", "/rest/webhooks/1.0/webhook", auth=("ada@acme.test", "jira-admin-token"))
    found: list[dict[str, Any]] = answer.json()
    return found


async def test_it_is_made_once_and_goes_by_project(cloud: Emulated) -> None:
    """Signed, on, and never filtered by label; done again, nothing is written."""
    made = await hooks(cloud)
    assert await made.register(SOUND, DOOR, "s1", fresh=True) == ["made the webhook"]
    assert await made.register(SOUND, DOOR, "s1", fresh=False) == []
    (hook,) = listed(cloud)
    assert (hook["url"], hook["isSigned"], hook["enabled"]) == (DOOR, True, True)
    assert hook["filters"][SECTION] == 'project in ("PM")'
    shown, wrong = await made.status(SOUND, DOOR)
    assert [(one.url, one.enabled) for one in shown] == [(DOOR, True)]
    assert wrong == ()


async def test_it_goes_by_no_project_where_all_are_watched(cloud: Emulated) -> None:
    """What is watched everywhere must be heard everywhere."""
    policy = replace(SOUND, watch=(Watch("jira", "post-mortem"),))
    await (await hooks(cloud)).register(policy, DOOR, "s1", fresh=True)
    assert listed(cloud)[0]["filters"][SECTION] == ""


@pytest.mark.parametrize(
    "wrong",
    [
        {"enabled": False},
        {"events": EVENTS[:2]},
        {"secret": ""},
        {"filters": {SECTION: "labels = post-mortem"}},
        {"excludeBody": True},
    ],
    ids=["off", "deaf", "unsigned", "by label", "empty"],
)
async def test_what_is_wrong_is_mended(cloud: Emulated, wrong: dict[str, Any]) -> None:
    """In place: there is still one webhook."""
    register(cloud, {**HOOK, **wrong})
    made = await hooks(cloud)
    assert await made.register(SOUND, DOOR, "s1", fresh=False) == ["mended the webhook"]
    assert len(listed(cloud)) == 1
    assert (await made.status(SOUND, DOOR))[1] == ()


async def test_a_new_secret_is_given_to_the_webhook_that_is_there(cloud: Emulated) -> None:
    """Nobody can see which one it has."""
    register(cloud, {**HOOK, "filters": {SECTION: 'project in ("PM")'}})
    assert await (await hooks(cloud)).register(SOUND, DOOR, "s2", fresh=True) == ["mended the webhook"]


async def test_without_the_right_the_clicks_are_told(cloud: Emulated) -> None:
    """A service account is no administrator."""
    made = await hooks(cloud, admin=False)
    with pytest.raises(Denied):
        await made.status(SOUND, DOOR)
    steps = made.clicks(SOUND, DOOR)
    assert any(DOOR in step for step in steps)
    assert any('JQL project in ("PM"), the watched' in step for step in steps)
    assert any("where none is, make up a long one" in step for step in steps)
    everywhere = replace(SOUND, watch=tuple(replace(watch, projects=()) for watch in SOUND.watch))
    assert any("no JQL, all projects are watched" in step for step in made.clicks(everywhere, DOOR))


async def test_a_data_center_is_never_registered_over_rest(data_center: Emulated) -> None:
    """It would drop the query without a word."""
    made = await hooks(data_center)
    with pytest.raises(Denied):
        await made.register(SOUND, DOOR, "s1", fresh=True)
