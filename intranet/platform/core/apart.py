"""Run a program of ours, in a process with limits, to open what strangers sent.

Pictures, sheets, calendars and documents come from anywhere and can be made to take all the time
and memory there is, or to break the library that opens them. The site hears of it as an exit code.
"""

import os
import resource
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

import intranet

DAMAGED: Final = 3
"""How such a program ends where it cannot read what it was given."""
TOO_MUCH: Final = 4
"""How it ends where there is too much in it; the kernel may also end it by a signal."""
SETTINGS = "INTRANET_"
ROOT = Path(intranet.__file__).parents[1]
FIRST_TO_END = "1000"


class TookTooLongError(Exception):
    """The program was still running when its time was over, and was ended."""


class NotStartedError(Exception):
    """The program could not begin, or broke off: what it was given is not to blame."""


def run_apart(
    module: str,
    *arguments: str,
    within_seconds: float,
    given: IO[bytes] | None = None,
    said: IO[bytes],
) -> int:
    """Run a module of ours in a process of its own; give its exit code, negative for a signal.

    It inherits no setting, so that neither the key nor an address with a password is in its memory.

    Args:
        given: its standard input; none where there is nothing.
        said: its standard output. What it says of errors is thrown away: it may quote the file.

    Raises:
        TookTooLongError: it did not end in time.
        NotStartedError: the system has no room for another process, or the program broke off.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={name: text for name, text in os.environ.items() if not name.startswith(SETTINGS)},
            stdin=subprocess.DEVNULL if given is None else given,
            stdout=said,
            stderr=subprocess.DEVNULL,
            timeout=within_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise TookTooLongError(module) from error
    except OSError as error:
        raise NotStartedError(module) from error
    if done.returncode > 0 and done.returncode not in {DAMAGED, TOO_MUCH}:
        raise NotStartedError(f"{module} ended with exit code {done.returncode}")
    return done.returncode


def limit_process(
    *, memory_bytes: int, processor_seconds: int, written_bytes: int, niceness: int = 10
) -> None:
    """Limit the process that calls this, for good; it gives way to those that serve people.

    Where the machine runs out of memory in spite of it, this process is the first to be ended.
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
    """Take no more memory than this from now on; the first limit cannot be raised any more."""
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
    """The limit that is wanted, or the one that whoever started the site has set if it is lower."""
    _now, hard = resource.getrlimit(kind)
    return most if hard == resource.RLIM_INFINITY else min(most, hard)
