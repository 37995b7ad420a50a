"""The version of this program."""

import tomllib
from importlib import metadata
from pathlib import Path

NAME = "intranet"
PROJECT = Path(__file__).resolve().parents[3] / "pyproject.toml"


def version() -> str:
    """Return the version, such as `0.1.0`.

    A checkout is run in place and installs no metadata, so its `pyproject.toml` says the version.
    """
    try:
        project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))["project"]
    except FileNotFoundError:
        return metadata.version(NAME)
    return str(project["version"])
