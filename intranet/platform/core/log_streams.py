"""Standard output and standard error as JSON lines, whoever writes there.

Libraries print, Python warns and shows tracebacks: a program that collects the log gets an object
for each line of these too. What C code writes by itself, such as `faulthandler`, is not reached.
"""

import io
import logging
import sys
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, TextIO

log = logging.getLogger(__name__)


class JsonStream(io.TextIOBase):
    """A text stream that writes each line as a log record to the stream beneath."""

    encoding = "utf-8"
    errors = "backslashreplace"

    def __init__(self, beneath: TextIO, name: str, level: int, lines: logging.Formatter) -> None:
        """Store the stream beneath, and the logger's name and level of each line."""
        self.beneath = beneath
        self._name, self._level, self._lines = name, level, lines
        # By thread: `print` writes a line and its end apart, and another thread may come between.
        self._begun: dict[int, str] = {}

    def writable(self) -> bool:
        """Return true, as for every standard stream."""
        return True

    def fileno(self) -> int:
        """Return the number of the file beneath."""
        return self.beneath.fileno()

    def isatty(self) -> bool:
        """Return false: colours and progress bars are for people."""
        return False

    def write(self, text: str) -> int:
        """Write the lines that are complete, and keep the rest."""
        if not isinstance(text, str):
            raise TypeError(f"a str is needed, not {type(text).__name__}")
        me = threading.get_ident()
        *complete, rest = (self._begun.pop(me, "") + text).split("\n")
        for line in complete:
            self._put(line)
        if rest:
            self._begun[me] = rest
        return len(text)

    def flush(self) -> None:
        """Write what this thread has begun, as a line."""
        if rest := self._begun.pop(threading.get_ident(), ""):
            self._put(rest)
        self.beneath.flush()

    def _put(self, line: str) -> None:
        if not line.strip():
            return
        record = logging.LogRecord(self._name, self._level, "", 0, line, (), None)
        self.beneath.write(f"{self._lines.format(record)}\n")
        self.beneath.flush()


def capture(lines: logging.Formatter) -> None:
    """Write as records what is printed, warned of and raised without being caught."""
    sys.stdout = JsonStream(beneath(sys.stdout), "stdout", logging.INFO, lines)
    sys.stderr = JsonStream(beneath(sys.stderr), "stderr", logging.WARNING, lines)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_unraisable
    sys.unraisablehook = _log_unraisable


def beneath(stream: TextIO) -> TextIO:
    """Return the stream that a captured one writes to, or the stream itself."""
    return stream.beneath if isinstance(stream, JsonStream) else stream


def _log_uncaught(
    kind: type[BaseException], error: BaseException | None, traceback: TracebackType | None
) -> None:
    log.critical("nobody caught %s", kind.__name__, exc_info=(kind, error or kind(), traceback))


def _log_unraisable(
    given: Any,
    is_ending: Callable[[], bool] = sys.is_finalizing,
    tell: Callable[..., None] = _log_uncaught,
) -> None:
    # At the end of Python modules are empty, so that finalizers fail, and this one would too: what
    # it needs are its defaults.
    if not is_ending():
        tell(given.exc_type, given.exc_value, given.exc_traceback)
