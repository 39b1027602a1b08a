"""The store keeps to its port."""

import inspect
from typing import Any

import pytest

from app.ports import Store
from app.ports.policy_book import PolicyBook
from app.ports.reports import Reports
from app.store import SqlStore
from app.store.policy_book import SqlPolicyBook
from app.store.reporting import SqlReports

FILLED: dict[Any, type] = {Store: SqlStore, Reports: SqlReports, PolicyBook: SqlPolicyBook}
METHODS = [
    (port, name)
    for port in FILLED
    for name, method in sorted(vars(port).items())
    if inspect.isfunction(method) and not name.startswith("_")
]


@pytest.mark.parametrize(("port", "name"), METHODS)
def test_method_is_called_as_the_port_says(port: Any, name: str) -> None:
    """Names, kinds and defaults of the parameters are the port's."""
    assert inspect.signature(getattr(FILLED[port], name)) == inspect.signature(getattr(port, name))


async def test_types_are_the_ports(store: SqlStore) -> None:
    """The type checker takes the store for what the flow asks for."""
    as_the_flow_sees_it: Store = store
    assert await as_the_flow_sees_it.find("linear", "PM-1") is None
    assert not await as_the_flow_sees_it.reports.knows("team", "ENG")
    book: PolicyBook = store.policies
    assert not await book.lets("d1")
