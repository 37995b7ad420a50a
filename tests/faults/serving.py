"""The served process with what only tests do to it: `python -m tests.faults.serving serve …`.

What is done waits until the product is imported by the product itself: before that gevent may
still have to take over.
"""

import sys
from collections.abc import Callable
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from types import ModuleType
from typing import Any


class After(MetaPathFinder):
    """Does something once a module has been imported."""

    def __init__(self, name: str, do: Callable[[], None]) -> None:
        self._name = name
        self._do = do

    def find_spec(self, name: str, _path: Any, _target: Any = None) -> ModuleSpec | None:
        """The module as it would have been found, with the rest to be done after it."""
        if name != self._name:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(name)
        assert spec
        assert spec.loader
        execute = spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            self._do()

        vars(spec.loader)["exec_module"] = exec_module
        return spec


def install() -> None:
    """Put in what can be switched on."""
    from tests.faults import breakages, switches

    switches.install()
    breakages.install()


if __name__ == "__main__":
    sys.meta_path.insert(0, After("intranet.app", install))
    from intranet.cli.main import main

    sys.exit(main(sys.argv[1:]))
