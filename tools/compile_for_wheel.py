"""Compile the translations before a wheel is built: a hook of hatchling."""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.config import BuilderConfig
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledTranslations(BuildHookInterface[BuilderConfig]):
    """Makes the `.mo` files, which the repository leaves out and an installation cannot write."""

    def initialize(self, _version: str, _build_data: dict[str, Any]) -> None:
        """Compile what is older than its source; the wheel takes it with the package."""
        sys.path.insert(0, self.root)
        from intranet.platform.core.catalogues import compile_catalogues  # noqa: PLC0415 - of root

        compile_catalogues(Path(self.root) / "intranet" / "translations")
