"""Give tests an emulated Linear, fresh for each."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from tests.connectors.linear.emulated import Emulated, running


@pytest.fixture(scope="session")
def linear_process() -> Iterator[Any]:
    """Run one emulator for the whole session."""
    with running() as control:
        yield control


@pytest.fixture
async def linear(linear_process: Any) -> AsyncIterator[Emulated]:
    """Give an emulated Linear with its seed; every call must be one it knows, every write must change something."""
    linear_process.reset()
    linear_process.no_faults()
    linear_process.calls(clear=True)
    emulated = Emulated(linear_process)
    yield emulated
    for tracker in emulated.trackers:
        await tracker.aclose()
    assert linear_process.conformance() == []
    assert linear_process.unsupported() == []
    assert emulated.may_repeat or [write for write in linear_process.service_writes() if write["noop"]] == []
