"""Commands for developers: the linters and the tests."""

import os
import subprocess
import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent.parent
WORKERS = (os.cpu_count() or 1) + 1  # one more, because tests often wait for other processes


@click.command()
@click.option("--fix", is_flag=True, help="Fix what the tools can fix by themselves.")
@click.argument("names", nargs=-1)
def check(names: tuple[str, ...], *, fix: bool) -> None:
    """Run every linter, or those in NAMES, and report every fault."""
    _run("tools/check.py", *(["--fix"] if fix else []), *names)


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> None:
    """Run the quick tests, or every test with --all. Takes the ARGUMENTS of pytest."""
    _run("-m", "pytest", "-n", str(WORKERS), "--dist", "worksteal", *arguments)


def _run(*command: str) -> None:
    # Hundreds of processes start; let them share compiled files.
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run([sys.executable, *command], cwd=ROOT, env=kept, check=False)
    sys.exit(done.returncode)
