"""Up to when a tracker was compared with the store is kept there."""

from dataclasses import replace
from datetime import timedelta

from app.ports import Watermark
from app.store import SqlStore
from tests.store.examples import NOW

MARK = Watermark(NOW, NOW - timedelta(hours=3), 50_000)


async def test_each_tracker_has_its_own_watermark(store: SqlStore) -> None:
    """Nothing is known before the first one; the latest that was put holds, for its tracker only."""
    assert await store.watermark("linear") is None
    await store.put_watermark("linear", MARK)
    await store.put_watermark("jira", replace(MARK, watched=7))
    await store.put_watermark("linear", replace(MARK, at=NOW + timedelta(hours=1)))
    assert await store.watermark("linear") == replace(MARK, at=NOW + timedelta(hours=1))
    assert await store.watermark("jira") == replace(MARK, watched=7)
