"""An answer's head goes out with its body, and nothing is held back for longer than a turn."""

import asyncio
from unittest.mock import Mock

from app.web.joined import Joined


def _writes(transport: Mock) -> list[bytes]:
    return [call.args[0] for call in transport.write.call_args_list]


async def test_head_and_body_are_one_write() -> None:
    """Two writes in one turn of the loop are one for the system."""
    transport = Mock()
    joined = Joined(transport)
    joined.write(b"head ")
    assert _writes(transport) == []
    joined.write(b"body")
    assert _writes(transport) == [b"head body"]
    await asyncio.sleep(0)
    assert _writes(transport) == [b"head body"]


async def test_head_does_not_wait_for_a_body_that_takes_long() -> None:
    """Where nothing follows in the same turn, what is held goes out by itself."""
    transport = Mock()
    joined = Joined(transport)
    joined.write(b"head ")
    await asyncio.sleep(0)
    assert _writes(transport) == [b"head "]
    joined.write(b"body")
    await asyncio.sleep(0)
    assert _writes(transport) == [b"head ", b"body"]


async def test_closing_sends_what_is_held() -> None:
    """An answer with no body is whole before its connection closes."""
    transport = Mock()
    joined = Joined(transport)
    joined.write(b"head")
    joined.write(b"")
    joined.write(b"last")
    joined.close()
    assert [call[0] for call in transport.method_calls] == ["write", "write", "close"]
    assert _writes(transport) == [b"head", b"last"]


async def test_everything_else_is_the_transports() -> None:
    """Whoever asks for more gets the transport's own answer."""
    transport = Mock()
    assert Joined(transport).is_closing() is transport.is_closing()
    await asyncio.sleep(0)
