"""Play many stories at the same time on one service, because it must cope with that as well."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping

from tests.story.stage import Stage

Story = Callable[[Stage], AsyncGenerator[None]]
"""Plays up to its `yield`, which waits until everything has come to rest; looks at what came of it after that."""


async def tell(one: Stage, stories: Mapping[str, Story]) -> dict[str, BaseException | None]:
    """Play the stories; return what went wrong in each."""
    told = {name: story(one) for name, story in stories.items()}
    ends = dict(zip(told, await asyncio.gather(*(_next(story) for story in told.values())), strict=True))
    while going := [name for name, end in ends.items() if end is None]:
        await one.rest()
        ends |= dict(zip(going, await asyncio.gather(*(_next(told[name]) for name in going)), strict=True))
    return {name: None if isinstance(end, StopAsyncIteration) else end for name, end in ends.items()}


async def _next(story: AsyncGenerator[None]) -> BaseException | None:
    """Play on to the next `yield`; return what ended the story."""
    try:
        await anext(story)
    except BaseException as end:  # noqa: BLE001  each story's end is its test's to judge
        return end
    return None
