"""The store keeps to its port."""

import inspect

import pytest

from app.ports import Store
from app.store import SqlStore

METHODS = sorted(name for name in vars(Store) if not name.startswith("_"))


@pytest.mark.parametrize("name", METHODS)
def test_method_is_called_as_the_port_says(name: str) -> None:
    """Names, kinds and defaults of the parameters are the port's."""
    assert inspect.signature(getattr(SqlStore, name)) == inspect.signature(getattr(Store, name))


async def test_types_are_the_ports(store: SqlStore) -> None:
    """The type checker takes the store for what the flow asks for."""
    as_the_flow_sees_it: Store = store
    assert await as_the_flow_sees_it.find("linear", "PM-1") is None
