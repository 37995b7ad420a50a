"""A plugin of pytest that mutates the area named by the environment: `-p tests.faults.mutating`.

It takes effect when it is imported, before pytest imports the product with its other plugins. No
file is changed: compiled files are neither read nor written.
"""

import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from types import CodeType, ModuleType

from tests.faults.mutations import MUTATIONS, ROOT, Mutation

VARIABLE = "INTRANET_TEST_MUTATION"


class _Finder(MetaPathFinder):
    """A finder of the one module that is changed."""

    def __init__(self, mutation: Mutation) -> None:
        self._mutation = mutation

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find the module with its changed source, and no other one."""
        del path, target
        if fullname != self._mutation.module:
            return None
        loader = _Loader(fullname, str(ROOT / self._mutation.file))
        loader.source = self._mutation.source()
        return spec_from_file_location(fullname, loader.path, loader=loader)


class _Loader(SourceFileLoader):
    """A loader of the changed source."""

    source = ""

    def get_code(self, fullname: str) -> CodeType:
        """Compile the changed source."""
        return compile(self.source, self.get_filename(fullname), "exec", dont_inherit=True)


def _mutate(mutation: Mutation) -> None:
    if mutation.module in sys.modules:
        raise RuntimeError(f"{mutation.module} is imported already")
    sys.meta_path.insert(0, _Finder(mutation))


if VARIABLE in os.environ:
    _mutate(MUTATIONS[os.environ[VARIABLE]])
