"""Run every linter and report everything: `python3 -m intranet check [--fix] [NAME …]`."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tools.programs import MissingProgramError, node, node_program

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
AT_ONCE = 2
MOST_LINES = 350
SCRIPTS = {".py", ".js", ".css", ".html"}
NOT_MEASURED = ("static/vendor/", "tests/vendor/", "migrations/versions/")


@dataclass(frozen=True)
class Result:
    """The result of a check."""

    name: str
    passed: bool
    said: str
    seconds: float


def tool(name: str, *arguments: str, fix: tuple[str, ...] = ()) -> Callable[[bool], list[str]]:
    """Return a function that builds the command of a program in the virtual environment.

    `fix` are the arguments that replace the others when the program is to repair faults.
    """
    return lambda repair: [str(BIN / name), *(fix if repair and fix else arguments)]


def script(name: str, *arguments: str) -> Callable[[bool], list[str]]:
    """Return a function that builds the command of a script in `tools/`."""
    return lambda _repair: [sys.executable, str(ROOT / "tools" / name), *arguments]


def biome(repair: bool) -> list[str]:  # noqa: FBT001 - of one shape with the others
    """Return the command of Biome, which is installed on first use."""
    command = [node(), node_program("biome"), "check", "--no-errors-on-unmatched", "--colors=off"]
    return [*command, "--write", "."] if repair else [*command, "."]


CHECKS: dict[str, Callable[[bool], list[str]]] = {
    "mypy": tool("mypy", "--no-error-summary"),
    "format": tool("ruff", "format", "--check", "--quiet", fix=("format", "--quiet")),
    "ruff": tool("ruff", "check", "--quiet", fix=("check", "--quiet", "--fix")),
    "imports": tool("lint-imports", "--no-logo"),
    "templates": tool("djlint", "templates", "--check", "--lint", "--quiet"),
    "biome": biome,
    "deptry": tool("deptry", "--no-ansi", "."),
    "spelling": tool("codespell", fix=("--write-changes",)),
    "catalogues": script("catalogues.py", "check"),
    "glossary": script("glossary.py"),
    "sizes": script("check.py", "--sizes"),
    "names": script("names.py"),
    "advisories": script("advisories.py"),
    "deploy": script("deployment.py"),
}
ON_DEMAND = frozenset({"advisories", "deploy"})
"""Checks that run only if they are named.

The result of the first can change without a change here; the other fetches 100 MB on first use.
"""
SPEAKING = frozenset({"advisories"})
"""Checks whose output is printed even if they pass."""


def run(name: str, *, repair: bool) -> Result:
    """Run a check and return its result."""
    began = time.monotonic()
    try:
        if name == "templates" and repair:
            reformat = [str(BIN / "djlint"), "templates", "--reformat", "--quiet"]
            subprocess.run(reformat, cwd=ROOT, capture_output=True, check=False)
        done = subprocess.run(
            CHECKS[name](repair),
            cwd=ROOT,
            env={**os.environ, "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        passed, said = done.returncode == 0, done.stdout.strip()
    except MissingProgramError as error:
        passed, said = False, str(error)
    return Result(name, passed, said, time.monotonic() - began)


def long_files() -> list[str]:
    """Return a line for each file that is longer than `MOST_LINES`."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    measured = (ROOT / name for name in listed if not name.startswith(NOT_MEASURED))
    found = []
    for path in measured:
        if path.suffix in SCRIPTS and path.is_file():
            lines = path.read_text(encoding="utf-8").count("\n")
            if lines > MOST_LINES:
                found.append(f"{path.relative_to(ROOT)}: {lines} lines, {MOST_LINES} are the most")
    return found


def main() -> int:
    """Run the named checks, or all that are not on demand; return 0 if all passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fix", action="store_true", help="repair what can be repaired")
    parser.add_argument("--sizes", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(CHECKS))
    options = parser.parse_args()
    if options.sizes:
        found = long_files()
        print("\n".join(found))
        return int(bool(found))
    if unknown := set(options.names) - set(CHECKS):
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(CHECKS)}")

    results = []
    # Repairs follow each other, or two would write the same file.
    with ThreadPoolExecutor(1 if options.fix else AT_ONCE) as pool:
        names = options.names or [name for name in CHECKS if name not in ON_DEMAND]
        for result in pool.map(lambda name: run(name, repair=options.fix), names):
            results.append(result)
            print(f"{'✓' if result.passed else '✗'} {result.name} ({result.seconds:.1f} s)")
            if not result.passed or result.name in SPEAKING:
                print(f"{result.said}\n", flush=True)
    if failed := [result.name for result in results if not result.passed]:
        print(f"\n{len(failed)} of {len(results)} checks found something: {', '.join(failed)}")
        return 1
    print(f"\n{len(results)} checks, nothing found")
    return 0


if __name__ == "__main__":
    sys.exit(main())
