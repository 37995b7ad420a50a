"""Check whether the project's virtual environment `.venv` is current, and create it."""

import fcntl
import hashlib
import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from intranet.bootstrap.faults import EnvironmentFault

RUN, DEV = "run", "dev"
# The disk space that an installation needs, for downloaded and installed packages, in MB.
ROOM_MB = {RUN: 320, DEV: 900}


class Environment:
    """The environment `.venv` of the project in `root`, and its stamp.

    The stamp is written last, so that an interrupted installation is repeated. It holds the
    project's folder, the Python used, and the hash of each lock.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / ".venv"
        self.python = self.folder / "bin" / "python"
        self.log = self.folder / "install.log"
        self._stamp = self.folder / ".stamp"

    def lock_file(self, kind: str) -> Path:
        """Return the path of the lock file for `kind`; the development lock includes the other."""
        return self.root / "tools" / "locks" / f"{kind}.txt"

    def is_current(self, kind: str) -> bool:
        """Return whether all packages of `kind` were installed from the current lock."""
        stamped = self._stamped()
        return self._is_ours(stamped) and stamped.get(kind) == self._hash(kind)

    def is_running(self) -> bool:
        """Return whether this process runs in the environment."""
        return Path(sys.prefix).resolve() == self.folder.resolve()

    def prepare(self, kind: str) -> None:
        """Make the folder ready for installation; recreate it if its Python is not ours."""
        free_mb = shutil.disk_usage(self.folder).free // 1_000_000
        if free_mb < ROOM_MB[kind]:
            raise EnvironmentFault(
                f"No room on the disk that holds {self.folder}: {ROOM_MB[kind]} MB are needed "
                f"and {free_mb} MB are free. Make some and run the command again."
            )
        if self._is_ours(self._stamped()):
            return
        try:
            import venv  # noqa: PLC0415 - some systems leave it out
        except ImportError:
            raise EnvironmentFault(
                "This Python lacks the module venv: install it (on Debian, python3-venv) "
                "and run the command again."
            ) from None
        # Without pip: a bare Debian has no ensurepip, and the project has its own copy.
        venv.EnvBuilder(symlinks=True, clear=True, with_pip=False).create(self.folder)

    def finish(self, kind: str) -> None:
        """Add the project and its command, then write the stamp."""
        packages = next((self.folder / "lib").glob("python*/site-packages"))
        (packages / "intranet.pth").write_text(f"{self.root}\n", encoding="utf-8")
        command = self.folder / "bin" / "intranet"
        python = shlex.quote(str(self.python))
        command.write_text(f'#!/bin/sh\nexec {python} -P -m intranet "$@"\n', encoding="utf-8")
        command.chmod(0o755)

        stamped = self._stamped() if self._is_ours(self._stamped()) else {}
        stamped |= self._identity()
        for made in (RUN, DEV) if kind == DEV else (RUN,):
            stamped[made] = self._hash(made)
        text = "".join(f"{name} {value}\n" for name, value in stamped.items())
        written = self._stamp.with_suffix(".new")
        written.write_text(text, encoding="utf-8")
        written.replace(self._stamp)

    @contextmanager
    def unstamped(self) -> Iterator[None]:
        """Remove the stamp while packages change; restore it if pip reports a failure."""
        kept = self._stamp.with_suffix(".old")
        if self._stamp.exists():
            self._stamp.replace(kept)
        try:
            yield
        except EnvironmentFault:
            if kept.exists():
                kept.replace(self._stamp)
            raise
        if kept.exists():
            kept.replace(self._stamp)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Lock the folder, so that two starts at once do not both create it."""
        self.folder.mkdir(exist_ok=True)
        if not os.access(self.folder, os.W_OK):
            raise PermissionError(13, "Permission denied", str(self.folder))
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                sys.stderr.write("Waiting for another start that is preparing this project …\n")
                fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _is_ours(self, stamped: dict[str, str]) -> bool:
        return self._identity().items() <= stamped.items()

    def _identity(self) -> dict[str, str]:
        return {"root": str(self.root), "python": os.path.realpath(self.python)}

    def _stamped(self) -> dict[str, str]:
        try:
            lines = self._stamp.read_text(encoding="utf-8").splitlines()
        except OSError:
            return {}
        return {name: value for name, _, value in (line.partition(" ") for line in lines)}

    def _hash(self, kind: str) -> str:
        return hashlib.sha256(self.lock_file(kind).read_bytes()).hexdigest()
