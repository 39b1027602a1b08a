"""Webhooks that were spoiled in every way; `sh deploy/bench/bench.sh mutate` sends a million of them."""

from pathlib import Path

from deploy.bench.children import load
from deploy.bench.mutate import run


def test_nothing_breaks(tmp_path: Path) -> None:
    """No answer is a 5xx, no error stands in the log, the real ones are all kept, and the pages show what came in."""
    with load() as loader:
        found = run(2_000, tmp_path, loader)
    assert set(found["statuses"]) == {"200", "400"}
    assert (found["errors"], found["lost"]) == ([], 0)
    assert found["real"] == 20
    assert set(found["pages"].values()) == {200}
