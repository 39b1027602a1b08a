"""Kill the service with SIGKILL under load, again and again, and look what is left of its work.

It is killed at random moments, and at a random write: before it takes effect, once it did, or while its answer is being
recorded. Meanwhile webhooks come twice, in disorder, or never. Each delivery that was answered with 200 must be on
disk; in the end every item must be as it would be had nothing happened, and nothing may be written twice.
"""

import argparse
import contextlib
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

from deploy.bench.children import playing
from deploy.bench.databases import empty_ones
from deploy.bench.killing import Trial


def trial(tracker: str, rounds: int, seed: int, database: str = "sqlite") -> dict[str, Any]:
    """Kill that often; return what was lost, what is not as it should be, and how many writes were too many."""
    with tempfile.TemporaryDirectory(prefix="followthrough-crash-") as made, contextlib.ExitStack() as stack:
        new_database = stack.enter_context(empty_ones(database, Path(made)))
        trials = []
        for name in ("calm", "killed"):
            folder, sandbox = Path(made, name), stack.enter_context(playing(tracker))
            folder.mkdir()
            trials.append(Trial(tracker, sandbox, folder, new_database(name), random.Random(seed)))  # noqa: S311  it picks moments
        calm, killed = trials
        calm.calm()
        for _ in range(rounds):
            killed.round()
        killed.calm()
        expected = calm.views()
        return {
            "moments": killed.moments,
            "answered": len(killed.answered),
            "lost": len(killed.answered - killed.kept()),
            "items": killed.items,
            "strange": [view for view in killed.views() if view not in expected],
            "too_many": killed.effects() - calm.effects() * killed.items // calm.items,
        }


def main() -> None:
    """Run all rounds and say what came of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--tracker", choices=["linear", "jira"], default="linear")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    found = trial(asked.tracker, asked.rounds, asked.seed, asked.database)
    moments = ", ".join(f"{count} {moment}" for moment, count in sorted(found["moments"].items()))
    sys.stdout.write(
        f"{asked.rounds} times killed ({moments}): "
        f"{found['answered']} deliveries answered with 200, {found['lost']} of them lost; "
        f"{found['items']} items, {len(found['strange'])} not as they should be; "
        f"{found['too_many']} writes too many\n"
    )
    sys.stdout.writelines(f"{view}\n" for view in found["strange"][:3])
    sys.exit(1 if found["lost"] or found["strange"] or found["too_many"] else 0)


if __name__ == "__main__":
    main()
