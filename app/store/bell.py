"""Wake those who wait for due items: in this process, and through PostgreSQL in every other."""

import asyncio
import contextlib
import math
import secrets
from collections import deque
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Connection, text

from app.store.engine import driver_settings

if TYPE_CHECKING:
    from psycopg import AsyncConnection

_CHANNEL = "followthrough_due"
_PAUSES = (0.1, 0.5, 1.0, 2.0, 5.0)
"""Seconds between attempts to listen again."""
_WAKES, _WITHIN = 3, 0.15
"""So many wakes within so many seconds, at most."""


class Bell:
    """Ring when something was made due.

    https://www.postgresql.org/docs/current/sql-notify.html: a notification goes out with the commit of its transaction.
    """

    def __init__(self, url: URL) -> None:
        self._name = secrets.token_hex(8)
        self._rung = asyncio.Event()
        self._woken = deque([-math.inf] * _WAKES, _WAKES)
        self._listening = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        if url.get_backend_name() == "postgresql":
            self._task = asyncio.create_task(self._listen(url), name="store-bell")

    def tell_others(self, connection: Connection) -> None:
        """Ring in the other processes as soon as this transaction is committed."""
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_notify(:channel, :name)"), {"channel": _CHANNEL, "name": self._name})

    def ring(self) -> None:
        """Wake who waits in this process, or who comes to wait next."""
        self._rung.set()

    async def wait(self, seconds: float) -> None:
        """Wait until it rings, or it has rung since the last wait, or the time is over.

        While it rings all the time it wakes nobody all the time: who is woken asks the database.
        """
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, 0)):
                await self._rung.wait()
                now = asyncio.get_running_loop().time()
                await asyncio.sleep(max(0.0, self._woken[0] + _WITHIN - now))
        self._rung.clear()
        self._woken.append(asyncio.get_running_loop().time())

    async def aclose(self) -> None:
        """Stop listening."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _listen(self, url: URL) -> None:
        """Listen for other processes, over new connections for as long as it takes."""
        import psycopg  # noqa: PLC0415  ten megabytes that SQLite can do without

        settings = driver_settings(url)
        failures = 0
        while True:
            with contextlib.suppress(psycopg.Error):
                async with await psycopg.AsyncConnection.connect(**settings, autocommit=True) as connection:
                    await connection.execute(f"LISTEN {_CHANNEL}")
                    failures = 0
                    await self._hear(connection)
            self._listening.clear()
            await asyncio.sleep(_PAUSES[min(failures, len(_PAUSES) - 1)])
            failures += 1

    async def _hear(self, connection: "AsyncConnection[Any]") -> None:
        self._listening.set()
        self.ring()  # nobody heard what went out before
        async for notice in connection.notifies():
            if notice.payload != self._name:
                self.ring()
