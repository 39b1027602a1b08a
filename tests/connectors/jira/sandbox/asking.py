"""Ask the sandbox over its socket; every request and answer is held against Atlassian's files where those are there."""

from typing import Any

import httpx

from connectors.jira.sandbox import JiraSandbox
from tests.contract_jira import check_answer, check_request
from tests.contracts import SHARED

ADA, GRACE, LINUS, OLGA = (f"{name}@acme.test" for name in ("ada", "grace", "linus", "olga"))


class Asker:
    """Speak to the sandbox as the service does."""

    def __init__(self, sandbox: JiraSandbox) -> None:
        self.sandbox, self.data_center = sandbox, sandbox.world.data_center
        told = sandbox.environment()
        token, pat = told.get("FOLLOWTHROUGH_JIRA_API_TOKEN"), told.get("FOLLOWTHROUGH_JIRA_PAT")
        auth = httpx.BasicAuth(told["FOLLOWTHROUGH_JIRA_EMAIL"], token) if token else None
        headers = {"Authorization": f"Bearer {pat}"} if pat else {}
        base = told["FOLLOWTHROUGH_JIRA_BASE_URL"]
        self.client = httpx.AsyncClient(base_url=base, auth=auth, headers=headers, trust_env=False)

    async def raw(self, method: str, path: str, body: Any = None, **query: Any) -> httpx.Response:
        """Return the answer to a request, whatever it is."""
        path = self.full(path)
        if SHARED.exists():
            problems = check_request(method, path, query, body, data_center=self.data_center)
            assert problems == [], problems
        sent = {} if body is None else {"json": body}
        return await self.client.request(method, path, params=query, **sent)

    async def __call__(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """Return the body of a good answer, None for an empty one."""
        answer = await self.raw(method, path, body, **query)
        assert answer.status_code < 400, answer.text
        shown = answer.json() if answer.content else None
        if SHARED.exists():
            status, full = answer.status_code, self.full(path)
            problems = check_answer(method, full, status, shown, data_center=self.data_center)
            assert problems == [], problems
        return shown

    async def refused(self, method: str, path: str, body: Any = None, **query: Any) -> tuple[int, dict[str, Any]]:
        """Return the status and body of a refusal."""
        answer = await self.raw(method, path, body, **query)
        assert answer.status_code >= 400, answer.text
        return answer.status_code, answer.json()

    async def fields(self, item: str) -> dict[str, Any]:
        """Return an issue's fields."""
        fields: dict[str, Any] = (await self("GET", f"issue/{item}"))["fields"]
        return fields

    async def edit(self, item: str, **body: Any) -> None:
        """Edit an issue."""
        await self("PUT", f"issue/{item}", body)

    async def refused_edit(self, item: str, **body: Any) -> dict[str, str]:
        """Return the fields that Jira refuses in an edit, each with its sentence."""
        status, refusal = await self.refused("PUT", f"issue/{item}", body)
        assert status == 400
        errors: dict[str, str] = refusal["errors"]
        return errors

    async def search(self, jql: str, **more: Any) -> Any:
        """Return a page of a search."""
        return await self("POST", "search" if self.data_center else "search/jql", {"jql": jql, **more})

    def full(self, path: str) -> str:
        """Return the path below the platform's API, unless it begins with a slash."""
        return path if path.startswith("/") else f"/rest/api/{2 if self.data_center else 3}/{path}"


def document(text: str) -> dict[str, Any]:
    """Return a text as Cloud's comments take it."""
    content = [{"type": "paragraph", "content": [{"type": "text", "text": text}]}]
    return {"type": "doc", "version": 1, "content": content}
