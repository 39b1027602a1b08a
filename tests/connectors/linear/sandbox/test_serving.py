"""The sandbox's server: its key, its budget, what it remembers, and what goes wrong on demand."""

import json

import httpx
import pytest

from connectors.linear.sandbox import LinearSandbox
from connectors.linear.sandbox.complexity import complexity
from connectors.linear.sandbox.oauth import CLIENT_ID, CLIENT_SECRET
from tests.connectors.linear.sandbox.asking import COMMENT, UPDATE, Asker

VIEWER = "{ viewer { id } }"


@pytest.mark.parametrize("key", ["", "wrong", "Bearer lin_api_sandbox"])
async def test_a_wrong_key_is_refused_with_401(ask: Asker, key: str) -> None:
    """Only the key itself opens, without `Bearer` before it."""
    answer = await ask.client.post(ask.url, json={"query": VIEWER}, headers={"Authorization": key})
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"]["code"] == "AUTHENTICATION_ERROR"


async def mint(ask: Asker, scope: str = "read,write", secret: str = CLIENT_SECRET) -> httpx.Response:
    """Ask for a token as an OAuth app does."""
    form = {"grant_type": "client_credentials", "scope": scope}
    return await ask.client.post(f"{ask.sandbox.url}/oauth/token", data=form, auth=(CLIENT_ID, secret))


async def as_app(ask: Asker, token: str, document: str) -> int:
    """Send a document with a token; return the status."""
    headers = {"Authorization": f"Bearer {token}"}
    return (await ask.client.post(ask.url, json={"query": document}, headers=headers)).status_code


async def test_an_app_gets_tokens_that_last_until_they_are_revoked(ask: Asker) -> None:
    """Right credentials mint tokens that open side by side; one of another scope, or a revocation, ends them."""
    first, second = [(await mint(ask)).json()["access_token"] for _ in range(2)]
    assert [await as_app(ask, token, VIEWER) for token in (first, second)] == [200, 200]
    third = (await mint(ask, "read")).json()
    assert (third["token_type"], third["expires_in"]) == ("Bearer", 2_591_999)
    assert [await as_app(ask, token, VIEWER) for token in (first, third["access_token"])] == [401, 200]
    ask.sandbox.revoke_tokens()
    assert await as_app(ask, third["access_token"], VIEWER) == 401


async def test_wrong_client_credentials_get_no_token(ask: Asker) -> None:
    """A wrong secret is refused with 401."""
    answer = await mint(ask, secret="guess")
    assert (answer.status_code, answer.json()) == (401, {"error": "invalid_client"})


async def test_an_app_may_not_make_labels(ask: Asker) -> None:
    """What needs more rights than `read,write` is forbidden to an app and allowed to the key."""
    document = 'mutation { issueLabelCreate(input: {name: "new"}) { success } }'
    assert await as_app(ask, (await mint(ask)).json()["access_token"], document) == 403
    assert (await ask(document))["issueLabelCreate"]["success"]


@pytest.mark.off_contract
@pytest.mark.parametrize("content", [b"no json", b"[]", b"{}", b'{"query": 1}'])
async def test_what_is_not_graphql_is_refused_with_400(ask: Asker, content: bytes) -> None:
    """A body that is not a GraphQL request is HTTP 400."""
    answer = await ask.client.post(ask.url, content=content, headers={"Authorization": ask.key})
    assert (answer.status_code, "errors" in answer.json()) == (400, True)


@pytest.mark.off_contract
async def test_other_addresses_are_not_there(ask: Asker) -> None:
    """Only a POST to the GraphQL address is answered."""
    assert (await ask.client.get(ask.url)).status_code == 404
    assert (await ask.client.post(f"{ask.sandbox.url}/else")).status_code == 404


async def test_every_answer_tells_the_budget(ask: Asker) -> None:
    """Headers give limit, rest and reset of requests and complexity, a refusal's too; times are milliseconds."""
    first, second = (await ask.post(VIEWER)).headers, (await ask.post('{ issue(id: "ENG-99") { id } }')).headers
    assert int(second["x-ratelimit-requests-remaining"]) < int(first["x-ratelimit-requests-remaining"])
    assert (first["x-ratelimit-requests-limit"], first["x-ratelimit-complexity-limit"]) == ("5000", "2000000")
    assert int(first["x-ratelimit-requests-reset"]) > 1_700_000_000_000
    assert int(first["x-complexity"]) > 0


