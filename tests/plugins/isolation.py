"""Nothing of a test reaches the world: a connection beyond this machine fails it."""

import ipaddress
import sys


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


def pytest_configure():
    sys.addaudithook(_stay_on_this_machine)
