"""Ask the sandbox over its socket, and hold its answers against the official schema where that is there."""

from typing import Any

import httpx

from connectors.linear.sandbox import LinearSandbox
from tests.contract_linear import check_answer
from tests.contracts import SHARED

UPDATE = """mutation ($id: String!, $input: IssueUpdateInput!) { issueUpdate(id: $id, input: $input) {
  success lastSyncId issue { id identifier previousIdentifiers labelIds updatedAt state { name type } team { key }
  cycle { id } project { name } parent { id } assignee { email } dueDate addedToTeamAt } } }"""
COMMENT = """mutation ($input: CommentCreateInput!) { commentCreate(input: $input) {
  success comment { id url body createdAt editedAt user { id app } } } }"""
EDIT = """mutation ($id: String!, $input: CommentUpdateInput!) { commentUpdate(id: $id, input: $input) {
  success comment { id body editedAt } } }"""


class Asker:
    """Speak to the sandbox as the service does."""

    def __init__(self, sandbox: LinearSandbox) -> None:
        self.sandbox = sandbox
        settings = sandbox.environment()
        self.url = settings["FOLLOWTHROUGH_LINEAR_API_URL"]
        self.key = settings["FOLLOWTHROUGH_LINEAR_API_KEY"]
        self.client = httpx.AsyncClient(trust_env=False)

    async def post(self, document: str, variables: dict[str, Any] | None = None) -> httpx.Response:
        """Send a document, valid or not."""
        body = {"query": document, "variables": variables or {}}
        return await self.client.post(self.url, json=body, headers={"Authorization": self.key})

    async def __call__(self, document: str, **variables: Any) -> Any:
        """Return the data of an answer without errors."""
        body = await self._checked(document, variables)
        assert "errors" not in body, body["errors"]
        if SHARED.exists():
            assert check_answer(document, body["data"]) == []
        return body["data"]

    async def refusal(self, document: str, **variables: Any) -> dict[str, Any]:
        """Return the first error of a request that is valid by the schema and refused all the same."""
        body = await self._checked(document, variables)
        error: dict[str, Any] = body["errors"][0]
        return error

    async def _checked(self, document: str, variables: dict[str, Any]) -> Any:
        return (await self.post(document, variables)).json()

    async def update(self, item: str, **wanted: Any) -> dict[str, Any]:
        """Change an issue and return it."""
        issue: dict[str, Any] = (await self(UPDATE, id=item, input=wanted))["issueUpdate"]["issue"]
        return issue

    async def refused_update(self, item: str, **wanted: Any) -> str:
        """Return the message with which a change is refused."""
        return str((await self.refusal(UPDATE, id=item, input=wanted))["message"])

    def id(self, table: str, **fields: Any) -> str:
        """Return the id of something in the sandbox."""
        found = self.sandbox.world.find(table, **fields)
        assert found is not None, (table, fields)
        return str(found["id"])
