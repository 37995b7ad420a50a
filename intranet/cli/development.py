"""Commands for who changes the code: the linters and the tests."""

import subprocess
import sys
from pathlib import Path

import click

TOOLS = Path(__file__).resolve().parent.parent.parent / "tools"


@click.command()
@click.option("--fix", is_flag=True, help="Repair what a tool can repair by itself.")
@click.argument("names", nargs=-1)
def check(names: tuple[str, ...], *, fix: bool) -> None:
    """Run every linter, or those NAMED, and report everything."""
    _run("check.py", *(["--fix"] if fix else []), *names)


@click.command(
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
    add_help_option=False,
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> None:
    """Run every test on SQLite and PostgreSQL; takes pytest's ARGUMENTS."""
    _run("run_tests.py", *arguments)


def _run(script: str, *arguments: str) -> None:
    done = subprocess.run([sys.executable, str(TOOLS / script), *arguments], check=False)
    sys.exit(done.returncode)
