"""Who may look: tokens, schemes, addresses."""

import base64
from typing import Any

import pytest
from starlette.types import Message

from tests.web.fakes import TOKEN, FakeService, an_item, app_of, caller, fake_service, signed

CLOSED = ["/", "/items", "/items/linear/PM-1", "/items/linear/PM-1/why", "/metrics", "/docs", "/openapi.json", "/none"]
OPEN = ["/healthz", "/readyz"]
TRICKS = ["/healthz/", "/readyz/..", "//healthz", "/webhooks", "/HEALTHZ"]
THERE = [("127.0.0.1", 1), ("127.8.9.1", 1), ("::1", 1), ("::ffff:127.0.0.1", 1), ("", 0), None]
ELSEWHERE = [("203.0.113.9", 1), ("10.0.0.1", 1), ("::ffff:10.0.0.1", 1), ("fe80::1%eth0", 1), ("0.0.0.0", 1), ("x", 1)]


def basic(password: str, user: str = "anybody") -> dict[str, str]:
    """Return a Basic header."""
    return {"Authorization": "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()}


GOOD = [
    {"Authorization": f"Bearer {TOKEN}"},
    {"Authorization": f"bearer   {TOKEN} "},
    {"Authorization": "Bearer second"},
    basic(TOKEN),
    basic(TOKEN, ""),
    basic("second"),
    basic("with:colon"),
]
BAD = [
    {},
    {"Authorization": ""},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer "},
    {"Authorization": "Bearer wrong"},
    {"Authorization": f"Bearer {TOKEN}x"},
    {"Authorization": f"Bearer {TOKEN[:-1]}"},
    {"Authorization": TOKEN},
    {"Authorization": f"Token {TOKEN}"},
    {"Authorization": "Basic " + base64.b64encode(TOKEN.encode()).decode()},
    {"Authorization": "Basic ===="},
    {"Authorization": "Basic not base64"},
    basic("wrong", TOKEN),
    basic(""),
    {"X-Api-Token": TOKEN},
]


@pytest.fixture
def locked() -> FakeService:
    """Return a service with tokens."""
    return fake_service(tokens=[TOKEN, "second", "with:colon", ""])


@pytest.mark.parametrize("headers", GOOD)
async def test_a_token_opens(locked: FakeService, headers: dict[str, str]) -> None:
    """Any of the tokens opens, as bearer or as Basic's password, from anywhere."""
    async with caller(locked, ("203.0.113.9", 1)) as client:
        answer = await client.get("/items", headers=headers)
    assert answer.status_code == 200


@pytest.mark.parametrize("headers", BAD)
async def test_no_or_a_wrong_token_does_not_open(locked: FakeService, headers: dict[str, str]) -> None:
    """Anything else is 401, on this machine too, and both schemes are offered."""
    async with caller(locked, ("127.0.0.1", 1)) as client:
        answer = await client.get("/items", headers=headers)
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert [one.split()[0] for one in answer.headers.get_list("www-authenticate")] == ["Bearer", "Basic"]


@pytest.mark.parametrize("path", [*CLOSED, *TRICKS])
async def test_everything_is_closed_without_the_token(locked: FakeService, path: str) -> None:
    """No address, also none that does not exist, tells anything without a token."""
    async with caller(locked) as client:
        answer = await client.get(path)
    assert answer.status_code == 401


@pytest.mark.parametrize("path", ["/webhooks%2F..%2Fitems", "/webhooks/%2E%2E/items", "/webhooks//items", "/webhooks/"])
async def test_the_way_to_the_doors_leads_nowhere_else(locked: FakeService, path: str) -> None:
    """What only looks like a door is not there."""
    async with caller(locked) as client:
        assert (await client.get(path)).status_code == 404


@pytest.mark.parametrize("path", OPEN)
@pytest.mark.parametrize("tokens", [[], [TOKEN]])
@pytest.mark.parametrize("client_address", [*THERE, *ELSEWHERE])
async def test_health_answers_everybody(tokens: list[str], path: str, client_address: tuple[str, int] | None) -> None:
    """Health needs no token and no address."""
    async with caller(fake_service(tokens), client_address) as client:
        assert (await client.get(path)).status_code == 200
        assert (await client.head(path)).status_code == 200


@pytest.mark.parametrize("tokens", [[], [TOKEN]])
async def test_the_doors_answer_everybody(tokens: list[str]) -> None:
    """A webhook needs its signature and no token."""
    async with caller(fake_service(tokens), ("203.0.113.9", 1)) as client:
        answer = await client.post("/webhooks/linear", content=b"{}", headers=signed(b"{}"))
    assert answer.status_code == 200


CHECK = "/items/linear/PM-1/check"
READ, OPERATE = {"Authorization": "Bearer looks"}, {"Authorization": f"Bearer {TOKEN}"}
RIGHTS = {
    "reads": ("GET", "/items", {"none": 401, "wrong": 401, "read": 200, "older read": 200, "operate": 200}),
    "asks for headers": ("HEAD", "/healthz", {"none": 200, "wrong": 200, "read": 200}),
    "scrapes": ("GET", "/metrics", {"none": 401, "read": 200, "operate": 200}),
    "sees the calls": ("GET", "/openapi.json", {"none": 401, "read": 200, "operate": 200}),
    "operates": ("POST", CHECK, {"none": 401, "wrong": 401, "read": 403, "older read": 403, "operate": 202}),
    "tries other methods": ("DELETE", "/items", {"none": 401, "wrong": 401, "read": 403, "operate": 405}),
}
PAIRINGS = [(*call, who, status) for *call, answers in RIGHTS.values() for who, status in answers.items()]
HELD = {
    "none": {},
    "wrong": {"Authorization": "Bearer wrong"},
    "read": READ,
    "older read": basic("looked"),
    "operate": OPERATE,
}


def both(**more: Any) -> FakeService:
    """Return a service with read tokens and an operate token, and an item."""
    return fake_service(**{"tokens": [TOKEN], "read": ["looks", "looked"], "items": [an_item("1", "PM-1")], **more})


@pytest.mark.parametrize(("method", "path", "who", "status"), PAIRINGS)
async def test_each_token_opens_what_it_is_for(method: str, path: str, who: str, status: int) -> None:
    """A read token opens what changes nothing, an operate token all; on this machine as from elsewhere."""
    for address in (("127.0.0.1", 1), ("203.0.113.9", 1)):
        async with caller(both(), address) as client:
            assert (await client.request(method, path, headers=HELD[who])).status_code == status


@pytest.mark.parametrize(
    ("who", "path", "lacking"),
    [("none", "/items", "read token"), ("none", CHECK, "operate token"), ("read", CHECK, "operate token")],
)
async def test_a_refusal_says_which_token_is_lacking(who: str, path: str, lacking: str) -> None:
    """And where those are; only who sent none that we know is asked for another."""
    async with caller(both()) as client:
        answer = await client.request("POST" if path == CHECK else "GET", path, headers=HELD[who])
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["lacking"] == lacking
    assert who == "read" or answer.json()["detail"].startswith(f"No valid {lacking} came along: send one as")
    assert "FOLLOWTHROUGH_API_TOKENS" in answer.json()["hint"]
    assert ("www-authenticate" in answer.headers) == (who == "none")


async def test_with_read_tokens_alone_nobody_operates() -> None:
    """Not even this machine: some token is set, so that one is needed; the hint says which setting is missing."""
    async with caller(both(tokens=[])) as client:
        assert (await client.get("/items")).status_code == 401
        assert (await client.get("/items", headers=READ)).status_code == 200
        answer = await client.post(CHECK, headers=READ)
    assert (answer.status_code, answer.json()["hint"]) == (403, "Set FOLLOWTHROUGH_API_TOKENS and send one of them.")


@pytest.mark.parametrize(
    ("method", "path", "names"),
    [
        ("GET", "/items", "FOLLOWTHROUGH_READ_TOKENS or FOLLOWTHROUGH_API_TOKENS"),
        ("POST", CHECK, "FOLLOWTHROUGH_API_TOKENS"),
    ],
)
async def test_without_tokens_a_proxy_is_told_which_would_do(method: str, path: str, names: str) -> None:
    """Whoever only looks needs no more than a read token."""
    async with caller(fake_service([])) as client:
        answer = await client.request(method, path, headers={"X-Forwarded-For": "203.0.113.9"})
    assert (answer.status_code, answer.json()["hint"]) == (403, f"Set {names} and send one of them.")


ABROAD = [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.acme.test"}]
ABROAD += [{"Origin": "null"}, {"Origin": "http://localhost", "Sec-Fetch-Site": "cross-site"}]
AT_HOME = [{}, {"Sec-Fetch-Site": "same-origin", "Origin": "https://outer.acme.test"}, {"Origin": "http://localhost"}]


@pytest.mark.parametrize("operate", [True, False], ids=["token", "loopback"])
@pytest.mark.parametrize(("headers", "status"), [*((one, 403) for one in ABROAD), *((one, 202) for one in AT_HOME)])
async def test_a_page_elsewhere_operates_nothing(headers: dict[str, str], status: int, *, operate: bool) -> None:
    """A visitor's browser would add the password by itself, or stand on this machine; to look at us is no harm."""
    service = both() if operate else both(tokens=[], read=[])
    async with caller(service, headers=OPERATE if operate else {}) as client:
        assert (await client.post(CHECK, headers=headers)).status_code == status
        assert (await client.get("/items", headers=headers)).status_code == 200


@pytest.mark.parametrize("address", THERE)
async def test_without_tokens_this_machine_may_look(address: tuple[str, int] | None) -> None:
    """Loopback, its mapped form, and a unix socket may look."""
    async with caller(fake_service(), address) as client:
        assert (await client.get("/items")).status_code == 200


@pytest.mark.parametrize("address", ELSEWHERE)
@pytest.mark.parametrize("path", CLOSED)
async def test_without_tokens_nobody_else_may(address: tuple[str, int] | None, path: str) -> None:
    """Everybody else gets 403 and a sentence, whatever a forwarding header says."""
    async with caller(fake_service(), address, headers={"X-Forwarded-For": "127.0.0.1"}) as client:
        answer = await client.get(path)
    assert answer.status_code == 403
    assert answer.json()["detail"] == "Without API tokens only the machine that runs Followthrough may look."


@pytest.mark.parametrize("name", ["X-Forwarded-For", "Forwarded"])
async def test_without_tokens_a_proxy_opens_nothing(name: str) -> None:
    """A proxy on this machine does not lend its address to those behind it."""
    async with caller(fake_service(), headers={name: "127.0.0.1"}) as client:
        assert (await client.get("/items")).status_code == 403


@pytest.mark.parametrize(
    "host", ["evil.acme.test", "evil.acme.test:8080", "10.0.0.1", "[2001:db8::1]:80", "localhost.x.y"]
)
async def test_without_tokens_a_foreign_name_opens_nothing(host: str) -> None:
    """A Host that is not this machine's is refused: it comes through a proxy, or by DNS rebinding."""
    async with caller(fake_service(), headers={"Host": host}) as client:
        assert (await client.get("/items")).status_code == 403


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8080", "127.0.0.1:8080", "[::1]:8080", "ft.localhost", "box"])
async def test_without_tokens_own_names_open(host: str) -> None:
    """Names that can only mean this machine or a neighbour without a domain are fine."""
    async with caller(fake_service(), headers={"Host": host}) as client:
        assert (await client.get("/items")).status_code == 200


async def test_with_a_token_the_host_does_not_matter(locked: FakeService) -> None:
    """A token opens through any proxy under any name."""
    headers = {"Host": "ft.acme.test", "X-Forwarded-For": "10.0.0.9", **GOOD[0]}
    async with caller(locked, headers=headers) as client:
        assert (await client.get("/items")).status_code == 200


async def test_a_websocket_is_refused(locked: FakeService) -> None:
    """A handshake without a token is denied before anything else sees it."""
    sent: list[Message] = []
    scope = {"type": "websocket", "path": "/items", "headers": [], "client": ("127.0.0.1", 1), "subprotocols": []}

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    await app_of(locked)(scope, receive, send)
    assert (sent[0]["type"], sent[0]["status"]) == ("websocket.http.response.start", 401)
