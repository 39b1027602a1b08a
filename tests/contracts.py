"""Find the official schemas, samples and emulators beside the checkout."""

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def need_shared(path: str) -> Path:
    """Return a file or folder of the contract data; skip the test where it is absent."""
    found = SHARED / path
    if not found.exists():
        pytest.skip(f"contract data is absent: no {path} beside the checkout")
    return found
