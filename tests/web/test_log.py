"""The log: one form for all, and nothing in it that must not be there."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any, Literal

import pytest
import structlog

from app.log import configure


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    """Return where the log goes, and put everything back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    others = {name: logging.getLogger(name) for name in ("httpx", "httpcore", "uvicorn.access")}
    levels = {name: logger.level for name, logger in others.items()}
    yield io.StringIO()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, logger in others.items():
        logger.setLevel(levels[name])
    structlog.reset_defaults()


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    """Return the log's lines as values."""
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_ours_and_theirs_look_the_same(stream: io.StringIO) -> None:
    """A line by structlog, one by the standard library and one by uvicorn all are JSON with level, time and logger."""
    configure("json", stream)
    structlog.get_logger("app.web").info("kept", tracker="linear")
    logging.getLogger("app.flow.worker").warning("parked %s", "PM-1", extra={"tracker": "jira"})
    logging.getLogger("uvicorn.error").info("Started", extra={"color_message": "\x1b[1mStarted"})
    logging.getLogger("uvicorn.access").info('%s - "%s"', "127.0.0.1:1", "GET /")
    found = lines(stream)
    assert [(one["event"], one["level"], one["logger"]) for one in found] == [
        ("kept", "info", "app.web"),
        ("parked PM-1", "warning", "app.flow.worker"),
        ("Started", "info", "uvicorn.error"),
        ('127.0.0.1:1 - "GET /"', "info", "uvicorn.access"),
    ]
    assert [one.get("tracker") for one in found] == ["linear", "jira", None, None]
    assert all(one["timestamp"].endswith("Z") for one in found)
    assert "color_message" not in found[2]


@pytest.mark.parametrize("mode", ["json", "console"])
def test_secrets_headers_and_bodies_are_blotted_out(stream: io.StringIO, mode: Literal["json", "console"]) -> None:
    """A field whose name says that it is secret is not written, whoever logs it."""
    configure(mode, stream)
    structlog.get_logger("a").info("x", headers={"h": "hush-1"}, body=b"hush-2", API_TOKEN="hush-3", raw=b"hush-4")
    logging.getLogger("b").info("y", extra={"webhook_secrets": ["hush-5"], "Authorization": "hush-6"})
    assert "hush" not in stream.getvalue()
    assert stream.getvalue().count("(not logged)") == 6


@pytest.mark.parametrize("mode", ["json", "console"])
def test_a_traceback_shows_no_values(stream: io.StringIO, mode: Literal["json", "console"]) -> None:
    """An exception is told with its frames and not with the values of their variables."""
    configure(mode, stream)

    def fail(password: str) -> None:
        raise RuntimeError(str(len(password)))

    secret = "-".join(["hush"] * 2)
    try:
        fail(secret)
    except RuntimeError:
        structlog.get_logger("a").exception("broke")
        logging.getLogger("b").exception("broke")
    assert stream.getvalue().count("RuntimeError: 9") == 2
    assert "hush-hush" not in stream.getvalue()


def test_addresses_of_outgoing_calls_are_not_logged(stream: io.StringIO) -> None:
    """The HTTP client's own lines are left out: an address may hold a secret."""
    configure("json", stream)
    logging.getLogger("httpx").info("HTTP Request: POST https://flow.acme.test/?sig=hush")
    assert stream.getvalue() == ""


def test_configuring_twice_writes_once(stream: io.StringIO) -> None:
    """A second configuration replaces the first."""
    configure("json", stream)
    configure("json", stream)
    logging.getLogger("uvicorn.error").info("Started")
    assert len(lines(stream)) == 1
