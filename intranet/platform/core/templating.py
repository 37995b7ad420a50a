"""Filters and globals for templates: localised text, dates and times, tones, attributes."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import cache, lru_cache
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent
from babel.units import format_unit
from flask import Flask, Response, request
from flask_babel import to_user_timezone
from jinja2 import Undefined
from markupsafe import Markup, escape

from intranet.platform.core import assets, clock, epochs
from intranet.platform.core.cookies import THEME, YEAR, keep_cookie, read_cookie
from intranet.platform.core.i18n import _
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
Writer = Callable[..., str]


def init_app(app: Flask) -> None:
    """Register filters and globals, and what depends on the reader."""
    assets.init_app(app)
    dates = (clock_time, exact_time, short_time, day, last_day, month, short_month, relative_day)
    words = (localized, text_language, avatar_tone, initials, first_name, attributes)
    for name in (*words, *dates, ending, file_size, number, percent, enumerated):
        app.add_template_filter(name)
    app.add_template_global(this_page)
    app.add_template_global(site_address)
    app.add_template_global(clock.now, "now")
    app.add_template_global(epochs.current, "epoch")
    app.jinja_env.globals["language_names"] = LANGUAGE_NAMES
    # Not escaped, so that it compresses well beside the same text in the page.
    app.jinja_env.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
    app.context_processor(_reading)
    app.after_request(_keep_theme)


def localized(text: Localized | None, fallback: str = "") -> str:
    """Return a text in the reader's language, else in `fallback`, else in its own."""
    return text.text(current_language(), fallback) if text else ""


def text_language(text: Localized | None, fallback: str = "") -> str:
    """Return the tag of the language of `localized`, for the `lang` attribute."""
    return text.language(current_language(), fallback) if text else ""


def clock_time(instant: datetime) -> str:
    """Format the time of day for the reader: `8:52`."""
    return _time(to_user_timezone(instant).time().replace(second=0, microsecond=0), "short")


def exact_time(instant: datetime) -> str:
    """Format the time of day to the second, for evidence: `8:52:07`."""
    return _time(to_user_timezone(instant).time().replace(microsecond=0), "medium")


def short_time(instant: datetime) -> str:
    """Format a past instant: the time of day if it is today, else the date: `8:52`, `21 Nov`."""
    if _reader_date(instant) == clock.today(current_zone()):
        return clock_time(instant)
    return _skeleton(_reader_date(instant), "MMMd")


def day(moment: date | datetime) -> str:
    """Format a day, with the year if it is not this year: `25 November`."""
    that_day = _reader_date(moment)
    if that_day.year == clock.today(current_zone()).year:
        return _skeleton(that_day, "MMMMd")
    return _date(that_day, "long")


def last_day(until: datetime, zone: str) -> date:
    """Return the last day, in a zone, of a period that ends before an instant."""
    return (until - timedelta(microseconds=1)).astimezone(ZoneInfo(zone)).date()


def month(moment: date) -> str:
    """Format a month, with the year if it is not this year: `November`, `March 2025`."""
    if moment.year == clock.today(current_zone()).year:
        return _date(moment, "LLLL")
    return _skeleton(moment, "yMMMM")


def short_month(moment: date) -> str:
    """Format a month in few letters, for a date tile: `Nov`."""
    return _date(moment, "LLL")


def ending(instant: datetime) -> str:
    """Format until when something lasts: `until 11:00`, `until 4 December`."""
    if _reader_date(instant) == clock.today(current_zone()):
        return _("until %(time)s", time=clock_time(instant))
    return _("until %(day)s", day=day(instant - timedelta(seconds=1)))


def relative_day(moment: date | datetime) -> str:
    """Format a day relative to today: `Today, 25 November`, `Monday, 23 November`."""
    that_day = _reader_date(moment)
    today = clock.today(current_zone())
    if that_day == today:
        return _("Today, %(day)s", day=day(that_day))
    if that_day == today - timedelta(days=1):
        return _("Yesterday, %(day)s", day=day(that_day))
    if that_day == today + timedelta(days=1):
        return _("Tomorrow, %(day)s", day=day(that_day))
    weekday = _date(that_day, "EEEE")
    return _("%(weekday)s, %(day)s", weekday=weekday, day=day(that_day))


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
    """Return which of the seven tones a person has, always the same (see core/person.js)."""
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
    """Return the address of this page with a changed query: `this_page(lang="gl")`."""
    query = {**request.args.to_dict(flat=False), **changes}
    kept = {name: value for name, value in query.items() if value is not None}
    return f"?{urlencode(kept, doseq=True)}"


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


def reader_locale() -> Locale:
    """Return the reader's locale; English is British, with days before months."""
    return _locale_of(current_language())


@cache
def _locale_of(language: str) -> Locale:
    return Locale("en", "GB") if language == "en" else Locale(language)


def _date(day: date, pattern: str) -> str:
    return _written(format_date, day, pattern, current_language())


def _skeleton(day: date, skeleton: str) -> str:
    return _written(_format_skeleton, day, skeleton, current_language())


def _time(time_of_day: time, pattern: str) -> str:
    return _written(format_time, time_of_day, pattern, current_language())


@lru_cache(maxsize=10_000)
def _written(write: Writer, moment: date | time, pattern: str, language: str) -> str:
    """Format a date or time, cached: a list has the same ones again and again."""
    return write(moment, pattern, locale=_locale_of(language))


def _format_skeleton(day: date, skeleton: str, locale: Locale) -> str:
    return format_skeleton(skeleton, day, locale=locale)


def _reader_date(moment: date | datetime) -> date:
    return to_user_timezone(moment).date() if isinstance(moment, datetime) else moment


def _keep_theme(response: Response) -> Response:
    """Store the theme in `?theme=`, so that it can be chosen without JavaScript."""
    if is_for_everybody():
        return response
    if request.method == "GET" and (asked := request.args.get("theme")) in {*THEMES, "system"}:
        keep_cookie(response, THEME, asked, YEAR)
    return response
