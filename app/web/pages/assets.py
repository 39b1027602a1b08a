"""Serve the style and the icon; their addresses carry a digest, so that a browser may keep them for good."""

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

_FOLDER = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".svg": "image/svg+xml"}
_FOR_GOOD = "private, max-age=31536000, immutable"


class Asset(NamedTuple):
    """Hold a file and the digest in its address."""

    body: bytes
    media_type: str
    digest: str


@cache
def assets() -> dict[str, Asset]:
    """Return all files by name."""
    files = [file for file in sorted(_FOLDER.iterdir()) if file.suffix in _TYPES]
    return {file.name: _read(file) for file in files}


def _read(file: Path) -> Asset:
    body = file.read_bytes()
    return Asset(body, _TYPES[file.suffix], sha256(body).hexdigest()[:12])


def address(name: str) -> str:
    """Return where a file is served in its present state."""
    return f"/static/{name}?v={assets()[name].digest}"


async def asset(request: Request) -> Response:
    """Serve one file; it may be kept for good only where the address names its present state."""
    found = assets().get(request.path_params["name"])
    if found is None:
        raise HTTPException(404)
    current = request.query_params.get("v") == found.digest
    headers = {"Cache-Control": _FOR_GOOD if current else "no-cache", "ETag": f'"{found.digest}"'}
    return Response(found.body, media_type=found.media_type, headers=headers)
