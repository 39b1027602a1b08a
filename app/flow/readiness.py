"""Say in problems whether the service is ready, and what is wrong with its set-up."""

import asyncio
from collections.abc import Sequence

from app.ports import Problem, Tracker
from app.ports.examiner import Diagnosis

PATIENCE = 3.0
"""Seconds that a tracker's checks may take when readiness is asked for."""


def ended(task: str) -> Problem:
    """Say that a task that must not end did."""
    return Problem(f"{task}.stopped", f"the {task} task ended", "restart the service; its log says why", blocks=True)


async def checked(tracker: Tracker) -> Sequence[Problem]:
    """Ask a tracker's checks, but not for longer than whoever asks for readiness has patience."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await tracker.check()
    except TimeoutError:
        hint = "its calls are tried again; see whether its address can be reached from here"
        return [Problem(f"{tracker.name}.slow", f"{tracker.name} did not answer within {PATIENCE:g} s", hint)]


def unsaid(diagnoses: Sequence[Diagnosis], said: Sequence[Problem]) -> list[Problem]:
    """Return as problems what `said` does not name yet: it is older, and keeps nothing from working."""
    ids = {problem.id for problem in said}
    return [Problem(one.id, one.message, one.hint) for one in diagnoses if one.id not in ids]
