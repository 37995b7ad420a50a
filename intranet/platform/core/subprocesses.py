"""Run one of our modules as a limited subprocess, to open files from untrusted sources.

Pictures, sheets, calendars and documents come from anywhere. They can be made to exhaust time and
memory, or to crash the library that opens them. The site only sees an exit code.
"""

import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import UnsupportedOperation
from pathlib import Path
from typing import IO, Final

import intranet

EXIT_DAMAGED: Final = 3
"""Exit status of a subprocess that cannot read its input."""
EXIT_TOO_MUCH: Final = 4
"""Exit status if the input holds too much; the kernel may also end the subprocess by a signal."""
SETTINGS = "INTRANET_"
ROOT = Path(intranet.__file__).parents[1]
FIRST_TO_END = "1000"


class TookTooLongError(Exception):
    """The subprocess exceeded its time limit and was killed."""


class NotStartedError(Exception):
    """The subprocess could not start, or crashed: its input is not to blame."""


def run_apart(
    module: str,
    *arguments: str,
    within_seconds: float,
    given: IO[bytes] | None = None,
    said: IO[bytes],
) -> int:
    """Run one of our modules in a subprocess; return its exit code, negative for a signal.

    It inherits no settings, so that neither the secret key nor a password is in its memory.

    Args:
        given: the standard input, if any.
        said: the standard output. Standard error is discarded, because it may quote the file.

    Raises:
        TookTooLongError: it did not end in time.
        NotStartedError: the system cannot start another process, or the subprocess crashed.
    """
    try:
        with _as_file(given) as stdin:
            done = subprocess.run(
                [sys.executable, "-m", module, *arguments],
                cwd=ROOT,
                env={
                    name: text for name, text in os.environ.items() if not name.startswith(SETTINGS)
                },
                stdin=stdin,
                stdout=said,
                stderr=subprocess.DEVNULL,
                timeout=within_seconds,
                check=False,
            )
    except subprocess.TimeoutExpired as error:
        raise TookTooLongError(module) from error
    except OSError as error:
        raise NotStartedError(module) from error
    if done.returncode > 0 and done.returncode not in {EXIT_DAMAGED, EXIT_TOO_MUCH}:
        raise NotStartedError(f"{module} ended with exit code {done.returncode}")
    return done.returncode


@contextmanager
def _as_file(given: IO[bytes] | None) -> Iterator[IO[bytes] | int]:
    """Yield a real file with these bytes: those of an object store come over the network."""
    if given is None:
        yield subprocess.DEVNULL
        return
    try:
        given.fileno()
    except UnsupportedOperation:
        with tempfile.TemporaryFile() as file:
            shutil.copyfileobj(given, file)
            file.seek(0)
            yield file
    else:
        yield given


def limit_process(
    *, memory_bytes: int, processor_seconds: int, written_bytes: int, niceness: int = 10
) -> None:
    """Limit the calling process for good and lower its priority.

    If the machine still runs out of memory, this process is the first to be killed.
    """
    os.nice(niceness)
    for kind, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_CPU, processor_seconds),
        (resource.RLIMIT_FSIZE, written_bytes),
    ):
        least = _lower(kind, most)
        resource.setrlimit(kind, (least, least))
    limit_memory(memory_bytes)
    with suppress(OSError):  # there is no such file outside Linux
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_END, encoding="ascii")


def limit_memory(most_bytes: int) -> None:
    """Limit the memory of this process; a hard limit that was set cannot be raised again."""
    least = _lower(resource.RLIMIT_AS, most_bytes)
    _now, hard = resource.getrlimit(resource.RLIMIT_AS)
    try:
        resource.setrlimit(
            resource.RLIMIT_AS, (least, least if hard == resource.RLIM_INFINITY else hard)
        )
    except (ValueError, OSError):
        if sys.platform == "linux":
            raise  # macOS knows no such limit, and seconds and the header still hold


def _lower(kind: int, most: int) -> int:
    """Return the wanted limit, or the hard limit of this process if that is lower."""
    _now, hard = resource.getrlimit(kind)
    return most if hard == resource.RLIM_INFINITY else min(most, hard)
