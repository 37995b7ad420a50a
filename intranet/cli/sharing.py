"""Figures that all processes of a machine share, so that each answers `/metrics` for all."""

import os
import socket
from contextlib import suppress
from pathlib import Path

from intranet.config import Settings

FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def share_figures(settings: Settings) -> None:
    """Keep figures where the other processes of this machine see them.

    Call it before anything is imported that counts. One process alone, as with SQLite, needs it
    not. Who sets the folder in the environment decides themselves.
    """
    if settings.on_sqlite or FOLDER in os.environ:
        return
    # Processes are known by their numbers, which another machine or container has as well.
    folder = settings.data_dir / "metrics" / socket.gethostname()
    folder.mkdir(parents=True, exist_ok=True)
    forget_ended(folder)
    os.environ[FOLDER] = str(folder)


def forget_ended(folder: Path) -> None:
    """Delete the figures of processes that live no more."""
    for file in folder.glob("*.db"):
        pid = file.stem.rpartition("_")[2]
        if pid.isdecimal() and not Path(f"/proc/{pid}").exists():
            with suppress(FileNotFoundError):  # another process does the same
                file.unlink()


def forget_mine() -> None:
    """Delete what this process has counted: it prepared, and only those that serve are asked."""
    if folder := os.environ.get(FOLDER):
        for file in Path(folder).glob(f"*_{os.getpid()}.db"):
            file.unlink(missing_ok=True)