async def test_a_request_of_more_than_10000_points_is_refused(ask: Asker) -> None:
    """A too large page of pages is refused whatever the budget."""
    document = "{ issues(first: 250) { nodes { id comments { nodes { id body } } } } }"
    assert (await ask.refusal(document))["message"] == "Query too complex"


def test_complexity_counts_properties_objects_and_pages() -> None:
    """The formula gives what the vendor's own example gives, with pages from literals, variables and the default."""
    from graphql import parse  # noqa: PLC0415  beside its one use

    fields = "id identifier title url updatedAt labelIds state { id name type } team { id key } assignee { id }"
    nodes = f"nodes {{ {fields} project {{ id }} parent {{ id }} }} pageInfo {{ hasNextPage endCursor }}"
    assert 370 <= complexity(parse(f"{{ issues {{ {nodes} }} }}"), {}) <= 373
    small = parse(f"query ($n: Int) {{ issues(first: $n) {{ ...P }} }} fragment P on IssueConnection {{ {nodes} }}")
    assert complexity(small, {"n": 1}) < 20
    assert complexity(parse("{ viewer { ... on User { id name } } }"), {}) == 2


async def test_calls_are_remembered_by_the_fields_they_ask_for(ask: Asker, item: str) -> None:
    """Each request counts once, whatever comes along; mutations are told one by one; people's doings do not count."""
    await ask("query ($id: String!) { viewer { id } a: issue(id: $id) { id } b: issue(id: $id) { id } }", id=item)
    await ask(VIEWER)
    await ask("{ teams { nodes { id } } issues { nodes { id } } }")
    await ask.update(item, title="Alert earlier")
    assert list(ask.sandbox.calls()) == ["issue", "viewer", "teams issues", "issueUpdate"]
    twice = "mutation ($id: String!, $in: IssueUpdateInput!) { a: issueUpdate(id: $id, input: $in) { success } "
    await ask(twice + "b: issueUpdate(id: $id, input: $in) { success } }", **{"id": item, "in": {"title": "Alert"}})
    assert list(ask.sandbox.writes()) == ["issueUpdate"] * 3
    ask.sandbox.clear_calls()
    assert not ask.sandbox.calls()
    assert not ask.sandbox.writes()


async def test_an_error_of_the_server_leaves_no_effect(ask: Asker, item: str) -> None:
    """A 500 is answered before anything was done, as often as was asked for."""
    ask.sandbox.fail_next(2, "500")
    change = {"id": item, "input": {"title": "Changed"}}
    assert [(await ask.post(UPDATE, change)).status_code for _ in range(2)] == [500, 500]
    assert ask.sandbox.view(item)["title"] == "Alert on full disks"
    assert (await ask.post(UPDATE, change)).status_code == 200


async def test_a_page_of_html_instead_of_an_answer(ask: Asker) -> None:
    """An HTML page comes with HTTP 200, so that only the body tells that it is no answer."""
    ask.sandbox.fail_next(1, "html")
    answer = await ask.post(VIEWER)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    with pytest.raises(json.JSONDecodeError):
        answer.json()


async def test_a_spent_budget_is_400_with_a_reset_soon(ask: Asker) -> None:
    """A rate limit is HTTP 400 with code RATELIMITED; the reset header says when to come back."""
    ask.sandbox.fail_next(1, "ratelimit")
    answer = await ask.post(VIEWER)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (400, "RATELIMITED")
    assert answer.headers["x-ratelimit-requests-remaining"] == "0"
    now = ask.sandbox.world.clock.peek().timestamp() * 1000
    assert 0 < int(answer.headers["x-ratelimit-requests-reset"]) - now < 1000


async def test_a_lost_answer_has_its_effect_all_the_same(ask: Asker, item: str) -> None:
    """The connection closes before the answer is complete, and what was asked for is done."""
    ask.sandbox.fail_next(1, "drop_after")
    comment = {"id": "22222222-2222-4222-8222-222222222222", "issueId": item, "body": "Once"}
    with pytest.raises(httpx.RemoteProtocolError):
        await ask.post(COMMENT, {"input": comment})
    assert [each["body"] for each in ask.sandbox.view(item)["comments"]] == ["Once"]
    assert (await ask.refusal(COMMENT, input=comment))["message"] == "conflict on insert of Comment"


async def test_an_unknown_fault_is_refused(sandbox: LinearSandbox) -> None:
    """A fault that the sandbox does not know is an error of the test that asks for it."""
    with pytest.raises(ValueError, match="no such fault"):
        sandbox.fail_next(1, "418")
