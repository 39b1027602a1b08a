"""Turn values into what the tables hold, and back."""

import json
import threading
import zlib
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError, to_json
from zstandard import FRAME_HEADER, ZstdCompressor, ZstdDecompressor

from app.core.activity import Activity
from app.core.delivery import Heard
from app.core.memory import Memory
from app.core.person import Person
from app.core.record import Record
from app.core.snapshot import Snapshot
from app.ports.reports import Shown
from app.store.columns import clean

T = TypeVar("T")

ACTIVITY = TypeAdapter(Activity)
HEARD = TypeAdapter(Heard)
HEADERS = TypeAdapter(Mapping[str, str])
MEMORY = TypeAdapter(Memory)
PERSON = TypeAdapter(Person)
RECORD = TypeAdapter(Record)
SHOWN = TypeAdapter(Shown)
SNAPSHOT = TypeAdapter(Snapshot)

_NOT_KEPT = {"native", "history", "heard"}
"""What a snapshot holds for one run only."""

_FAST = 1  # deliveries compress well at any level, and they are kept while somebody waits for the answer
_OWN = threading.local()  # two threads must not share a compressor, and to make one takes as long as to use it


def dump(adapter: TypeAdapter[T], value: T) -> str:
    """Return the value as JSON; text that no database can hold is mended. Some of a snapshot is left out."""
    left_out = _NOT_KEPT if adapter is SNAPSHOT else None
    try:
        return adapter.dump_json(value, exclude=left_out).decode()
    except PydanticSerializationError:
        return to_json(_cleaned(adapter.dump_python(value, exclude=left_out))).decode()


def load(adapter: TypeAdapter[T], text: str | None) -> T | None:
    """Read a value that any version of the program has written: what does not fit any more is left out.

    None when nothing was kept, or nothing of it can be read.
    """
    if text is None:
        return None
    try:
        return adapter.validate_json(text)
    except ValidationError as error:
        misfits = {problem["loc"][0] for problem in error.errors() if problem["loc"]}
    try:
        return adapter.validate_json(json.dumps({k: v for k, v in json.loads(text).items() if k not in misfits}))
    except (ValidationError, ValueError, AttributeError):
        return None


def pack(bodies: Sequence[bytes]) -> list[bytes]:
    """Compress deliveries' bodies, each for itself."""
    compressor = getattr(_OWN, "compressor", None)
    if compressor is None:
        compressor = _OWN.compressor = ZstdCompressor(level=_FAST)
    if not any(bodies):  # the library refuses to begin with nothing
        return [compressor.compress(body) for body in bodies]
    packed = compressor.multi_compress_to_buffer([*bodies])
    return [packed[place].tobytes() for place in range(len(packed))]


def unpack(kept: bytes) -> bytes:
    """Return a delivery's body, byte for byte; versions before 0008 kept some as they came, the others by zlib."""
    if kept.startswith(FRAME_HEADER):
        return ZstdDecompressor().decompress(kept)
    return kept if kept[:1] in {b"{", b"["} else zlib.decompress(kept)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, Mapping):
        return {_cleaned(key): _cleaned(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_cleaned(entry) for entry in value]
    return value
