"""Write the log: one line an event, for machines or for people, and never a secret, a header or a body."""

import logging
import sys
from typing import Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

_NEVER = ("authorization", "body", "cookie", "header", "password", "payload", "raw", "secret", "signature", "token")
# These write each request's whole address, and some addresses hold a secret.
_TALKATIVE = ("httpx", "httpcore", "alembic")
_UVICORN = ("uvicorn", "uvicorn.error", "uvicorn.access")


def configure(mode: Literal["json", "console"], stream: TextIO | None = None, level: int = logging.INFO) -> None:
    """Send everything that is logged, ours and the libraries', to `stream` (standard error) in one form.

    Uvicorn must be started with `log_config=None`, else it sets up its own handlers again.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_formatter(mode, colors=handler.stream.isatty()))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _UVICORN:
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*_shared(), structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def _formatter(mode: Literal["json", "console"], *, colors: bool) -> logging.Formatter:
    last: list[Processor]
    if mode == "json":
        last = [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    else:
        # The usual renderer shows the values of variables, and among those are bodies and secrets.
        plain = structlog.dev.plain_traceback
        last = [structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain)]
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*_shared(), structlog.stdlib.ExtraAdder()],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, without_secrets, *last],
    )


def without_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Blot out every field whose name says that it holds what must not be logged."""
    event.pop("color_message", None)  # uvicorn's second copy of its message
    for name in event:
        if any(word in name.lower() for word in _NEVER):
            event[name] = "(not logged)"
    return event
