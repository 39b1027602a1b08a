"""Items, why, and check."""

import pytest

from tests.web.fakes import FakeService, an_item, caller, fake_service, store_gone

ITEMS = [an_item("1", "PM-1"), an_item("2", "PM-2"), an_item("3", "PM-3", watched=False)]


@pytest.fixture
def service() -> FakeService:
    """Return a service that knows three items."""
    return fake_service(items=ITEMS)


async def test_the_list_is_paged_to_its_end(service: FakeService) -> None:
    """Following `next` shows each item once and ends with null."""
    keys: list[str] = []
    after: str | None = None
    async with caller(service) as client:
        for _ in range(2):
            cursor = {"after": after} if after else {}
            page = (await client.get("/items", params={"limit": "2", **cursor})).json()
            keys += [item["key"] for item in page["items"]]
            after = page["next"]
    assert (keys, after) == (["PM-1", "PM-2", "PM-3"], None)


@pytest.mark.parametrize(
    ("params", "keys"),
    [
        ({"watched": "true"}, ["PM-1", "PM-2"]),
        ({"watched": "false"}, ["PM-3"]),
        ({"tracker": "jira"}, []),
        ({"tracker": "linear", "watched": "true", "limit": "1"}, ["PM-1"]),
        ({"limit": "1000", "format": "json"}, ["PM-1", "PM-2", "PM-3"]),
    ],
)
async def test_the_list_is_filtered(service: FakeService, params: dict[str, str], keys: list[str]) -> None:
    """Tracker and watched narrow the list; the list has no records."""
    async with caller(service) as client:
        page = (await client.get("/items", params=params)).json()
    assert [item["key"] for item in page["items"]] == keys
    assert all("records" not in item for item in page["items"])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", "-1"),
        ("limit", "0"),
        ("limit", "1001"),
        ("limit", "1e9"),
        ("limit", "1000000000"),
        ("limit", "9" * 5000),
        ("limit", "many"),
        ("limit", ""),
        ("after", "forged"),
        ("after", "'; drop table items; --"),
        ("after", "\x00"),
        ("after", "x" * 3000),
        ("after", ""),
        ("watched", "perhaps"),
        ("tracker", "a\x00b"),
        ("trakcer", "linear"),
    ],
)
async def test_a_senseless_parameter_is_named(service: FakeService, name: str, value: str) -> None:
    """A parameter that makes no sense is refused by name, and nothing of it is shown back."""
    async with caller(service) as client:
        answer = await client.get("/items", params={name: value})
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    assert [error["parameter"] for error in answer.json()["errors"]] == [name]
    assert answer.json()["detail"].startswith(f"{name}: ")


async def test_one_item_comes_with_its_records(service: FakeService) -> None:
    """An item shows what it is, its findings and its records."""
    async with caller(service) as client:
        shown = (await client.get("/items/linear/pm-1")).json()
    assert {name: shown[name] for name in ("tracker", "id", "key", "class")} == {
        "tracker": "linear",
        "id": "1",
        "key": "PM-1",
        "class": "missing",
    }
    assert shown["findings"][0]["id"] == "class.missing"
    assert shown["records"][0]["calls"] == 2


@pytest.mark.parametrize("title", ["half a pair \ud83d", "umlaut ü, NUL \x00", "</script><script>"])
async def test_a_strange_title_is_shown(title: str) -> None:
    """A title that UTF-8 cannot hold still reads back as it is."""
    async with caller(fake_service(items=[an_item("1", "PM-1", title)])) as client:
        answer = await client.get("/items/linear/PM-1")
    assert answer.json()["title"] == title


@pytest.mark.parametrize("call", ["", "/why", "/check"])
async def test_an_unknown_item_is_a_problem_with_a_hint(service: FakeService, call: str) -> None:
    """An item that is not known is 404 and says how items become known."""
    async with caller(service) as client:
        method = "POST" if call == "/check" else "GET"
        answer = await client.request(method, f"/items/linear/PM-99{call}")
    assert answer.status_code == 404
    assert answer.json()["detail"] == "No item of linear has that key or id."
    assert "reconcile" in answer.json()["hint"]


async def test_an_unknown_tracker_names_the_known_ones(service: FakeService) -> None:
    """A tracker that is not there is 404 with those that are."""
    async with caller(service) as client:
        answer = await client.get("/items/trello/PM-1")
    assert answer.status_code == 404
    assert answer.json()["detail"] == "There is no tracker of that name here. Switched on are: jira, linear."


@pytest.mark.parametrize("key", ["a%00b", "x" * 300, "a%0ab"])
async def test_a_senseless_key_is_named(service: FakeService, key: str) -> None:
    """A key that no tracker could have given is refused by name before the store is asked."""
    async with caller(service) as client:
        answer = await client.get(f"/items/linear/{key}")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "key")


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, "application/json"),
        ("*/*", "application/json"),
        ("text/plain", "text/plain; charset=utf-8"),
        ("text/*", "text/plain; charset=utf-8"),
        ("application/json, text/plain;q=0.5", "application/json"),
        ("application/json;q=0.2, text/plain;q=0.9", "text/plain; charset=utf-8"),
        ("image/png,*/*;q=0.1", "application/json"),
        ("text/plain;q=nonsense", "application/json"),
        (";;,,q=,", "application/json"),
    ],
)
async def test_why_is_told_as_json_or_as_text(service: FakeService, accept: str | None, kind: str) -> None:
    """Why explains every rule, in the form the caller likes best."""
    async with caller(service, headers={"Accept": accept} if accept else {}) as client:
        answer = await client.get("/items/linear/PM-1/why")
    assert (answer.status_code, answer.headers["content-type"], answer.headers["vary"]) == (200, kind, "Accept")
    assert "it has no class label" in answer.text


async def test_why_as_text_survives_a_strange_title() -> None:
    """Text with half a character in it is told with a replacement."""
    async with caller(fake_service(items=[an_item("1", "PM-1", "half \ud83d")])) as client:
        answer = await client.get("/items/linear/PM-1/why", headers={"Accept": "text/plain"})
    assert "half ?" in answer.text


async def test_check_makes_an_item_due_at_once(service: FakeService) -> None:
    """Check touches the item by its id, without waiting for its burst to settle."""
    async with caller(service) as client:
        answer = await client.post("/items/linear/PM-2/check")
    assert (answer.status_code, answer.json()) == (202, {"status": "due"})
    ((tracker, touch, settle),) = service.store.touched
    assert (tracker, touch.id, touch.because, touch.only_known, settle) == (
        "linear",
        "2",
        "asked by /check",
        False,
        False,
    )


async def test_check_of_a_tracker_that_is_off_says_so(service: FakeService) -> None:
    """Nobody would look at an item whose tracker is switched off."""
    del service.trackers["linear"]
    async with caller(service) as client:
        answer = await client.post("/items/linear/PM-2/check")
    assert (answer.status_code, service.store.touched) == (409, [])


@pytest.mark.parametrize("path", ["/items", "/items/linear/PM-1", "/items/linear/PM-1/why"])
async def test_a_store_that_is_away_is_said_plainly(service: FakeService, path: str) -> None:
    """While the store cannot be reached the answer is 503 with Retry-After, and says nothing about the inside."""
    service.store.error = store_gone()
    async with caller(service) as client:
        answer = await client.get(path)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert "acme" not in answer.text
