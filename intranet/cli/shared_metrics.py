"""Share the metrics of all processes on a machine, so that each can serve `/metrics` for all."""

import os
import socket
from contextlib import suppress
from pathlib import Path

from intranet.config import Settings

FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def share_figures(settings: Settings) -> None:
    """Store metrics where the other processes of this machine can read them.

    Call it before importing any module with metrics. A single process, as with SQLite, does not
    need it. A folder that is set in the environment already is kept.
    """
    if settings.on_sqlite or FOLDER in os.environ:
        return
    # File names hold process ids, which are unique on one machine or container only.
    folder = settings.data_dir / "metrics" / socket.gethostname()
    folder.mkdir(parents=True, exist_ok=True)
    forget_ended(folder)
    os.environ[FOLDER] = str(folder)


def forget_ended(folder: Path) -> None:
    """Delete the metrics of processes that have ended."""
    for file in folder.glob("*.db"):
        pid = file.stem.rpartition("_")[2]
        if pid.isdecimal() and not Path(f"/proc/{pid}").exists():
            with suppress(FileNotFoundError):  # another process does the same
                file.unlink()


def forget_mine() -> None:
    """Delete the metrics of this process: it only prepared, and does not serve."""
    if folder := os.environ.get(FOLDER):
        for file in Path(folder).glob(f"*_{os.getpid()}.db"):
            file.unlink(missing_ok=True)
