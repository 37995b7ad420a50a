"""The log: one line for each record, on standard error, as text or as JSON.

Lines hold ids, never what people write or who they are. Characters that would start a new line or
control a terminal are escaped. Each line names the operation under way, such as a request, and its
id.
"""

import json
import logging
import re
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from intranet.platform.core import log_streams, operation

TEXT, JSON = "text", "json"
OURS = "intranet"
# Control characters except the tab, and other line separators.
_DISTURBING = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")


def set_up(kind: str) -> None:
    """Log our own records from INFO up, and those of libraries from WARNING up.

    With JSON, whatever else the process writes is a line of the log, too.

    Args:
        kind: `text` for people, `json` for programs that collect logs.
    """
    handler = logging.StreamHandler(log_streams.beneath(sys.stderr))
    handler.setFormatter(formatter(kind))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(logging.INFO)
    if kind == JSON:
        log_streams.capture(formatter(kind))


def formatter(kind: str) -> logging.Formatter:
    """Return the formatter for a kind of log."""
    return JsonLines() if kind == JSON else TextLines()


def with_fields(**fields: Any) -> dict[str, Any]:
    """Return the `extra` of a logging call that adds these named fields to the line."""
    return {"fields": fields}


class TextLines(logging.Formatter):
    """`2026-11-25T08:00:00.000Z INFO intranet.security signed in …`, a traceback below it.

    Named fields follow as `name=value`, in quotes where the value has spaces.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Format a record on one line, its traceback on the lines below."""
        fields = [f" {name}={_quoted(value)}" for name, value in _fields(record).items()]
        message = _written_out("".join((record.getMessage(), *fields)))
        line = f"{_instant(record)} {record.levelname} {record.name} {message}"
        traceback = [_written_out(each) for each in _traceback(self, record).splitlines()]
        return "\n".join((line, *(f"    {each}" for each in traceback)))


class JsonLines(logging.Formatter):
    """JSON lines: `at`, `level`, `logger`, `message`, fields, perhaps `exception`."""

    def format(self, record: logging.LogRecord) -> str:
        """Format a record as JSON, in plain ASCII."""
        said = {
            "at": _instant(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_fields(record),
        }
        if traceback := _traceback(self, record):
            said["exception"] = traceback
        return json.dumps(said, default=str)


def _fields(record: logging.LogRecord) -> Mapping[str, Any]:
    """Return the named fields of a record, with the operation that was under way."""
    fields: dict[str, Any] = dict(getattr(record, "fields", ()))
    if doing := operation.current():
        fields |= {"operation": doing.name, "request_id": doing.id}
        if doing.trace_id:
            fields["trace_id"] = doing.trace_id
    return fields


def _quoted(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if " " in text or not text else text


def _traceback(lines: logging.Formatter, record: logging.LogRecord) -> str:
    return lines.formatException(record.exc_info) if record.exc_info else ""


def _instant(record: logging.LogRecord) -> str:
    at = datetime.fromtimestamp(record.created, UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _written_out(text: str) -> str:
    return _DISTURBING.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
