"""What these pages say in the reader's language: numbers, months, weekdays, levels."""

from datetime import date, time

from babel import Locale
from babel.dates import format_skeleton, format_time
from babel.numbers import format_decimal

from intranet.core.i18n import _
from intranet.core.web import current_language


def number(value: int) -> str:
    """A number with the separators of the reader's language."""
    return format_decimal(value, locale=current_language())


def month_of(day: date) -> str:
    """The month and the year of a day: `March 2019`."""
    return format_skeleton("yMMMM", day, locale=current_language())


def time_of_day(text: str) -> str:
    """An hour that is kept as `08:00`, as the reader writes it."""
    return format_time(time.fromisoformat(text), "short", locale=_locale())


def language_name(tag: str) -> str:
    """A language as the reader calls it."""
    signed = {"ssp": _("Spanish Sign Language"), "csc": _("Catalan Sign Language")}
    name = signed.get(tag) or Locale(current_language()).languages.get(tag) or tag
    return name[:1].upper() + name[1:]


def weekday_names() -> dict[str, str]:
    """The days of the week by the names under which they are kept."""
    return {
        "mon": _("Monday"),
        "tue": _("Tuesday"),
        "wed": _("Wednesday"),
        "thu": _("Thursday"),
        "fri": _("Friday"),
        "sat": _("Saturday"),
        "sun": _("Sunday"),
    }


def place_names() -> dict[str, str]:
    """Where one works."""
    return {"office": _("At the office"), "home": _("From home"), "elsewhere": _("Elsewhere")}


def level_names() -> dict[int, str]:
    """How high a post stands."""
    return {
        1: _("Executive direction"),
        2: _("Head of a department or service"),
        3: _("Section or team lead"),
        4: _("Professional or technical"),
        5: _("Administrative, auxiliary or operational"),
    }


def kind_names() -> dict[str, str]:
    """How a post is filled."""
    return {
        "employee": _("Public employee"),
        "elected": _("Elected"),
        "trust": _("Position of trust"),
        "external": _("External"),
    }


def agency_kind_names() -> dict[str, str]:
    """What sort of administration an agency is."""
    return {
        "state": _("State administration"),
        "region": _("Regional administration"),
        "province": _("Provincial administration"),
        "island": _("Island council"),
        "district": _("District council"),
        "association": _("Association of municipalities"),
        "municipality": _("Municipality"),
        "minor_entity": _("Entity below a municipality"),
        "grouping": _("Grouping of municipalities"),
        "consortium": _("Consortium"),
        "university": _("University"),
        "public_body": _("Public body"),
    }


def _locale() -> Locale:
    """English is written as in Europe, with 24 hours."""
    language = current_language()
    return Locale("en", "GB") if language == "en" else Locale(language)
