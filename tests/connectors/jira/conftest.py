"""Give tests an emulated Jira, fresh for each, one process for each kind."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from tests.connectors.jira.emulated import Emulated, running


@pytest.fixture(scope="session")
def cloud_process() -> Iterator[Any]:
    """Run one emulated Cloud for the whole session."""
    with running(data_center=False) as control:
        yield control


@pytest.fixture(scope="session")
def data_center_process() -> Iterator[Any]:
    """Run one emulated Data Center for the whole session."""
    with running(data_center=True) as control:
        yield control


@pytest.fixture
async def cloud(cloud_process: Any) -> AsyncIterator[Emulated]:
    """Give an emulated Cloud with its seed; every call must be one it knows, every write must change something."""
    async for emulated in _fresh(cloud_process, data_center=False):
        yield emulated


@pytest.fixture
async def data_center(data_center_process: Any) -> AsyncIterator[Emulated]:
    """Give an emulated Data Center in the same way."""
    async for emulated in _fresh(data_center_process, data_center=True):
        yield emulated


@pytest.fixture(params=["cloud", "data_center"])
def jira(request: pytest.FixtureRequest) -> Emulated:
    """Give each kind of Jira in turn."""
    emulated: Emulated = request.getfixturevalue(request.param)
    return emulated


async def _fresh(control: Any, *, data_center: bool) -> AsyncIterator[Emulated]:
    control.reset()
    control.no_faults()
    emulated = Emulated(control, data_center)
    yield emulated
    for tracker in emulated.trackers:
        await tracker.aclose()
    assert control.conformance() == []
    assert control.unsupported() == []
    assert [write for write in control.service_writes() if write["noop"]] == []
