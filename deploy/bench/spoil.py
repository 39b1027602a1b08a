"""Spoil a body: in its bits, by cutting it, or in what its JSON says."""

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

STRANGE: tuple[Any, ...] = (
    *(None, True, -1, 1e308, 2**70, float("nan"), float("inf"), "", "\x00", "\ud800", "x" * 5_000),
    *([], {}, [[[]]], {"id": {}}, [{"id": [1]}], {"": {"": 0}}, "0000-00-00T99:99", "10004", "\u202e\u0000\uffff"),
)
DEEP = 20_000
"""How deep lists may lie in each other."""


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


def _rewritten(body: bytes, chance: random.Random) -> bytes:
    """Write what is JSON, or nearly, in a way in which nobody does."""
    deep = chance.randrange(DEEP)
    match chance.randrange(5):
        case 0:
            return b"\xef\xbb\xbf" + body
        case 1:
            return body.decode().encode(chance.choice(["utf-16", "utf-32", "utf-16-le"]))
        case 2:
            return b"[" * deep + body + b"]" * deep
        case 3:
            return body[:-1] + b"," + body[1:]  # each key twice
        case _:
            return body.replace(b'"', b'"\\u0000', chance.randrange(1, 40))


def _changed(body: bytes, chance: random.Random) -> bytes:
    """Put something strange where something else is due, or take it out, or move it elsewhere."""
    payload = json.loads(body)
    for _ in range(chance.randint(1, 3)):
        places = list(_places(payload))
        if not places:
            break
        holder, key = chance.choice(places)
        match chance.randrange(6):
            case 0:
                del holder[key]
            case 1 | 2:
                holder[key] = copy.deepcopy(chance.choice(STRANGE))
            case 3:
                holder[key] = json.loads(body)
            case 4:
                holder[key] = chance.choice([[holder[key]], str(holder[key]), {"id": holder[key]}])
            case _:
                payload[chance.choice(list(payload))] = copy.deepcopy(holder[key])
    return json.dumps(payload).encode()


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    entries = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    for key, entry in entries:
        yield value, key
        if isinstance(entry, (dict, list)):
            yield from _places(entry)


_Way = Callable[[bytes, random.Random], bytes]
_WAYS: tuple[_Way, ...] = (_flipped, _cut, _doubled, _rewritten, _changed, _changed, _changed, _changed)
