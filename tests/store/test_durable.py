"""What is on disk when a call returns."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event

from app.ports import Touch
from app.store import SqlStore
from app.store.engine import Database
from tests.store.examples import LEASE, NOW, SECOND, claim_one, delivery, result

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])
FULL, NORMAL = 2, 1
"""https://www.sqlite.org/pragma.html#pragma_synchronous."""


@pytest.fixture
def syncs() -> Any:
    """Gather how each transaction ends that writes."""
    seen: list[int] = []

    def note(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        if driver.in_transaction:
            seen.append(driver.execute("PRAGMA synchronous").fetchone()[0])

    event.listen(Engine, "commit", note)
    yield seen
    event.remove(Engine, "commit", note)


async def test_what_is_answered_for_is_on_disk(store: SqlStore, syncs: Sequence[int]) -> None:
    """A delivery and a run's record stand a power cut, whatever came before them."""
    await store.keep(delivery(), [Touch("i1", "x")], NOW)
    claim = await claim_one(store)
    await store.record(claim, result(again=NOW + SECOND), NOW)
    assert (syncs[0], syncs[-1]) == (FULL, FULL)


async def test_loans_wait_for_no_disk(store: SqlStore, syncs: list[int]) -> None:
    """Who runs while the power fails runs no more: loans and drawn writes need not outlive it."""
    await store.keep(delivery(), [Touch("i1", "x")], NOW)
    syncs.clear()
    claims = await store.claim(1, NOW, LEASE, ["linear"])
    await store.extend(claims, NOW + LEASE)
    await store.draw("linear", NOW, 1, 10)
    assert syncs == [NORMAL] * 3


async def test_only_who_writes_while_others_wait_undoes_in_memory(store: SqlStore) -> None:
    """A migration's index or a report's order may be larger than the memory; a crowd's rows are not."""
    seen: list[int] = []
    database = store._now.database

    def note(connection: Connection) -> None:
        seen.append(connection.exec_driver_sql("PRAGMA temp_store").scalar_one())

    await database.write(note)
    await database.write_relaxed(note)
    await database.read(note)
    again = Database(database.url)
    await again.start(note)
    await again.aclose()
    default, memory = 0, 2
    assert seen == [memory, memory, default, default]
