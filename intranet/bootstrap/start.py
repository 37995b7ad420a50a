"""Enter the environment, before any command can run."""

import os
import sys
from pathlib import Path
from typing import NoReturn

from intranet.bootstrap.environment import DEV, RUN, Environment
from intranet.bootstrap.faults import EnvironmentFault, from_os_error
from intranet.bootstrap.installation import install
from intranet.bootstrap.places import IS_INSTALLED

ROOT = Path(__file__).resolve().parent.parent.parent
# These commands need the development packages.
FOR_DEVELOPMENT = {"test", "check", "bench"}
# These commands need `tools`, which an installation leaves out.
OF_SOURCE_TREE = {"bench", "check", "demo", "dev", "test"}


def enter_environment(arguments: list[str]) -> int:
    """Make the environment if it is not current, and continue in it.

    Returns:
        0 within the environment; otherwise the exit status, after printing why the command cannot
        run here or the environment could not be made.
    """
    command = next((word for word in arguments if not word.startswith("-")), "")
    if command in OF_SOURCE_TREE and not has_source_tree():
        sys.stderr.write(f"`intranet {command}` is part of the source tree: use a checkout.\n")
        return 1
    if IS_INSTALLED:  # with its packages, by whoever installed it
        return 0
    environment = Environment(ROOT)
    kind = DEV if command in FOR_DEVELOPMENT else RUN
    try:
        _make_current(environment, kind)
    except EnvironmentFault as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. The same command goes on from here.\n")
        return 130
    if not environment.is_running():
        _hand_over(environment, arguments)
    return 0


def has_source_tree() -> bool:
    """Return whether this is a checkout, with the demonstration and the measurements."""
    return not IS_INSTALLED and (ROOT / "tools" / "demo").is_dir()


def _hand_over(environment: Environment, arguments: list[str]) -> NoReturn:
    python = str(environment.python)
    os.execv(python, [python, "-P", "-m", "intranet", *arguments])  # noqa: S606 - no shell wanted


def _make_current(environment: Environment, kind: str) -> None:
    if environment.is_current(kind):
        return
    try:
        with environment.alone():
            if not environment.is_current(kind):  # the one that was waited for may have made it
                install(environment, kind)
    except OSError as error:
        if fault := from_os_error(error, environment.folder):
            raise fault from error
        raise
