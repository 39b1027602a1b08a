"""Letters in Slack: who is found, what is posted, what each refusal means."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
import respx
from pydantic import SecretStr, ValidationError

from app.core.errors import Denied, FollowthroughError, NotFound, Permanent, RateLimited, Transient, Uncertain
from app.ports import Recipient
from connectors.slack import MANIFEST
from connectors.slack.messenger import Slack
from connectors.slack.settings import SlackSettings
from tests.connectors.letters import ADA, FULL, HOSTILE, made

API = "https://slack.com/api"
TOKEN = "xoxb-hush"
USER = {"ok": True, "user": {"id": "U1", "deleted": False, "is_bot": False}}


@pytest.fixture
def slack() -> Iterator[respx.Router]:
    """Mock Slack."""
    with respx.mock(base_url=API, assert_all_called=True, assert_all_mocked=True) as router:
        yield router


@pytest.fixture
async def messenger() -> AsyncIterator[Slack]:
    """Return the messenger as the service joins it."""
    assert MANIFEST.messenger is not None
    joined = MANIFEST.messenger(SlackSettings(bot_token=SecretStr(TOKEN)))
    assert isinstance(joined, Slack)
    yield joined
    await joined.aclose()


def alive(slack: respx.Router) -> respx.Route:
    """Let Slack answer that it is there."""
    return slack.get("/auth.test").respond(json={"ok": True})


async def test_a_person_is_found_by_mail_once(slack: respx.Router, messenger: Slack) -> None:
    """The answer is kept; an id in the policy needs no question."""
    route = slack.get("/users.lookupByEmail").respond(json=USER)
    assert [await messenger.address(ADA), await messenger.address(ADA)] == ["U1", "U1"]
    assert route.call_count == 1
    assert dict(route.calls.last.request.url.params) == {"email": "ada@acme.test"}
    assert route.calls.last.request.headers["authorization"] == f"Bearer {TOKEN}"
    assert await messenger.address(Recipient("Grace", "grace@acme.test", {"slack": "U2"})) == "U2"


@pytest.mark.parametrize(
    "answer",
    [
        {"ok": False, "error": "users_not_found"},
        {"ok": True, "user": {"id": "U1", "deleted": True}},
        {"ok": True, "user": {"id": "U1", "is_bot": True}},
    ],
)
async def test_who_is_not_there_is_not_reached(slack: respx.Router, messenger: Slack, answer: dict[str, Any]) -> None:
    """Who left, a bot, and a stranger are reached in another way; without an e-mail nobody is looked for."""
    slack.get("/users.lookupByEmail").respond(json=answer)
    assert await messenger.address(ADA) is None
    assert await messenger.address(Recipient("Ada")) is None


async def test_a_letter_is_posted_to_the_person(slack: respx.Router, messenger: Slack) -> None:
    """With links, and the letter's id; that Slack is there is asked once a minute."""
    asked, route = alive(slack), slack.post("/chat.postMessage").respond(json={"ok": True, "ts": "1", "channel": "D1"})
    await messenger.send("U1", ADA, made())
    await messenger.send("U1", ADA, made())
    assert asked.call_count == 1
    sent = json.loads(route.calls.last.request.content)
    assert (sent["channel"], sent["text"]) == ("U1", "1 post-mortem action item waits for you")
    assert sent["blocks"][1]["text"]["text"] == "• <https://tracker.test/ENG-1|ENG-1 Alert on lag>: It is quiet."
    assert sent["blocks"][1]["text"]["verbatim"] is True
    assert sent["metadata"]["event_payload"] == {"id": made().id}
    assert sent["unfurl_links"] is False


async def posted(slack: respx.Router, messenger: Slack, letter: Any) -> list[str]:
    """Return the texts of the blocks of a posted letter."""
    alive(slack)
    route = slack.post("/chat.postMessage").respond(json={"ok": True})
    await messenger.send("U1", ADA, letter)
    blocks = json.loads(route.calls.last.request.content)["blocks"]
    assert len(blocks) <= 50
    return [(block.get("text") or block["elements"][0])["text"] for block in blocks]


async def test_a_title_pings_nobody(slack: respx.Router, messenger: Slack) -> None:
    """What looks like markup is shown as it was typed, and an address cannot end its link."""
    (_, entry, _) = await posted(slack, messenger, made(HOSTILE))
    start = "• <https://tracker.test/a?b=1&amp;c=%3Cd%3E%7Ce|ENG-7 &lt;!channel&gt; &amp; &lt;at&gt;"
    assert entry.startswith(start)
    assert entry.count("<") == entry.count(">") == 1


