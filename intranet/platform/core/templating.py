"""Filters and globals for templates: localised text, numbers, tones, attributes."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from urllib.parse import urlencode
from uuid import UUID

from babel.lists import format_list
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit
from flask import Flask, Response, request
from jinja2 import Undefined
from markupsafe import Markup, escape

from intranet.platform.core import assets, clock, dates, epochs, read_only
from intranet.platform.core.cookies import THEME, YEAR, read_cookie, set_cookie
from intranet.platform.core.dates import reader_locale
from intranet.platform.core.types import Localized
from intranet.platform.core.web import (
    cookie_name,
    current_language,
    current_zone,
    is_for_everybody,
    site_address,
)

# The name of each language in that language.
LANGUAGE_NAMES = {
    "es": "Español",
    "ca": "Català",
    "gl": "Galego",
    "eu": "Euskara",
    "en": "English",
}
THEMES = ("light", "dark")
TONE_COUNT = 7
MIN_SHARE = 0.001
SHORTENED = ".ªº"
NOTHING = Markup()
MAX_QUERY_BYTES = 4_000
"""The longest query that a page repeats: that of 300 emoji, the most that is searched for."""


def init_app(app: Flask) -> None:
    """Register filters and globals, and what depends on the reader."""
    assets.init_app(app)
    words = (localized, text_language, avatar_tone, initials, first_name, attributes)
    for name in (*words, *dates.FILTERS, file_size, number, seconds, percent, enumerated):
        app.add_template_filter(name)
    app.add_template_global(this_page)
    app.add_template_global(page_address)
    app.add_template_global(site_address)
    app.add_template_global(clock.now, "now")
    app.add_template_global(epochs.current, "epoch")
    app.add_template_global(read_only.announced, "read_only_time")
    app.jinja_env.globals["language_names"] = LANGUAGE_NAMES
    # Not escaped, so that it compresses well beside the same text in the page.
    app.jinja_env.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    app.context_processor(_reading)
    app.after_request(_keep_theme)


def localized(text: Localized | None, fallback: str = "") -> str:
    """Return a text in the reader's language, else in `fallback`, else the original."""
    return text.text(current_language(), fallback) if text else ""


def text_language(text: Localized | None, fallback: str = "") -> str:
    """Return the tag of the language of `localized`, for the `lang` attribute."""
    return text.language(current_language(), fallback) if text else ""


def file_size(size_bytes: int) -> str:
    """Format a size in the unit that keeps the number short: `212 kB`."""
    step = min(3, (len(str(size_bytes)) - 1) // 3)
    unit = ("byte", "kilobyte", "megabyte", "gigabyte")[step]
    number = round(size_bytes / 1000**step, 1 if step > 1 else 0)
    return str(
        format_unit(number, f"digital-{unit}", "short", format="#,##0.#", locale=reader_locale())
    )


def number(value: int) -> str:
    """Return a number with the separators of the reader's language."""
    return _number(value, current_language())


@lru_cache(maxsize=10_000)
def _number(value: int, language: str) -> str:
    return format_decimal(value, locale=language)


def seconds(value: float) -> str:
    """Format a short duration in seconds, to the hundredth: `0.21`."""
    return format_decimal(round(value, 2), format="0.00", locale=current_language())


def percent(part: int, whole: int) -> str:
    """Return a share in the reader's language, to a tenth: `3.9%`.

    It is 0 % or 100 % only if exact; shares that would round there are `< 0.1%` or `> 99.9%`.
    """
    share = part / whole if whole else 0.0
    sign = ""
    if 0 < share < MIN_SHARE:
        sign, share = "< ", MIN_SHARE
    elif 1 - MIN_SHARE < share < 1:
        sign, share = "> ", 1 - MIN_SHARE
    pattern = reader_locale().percent_formats[None].pattern.replace("#,##0", "#,##0.#")
    return sign + str(format_percent(share, pattern, locale=reader_locale()))


def enumerated(parts: Sequence[Markup]) -> Markup:
    """Join the parts of a sentence as the reader's language does: `a, b and c`."""
    return Markup(format_list([escape(part) for part in parts], locale=reader_locale()))  # noqa: S704 - its parts are markup


def avatar_tone(identity: UUID | str) -> int:
    """Return which of the seven avatar colours a person has; `person.js` computes the same one."""
    return int(str(identity)[-4:], 16) % TONE_COUNT


def initials(name: str) -> str:
    """Return the initials of a person or an agency: of the first two words with a capital."""
    words = [word for word in name.replace("'", " ").split() if word[0].isupper()]
    return "".join(word[0] for word in words[:2]) or name[:2].upper()


def first_name(name: str) -> str:
    """Return the first name of a person; an abbreviated one is kept whole: `M.ª José`."""
    words = name.split()
    for number, word in enumerate(words, 1):
        if word[0].isupper() and word[-1] not in SHORTENED:
            return " ".join(words[:number])
    return name


def attributes(given: Mapping[str, object]) -> Markup:
    """Render the attributes of an element, each after a space; None or False is left out.

    Names in Jinja have no hyphens: `hx_post` becomes `hx-post`, `id_` becomes `id`. `class_` is
    left to the macro, which knows the other classes.
    """
    if not given:
        return NOTHING
    parts = []
    for name, value in given.items():
        if name == "class_" or value is None or value is False or isinstance(value, Undefined):
            continue
        parts.append(f" {escape(name.rstrip('_').replace('_', '-'))}")
        if value is not True:
            parts.append(f'="{escape(value)}"')
    return Markup("".join(parts))  # noqa: S704 - each part was escaped


def this_page(**changes: str | None) -> str:
    """Return the address of this page with a changed query: `this_page(lang="gl")`.

    A query that is too long to repeat is left out, as by `page_address`.
    """
    asked = request.args.to_dict(flat=False) if _is_repeated() else {}
    query = {**asked, **changes}
    kept = {name: value for name, value in query.items() if value is not None}
    return f"?{urlencode(kept, doseq=True)}"


def page_address() -> str:
    """Return path and query of this page, to come back to it.

    A page repeats it in several links. Without a limit a query of 5,000 emoji made 495 KB of it.
    """
    return request.full_path if request.query_string and _is_repeated() else request.path


def _is_repeated() -> bool:
    return len(request.query_string) <= MAX_QUERY_BYTES


def current_theme() -> str | None:
    """Return the theme that the reader chose; None for that of their system."""
    asked = request.args.get("theme", read_cookie(THEME))
    return asked if asked in THEMES else None


def _reading() -> dict[str, object]:
    """Return the reader's language, theme and time zone for templates."""
    return {
        "current_language": current_language(),
        "languages": list(LANGUAGE_NAMES.items()),
        "theme": current_theme(),
        "theme_cookie": cookie_name(THEME),
        "time_zone": current_zone(),
    }


def _keep_theme(response: Response) -> Response:
    """Store the theme in `?theme=`, so that it can be chosen without JavaScript."""
    if is_for_everybody():
        return response
    if request.method == "GET" and (asked := request.args.get("theme")) in {*THEMES, "system"}:
        set_cookie(response, THEME, asked, YEAR)
    return response
