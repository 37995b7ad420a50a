"""The log: a line for each thing that happened, on standard error, as text or as JSON.

What people write and who they are stands in no line: only ids. Characters that would begin a line
of their own, or do something to a terminal, are written out. Each line that is written while
something is done, such as a request, says what and under which id.
"""

import json
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from intranet.platform.core import operation

TEXT, JSON = "text", "json"
OURS = "intranet"
# Controls but the tab, and what else begins a line.
_DISTURBING = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")


def set_up(kind: str) -> None:
    """Let this process log what is ours, and of libraries what is a warning or worse.

    Args:
        kind: `text` for people, `json` for programs that collect logs.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(formatter(kind))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger(OURS).setLevel(logging.INFO)


def formatter(kind: str) -> logging.Formatter:
    """What makes a line of a record."""
    return JsonLines() if kind == JSON else TextLines()


def with_fields(**fields: Any) -> dict[str, Any]:
    """The `extra` of a call that logs, so that these stand in the line by name."""
    return {"fields": fields}


class TextLines(logging.Formatter):
    """`2026-11-25T08:00:00.000Z INFO intranet.security signed in …`, a traceback below it.

    Named fields follow as `name=value`, in quotes where the value has spaces.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The record on one line, and its traceback, if there is one, on lines that follow."""
        fields = [f" {name}={_quoted(value)}" for name, value in _fields(record).items()]
        message = _written_out("".join((record.getMessage(), *fields)))
        line = f"{_instant(record)} {record.levelname} {record.name} {message}"
        traceback = [_written_out(each) for each in _traceback(self, record).splitlines()]
        return "\n".join((line, *(f"    {each}" for each in traceback)))


class JsonLines(logging.Formatter):
    """One object on each line: `at`, `level`, `logger`, `message`, fields, perhaps `exception`."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON, in plain ASCII."""
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
    """What the line says by name, and within what it was written."""
    fields: dict[str, Any] = dict(getattr(record, "fields", ()))
    if doing := operation.current():
        fields |= {"operation": doing.name, "request_id": doing.id}
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
