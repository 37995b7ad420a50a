"""Ask the package index for security advisories on the locked packages: `check advisories`.

The index is the one that pip uses on this machine. If it cannot be reached or offers no advisories,
the check says so and passes: a run on another machine can do the work. Packages for which the index
does not answer within some seconds are skipped and listed.
"""

import json
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
LOCKS = tuple(ROOT / "tools" / "locks" / f"{name}.txt" for name in ("run", "dev", "release"))
PIP = next((ROOT / "tools").glob("pip-*.whl"))
AT_ONCE = 8
ANSWERS_WITHIN_SECONDS = 5
IN_ALL_SECONDS = 30
ANSWER_BYTES = 16 * 1024 * 1024
PINNED = re.compile(r"^([A-Za-z0-9][\w.-]*)==([\w.!+-]+)", re.MULTILINE)

CONFIGURED = re.compile(r"^(\S+)\.index-url='([^']+)'$", re.MULTILINE)
BUILT_IN = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)"

ACCEPTED: dict[str, str] = {}
"""Advisories that do not affect this project: the reason, by id."""


class NotOfferedError(Exception):
    """The index cannot be reached or offers no advisories; the text says which."""


def locked(paths: Sequence[Path]) -> dict[str, str]:
    """Return the version of each locked package, by name."""
    return dict(sorted(pair for path in paths for pair in PINNED.findall(path.read_text())))


def index() -> str:
    """Return the address of the `simple` index that pip uses on this machine.

    Raises:
        NotOfferedError: pip names no index.
    """
    command = [sys.executable, str(PIP / "pip"), "config", "list"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    said: dict[str, str] = dict(CONFIGURED.findall(done.stdout))
    for where in (":env:", "install", "global"):
        if named := said.get(where):
            return named
    # Where nothing is configured, the one that pip is made with.
    code = f"import sys; sys.path.insert(0, {str(PIP)!r}); {BUILT_IN}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    if not done.stdout.strip():
        raise NotOfferedError("pip names no index")
    return done.stdout.strip()


def advisories(index_url: str, name: str, version: str) -> list[dict[str, Any]]:
    """Return the advisories on a version of a package, without withdrawn ones.

    Raises:
        NotOfferedError: the index does not answer, or offers no advisories.
    """
    base = index_url.rstrip("/").removesuffix("/simple")
    told = _answer(f"{base}/pypi/{name}/{version}/json")
    found = told.get("vulnerabilities") if isinstance(told, dict) else None
    if not isinstance(found, list):
        raise NotOfferedError("the index offers no advisories")
    return [one for one in found if isinstance(one, dict) and not one.get("withdrawn")]


def _answer(address: str) -> Any:
    parts = urlsplit(address)
    request = urllib.request.Request(  # noqa: S310 - pip's own index
        parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl(),
        headers={"Accept": "application/json"},
    )
    if parts.username:
        secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        request.add_header("Authorization", f"Basic {b64encode(secret.encode()).decode()}")
    try:
        with urllib.request.urlopen(request, timeout=ANSWERS_WITHIN_SECONDS) as answer:  # noqa: S310 - see above
            return json.loads(answer.read(ANSWER_BYTES))
    except urllib.error.HTTPError as error:
        raise NotOfferedError(f"the index offers no advisories ({error.code})") from error
    except (OSError, HTTPException, ValueError) as error:
        raise NotOfferedError(f"the index does not answer ({type(error).__name__})") from error


def main() -> int:
    """Print the advisories; return 1 if there is one that is not in `ACCEPTED`."""
    packages = list(locked(LOCKS).items())
    try:
        index_url = index()
        advisories(
            index_url, *packages[0]
        )  # whether it offers any is asked once, and not 100 times
    except NotOfferedError as error:
        print(f"not looked for: {error}")
        return 0
    found, unanswered = _ask_all(index_url, packages)
    print("\n".join(found) or f"{len(packages)} packages, no advisory")
    if unanswered:
        print(f"not answered in time: {', '.join(sorted(unanswered))}")
    return int(bool(found))


def _ask_all(index_url: str, packages: Sequence[tuple[str, str]]) -> tuple[list[str], set[str]]:
    until = time.monotonic() + IN_ALL_SECONDS
    unanswered = set()

    def ask(package: tuple[str, str]) -> list[str]:
        if time.monotonic() < until:
            try:
                return list(_lines(package, advisories(index_url, *package)))
            except NotOfferedError:
                pass
        unanswered.add(package[0])
        return []

    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = [line for lines in pool.map(ask, packages) for line in lines]
    return found, unanswered


def _lines(package: tuple[str, str], known: Sequence[dict[str, Any]]) -> Iterator[str]:
    for one in known:
        names = {str(one.get("id", "")), *map(str, one.get("aliases") or ())}
        if names.isdisjoint(ACCEPTED):
            fixed = ", ".join(map(str, one.get("fixed_in") or ())) or "no version"
            yield f"{'=='.join(package)}: {' '.join(sorted(filter(None, names)))}, fixed in {fixed}"


if __name__ == "__main__":
    sys.exit(main())
