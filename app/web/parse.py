"""Parse the JSON of webhooks."""

import json
from typing import Any

from pydantic_core import from_json


def parse(raw: bytes) -> Any:
    """Return the value; raise ValueError or RecursionError for what is no JSON.

    The quick reader takes neither lone surrogates nor anything but UTF-8; Python's own takes both.
    """
    try:
        return from_json(raw)
    except ValueError:
        return json.loads(raw)
