"""The files of the story, each read once."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def read(name: str) -> dict[str, Any]:
    """Parse a TOML file of the story; its name is relative to `story/`."""
    return tomllib.loads(files("tools.demo").joinpath("story", name).read_text("utf-8"))


def stream(name: str) -> bytes:
    """Return the content of a picture, video or captions file in `story/media/`."""
    return files("tools.demo").joinpath("story", "media", name).read_bytes()


def names_in(folder: str) -> list[str]:
    """Return the names of the TOML files in a folder of the story, in alphabetical order."""
    found = files("tools.demo").joinpath("story", folder).iterdir()
    return sorted(f"{folder}/{entry.name}" for entry in found if entry.name.endswith(".toml"))
