"""Translation in the reader's language, under the names that Babel's extraction looks for."""

from collections.abc import Mapping
from functools import cache

import flask_babel
from babel import Locale
from babel.support import NullTranslations
from flask import Flask, current_app
from flask_babel.speaklater import LazyString
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup


def init_app(app: Flask) -> None:
    """Replace Jinja's translation functions, which need five calls for each text of a page."""
    app.jinja_env.globals.update(
        _=_said,
        gettext=_said,
        ngettext=_said_of_many,
        pgettext=_said_there,
        same_words=_same_words,
    )


def _(text: str, /, **values: object) -> str:
    """Translate a text and fill in its values."""
    words: str = _catalogue(flask_babel.get_locale()).ugettext(text)
    return words % values if values else words


def ngettext(one: str, many: str, number: int, /, **values: object) -> str:
    """Translate a text with a plural; `num` in it stands for the number."""
    words: str = _catalogue(flask_babel.get_locale()).ungettext(one, many, number)
    return words % {"num": number, **values}


def pgettext(context: str, text: str, /, **values: object) -> str:
    """Translate a text whose meaning depends on its context."""
    words: str = _catalogue(flask_babel.get_locale()).upgettext(context, text)
    return words % values if values else words


def _l(text: str, /, **values: object) -> LazyString:
    """Translate a text when it is shown, in the language of its reader."""
    return LazyString(_, text, **values)


def lazy_pgettext(context: str, text: str, /, **values: object) -> LazyString:
    """Translate a text with its context when it is shown."""
    return LazyString(pgettext, context, text, **values)


@pass_eval_context
def _said(context: EvalContext, text: str, /, **values: object) -> str:
    """Translate a text of a template and fill in its values; within HTML the result is markup."""
    return _filled(context, _(text), values)


@pass_eval_context
def _said_of_many(
    context: EvalContext, one: str, many: str, number: int, /, **values: object
) -> str:
    words: str = _catalogue(flask_babel.get_locale()).ungettext(one, many, number)
    return _filled(context, words, {"num": number, **values})


@pass_eval_context
def _said_there(context: EvalContext, where: str, text: str, /, **values: object) -> str:
    return _filled(context, pgettext(where, text), values)


def _filled(context: EvalContext, words: str, values: Mapping[str, object]) -> str:
    if context.autoescape:
        words = Markup(words)  # noqa: S704 - a text of ours
    return words % values if values or "%" in words else words


@cache
def _catalogue(locale: Locale | None) -> NullTranslations:  # noqa: ARG001 - what it is kept by
    """Return a locale's translations, cached because Flask-Babel looks them up for every text."""
    found: NullTranslations = flask_babel.get_translations()
    return found


def _same_words(name: str) -> Markup:
    """Render a template once for each language, and return the stored result from then on.

    The template must not depend on the reader, the request or the data.
    """
    kept = current_app.extensions.setdefault("same_words", {})
    key = (name, str(flask_babel.get_locale()))
    if key not in kept or current_app.jinja_env.auto_reload:
        kept[key] = Markup(current_app.jinja_env.get_template(name).render())  # noqa: S704 - a template of ours, escaped
    found: Markup = kept[key]
    return found


__all__ = ["_", "_l", "init_app", "lazy_pgettext", "ngettext", "pgettext"]
