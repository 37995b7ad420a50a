"""Make the lock files, `tools/locks/{run,dev,release}.txt`, from pyproject.toml.

`python tools/lock.py [--upgrade]` needs `uv` on the PATH, which the project itself does not.
The lock files contain hashes but no address of a package index: pip uses the one configured on the
machine.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ROOT / "tools" / "locks"
HEADER = (
    "# Made by tools/lock.py from pyproject.toml: change that, then run the script again.\n"
    "# Wheels only, with hashes, for Python 3.11 and later on every platform.\n"
)


def compile_lock(name: str, *sources: str, upgrade: bool) -> None:
    """Resolve sources, which are arguments of uv, and write `tools/locks/NAME.txt`."""
    target = LOCKS / f"{name}.txt"
    command = ["uv", "pip", "compile", *sources, "--no-config", "--universal"]
    command += ["--generate-hashes", "--only-binary", ":all:", "--python-version", "3.11"]
    command += ["--no-header", "--no-annotate", "--quiet", "--output-file", str(target)]
    if upgrade:
        command.append("--upgrade")
    if target.exists():  # uv reads the versions to keep from the file it will replace
        target.write_text(target.read_text().removeprefix(HEADER))
    environment = {key: value for key, value in os.environ.items() if key != "PIP_FIND_LINKS"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    lines = target.read_text().splitlines(keepends=True)
    addresses = [line for line in lines if "://" in line or line.startswith("--index")]
    if addresses:
        sys.exit(f"{target} names an address: {addresses[0].strip()}")
    target.write_text(HEADER + "".join(lines))


def main() -> None:
    """Make the lock files; `dev.txt` includes everything in `run.txt`, `release.txt` nothing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest of what is free")
    upgrade = parser.parse_args().upgrade
    LOCKS.mkdir(exist_ok=True)
    project, as_in_run = "pyproject.toml", ("--constraints", str(LOCKS / "run.txt"))
    compile_lock("run", project, upgrade=upgrade)
    compile_lock("dev", project, "--group", "dev", *as_in_run, upgrade=upgrade)
    compile_lock("release", "--group", "release", *as_in_run, upgrade=upgrade)


if __name__ == "__main__":
    main()
