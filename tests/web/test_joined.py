"""An answer's head goes out with its body, and nothing is held back for longer than a turn."""

import asyncio
from unittest.mock import Mock

from app.web.joined import Joined


def _open() -> Mock:
    transport = Mock()
    transport.is_closing.return_value = False
    return transport


def _writes(transport: Mock) -> list[bytes]:
    return [call.args[0] for call in transport.write.call_args_list]


async def test_head_and_body_are_one_write() -> None:
    """Two writes in one turn of the loop are one for the system."""
    transport = _open()
    joined = Joined(transport)
    joined.write(b"head ")
    assert _writes(transport) == []
    joined.write(b"body")
    assert _writes(transport) == [b"head body"]
    await asyncio.sleep(0)
    assert _writes(transport) == [b"head body"]


async def test_head_does_not_wait_for_a_body_that_takes_long() -> None:
    """Where nothing follows in the same turn, what is held goes out by itself."""
    transport = _open()
    joined = Joined(transport)
    joined.write(b"head ")
    await asyncio.sleep(0)
    assert _writes(transport) == [b"head "]
    joined.write(b"body")
    await asyncio.sleep(0)
    assert _writes(transport) == [b"head ", b"body"]


async def test_closing_sends_what_is_held() -> None:
    """An answer with no body is whole before its connection closes."""
    transport = _open()
    joined = Joined(transport)
    joined.write(b"head")
    joined.write(b"")
    joined.write(b"last")
    joined.close()
    assert [call[0] for call in transport.method_calls if call[0] != "is_closing"] == ["write", "write", "close"]
    assert _writes(transport) == [b"head", b"last"]


async def test_nothing_is_written_once_it_is_closing() -> None:
    """An answer to somebody who is gone is dropped; uvloop would raise."""
    transport = _open()
    joined = Joined(transport)
    joined.write(b"head")
    transport.is_closing.return_value = True
    joined.write(b"body")
    joined.close()
    await asyncio.sleep(0)
    assert _writes(transport) == []


async def test_everything_else_is_the_transports() -> None:
    """Whoever asks for more gets the transport's own answer."""
    transport = Mock()
    assert Joined(transport).is_closing() is transport.is_closing()
    await asyncio.sleep(0)
