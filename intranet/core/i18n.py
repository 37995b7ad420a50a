"""Words in the reader's language: the names that Babel's extraction looks for."""

from collections.abc import Callable

import flask_babel

_: Callable[..., str] = flask_babel.gettext
_l = flask_babel.lazy_gettext
ngettext: Callable[..., str] = flask_babel.ngettext

__all__ = ["_", "_l", "ngettext"]
