"""Send webhooks that were spoiled in every way, correctly signed, with real ones in between: nothing may break.

They go to Linear's door and to Jira's in turn. No answer may be 5xx, no exception may stand in the log, each real one
must be kept, and the pages must still show what came in.
"""

import argparse
import asyncio
import hashlib
import hmac
import json
import random
import sys
import tempfile
import urllib.request
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from functools import partial
from http import HTTPStatus
from pathlib import Path
from sqlite3 import connect
from typing import Any
from urllib.error import HTTPError

from app.store import upgrade
from deploy.bench import accept
from deploy.bench.bodies import Stem, stems
from deploy.bench.children import Load, Serving, load, service
from deploy.bench.databases import leave_alone
from deploy.bench.events import SECRET, Event, signed
from deploy.bench.spoil import spoil

TRACKERS = ("linear", "jira")
JIRA = {"BASE_URL": "http://127.0.0.1:9", "EMAIL": "bench@acme.test", "API_TOKEN": "bench", "WEBHOOK_SECRETS": SECRET}
POLICY = accept.POLICY.replace("watch: [", "watch: [{tracker: jira, projects: [PM], label: post-mortem}, ")
REAL_EVERY = 100
AT_ONCE = 10_000
"""How many requests are sent at a time, while the next ones are made."""
PAGES = ("/", "/deliveries?limit=200", "/deliveries?hearing=unknown&limit=200", "/items", "/metrics")


def events(first: int, number: int, chance: random.Random, kinds: Sequence[Stem]) -> Iterator[tuple[Stem, Event, bool]]:
    """Yield spoiled events, and a real one now and then, each with whether it is real."""
    for each in range(first, first + number):
        stem, is_real = chance.choice(kinds), each % REAL_EVERY == 0
        body = stem.copy(each)
        yield stem, _signed(stem.tracker, body if is_real else spoil(body, chance)), is_real


def _signed(tracker: str, body: bytes) -> Event:
    if tracker == "linear":
        return signed(body)
    seal = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    sent_as = {"x-hub-signature": f"sha256={seal}", "x-atlassian-webhook-identifier": str(uuid.uuid4())}
    return Event(body, {"content-type": "application/json; charset=utf-8", **sent_as})


def run(number: int, folder: Path, loader: Load, seed: int = 1) -> dict[str, Any]:
    """Send that many; return the answers' counts, the lines of the log that tell of errors, and lost real ones."""
    url = f"sqlite:///{folder / 'followthrough.db'}"
    upgrade(url)
    for tracker in TRACKERS:
        leave_alone(url, tracker)
    settings = accept.settings(url) | {f"FOLLOWTHROUGH_JIRA_{name}": value for name, value in JIRA.items()}
    with service(folder, settings, POLICY) as running:
        statuses, real = _send(number, random.Random(seed), folder, partial(loader.replay, running.port))  # noqa: S311  it spoils bodies
        pages = {page: _status(running, page) for page in PAGES}
        errors = [line for line in running.log.read_text(encoding="utf-8").splitlines() if '"level": "error"' in line]
    with closing(connect(folder / "followthrough.db")) as connection:
        kept = {digest for (digest,) in connection.execute("SELECT digest FROM deliveries")}
    lost = len(real - kept)
    return {"statuses": dict(statuses), "pages": pages, "errors": errors, "real": len(real), "lost": lost}


def _send(
    number: int, chance: random.Random, folder: Path, send: Callable[..., dict[str, Any]]
) -> tuple[Counter[str], set[str]]:
    """Send that many, some at a time while the next ones are made; return the answers, and the real ones' digests."""
    kinds = [stem for tracker in TRACKERS for stem in asyncio.run(stems(tracker))]
    sent, real = list[Future[dict[str, Any]]](), set[str]()
    with ThreadPoolExecutor(1) as sender:
        for first in range(0, number, AT_ONCE):
            made = list(events(first, min(AT_ONCE, number - first), chance, kinds))
            real |= {hashlib.sha256(event.body).hexdigest() for _, event, is_real in made if is_real}
            lines = [event.line(f"/webhooks/{stem.tracker}") for stem, event, _ in made]
            file = folder / f"burst {len(sent) % 2}"  # the other one is being sent
            file.write_text("\n".join(lines), encoding="ascii")
            if sent:
                sent[-1].result()
            sent.append(sender.submit(send, file, connections=16))
    statuses = Counter[str]()
    for one in sent:
        statuses.update(one.result()["statuses"])
    return statuses, real


def _status(running: Serving, page: str) -> int:
    asked = urllib.request.Request(f"http://127.0.0.1:{running.port}{page}", headers={"accept": "text/html,*/*"})
    try:
        with urllib.request.urlopen(asked) as answer:  # noqa: S310  see above
            return int(answer.status)
    except HTTPError as refusal:
        return refusal.code


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
    bad += [page for page, status in found["pages"].items() if status != HTTPStatus.OK]
    unsent = asked.number - sum(found["statuses"].values())
    sys.exit(1 if bad or found["errors"] or found["lost"] or unsent else 0)


if __name__ == "__main__":
    main()
