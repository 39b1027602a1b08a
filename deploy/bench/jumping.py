"""Run `followthrough` so that nobody sits through the waits that a tracker's allowance makes.

Where it would wait for its turn, the time by which it and the sandbox reckon the allowance jumps on by as much. The
jumps add up in a file, which outlives a kill: `python -m deploy.bench.jumping FILE serve`. All else goes by real time.
"""

import mmap
import struct
import sys
import time
from functools import partial
from pathlib import Path

from app.cli import app
from connectors._kit import http
from connectors._kit.pace import Pace, Rhythm

_NUMBER = struct.Struct("d")


class Jumps:
    """Hold by how many seconds the time has jumped on, in a file that two processes share; one of them adds to it."""

    def __init__(self, file: Path) -> None:
        with file.open("a+b") as opened:
            if not opened.tell():
                opened.write(_NUMBER.pack(0.0))
                opened.flush()
            self._shared = mmap.mmap(opened.fileno(), _NUMBER.size)

    @property
    def seconds(self) -> float:
        """Return how far it has jumped."""
        return float(_NUMBER.unpack_from(self._shared)[0])

    def clock(self) -> float:
        """Count seconds, those that were skipped too."""
        return time.monotonic() + self.seconds

    async def sleep(self, seconds: float) -> None:
        """Skip a wait."""
        _NUMBER.pack_into(self._shared, 0, self.seconds + seconds)


def main() -> None:
    """Run the command that follows the file's name."""
    jumps = Jumps(Path(sys.argv.pop(1)))
    for kind in (Pace, Rhythm):
        setattr(http, kind.__name__, partial(kind, clock=jumps.clock, sleep=jumps.sleep))
    app()


if __name__ == "__main__":
    main()
