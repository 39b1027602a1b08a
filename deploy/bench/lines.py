"""Say things to another process, a JSON object a line; what is long goes through a file.

Long lines were seen to arrive cut: both ends then waited for each other. What the system writes at once, a pipe's
`PIPE_BUF`, arrives whole.
"""

import json
import select
import sys
import tempfile
from pathlib import Path
from typing import Any, Protocol


class Lines(Protocol):
    """Hold the end that is read from."""

    def readline(self) -> str:
        """Return the next line."""


def say(what: dict[str, Any]) -> None:
    """Say something on standard output."""
    line = json.dumps(what)
    if len(line) >= select.PIPE_BUF:
        with tempfile.NamedTemporaryFile("w", encoding="ascii", prefix="followthrough-said-", delete=False) as file:
            file.write(line)
        line = json.dumps({"in": file.name})
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def hear(lines: Lines) -> dict[str, Any]:
    """Return what the other side says next."""
    heard: dict[str, Any] = json.loads(lines.readline())
    if heard.keys() == {"in"}:
        file = Path(heard["in"])
        heard = json.loads(file.read_text(encoding="ascii"))
        file.unlink()
    return heard
