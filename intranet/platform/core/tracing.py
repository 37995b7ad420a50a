"""Traces by OpenTelemetry: a span for each operation, and within it one for each statement.

They are off unless the standard setting `OTEL_EXPORTER_OTLP_ENDPOINT` names a collector: until then
nobody imports this module. Spans hold names, routes and shapes of statements: no
addresses, values, texts or people, and of an error its class alone.
"""

import logging
import os
import threading
import time
from typing import Any

from flask import Flask, Response, request
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind, StatusCode, Tracer, set_span_in_context
from sqlalchemy import event

from intranet.extensions import db
from intranet.platform.core import operation
from intranet.platform.core.operation import Operation
from intranet.platform.core.slow_statements import shape

# Each second, and what machines ask: spans of these would bury the others.
UNTRACED = frozenset(
    {"outbox", "claims", "static", "asset", "health.live", "health.ready", "health.metrics"}
)
SECONDS_TO_SEND = 1.0
SECONDS_BETWEEN_LINES = 60
"""A collector that is away gave four lines every ten seconds in each process."""


class SparseLines(logging.Filter):
    """Lets one line of OpenTelemetry's through each minute, and all others."""

    def __init__(self) -> None:
        """Begin with letting a line through."""
        super().__init__()
        self._next = 0.0

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether a line goes to the log."""
        if not record.name.startswith("opentelemetry"):
            return True
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + SECONDS_BETWEEN_LINES
        return True


class OperationSpans:
    """Makes a span of each operation."""

    def __init__(self, tracer: Tracer) -> None:
        """Store what makes spans."""
        self._tracer = tracer

    def begins(self, operation: Operation, parent: Operation | None) -> None:
        """Begin a span, within the parent's if it has one."""
        if operation.name in UNTRACED:
            return
        span = operation.span = self._tracer.start_span(
            operation.name,
            context=_within(parent.span if parent else None),
            kind=SpanKind.INTERNAL if parent and parent.span else SpanKind.SERVER,
            attributes={"intranet.request_id": operation.id},
        )
        operation.trace_id = f"{span.get_span_context().trace_id:032x}"

    def ends(self, operation: Operation, error: BaseException | None) -> None:
        """End the span, with the class of an error."""
        if operation.span is None:
            return
        if error is not None:
            operation.span.set_attribute("error.type", type(error).__qualname__)
            operation.span.set_status(StatusCode.ERROR)
        operation.span.end()

    def describe_request(self, response: Response) -> Response:
        """Add to the span of a request what was asked for, and with what it was answered."""
        doing = operation.current()
        if doing and doing.span:
            doing.span.set_attributes(
                {
                    "http.request.method": request.method,
                    "http.route": request.url_rule.rule if request.url_rule else "",
                    "http.response.status_code": response.status_code,
                }
            )
            if response.status_code >= 500:  # noqa: PLR2004 - as in HTTP
                doing.span.set_status(StatusCode.ERROR)
        return response

    def after_statement(self, *given: Any) -> None:
        """Make a span of a statement that has been executed, within the operation under way."""
        doing = operation.current()
        if doing is None or doing.span is None or not doing.span.is_recording():
            return
        connection, _cursor, statement, _values, context, *_more = given
        ended = time.time_ns()
        began, _worked = context._began  # noqa: SLF001 - core.slow_statements notes it
        took = time.perf_counter() - began
        self._tracer.start_span(
            statement.split(maxsplit=1)[0],
            context=_within(doing.span),
            kind=SpanKind.CLIENT,
            start_time=ended - round(took * 1e9),
            attributes={
                "db.system.name": connection.dialect.name,
                "db.query.text": shape(statement),
            },
        ).end(ended)


class Traces:
    """The traces of an application in this process, until they are stopped."""

    def __init__(self, app: Flask, provider: TracerProvider) -> None:
        """Begin to observe the operations and statements of an application."""
        self._provider = provider
        self._spans = OperationSpans(provider.get_tracer("intranet"))
        with app.app_context():
            self._engine = db.engine
        # Of loggers a filter sees only what is logged there, of handlers all that comes to them.
        self._sparse = [(handler, SparseLines()) for handler in logging.getLogger().handlers]
        for handler, sparse in self._sparse:
            handler.addFilter(sparse)
        operation.observe(self._spans)
        app.after_request(self._spans.describe_request)
        event.listen(self._engine, "after_cursor_execute", self._spans.after_statement)

    def stop(self) -> None:
        """Observe no more, and send what is left, within a second."""
        event.remove(self._engine, "after_cursor_execute", self._spans.after_statement)
        operation.unobserve(self._spans)
        # Its own patience is half a minute, for a collector that is away.
        sending = threading.Thread(target=self._provider.shutdown, daemon=True)
        sending.start()
        sending.join(SECONDS_TO_SEND)
        for handler, sparse in self._sparse:
            handler.removeFilter(sparse)


def start(app: Flask, version: str) -> Traces:
    """Trace an application in this process. Call it after any fork."""
    about = {"service.version": version, "service.instance.id": str(os.getpid())}
    if "OTEL_SERVICE_NAME" not in os.environ:
        about["service.name"] = "intranet"
    provider = TracerProvider(resource=Resource.create(about), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Traces(app, provider)


def _within(span: Any) -> Any:
    """Return the context of a span; without one an empty context, in which a trace begins."""
    return set_span_in_context(span, Context()) if span is not None else Context()
