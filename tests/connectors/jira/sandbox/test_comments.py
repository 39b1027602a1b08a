"""How comments are written and read."""

from typing import Any

import pytest

from connectors.jira.sandbox import JiraSandbox
from tests.connectors.jira.sandbox.asking import ADA, LINUS, Asker, document


def paragraph(*nodes: dict[str, Any]) -> dict[str, Any]:
    """Return a document of one paragraph."""
    return {"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": list(nodes)}]}


async def test_a_comment_is_a_document_with_properties(sandbox: JiraSandbox, ask: Asker) -> None:
    """A comment keeps its properties, which are shown to those who ask for them only."""
    item = await sandbox.create(ADA, "Fix it")
    body: dict[str, Any] = {"body": document("Hello"), "properties": [{"key": "ours", "value": {"n": 1}}]}
    made = await ask("POST", f"issue/{item}/comment", body)
    plain = await ask("GET", f"issue/{item}/comment")
    full = await ask("GET", f"issue/{item}/comment", expand="properties")
    assert [one["id"] for one in plain["comments"]] == [made["id"]]
    assert "properties" not in plain["comments"][0]
    assert full["comments"][0]["properties"] == body["properties"]
    assert await ask("GET", f"comment/{made['id']}/properties/ours") == body["properties"][0]
    assert (await ask.refused("GET", f"comment/{made['id']}/properties/theirs"))[0] == 404
    assert sandbox.view(item)["comments"] == [{"by": "followthrough@acme.test", "body": "Hello"}]


@pytest.mark.parametrize(
    "body",
    [
        "plain text",
        None,
        {"type": "doc", "content": []},
        paragraph({"type": "text", "text": "x"}, {"type": "text", "text": ""}),
        paragraph({"type": "mention", "attrs": {}}),
        paragraph({"type": "text", "text": "x", "marks": [{"type": "code"}, {"type": "strong"}]}),
        paragraph({"type": "text", "text": "x", "marks": [{"type": "link"}]}),
        paragraph({"type": "paragraph", "content": []}),
        {"type": "doc", "version": 1, "content": [{"type": "text", "text": "x"}]},
        {"type": "doc", "version": 1, "content": [{"type": "bulletList", "content": []}]},
        {"type": "doc", "version": 1, "content": [{"type": ["paragraph"]}]},
    ],
)
async def test_what_is_no_document_is_refused(sandbox: JiraSandbox, ask: Asker, body: Any) -> None:
    """A string, an empty text node, a mark without its address, a node out of its place: 400 under `comment`."""
    item = await sandbox.create(ADA, "Fix it")
    status, refusal = await ask.refused("POST", f"issue/{item}/comment", {"body": body})
    assert (status, list(refusal["errors"])) == (400, ["comment"])
    assert sandbox.view(item)["comments"] == []


async def test_an_empty_comment_is_refused(sandbox: JiraSandbox, ask: Asker) -> None:
    """A comment says something."""
    item = await sandbox.create(ADA, "Fix it")
    empty = {"type": "doc", "version": 1, "content": []}
    assert (await ask.refused("POST", f"issue/{item}/comment", {"body": empty}))[0] == 400


async def test_a_rich_comment_reads_as_plain_words(sandbox: JiraSandbox, ask: Asker) -> None:
    """Lists, code, links and mentions are seen as the words they show."""
    item, linus = await sandbox.create(ADA, "Fix it"), sandbox.world.person(LINUS)
    words = [
        {"type": "mention", "attrs": {"id": linus.id, "text": "@Linus Duty"}},
        {"type": "text", "text": ": see "},
        {"type": "text", "text": "the board", "marks": [{"type": "link", "attrs": {"href": "https://acme.test"}}]},
    ]
    code = {"type": "text", "text": "/why", "marks": [{"type": "code"}]}
    entry = {"type": "listItem", "content": [{"type": "paragraph", "content": [code]}]}
    content = [{"type": "paragraph", "content": words}, {"type": "bulletList", "content": [entry]}]
    await ask("POST", f"issue/{item}/comment", {"body": {"type": "doc", "version": 1, "content": content}})
    assert sandbox.view(item)["comments"][0]["body"] == "Linus Duty: see the board\n/why"


async def test_one_edits_ones_own_comment(sandbox: JiraSandbox, ask: Asker) -> None:
    """An edit keeps id and properties, moves `updated`, and leaves other people's comments alone."""
    item = await sandbox.create(ADA, "Fix it")
    await sandbox.comment(item, ADA, "Mine")
    body = {"body": document("One"), "properties": [{"key": "ours", "value": 1}]}
    made = await ask("POST", f"issue/{item}/comment", body)
    edited = await ask("PUT", f"issue/{item}/comment/{made['id']}", {"body": document("Two")}, expand="properties")
    assert (edited["id"], edited["created"], edited["properties"]) == (made["id"], made["created"], body["properties"])
    assert edited["updated"] > made["updated"]
    theirs = (await ask("GET", f"issue/{item}/comment"))["comments"][0]["id"]
    assert (await ask.refused("PUT", f"issue/{item}/comment/{theirs}", {"body": document("No")}))[0] == 400
    assert [one["body"] for one in sandbox.view(item)["comments"]] == ["Mine", "Two"]


async def test_comments_are_paged_in_either_order(sandbox: JiraSandbox, ask: Asker) -> None:
    """Oldest first unless newest is asked for, from where one wants and as many."""
    item = await sandbox.create(ADA, "Fix it")
    for number in range(5):
        await sandbox.comment(item, ADA, f"c{number}")
    page = await ask("GET", f"issue/{item}/comment", orderBy="-created", startAt=1, maxResults=2)
    shown = [one["body"]["content"][0]["content"][0]["text"] for one in page["comments"]]
    assert (shown, page["total"]) == (["c3", "c2"], 5)


async def test_a_deleted_comment_is_gone(sandbox: JiraSandbox, ask: Asker) -> None:
    """Editing a comment that somebody deleted is answered 404."""
    item = await sandbox.create(ADA, "Fix it")
    made = await ask("POST", f"issue/{item}/comment", {"body": document("One")})
    await sandbox.delete_comment(item, ADA)
    assert (await ask.refused("PUT", f"issue/{item}/comment/{made['id']}", {"body": document("Two")}))[0] == 404


async def test_a_comment_counts_as_an_update_of_its_issue(sandbox: JiraSandbox, ask: Asker) -> None:
    """A comment moves the issue's `updated` and leaves its history alone."""
    item = await sandbox.create(ADA, "Fix it")
    before = (await ask.fields(item))["updated"]
    await sandbox.comment(item, ADA, "Hello")
    assert (await ask.fields(item))["updated"] > before
    assert (await ask("GET", f"issue/{item}/changelog"))["total"] == 0


@pytest.mark.off_contract
async def test_data_center_takes_wiki_markup(data_center: JiraSandbox, ask_own: Asker) -> None:
    """A comment is a string there, and a document is refused."""
    item = await data_center.create(ADA, "Fix it")
    text = "[~linus]: see [the board|https://acme.test]\n* {{/why}}"
    made = await ask_own("POST", f"issue/{item}/comment", {"body": text})
    assert made["body"] == text
    assert data_center.view(item)["comments"][0]["body"] == "Linus Duty: see the board\n/why"
    answer = await ask_own.client.post(ask_own.full(f"issue/{item}/comment"), json={"body": document("No")})
    assert answer.status_code == 400
