"""Say in problems whether the service is ready, and what is wrong with its set-up."""

import asyncio
import logging
from collections.abc import Sequence

from app.ports import Problem, Tracker
from app.ports.examiner import Diagnosis

PATIENCE = 3.0
"""Seconds that a tracker's checks may take when readiness is asked for."""

log = logging.getLogger(__name__)


def ended(task: str) -> Problem:
    """Say that a task that must not end did."""
    return Problem(f"{task}.stopped", f"the {task} task ended", "restart the service; its log says why", blocks=True)


async def checked(tracker: Tracker) -> Sequence[Problem]:
    """Ask a tracker's checks, but not for longer than whoever asks has patience; what fails there keeps nobody out."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await tracker.check()
    except TimeoutError:
        hint = "its calls are tried again; see whether its address can be reached from here"
        return [Problem(f"{tracker.name}.slow", f"{tracker.name} did not answer within {PATIENCE:g} s", hint)]
    except Exception:  # an answer out of shape; the door needs no tracker
        log.exception("the checks of a tracker met an error of ours", extra={"tracker": tracker.name})
        return [Problem(f"{tracker.name}.unchecked", f"{tracker.name} could not be checked", "the log says how")]


def unsaid(diagnoses: Sequence[Diagnosis], said: Sequence[Problem]) -> list[Problem]:
    """Return as problems what `said` does not name yet: it is older, and keeps nothing from working."""
    ids = {problem.id for problem in said}
    return [Problem(one.id, one.message, one.hint) for one in diagnoses if one.id not in ids]
