"""Send traces to a collector, where the environment asks for it and the optional extra `otel` is installed.

https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/
"""

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any

from app.ports.tracing import Kind, Note, trace_by

LAST_WAIT = 3.0
"""Seconds that a stop waits for the last spans to be taken."""
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")

log = logging.getLogger(__name__)


@contextmanager
def traced(environ: Mapping[str, str]) -> Iterator[None]:
    """Trace what happens within, if the environment asks for it; nothing is imported before it does."""
    exporter = _asked_for(environ)
    try:
        provider = _provider(exporter) if exporter else None
    except ImportError:
        log.warning("traces are asked for, but not the packages installed: pip install '.[otel]'")
        provider = None
    if provider is None:
        yield
        return
    trace_by(partial(_span, provider.get_tracer("followthrough")))
    try:
        yield
    finally:
        trace_by(None)
        last = threading.Thread(target=provider.shutdown, daemon=True)
        last.start()
        last.join(LAST_WAIT)


def _asked_for(environ: Mapping[str, str]) -> str | None:
    """Return the exporter's name; None: no traces are wanted."""
    if environ.get("OTEL_SDK_DISABLED", "").strip().lower() == "true":
        return None
    default = "otlp" if any(environ.get(name, "").strip() for name in _ENDPOINTS) else "none"
    exporter = environ.get("OTEL_TRACES_EXPORTER", "").strip().lower() or default
    return None if exporter == "none" else exporter


def _provider(exporter: str) -> Any:
    """Return what makes spans, set up by the environment; None for an exporter that there is not here."""
    if exporter not in {"otlp", "console"}:
        log.warning("OTEL_TRACES_EXPORTER %s is not known here: it may be otlp, console or none", exporter)
        return None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  an extra
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415  an extra
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415  an extra
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter  # noqa: PLC0415  an extra

    # It would write a header that it cannot read into the log, and headers hold keys.
    logging.getLogger("opentelemetry.util.re").disabled = True
    resource = Resource.create()
    if str(resource.attributes.get("service.name", "unknown_service")).startswith("unknown_service"):
        resource = resource.merge(Resource({"service.name": "followthrough"}))
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter() if exporter == "otlp" else ConsoleSpanExporter()))
    return provider


@contextmanager
def _span(tracer: Any, name: str, kind: Kind, attributes: dict[str, Any]) -> Iterator[Note]:
    """Trace one thing. Of an error only its kind is told: its words may quote a ticket."""
    from opentelemetry.trace import SpanKind, StatusCode  # noqa: PLC0415  an extra

    quiet = {"record_exception": False, "set_status_on_exception": False}
    with tracer.start_as_current_span(name, kind=SpanKind[kind.upper()], attributes=attributes, **quiet) as span:
        try:
            yield lambda **more: span.set_attributes(more)
        except Exception as error:
            span.set_status(StatusCode.ERROR, type(error).__name__)
            span.set_attribute("error.type", type(error).__name__)
            raise
