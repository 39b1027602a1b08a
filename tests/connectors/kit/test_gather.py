"""What is asked at the same moment goes out together, and each gets its own answer."""

import asyncio
import gc
from collections.abc import Sequence

import pytest

from connectors._kit.gather import Gatherer


class Sender:
    """Answer with the number doubled; refuse what is negative."""

    def __init__(self) -> None:
        self.sent: list[list[int]] = []
        self.sending = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()

    async def send(self, asks: Sequence[int]) -> list[int | Exception]:
        """Answer them, in order, once the gate is open."""
        self.sent.append(list(asks))
        self.sending.set()
        await self.gate.wait()
        return [2 * ask if ask >= 0 else ValueError(str(ask)) for ask in asks]


async def test_asks_of_a_moment_go_out_together() -> None:
    """Each gets its own answer, whatever becomes of its neighbours."""
    sender = Sender()
    gatherer = Gatherer(sender.send, 10)
    answers = await asyncio.gather(*map(gatherer.ask, [1, -2, 3]), return_exceptions=True)
    assert [answers[0], answers[2]] == [2, 6]
    assert isinstance(answers[1], ValueError)
    assert sender.sent == [[1, -2, 3]]


async def test_a_batch_that_fails_is_the_matter_of_those_who_asked() -> None:
    """Each of them is told, and nobody else: the log shows no error that nobody took up."""
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))

    async def send(_asks: Sequence[int]) -> list[int | Exception]:
        raise ConnectionError

    answers = await asyncio.gather(*map(Gatherer(send, 10).ask, [1, 2]), return_exceptions=True)
    assert [type(answer) for answer in answers] == [ConnectionError, ConnectionError]
    await asyncio.sleep(0)
    gc.collect()
    assert complaints == []


async def test_no_more_go_out_together_than_may() -> None:
    """What is beyond that goes out by itself, at once."""
    sender = Sender()
    gatherer = Gatherer(sender.send, 2)
    assert await asyncio.gather(*map(gatherer.ask, [1, 2, 3, 4, 5])) == [2, 4, 6, 8, 10]
    assert sender.sent == [[1, 2], [3, 4], [5]]


async def test_who_comes_later_is_in_the_next_batch() -> None:
    """While one batch is under way the next one gathers, and does not wait for it."""
    sender = Sender()
    sender.gate.clear()
    gatherer = Gatherer(sender.send, 10)
    first = asyncio.ensure_future(gatherer.ask(1))
    await sender.sending.wait()
    second = asyncio.ensure_future(gatherer.ask(2))
    sender.sending.clear()
    await sender.sending.wait()
    sender.gate.set()
    assert [await first, await second] == [2, 4]


async def test_who_was_stopped_does_not_harm_the_others() -> None:
    """The batch goes out all the same, and the rest are answered."""
    sender = Sender()
    gatherer = Gatherer(sender.send, 10)
    first, second = (asyncio.ensure_future(gatherer.ask(one)) for one in (1, 2))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == 4
    assert first.cancelled()


async def test_whoever_still_waits_at_the_end_is_told() -> None:
    """Nobody waits for ever for an answer that nobody brings."""
    sender = Sender()
    sender.gate.clear()
    gatherer = Gatherer(sender.send, 10)
    asking = asyncio.ensure_future(gatherer.ask(1))
    await sender.sending.wait()
    await gatherer.aclose()
    with pytest.raises(asyncio.CancelledError):
        await asking


async def test_who_follows_closely_waits_for_others_where_nobody_is_in_a_hurry() -> None:
    """The first goes out at once; those that come one by one after it go out together."""
    sender = Sender()
    gatherer = Gatherer(sender.send, 10, patience=0.05)
    assert await gatherer.ask(1) == 2
    second = asyncio.ensure_future(gatherer.ask(2))
    await asyncio.sleep(0.01)
    assert [await gatherer.ask(3), await second] == [6, 4]
    assert sender.sent == [[1], [2, 3]]
