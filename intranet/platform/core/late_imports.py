"""Import large libraries when they are first used, or not at all.

Python imports in 0.1 s what few installations ever use, and keeps it in each process.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any


class LateModule:
    """Stands for a module, which is imported when something of it is first read."""

    def __init__(self, name: str) -> None:
        """Store the name of the module."""
        self._name = name

    def __getattr__(self, part: str) -> Any:
        """Import the module, and keep this part of it for the next reader."""
        found = getattr(import_module(self._name), part)
        setattr(self, part, found)
        return found


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Let imports in this block find no such module, unless it is imported already.

    For a library that imports others in case they are there, and can do without them.
    """
    hidden = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(hidden))  # type: ignore[arg-type] # None is how Python says it
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]
