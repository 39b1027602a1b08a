"""Start a long-lived process with no more in its memory than it needs."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_LEFT_OUT = ("httpx._main", "pydantic.v1", "rich")
"""What libraries bring along where they find it, and do without where they do not: a command line, an older
generation, colours for a terminal. The service uses none of it."""

SELDOM = 10_000
"""How many objects more there are before the young ones are gone through: Python's 700 are seven deliveries."""


@contextmanager
def lean() -> Iterator[None]:
    """Import and build within, without what is left out, and without looking for garbage where all is new."""
    modules: dict[str, Any] = sys.modules
    absent = [name for name in _LEFT_OUT if name not in modules]
    modules.update(dict.fromkeys(absent))  # Python's own way to say that there is no such module
    looked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        for name in absent:
            del modules[name]
        gc.freeze()  # else the first look for garbage would go through all of it, and find next to nothing
        if looked:
            gc.enable()
