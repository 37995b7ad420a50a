"""Child processes of a command: they end when it ends, and leave no state in its process."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def do_apart(work: Callable[[], object]) -> None:
    """Do some work in a child process and wait for it.

    Threads and connections that the work leaves behind end with the child process. An exception is
    reported there as by any command; then this command exits too.
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
    """End this process when its parent ends.

    Args:
        above: the process id of the parent. It may be 1 in a container, so comparing with 1 would
            not tell that the parent has ended.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != above:
            os._exit(1)
