"""Syntax highlighting of code: a few languages, within limits that keep it quick."""

import re
import threading
from collections.abc import Iterator
from functools import cache
from html import escape

from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import STANDARD_TYPES, Token, _TokenType

# Looking up an unknown name walks through the installed packages; these are known.
LANGUAGES = frozenset(
    {"bash", "c", "cpp", "csharp", "css", "diff", "go", "html", "ini", "javascript"}
    | {"json", "kotlin", "php", "python", "r", "rust", "sql", "toml", "typescript"}
    | {"xml", "yaml"}
)
_OTHER_NAMES = {
    "c#": "csharp",
    "c++": "cpp",
    "cs": "csharp",
    # Its own lexer takes quadratic time over a line of words; the words are nearly the same.
    "java": "csharp",
    "js": "javascript",
    "py": "python",
    "rs": "rust",
    "sh": "bash",
    "shell": "bash",
    "ts": "typescript",
    "yml": "yaml",
}
_WITHIN = {"html": ("css", "javascript")}
COLOURED_CHARACTERS = 3_000
_MAX_LINE_CHARACTERS = 400

_CLASSES = {
    Token.Comment: "tok-comment",
    Token.Keyword: "tok-keyword",
    Token.Literal.String: "tok-string",
    Token.Literal.Number: "tok-number",
    Token.Name.Attribute: "tok-name",
    Token.Name.Builtin: "tok-name",
    Token.Name.Class: "tok-name",
    Token.Name.Decorator: "tok-name",
    Token.Name.Function: "tok-name",
    Token.Name.Tag: "tok-keyword",
    Token.Generic.Deleted: "tok-deleted",
    Token.Generic.Heading: "tok-keyword",
    Token.Generic.Inserted: "tok-inserted",
    Token.Generic.Subheading: "tok-comment",
    Token.Operator.Word: "tok-keyword",
}
CLASSES = frozenset(_CLASSES.values())


def language_of(info: str) -> str | None:
    """Return the language that a fence names (```` ```py ````), if we highlight it."""
    name = info.strip().split(maxsplit=1)[0].lower() if info.strip() else ""
    name = _OTHER_NAMES.get(name, name)
    return name if name in LANGUAGES else None


def coloured(code: str, language: str) -> str:
    """Return HTML of the code with `tok-…` classes; code with very long lines has none.

    The limits are sizes rather than times, so that the same code always looks the same.
    """
    if re.search(rf"[^\n]{{{_MAX_LINE_CHARACTERS + 1}}}", code):
        return escape(code, quote=False)
    return "".join(_spans(code, language))


def _spans(code: str, language: str) -> Iterator[str]:
    before: str | None = None
    text: list[str] = []
    for kind, value in _lexer(language).get_tokens(code):
        name = _class_of(kind)
        if name != before:
            yield _span(before, text)
            before, text = name, []
        text.append(value)
    yield _span(before, text)


def _span(name: str | None, text: list[str]) -> str:
    inside = escape("".join(text), quote=False)
    return f'<span class="{name}">{inside}</span>' if name and inside.strip() else inside


_lexers: dict[str, Lexer] = {}
_making = threading.Lock()


def _lexer(language: str) -> Lexer:
    """Return the lexer of a language; it has no state, and all threads share it.

    Creating the first instance of a lexer class modifies the class, so one thread at a time creates
    them, starting with the lexers for embedded languages.
    """
    if found := _lexers.get(language):
        return found
    with _making:
        for name in (*_WITHIN.get(language, ()), language):
            if name not in _lexers:
                _lexers[name] = get_lexer_by_name(name, ensurenl=False, stripnl=False)
    return _lexers[language]


@cache
def _class_of(kind: _TokenType) -> str | None:
    while kind in STANDARD_TYPES or kind.parent:
        if kind in _CLASSES:
            return _CLASSES[kind]
        if kind.parent is None:
            return None
        kind = kind.parent
    return None
