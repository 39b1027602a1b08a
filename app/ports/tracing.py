"""Say what takes time, to whoever traces us; while nobody does, a span is one call that does nothing."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Literal, Protocol, TypeAlias

Kind: TypeAlias = Literal["internal", "client", "server"]


class Note(Protocol):
    """Add to a span what is known only later."""

    def __call__(self, **attributes: Any) -> None:
        """Note these attributes: names, numbers and outcomes, and never a secret, a header, an address or a body."""
        ...


Tracer: TypeAlias = Callable[[str, Kind, dict[str, Any]], AbstractContextManager[Note]]


class _Off:
    """Trace nothing."""

    __slots__ = ()

    def __enter__(self) -> Note:
        return _forget

    def __exit__(self, *_error: object) -> None:
        pass


class _Tracing:
    """Hold who traces us."""

    by: Tracer | None = None


def _forget(**_attributes: Any) -> None:
    pass


_OFF, _TRACING = _Off(), _Tracing()


def span(name: str, kind: Kind = "internal", **attributes: Any) -> AbstractContextManager[Note]:
    """Return a context that is traced under that name, with attributes as `Note` takes them; it hides no error."""
    return _OFF if _TRACING.by is None else _TRACING.by(name, kind, attributes)


def trace_by(tracer: Tracer | None) -> None:
    """Have every later span traced so; None: not at all."""
    _TRACING.by = tracer
