"""Amounts in an initiative's figures, such as `12 dies → 1`, in the reader's language.

A figure is a line of text that its author wrote. If it holds only numbers with known units, it is
formatted again for the reader: `4.200 €` becomes `€4,200` in English. Other figures stay.
"""

import re
from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency, format_decimal, format_percent
from babel.units import format_unit

from intranet.platform.core.dates import reader_locale
from intranet.platform.core.web import current_language

ARROW = "→"
MAX_CHARACTERS = 60
_UNITS = {
    "duration-minute": "minuto minutos minut minute minutes minutu min",
    "duration-hour": "hora horas hores hour hours ordu h",
    "duration-day": "día días dia dies día days day egun",
    "duration-week": "semana semanas setmana setmanes week weeks aste",
    "duration-month": "mes meses mesos month months hilabete hile",
    "duration-year": "año años any anys ano anos year years urte",
}
_BASQUE = {
    "duration-minute": "minutu",
    "duration-hour": "ordu",
    "duration-day": "egun",
    "duration-week": "aste",
    "duration-month": "hilabete",
    "duration-year": "urte",
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words.split()}
_SHORT = frozenset({"h", "min"})
_PART = re.compile(
    r"(?P<sign>[+\-−]?)\s?(?P<before>[€%]?)\s?(?P<number>\d[\d.,\u00a0\u202f ]*)\s?(?P<after>\D*)"
)


def amount(text: str, language: str) -> tuple[str, str]:
    """Return a figure as formatted for its reader, and its language.

    Args:
        language: the language in which it was written.
    """
    if len(text) > MAX_CHARACTERS or language == current_language():
        return text, language
    parts = [_anew(part.strip(), language) for part in text.split(ARROW)]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return text, language
    return f" {ARROW} ".join(known), current_language()


def _anew(part: str, language: str) -> str | None:
    found = _PART.fullmatch(part)
    if found is None:
        return None
    number = _number(found["number"].strip(), language)
    word = found["after"].strip().lower()
    unit = found["before"] or word
    if number is None or (found["before"] and word):
        return None
    locale = reader_locale()
    sign = "−" if found["sign"] in {"-", "−"} else found["sign"]
    shown = _written(number, unit, locale)
    return None if shown is None else sign + shown


def _written(number: Decimal, unit: str, locale: Locale) -> str | None:
    if not unit:
        return str(format_decimal(number, locale=locale))
    if unit == "€":
        places = "#,##0.00" if number % 1 else "#,##0"
        pattern = locale.currency_formats["standard"].pattern.replace("#,##0.00", places)
        return str(format_currency(number, "EUR", pattern, locale=locale, currency_digits=False))
    if unit == "%":
        pattern = locale.percent_formats[None].pattern.replace("#,##0", "#,##0.##")
        return str(format_percent(number / 100, pattern, locale=locale))
    if unit not in _UNIT_OF:
        return None
    name = _UNIT_OF[unit]
    if locale.language == "eu":  # beside a number a Basque noun takes no ending
        return f"{format_decimal(number, locale=locale)} {_BASQUE[name]}"
    length = "short" if unit in _SHORT else "long"
    return str(format_unit(number, name, length, locale=locale))  # type: ignore[arg-type] # one of Babel's lengths


def _number(text: str, language: str) -> Decimal | None:
    """Parse a number as written in a language: `4.200,5`, in English `4,200.5`."""
    group, point = (",", ".") if language == "en" else (".", ",")
    text = re.sub(r"[\u00a0\u202f ]", "", text)
    whole, _point, rest = text.partition(point)
    groups = whole.split(group)
    if any(not part.isdigit() for part in groups) or (rest and not rest.isdigit()):
        return None
    if len(groups) > 1 and any(len(part) != 3 for part in groups[1:]):  # noqa: PLR2004 - thousands
        return None
    return Decimal("".join(groups) + (f".{rest}" if rest else ""))
