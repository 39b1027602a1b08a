"""Letters in Teams: the card, its limits, and what the workflow's answers mean."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import respx
from pydantic import SecretStr

from app.core.errors import Denied, Misconfigured, Permanent, RateLimited, Transient, Uncertain
from app.ports import Messenger, Recipient
from app.settings import load_settings
from connectors.teams import MANIFEST
from connectors.teams.messenger import Teams
from connectors.teams.settings import TeamsSettings
from tests.connectors.letters import ADA, FULL, HOSTILE, made

HOST = "https://default1.12.environment.api.powerplatform.com"
PATH = "/powerautomate/automations/direct/workflows/w1/triggers/manual/paths/invoke"
URL = f"{HOST}:443{PATH}?api-version=1&sp=%2Ftriggers%2Fmanual%2Frun&sig=hush"


@pytest.fixture
def teams() -> Iterator[respx.Route]:
    """Mock the workflow."""
    with respx.mock(assert_all_called=True, assert_all_mocked=True) as router:
        yield router.post(url__startswith=HOST).respond(202)


def messenger() -> Messenger:
    """Return the messenger as the service joins it."""
    assert MANIFEST.messenger is not None
    return MANIFEST.messenger(TeamsSettings(workflow_url=SecretStr(URL)))


async def posted(teams: respx.Route, letter: Any, to: Recipient = ADA) -> Any:
    """Return the card of a posted letter."""
    await messenger().send("channel", to, letter)
    sent = json.loads(teams.calls.last.request.content)
    assert sent["type"] == "message"
    (attachment,) = sent["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    return attachment["content"]


async def test_a_letter_is_a_card_that_mentions_the_person(teams: respx.Route) -> None:
    """By e-mail; the address goes out as it was copied."""
    card = await posted(teams, made())
    assert b"sp=%2Ftriggers%2Fmanual%2Frun&sig=hush" in teams.calls.last.request.url.query
    (mention,) = card["msteams"]["entities"]
    assert mention["mentioned"] == {"id": "ada@acme.test", "name": "Ada Admin"}
    assert card["body"][0]["text"] == "<at>Ada Admin</at>:"
    bullet, link, words = card["body"][2]["inlines"]
    assert (bullet["text"], link["text"], words["text"]) == ("• ", "ENG-1 Alert on lag", ": It is quiet.")
    assert link["selectAction"] == {"type": "Action.OpenUrl", "url": "https://tracker.test/ENG-1"}


async def test_who_has_no_mail_is_named(teams: respx.Route) -> None:
    """A name mentions nobody and formats nothing."""
    card = await posted(teams, made(), Recipient("<at>Eve</at> **x**"))
    assert card["body"][0]["text"] == "atEve/at x:"
    assert card["msteams"]["entities"] == []


async def test_a_title_formats_nothing(teams: respx.Route) -> None:
    """It stands in a run, which knows no markup."""
    card = await posted(teams, made(HOSTILE))
    assert {block["type"] for block in card["body"][1:]} == {"RichTextBlock"}
    assert card["body"][2]["inlines"][1]["text"].startswith("ENG-7 <!channel> & <at>Ada</at> *x* [y](z) <script>")


async def test_the_longest_letter_fits(teams: respx.Route) -> None:
    """Teams would drop it without a word."""
    card = await posted(teams, FULL)
    assert len(teams.calls.last.request.content) <= 25_000
    assert len(card["body"]) > 10


async def test_everybody_is_reached() -> None:
    """There is one place, which is the workflow's."""
    assert await messenger().address(ADA)
    assert await messenger().address(Recipient("Eve"))


@pytest.mark.parametrize(("url", "ids"), [(URL, []), (URL.partition("sig=")[0], ["teams.address"])])
async def test_an_address_that_was_cut_off_is_found(url: str, ids: list[str]) -> None:
    """Without posting anything: the signature stands at its end, and it is never told."""
    by = Teams(TeamsSettings(workflow_url=SecretStr(url)))
    found = await by.check()
    await by.aclose()
    assert [problem.id for problem in found] == ids
    assert URL not in str(found)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(401), Denied),
        (httpx.Response(404, json={"error": {"code": "WorkflowNotFound", "message": URL}}), Denied),
        (httpx.Response(302, headers={"location": "https://elsewhere.test"}), Denied),
        (httpx.Response(400, json={"error": URL}), Permanent),
        (httpx.Response(413), Permanent),
        (httpx.Response(429, headers={"retry-after": "30"}), RateLimited),
        (httpx.Response(502), Transient),
        (httpx.ReadTimeout("x"), Uncertain),
        (httpx.ConnectTimeout("x"), Transient),
    ],
)
async def test_what_answers_mean(teams: respx.Route, answer: Any, error: type[Exception]) -> None:
    """A dead workflow is for somebody to mend; the address, which is the secret, is in no error."""
    teams.side_effect = [answer]
    with pytest.raises(error) as caught:
        await messenger().send("channel", ADA, made())
    assert type(caught.value) is error
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("https://acme.webhook.office.com/webhookb2/hush", "switched off in 2026; make a workflow"),
        ("https://outlook.office.com/webhook/hush", "switched off in 2026; make a workflow"),
        ("https://prod-1.westeurope.logic.azure.com:443/workflows/hush", "switched off in 2025; make a workflow"),
        ("hush", "is no web address; make a workflow"),
        ("https://[hush", "is no web address"),
    ],
)
def test_addresses_that_are_dead_are_refused_at_the_start(url: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a line that says how to mend it and does not quote it."""
    monkeypatch.setenv("FOLLOWTHROUGH_TEAMS_WORKFLOW_URL", url)
    with pytest.raises(Misconfigured) as caught:
        load_settings(TeamsSettings, env_file=None)
    (line,) = caught.value.lines
    assert line.startswith("FOLLOWTHROUGH_TEAMS_WORKFLOW_URL: ")
    assert says in line
    assert "hush" not in line


def test_an_address_turns_it_on() -> None:
    """Without one it is off and says what lacks."""
    assert MANIFEST.missing(TeamsSettings())[0].startswith("FOLLOWTHROUGH_TEAMS_WORKFLOW_URL: not set")
    assert MANIFEST.configured(TeamsSettings(workflow_url=SecretStr(URL)))