async def test_the_longest_letter_fits(slack: respx.Router, messenger: Slack) -> None:
    """Within Slack's limits, without half of an escape."""
    texts = await posted(slack, messenger, FULL)
    assert max(map(len, texts)) <= 3_000
    assert sum(map(len, texts)) <= 13_000
    assert not [text for text in texts if text.rstrip("…").endswith(("&", "&a", "&am", "&l", "&lt", "&g", "&gt"))]


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("invalid_auth", Denied),
        ("token_revoked", Denied),
        ("missing_scope", Denied),
        ("channel_not_found", NotFound),
        ("user_disabled", NotFound),
        ("invalid_blocks", Permanent),
        ("msg_too_long", Permanent),
        ("ratelimited", RateLimited),
        ("service_unavailable", Transient),
        ("fatal_error", Uncertain),
        (f"no such {TOKEN}", Permanent),
    ],
)
async def test_each_refusal_by_its_name(
    slack: respx.Router, messenger: Slack, name: str, error: type[FollowthroughError]
) -> None:
    """Slack answers 200 to everything; the name says what helps, and nothing secret is passed on."""
    alive(slack)
    answer = {"ok": False, "error": name, "needed": "chat:write"}
    slack.post("/chat.postMessage").respond(json=answer, headers={"retry-after": "30"})
    with pytest.raises(error) as caught:
        await messenger.send("U1", ADA, made())
    assert type(caught.value) is error
    assert TOKEN not in str(caught.value)
    assert ("chat:write" in str(caught.value)) == (name == "missing_scope")


async def test_a_used_up_limit_says_how_long(slack: respx.Router, messenger: Slack) -> None:
    """429 with `Retry-After`, also without a body."""
    alive(slack)
    slack.post("/chat.postMessage").respond(429, headers={"retry-after": "30"})
    with pytest.raises(RateLimited) as caught:
        await messenger.send("U1", ADA, made())
    assert caught.value.retry_after == 30


@pytest.mark.parametrize(
    ("failure", "error"),
    [
        (httpx.ReadTimeout("x"), Uncertain),
        (httpx.RemoteProtocolError("x"), Uncertain),
        (httpx.ConnectError("x"), Transient),
        (httpx.ConnectTimeout("x"), Transient),
        (httpx.Response(200, text="<html>"), Uncertain),
        (httpx.Response(200, json=["x"]), Uncertain),
        (httpx.Response(503), Transient),
    ],
)
async def test_a_call_that_breaks_off_is_in_doubt(
    slack: respx.Router, messenger: Slack, failure: Any, error: type[Exception]
) -> None:
    """Unless it surely never arrived, or an answer says that it failed."""
    alive(slack)
    route = slack.post("/chat.postMessage")
    route.side_effect = [failure, failure]
    with pytest.raises(error):
        await messenger.send("U1", ADA, made())
    assert route.call_count == (2 if isinstance(failure, httpx.ConnectError) else 1)


async def test_a_slack_that_hangs_is_seen_before_anything_is_sent(slack: respx.Router, messenger: Slack) -> None:
    """So that an outage leaves no letter in doubt."""
    slack.get("/auth.test").mock(side_effect=httpx.ReadTimeout("x"))
    with pytest.raises(Transient):
        await messenger.send("U1", ADA, made())


async def test_the_check_tells_whether_the_token_works(slack: respx.Router, messenger: Slack) -> None:
    """With the setting to look at."""
    slack.get("/auth.test").side_effect = [
        httpx.Response(200, json={"ok": True}),
        httpx.Response(200, json={"ok": False, "error": "invalid_auth"}),
        httpx.Response(200, json={"ok": False, "error": "service_unavailable"}),
        httpx.Response(200, json={"ok": False, "error": "service_unavailable"}),
        httpx.Response(200, json={"ok": True}, headers={"x-oauth-scopes": "chat:write, users:read"}),
        httpx.Response(200, json={"ok": True}, headers={"x-oauth-scopes": "chat:write,users:read,users:read.email"}),
    ]
    assert not await messenger.check()
    (problem,) = await messenger.check()
    assert (problem.id, TOKEN in str(problem)) == ("slack.token", False)
    assert "FOLLOWTHROUGH_SLACK_BOT_TOKEN" in problem.hint
    (problem,) = await messenger.check()
    assert problem.id == "slack.unreachable"
    (problem,) = await messenger.check()
    assert (problem.id, "users:read.email" in problem.message) == ("slack.scope", True)
    assert not await messenger.check()


def test_settings_say_what_lacks() -> None:
    """A token turns it on; what cannot be one is refused without being quoted."""
    assert not MANIFEST.configured(SlackSettings())
    assert "FOLLOWTHROUGH_SLACK_BOT_TOKEN" in MANIFEST.missing(SlackSettings())[0]
    assert MANIFEST.configured(SlackSettings(bot_token=SecretStr(TOKEN)))
    for wrong in ({"bot_token": SecretStr("xoxb-hüsh")}, {"api_url": "slack.com"}):
        with pytest.raises(ValidationError):
            SlackSettings(**wrong)
