"""Registering Linear's webhooks: once, mended where they are wrong, and not at all without the right."""

from dataclasses import replace

import pytest

from app.core.errors import Denied
from app.core.policy import Watch
from connectors.linear.hooks import Hooks
from tests.connectors.linear.emulated import Emulated
from tests.connectors.linear.test_examine import DOOR, SOUND

PRIVATE = replace(SOUND, watch=(Watch("linear", "post-mortem", teams=("ENG", "SEC")),))


async def hooks(linear: Emulated, key: str = "lin_api_admin") -> Hooks:
    """Return what registers webhooks with that key."""
    return await linear.connect(SOUND, api_key=key).registrar()


async def test_it_is_made_once(linear: Emulated) -> None:
    """With everything that must be heard; done again, nothing is written."""
    made = await hooks(linear)
    assert await made.register(SOUND, DOOR, "s1", fresh=True) == ["made a webhook for all public teams"]
    assert await made.register(SOUND, DOOR, "s1", fresh=False) == []
    (hook,) = linear.control.state("Webhook")
    assert (hook["url"], hook["secret"], hook["allPublicTeams"], hook["enabled"]) == (DOOR, "s1", True, True)
    shown, wrong = await made.status(SOUND, DOOR)
    assert [(one.url, one.enabled) for one in shown] == [(DOOR, True)]
    assert wrong == ()


async def test_private_teams_get_their_own(linear: Emulated) -> None:
    """Linear tells nothing of them otherwise."""
    made = await hooks(linear)
    done = await made.register(PRIVATE, DOOR, "s1", fresh=True)
    assert done == ["made a webhook for all public teams", "made a webhook for the private team SEC"]
    assert await made.register(PRIVATE, DOOR, "s1", fresh=False) == []
    assert (await made.status(PRIVATE, DOOR))[1] == ()


@pytest.mark.parametrize(
    "wrong", [{"enabled": False}, {"resourceTypes": ["Issue"]}, {"secret": "another"}], ids=["off", "deaf", "secret"]
)
async def test_what_is_wrong_is_mended(linear: Emulated, wrong: dict[str, object]) -> None:
    """Switched off, hearing too little, or signing with another secret."""
    made = await hooks(linear)
    linear.control.webhook(**{"url": DOOR, "secret": "s1", **wrong})
    assert await made.register(SOUND, DOOR, "s1", fresh=False) == ["mended the webhook for all public teams"]
    (hook,) = linear.control.state("Webhook")
    assert (hook["enabled"], hook["secret"]) == (True, "s1")
    assert (await made.status(SOUND, DOOR))[1] == ()


@pytest.mark.parametrize("key", ["lin_api_service", "lin_oauth_app"])
async def test_without_the_right_the_clicks_are_told(linear: Emulated, key: str) -> None:
    """Neither a member's key nor an app's may look."""
    made = await hooks(linear, key)
    with pytest.raises(Denied):
        await made.status(SOUND, DOOR)
    assert any(DOOR in step for step in made.clicks(SOUND, DOOR))
