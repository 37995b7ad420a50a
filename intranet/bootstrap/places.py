"""Where the parts of the program are, in a checkout and in an installed package."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent

IS_INSTALLED = (_PACKAGE / "templates").is_dir()
"""Whether this is an installed wheel: it holds templates and the like in the package itself."""

RESOURCES = _PACKAGE if IS_INSTALLED else _PACKAGE.parent
"""The folder of `templates`, `static` and `migrations`."""
