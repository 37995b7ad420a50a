"""Processes below a command: they end with it, and leave nothing of theirs in it."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def do_apart(work: Callable[[], object]) -> None:
    """Do some work in a process of its own.

    Threads and connections that the work leaves behind reach no other process. What it raises
    is answered there as by any command; then this command ends as well.
    """
    sys.stdout.flush()
    above = os.getpid()
    pid = os.fork()
    if pid == 0:
        die_with(above)
        work()
        sys.stdout.flush()
        os._exit(0)
    _pid, status = os.waitpid(pid, 0)
    if status:
        sys.exit(1)


def die_with(above: int) -> None:
    """Have the kernel end this process if the one above it is killed, or end if it is gone.

    Args:
        above: the number of the process that made this one. In a container it may well be 1,
            to which those are given elsewhere whose parent has ended.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != above:
            os._exit(1)
