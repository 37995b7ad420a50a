"""What a server takes for itself before it begins: its port, and the data folder."""

import fcntl
import socket
from pathlib import Path
from typing import Any

BACKLOG = 512


class InUseError(Exception):
    """Another server works with the same data folder; the text is the whole message."""


def bind(host: str, port: int, *, listens: bool) -> socket.socket:
    """Take the port now, so that a start that cannot work says so at once.

    Whoever comes before the site answers waits if it listens, and is refused at once if not.

    Raises:
        OSError: it is taken, or the host is not one of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        if listens:
            listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def hold_folder(data_dir: Path) -> Any:
    """Keep a second server from the same SQLite database; the process's end lets it go.

    Raises:
        InUseError: another server has it.
    """
    file = (data_dir / "serve.lock").open("a+", encoding="ascii")
    try:
        # Of this kind a forked worker inherits nothing: it goes with the process that took it.
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        message = (
            f"Another Intranet serves from {data_dir} already: use that one, stop it, "
            "or name another folder in INTRANET_DATA_DIR."
        )
        raise InUseError(message) from error
    return file
