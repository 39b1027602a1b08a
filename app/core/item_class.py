"""The classes that an item can have."""

from enum import StrEnum


class ItemClass(StrEnum):
    """Say what an item is; `missing` and `conflict` wait for a person."""

    OPERATIONAL = "operational"
    STRATEGIC = "strategic"
    RISK = "risk"
    MISSING = "missing"
    CONFLICT = "conflict"


ROUTED = (ItemClass.OPERATIONAL, ItemClass.STRATEGIC)
"""The classes that a route is looked up for."""
