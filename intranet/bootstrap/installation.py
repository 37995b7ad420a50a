"""Install a lock into the environment, with the pip that comes with the project."""

import compileall
import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from intranet.bootstrap.environment import Environment
from intranet.bootstrap.faults import EnvironmentFault, from_pip
from intranet.bootstrap.progress import Progress

PIP = "pip-26.3-py3-none-any.whl"
PIP_SHA256 = "f3b60b20ffaadd4415ed7957212a38ac63fa4c5fa375bd0f4a797777940fad13"
# Settings of the user's pip that would install elsewhere, or other packages. Their other settings
# apply, such as the mirror, the proxy and its certificate.
NOT_TAKEN_OVER = {
    *("PIP_CONSTRAINT", "PIP_FIND_LINKS", "PIP_NO_BINARY", "PIP_PREFIX", "PIP_QUIET"),
    *("PIP_REQUIREMENT", "PIP_REQUIRE_VIRTUALENV", "PIP_ROOT", "PIP_TARGET", "PIP_USER"),
    *("PIP_VERBOSE", "PYTHONHOME", "PYTHONPATH"),
}
OPTIONS = (
    *("--no-deps", "--only-binary", ":all:", "--require-hashes", "--retries", "3"),
    *("--no-input", "--no-color", "--progress-bar", "off", "--no-warn-script-location"),
    "--disable-pip-version-check",
)


def install(environment: Environment, kind: str) -> None:
    """Install exactly the packages in the lock of `kind`, showing progress.

    Raises:
        EnvironmentFault: the installation failed; the previous one is kept.
    """
    wheel = _checked_wheel(environment.root)
    with Progress() as progress:
        progress.stage("Preparing the environment")
        environment.prepare(kind)
        with environment.unstamped():
            _run_pip(environment, kind, wheel, progress)
        _compile(environment.root)
        environment.finish(kind)


def _compile(root: Path) -> None:
    """Compile the project's code, as pip compiles packages.

    The user who runs it may be unable to store compiled files, as in a container image; then each
    process would compile everything again.
    """
    for folder in ("intranet", "migrations"):
        compileall.compile_dir(root / folder, quiet=2)


def _checked_wheel(root: Path) -> Path:
    wheel = root / "tools" / PIP
    try:
        found = hashlib.sha256(wheel.read_bytes()).hexdigest()
    except FileNotFoundError:
        found = ""
    if found != PIP_SHA256:
        raise EnvironmentFault(f"{wheel} is missing or was changed: fetch the project again.")
    return wheel


def _run_pip(environment: Environment, kind: str, wheel: Path, progress: Progress) -> None:
    lock = environment.lock_file(kind)
    packages = len(re.findall(r"(?m)^[\w.-]+(?:\[[\w,-]+\])?==", lock.read_text(encoding="utf-8")))
    scratch = environment.folder / "tmp"  # so that only one disk needs room
    scratch.mkdir(exist_ok=True)
    variables = {key: value for key, value in os.environ.items() if key not in NOT_TAKEN_OVER}
    variables |= {"TMPDIR": str(scratch), "PYTHONUNBUFFERED": "1", "LC_ALL": "C.UTF-8"}
    command = [str(environment.python), str(wheel / "pip"), "install", *OPTIONS, "-r", str(lock)]

    said: list[str] = []
    progress.stage(f"Fetching {packages} packages")
    with (
        environment.log.open("w", encoding="utf-8") as log,
        subprocess.Popen(
            command,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as pip,
    ):
        for line in pip.stdout or ():
            log.write(line)
            said.append(line)
            _show(line, said, packages, progress)
    shutil.rmtree(scratch, ignore_errors=True)
    if pip.returncode != 0:
        raise from_pip("".join(said), environment.folder, environment.log)


def _show(line: str, said: list[str], packages: int, progress: Progress) -> None:
    """Turn pip's output into progress."""
    if line.startswith(("Collecting ", "Ignoring ", "Requirement already satisfied")):
        met = sum(
            other.startswith(("Collecting ", "Ignoring ", "Requirement already")) for other in said
        )
        progress.done(met / packages)
    elif line.startswith("Installing collected packages"):
        progress.stage("Installing them")
