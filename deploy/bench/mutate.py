"""Send webhooks that were spoiled in every way, correctly signed, with real ones in between: nothing may break.

No answer may be 5xx, no exception may stand in the log, and each real one must be kept.
"""

import argparse
import copy
import hashlib
import json
import random
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from app.store import upgrade
from deploy.bench.accept import POLICY, settings
from deploy.bench.children import Load, load, service
from deploy.bench.databases import leave_alone
from deploy.bench.events import Event, issue_event, signed

STRANGE: tuple[Any, ...] = (None, True, -1, 1e308, 2**70, "", "\x00", "\ud800", "x" * 5_000, [], {}, [[[]]], {"id": {}})
REAL_EVERY = 100
AT_ONCE = 20_000
"""How many requests are made and sent at a time."""


def spoil(body: bytes, chance: random.Random) -> bytes:
    """Return the body, spoiled in one of the ways."""
    return chance.choice(_WAYS)(body, chance)


def _flipped(body: bytes, chance: random.Random) -> bytes:
    spoiled = bytearray(body)
    for _ in range(chance.randint(1, 8)):
        spoiled[chance.randrange(len(spoiled))] ^= 1 << chance.randrange(8)
    return bytes(spoiled)


def _cut(body: bytes, chance: random.Random) -> bytes:
    return body[: chance.randrange(len(body))]


def _doubled(body: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(body))
    return body[:at] + body[chance.randrange(len(body)) :]


def _changed(body: bytes, chance: random.Random) -> bytes:
    """Put something strange where something else is due, or take it out, or move it elsewhere."""
    payload = json.loads(body)
    for _ in range(chance.randint(1, 3)):
        holder, key = chance.choice(list(_places(payload)))
        match chance.randrange(4):
            case 0:
                del holder[key]
            case 1:
                holder[key] = copy.deepcopy(chance.choice(STRANGE))
            case 2:
                holder[key] = json.loads(body)
            case _:
                payload["data"] = copy.deepcopy(holder[key])
        if not isinstance(payload.get("data"), dict):
            break
    return json.dumps(payload).encode()


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    entries = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    for key, entry in entries:
        yield value, key
        if isinstance(entry, (dict, list)):
            yield from _places(entry)


_WAYS: tuple[Callable[[bytes, random.Random], bytes], ...] = (_flipped, _cut, _doubled, _changed, _changed, _changed)


def events(first: int, number: int, chance: random.Random) -> Iterator[tuple[Event, bool]]:
    """Yield spoiled events, and a real one now and then, each with whether it is real."""
    for each in range(first, first + number):
        real = issue_event(each)
        yield (real, True) if each % REAL_EVERY == 0 else (signed(spoil(real.body, chance)), False)


def run(number: int, folder: Path, loader: Load, seed: int = 1) -> dict[str, Any]:
    """Send that many; return the answers' counts, the lines of the log that tell of errors, and lost real ones."""
    url, chance = f"sqlite:///{folder / 'followthrough.db'}", random.Random(seed)  # noqa: S311  it spoils bodies
    statuses, real = Counter[str](), set[str]()
    upgrade(url)
    leave_alone(url, "linear")
    with service(folder, settings(url), POLICY) as running:
        for first in range(0, number, AT_ONCE):
            made = list(events(first, min(AT_ONCE, number - first), chance))
            real |= {hashlib.sha256(event.body).hexdigest() for event, is_real in made if is_real}
            file = folder / "burst"
            file.write_text("\n".join(event.line("/webhooks/linear") for event, _ in made), encoding="ascii")
            statuses.update(loader.replay(running.port, file, connections=16)["statuses"])
        errors = [line for line in running.log.read_text(encoding="utf-8").splitlines() if '"level": "error"' in line]
    with closing(sqlite3.connect(folder / "followthrough.db")) as connection:
        kept = {digest for (digest,) in connection.execute("SELECT digest FROM deliveries")}
    return {"statuses": dict(statuses), "errors": errors, "real": len(real), "lost": len(real - kept)}


def main() -> None:
    """Send them and say what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="followthrough-mutate-") as made, load() as loader:
        found = run(asked.number, Path(made), loader, asked.seed)
    sys.stdout.write(json.dumps(found, indent=1) + "\n")
    bad = [status for status in found["statuses"] if not status.startswith(("2", "4"))]
    sys.exit(1 if bad or found["errors"] or found["lost"] else 0)


if __name__ == "__main__":
    main()
