"""Date formats in the reader's language, so that scripts write dates like the server.

Browsers lack the names of some languages that the server knows: most have no Galician or Basque.
"""

import re
from dataclasses import dataclass
from functools import cache

from babel import Locale

from intranet.platform.core.web import current_language

_PART = re.compile(r"'([^']*)'|(MMMM|d|y)")
_NAMES = {"MMMM": "{month}", "d": "{day}", "y": "{year}"}


@dataclass(frozen=True)
class DateWords:
    """The names of months and of weekdays from Sunday on, and patterns with `{day}`, `{month}`."""

    months: tuple[str, ...]
    weekdays: tuple[str, ...]
    day: str
    day_of_year: str
    hour: str


def date_words() -> DateWords:
    """Return the words of the reader's language; English is written as in Europe."""
    language = current_language()
    return _words_of("en_GB" if language == "en" else language)


@cache
def _words_of(tag: str) -> DateWords:
    locale = Locale.parse(tag)
    months, weekdays = locale.months["format"]["wide"], locale.days["format"]["wide"]
    return DateWords(
        months=tuple(months[number] for number in range(1, 13)),
        weekdays=tuple(weekdays[(number - 1) % 7] for number in range(7)),
        day=_pattern(str(locale.datetime_skeletons["MMMMd"])),
        day_of_year=_pattern(str(locale.date_formats["long"])),
        hour="2-digit" if "HH" in str(locale.time_formats["short"]) else "numeric",
    )


def _pattern(text: str) -> str:
    """Convert a date pattern: field names in braces, no quotes."""
    return _PART.sub(lambda found: _NAMES.get(found[2] or "", found[1] or ""), text)
