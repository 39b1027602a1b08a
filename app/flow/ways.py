"""Look whether people can be written to in the ways that the policy names."""

import asyncio
from collections.abc import Mapping

from app.core.errors import FollowthroughError
from app.core.policy import Policy
from app.ports import Messenger
from app.ports.examiner import Diagnosis

PATIENCE = 30.0
"""Seconds for all ways together, which are asked side by side."""


async def examine_ways(policy: Policy, messengers: Mapping[str, Messenger]) -> list[Diagnosis]:
    """Return what is wrong; nobody is written to."""
    names = list(dict.fromkeys(policy.messages.channels))
    found = await asyncio.gather(*(_examined(name, messengers.get(name)) for name in names))
    return [one for each in found for one in each]


async def _examined(name: str, messenger: Messenger | None) -> list[Diagnosis]:
    if messenger is None:
        hint = f"set its credentials, see the page of {name}, or take it out of messages"
        return [Diagnosis(f"{name}.off", f"the policy writes to people by {name}, which is not set up", hint)]
    try:
        async with asyncio.timeout(PATIENCE):
            return [Diagnosis(one.id, one.message, one.hint) for one in await messenger.check()]
    except (FollowthroughError, TimeoutError) as error:
        what = str(error) or f"{name} did not answer in time"
        return [Diagnosis(f"{name}.unreachable", what, "see whether its address can be reached from here")]
