"""The commands that start the peers; the benchmark adds `--port` and `--database`."""

import sys
from pathlib import Path

from tools.programs import node, node_packages

SYNCHRONOUS = ("FULL", "NORMAL")


def commands() -> dict[str, list[str]]:
    """Return the command of each peer, by name. npm packages are installed on first use.

    Raises:
        MissingProgramError: Node.js is missing, or npm could not fetch the packages.
    """
    packages = node_packages("peers", builds=True).parent
    script = str(Path(__file__).with_name("server.mjs"))
    found: dict[str, list[str]] = {}
    for synchronous in SYNCHRONOUS:
        common = f"--synchronous={synchronous}"
        found |= {
            f"bare loop, {synchronous}": bare_loop(synchronous),
            f"socket.io, {synchronous}": [node(), script, f"--modules={packages}", common],
            f"Flask-SocketIO, gevent, {synchronous}": [*_stock("gevent"), common],
            f"Flask-SocketIO, threads, {synchronous}": [*_stock("threading"), common],
        }
    return found


def bare_loop(synchronous: str) -> list[str]:
    """Return the command of the peer that needs no other software."""
    return [sys.executable, "-m", "tools.peers.floor", f"--synchronous={synchronous}"]


def _stock(mode: str) -> list[str]:
    return [sys.executable, "-m", "tools.peers.stock", "--mode", mode]
