"""Acquire the port and the data folder before a server starts."""

import fcntl
import socket
from pathlib import Path
from typing import Any

BACKLOG_LIMIT = 512


class InUseError(Exception):
    """Another process uses the same data folder; the text is the whole message."""


def bind(host: str, port: int, *, listens: bool) -> socket.socket:
    """Bind the port early, so that a start that cannot work fails at once.

    Clients that connect before the site is ready wait if `listens` is set, else they are refused.

    Raises:
        OSError: the port is in use, or the host is not an address of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        if listens:
            listener.listen(BACKLOG_LIMIT)
    except OSError:
        listener.close()
        raise
    return listener


def lock_folder(data_dir: Path) -> Any:
    """Lock the data folder against a second server; the lock ends with the process.

    Raises:
        InUseError: another server has it.
    """
    message = (
        f"Another Intranet serves from {data_dir} already: use that one, stop it, "
        "or name another folder in INTRANET_DATA_DIR."
    )
    return _lock(data_dir / "serve.lock", message)


def lock_move(data_dir: Path) -> Any:
    """Lock the data folder against a second move; the lock ends with the process.

    Raises:
        InUseError: another move is going on.
    """
    return _lock(data_dir / "move.lock", f"Another move from {data_dir} is going on: wait for it.")


def _lock(path: Path, message: str) -> Any:
    file = path.open("a+", encoding="ascii")
    try:
        # Forked workers do not inherit a lock of this kind, so it ends with this process.
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        file.close()
        raise InUseError(message) from error
    return file
