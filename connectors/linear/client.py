"""Send documents to Linear: the one place that does.

https://linear.app/developers/graphql
"""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from typing import Any, TypeAlias
from urllib.parse import urlsplit

from app.core.errors import Transient
from app.ports.spending import Spending
from connectors._kit.http import Http
from connectors.linear.refusals import Unauthenticated, now_utc, read_error
from connectors.linear.settings import LinearSettings
from connectors.linear.tokens import credentials

Node: TypeAlias = dict[str, Any]
"""A JSON object of an answer, as the document selects it."""
ALLOWANCES = {"requests": "x-ratelimit-requests", "complexity": "x-ratelimit-complexity"}
"""Kinds and headers, https://linear.app/developers/rate-limiting."""


class Graph:
    """Run documents. A mutation whose answer was lost is not sent again from here: who wants it looks first.

    Errors are those of `Http.call` and `connectors.linear.refusals`.
    """

    def __init__(self, settings: LinearSettings, now: Callable[[], datetime] = now_utc) -> None:
        address = urlsplit(settings.api_url)
        headers = {"Accept": "application/json", "User-Agent": "followthrough"}
        self._http = Http(
            f"{address.scheme}://{address.netloc}",
            headers,
            title="Linear",
            read_error=lambda answer: read_error(answer, now),
            wall=lambda: now().timestamp(),
            allowances=ALLOWANCES,
            setting="FOLLOWTHROUGH_LINEAR_API_URL",
        )
        self.address = settings.api_url
        self._path = address.path
        self._credentials = credentials(self._http, settings)

    async def run(self, document: str, **variables: Any) -> Node:
        """Send a document and return its `data`; a token that was refused is minted anew, once."""
        header = await self._credentials.header()
        try:
            return await self._post(header, document, variables)
        except Unauthenticated:
            fresh = await self._credentials.renewed(header)
            if fresh is None:
                raise
            return await self._post(fresh, document, variables)

    async def pages(self, document: str, path: Sequence[str], **variables: Any) -> AsyncIterator[list[Node]]:
        """Send a document for every page of the connection at that path of the answer; it takes `$after`."""
        after: str | None = None
        while True:
            found: Any = await self.run(document, **variables, after=after)
            for key in path:
                found = found[key]
            yield found["nodes"]
            if not found["pageInfo"]["hasNextPage"]:
                return
            after = found["pageInfo"]["endCursor"]
            if not after:
                raise Transient("Linear promised another page and did not say where it begins")

    async def all(self, document: str, path: Sequence[str], **variables: Any) -> list[Node]:
        """Return the nodes of every page."""
        return [node async for page in self.pages(document, path, **variables) for node in page]

    @property
    def skew(self) -> float | None:
        """Return by how many seconds our clock is ahead of Linear's; None: not known yet."""
        return self._http.skew

    def spending(self) -> Spending:
        """Return what was spent on calls."""
        return self._http.ledger.spending()

    async def aclose(self) -> None:
        """Give connections back."""
        await self._http.aclose()

    async def _post(self, header: str, document: str, variables: dict[str, Any]) -> Node:
        answer = await self._http.call(
            "POST",
            self._path,
            repeatable=not document.lstrip().startswith("mutation"),
            json={"query": document, "variables": variables},
            headers={"Authorization": header},
        )
        data = answer.body.get("data") if isinstance(answer.body, dict) else None
        if not isinstance(data, dict) or not data or None in data.values():  # its schema has no nulls at this height
            raise Transient("Linear answered without data")
        return data
