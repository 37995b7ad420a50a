"""Nothing of a test reaches another one or the world.

- No network beyond this machine: a connection elsewhere fails the test.
- `@pytest.mark.alone`: measures time, so it runs while no other test does, not even one of the
  run on the other database beside it (`tools/run_tests.py` names a folder for the locks).
"""

import fcntl
import ipaddress
import os
import sys
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

LOCKS = "INTRANET_TEST_LOCKS"


class OutsideError(Exception):
    """A test tried to reach another machine."""


def _stay_on_this_machine(event: str, arguments: tuple[object, ...]) -> None:
    if event != "socket.connect":
        return
    address = arguments[1]
    if not isinstance(address, tuple):
        return  # a Unix socket
    try:
        inside = ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        inside = address[0] == "localhost"
    if not inside:
        raise OutsideError(f"A test tried to reach {address[0]}")


def pytest_configure(config):
    config.addinivalue_line("markers", "alone: measures time, so nothing may run beside it")
    sys.addaudithook(_stay_on_this_machine)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item):
    folder = os.environ.get(LOCKS)
    if not folder:
        return (yield)
    alone = item.get_closest_marker("alone") is not None
    with _room(Path(folder), fcntl.LOCK_EX if alone else fcntl.LOCK_SH):
        return (yield)


@contextmanager
def _room(folder: Path, kind: int):
    """Share the room, or have it alone; who waits for the latter is let in before newcomers."""
    with ExitStack() as held:
        room = held.enter_context((folder / "room").open("a"))
        with (folder / "gate").open("a") as gate:
            fcntl.flock(gate, fcntl.LOCK_EX)
            fcntl.flock(room, kind)
        yield
