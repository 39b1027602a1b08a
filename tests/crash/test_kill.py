"""The service is killed under load, some times in the middle of a write; `deploy/bench/crash.sh` does it 200 times."""

import pytest

from deploy.bench.crash import trial


@pytest.mark.timeout(300)
def test_nothing_is_lost_and_nothing_doubled() -> None:
    """What was answered with 200 is on disk, every item ends as it would have, and no write is made twice."""
    found = trial("linear", 3, seed=7)
    assert found["answered"]
    assert (found["lost"], found["strange"], found["too_many"]) == (0, [], 0)
