"""A policy that waits for an approval is shown wherever somebody looks: data, text and pages."""

from dataclasses import replace
from types import SimpleNamespace

from app.ports.policy_book import Waiting
from app.store import SqlStore
from tests.web.fakes import NOW, FakeService, caller, fake_service
from tests.web.test_pages import BROWSER, on

WAITING = Waiting("3f2a" * 16, "<b>.yaml", 256, 420, 0.2, NOW)
SENTENCE = (
    "The policy of <b>.yaml would write to 61 % of 420 open items, more than the 20 % of limits.largest_change; "
    "`followthrough approve 3f2a3f2a3f2a` lets it."
)


def waits(service: FakeService, *, writes: bool) -> FakeService:
    """Let a policy wait, in act mode; `writes`: the one before goes on."""
    service.settings.mode = "act"
    service.policies = SimpleNamespace(waits=WAITING, writes=writes)
    return service


async def test_the_policy_says_what_waits() -> None:
    """As data with the numbers, and as text before all else; null and nothing where none waits."""
    service = fake_service()
    async with caller(service) as client:
        assert (await client.get("/policy")).json()["waiting"] is None
        waits(service, writes=True)
        told = (await client.get("/policy")).json()["waiting"]
        text = (await client.get("/policy", headers={"accept": "text/plain"})).text
    assert told == {
        "digest": WAITING.digest,
        "written": 256,
        "items": 420,
        "unsure": 0,
        "largest_change": 0.2,
        "since": "2026-03-02T09:30:00Z",
        "sentence": SENTENCE,
        "meanwhile": "Until then the policy before it stays in force.",
        "writes": True,
    }
    assert text.startswith(f"{SENTENCE} Until then the policy before it stays in force.\n\n")


async def test_overview_and_policy_have_a_banner(store: SqlStore) -> None:
    """The other pages have none; where nothing writes meanwhile, each says so beside the mode."""
    service = waits(on(store), writes=True)
    command = "followthrough approve 3f2a3f2a3f2a"
    banner = SENTENCE.replace("<", "&lt;").replace(">", "&gt;").replace(f"`{command}`", f"<code>{command}</code>")
    async with caller(service, headers=BROWSER) as client:
        pages = {path: (await client.get(path)).text for path in ("/", "/policy", "/items")}
        assert {path: banner in page for path, page in pages.items()} == {"/": True, "/policy": True, "/items": False}
        assert all("<strong>Acting</strong>" in page for page in pages.values())
        waits(service, writes=False)
        page = (await client.get("/items")).text
    assert "<strong>Waiting</strong> <span>nothing is written</span>" in page
    assert "<strong>Acting</strong>" not in page


async def test_without_items_the_log_is_pointed_to() -> None:
    """A forecast that broke has no share to tell."""
    service = waits(fake_service(), writes=False)
    service.policies.waits = replace(WAITING, items=0, written=0, unsure=1)
    async with caller(service) as client:
        told = (await client.get("/policy")).json()["waiting"]
    assert "could not be told, the log says why; `followthrough approve 3f2a3f2a3f2a` lets it." in told["sentence"]
