"""Words in the reader's language: the names that Babel's extraction looks for."""

from collections.abc import Callable
from functools import cache

import flask_babel
from babel import Locale
from babel.support import NullTranslations
from flask import Flask, current_app
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup

_: Callable[..., str] = flask_babel.gettext
_l = flask_babel.lazy_gettext
lazy_pgettext = flask_babel.lazy_pgettext
ngettext: Callable[..., str] = flask_babel.ngettext
pgettext: Callable[..., str] = flask_babel.pgettext


def init_app(app: Flask) -> None:
    """Let templates say words in one step; a page says 150, and Jinja took five for each."""
    app.jinja_env.globals.update(_=_said, gettext=_said, same_words=_same_words)


@pass_eval_context
def _said(context: EvalContext, text: str, /, **values: object) -> str:
    """Translate a text of a template, with values put in; in HTML the answer is markup."""
    words: str = _catalogue(flask_babel.get_locale()).ugettext(text)
    if context.autoescape:
        words = Markup(words)  # noqa: S704 - a text of ours
    return words % values if values or "%" in words else words


@cache
def _catalogue(locale: Locale | None) -> NullTranslations:  # noqa: ARG001 - what it is kept by
    """Return the translations of the locale that holds now; Babel looked for them at each word."""
    found: NullTranslations = flask_babel.get_translations()
    return found


def _same_words(name: str) -> Markup:
    """Return a template that says the same to every reader of a language, rendered once for each.

    Nothing in it may depend on the reader, the request or the data.
    """
    kept = current_app.extensions.setdefault("same_words", {})
    key = (name, str(flask_babel.get_locale()))
    if key not in kept or current_app.jinja_env.auto_reload:
        kept[key] = Markup(current_app.jinja_env.get_template(name).render())  # noqa: S704 - a template of ours, escaped
    found: Markup = kept[key]
    return found


__all__ = ["_", "_l", "init_app", "lazy_pgettext", "ngettext", "pgettext"]
