"""Reports of errors by Sentry's protocol; not imported unless `INTRANET_SENTRY_DSN` is set.

What is logged as an error is reported: where in the code, which class, during which operation. What
may hold words of people or secrets stays here: messages of errors, values, requests and persons.
"""

import logging
from typing import Any

import sentry_sdk
from sentry_sdk.integrations.logging import LoggingIntegration
from sentry_sdk.types import Event, Hint

from intranet.config import Settings
from intranet.platform.core import operation

KEPT = frozenset(
    {"event_id", "timestamp", "level", "logger", "platform", "release", "sdk", "server_name"}
)
FRAME_PARTS = frozenset({"filename", "module", "function", "lineno", "in_app"})
SECONDS_TO_SEND = 1


def start(settings: Settings, version: str) -> None:
    """Report errors of this process from now on. Call it after any fork."""
    sentry_sdk.init(
        settings.sentry_dsn,
        release=version,
        server_name=settings.machine,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[LoggingIntegration(level=None, event_level=logging.ERROR)],
        include_local_variables=False,
        include_source_context=False,
        max_request_body_size="never",
        max_breadcrumbs=0,
        before_send=scrub,
        shutdown_timeout=SECONDS_TO_SEND,
    )


def stop() -> None:
    """Send what is left, within a second."""
    sentry_sdk.flush(SECONDS_TO_SEND)


def scrub(found: Event, hint: Hint) -> Event:
    """Return a report with what is known to be harmless, and nothing else."""
    report: dict[str, Any] = {name: value for name, value in found.items() if name in KEPT}
    record = hint.get("log_record")
    if isinstance(record, logging.LogRecord):
        report["logentry"] = {"message": str(record.msg)}  # without what is filled in
    if exceptions := found.get("exception"):
        report["exception"] = {"values": [_scrubbed(each) for each in exceptions["values"]]}
    if doing := operation.current():
        report["transaction"] = doing.name
        report["tags"] = {"request_id": doing.id, "trace_id": doing.trace_id or "none"}
    return report  # type: ignore[return-value] # as found, with fewer parts


def _scrubbed(exception: dict[str, Any]) -> dict[str, Any]:
    frames = (exception.get("stacktrace") or {}).get("frames", ())
    return {
        "type": exception.get("type"),
        "module": exception.get("module"),
        "stacktrace": {
            "frames": [
                {name: value for name, value in frame.items() if name in FRAME_PARTS}
                for frame in frames
            ]
        },
    }
