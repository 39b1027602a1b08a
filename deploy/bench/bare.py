"""Serve the least that FastAPI can do with a webhook: read the body, answer JSON, keep nothing."""

import socket
import sys

import uvicorn
from fastapi import FastAPI, Request

app = FastAPI()


@app.post("/hook")
async def hook(request: Request) -> dict[str, str]:
    """Answer as if it were kept."""
    await request.body()
    return {"status": "kept"}


def main() -> None:
    """Serve on a free port and say which."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=2048)
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False)).run([listener])


if __name__ == "__main__":
    main()
