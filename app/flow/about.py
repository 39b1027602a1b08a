"""Say which items deliveries are about."""

from collections.abc import Mapping, Sequence

from app.core.delivery import Delivery
from app.ports import Store


async def about(store: Store, deliveries: Sequence[Delivery]) -> list[list[str]]:
    """Return for each delivery the items that it names: by key, or by id where we never looked at one."""
    keys: dict[str, Mapping[str, str]] = {}
    for tracker in {one.tracker for one in deliveries}:
        ids = {id_ for one in deliveries if one.tracker == tracker for id_ in _named(one)}
        keys[tracker] = await store.reports.keys(tracker, sorted(ids))
    return [[keys[one.tracker].get(id_, id_) for id_ in _named(one)] for one in deliveries]


def _named(delivery: Delivery) -> list[str]:
    return list(dict.fromkeys((*delivery.heard.items, *delivery.heard.epics)))
