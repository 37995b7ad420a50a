"""Labels in the reader's language: months, weekdays, levels."""

from datetime import date, time

from babel import Locale
from babel.dates import format_skeleton, format_time

from intranet.organisation.agencies.labels import agency_kind_names, level_names
from intranet.platform.core.i18n import _
from intranet.platform.core.web import current_language

__all__ = [
    "agency_kind_names",
    "kind_names",
    "language_name",
    "level_names",
    "month_of",
    "place_names",
    "time_of_day",
    "weekday_names",
]


def month_of(day: date) -> str:
    """Return the month and the year of a day: `March 2019`."""
    return format_skeleton("yMMMM", day, locale=current_language())


def time_of_day(text: str) -> str:
    """Return an hour stored as `08:00`, as the reader writes it."""
    return format_time(time.fromisoformat(text), "short", locale=_locale())


def language_name(tag: str) -> str:
    """Return the name of a language in the reader's language."""
    signed = {"ssp": _("Spanish Sign Language"), "csc": _("Catalan Sign Language")}
    name = signed.get(tag) or Locale(current_language()).languages.get(tag) or tag
    return name[:1].upper() + name[1:]


def weekday_names() -> dict[str, str]:
    """Return the names of the weekdays by their stored codes."""
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
    """Return the names of the places of work."""
    return {"office": _("In the office"), "home": _("From home"), "elsewhere": _("Elsewhere")}


def kind_names() -> dict[str, str]:
    """Return the names of the kinds of posts."""
    return {
        "employee": _("Public employee"),
        "elected": _("Elected member"),
        "trust": _("Political appointee"),
        "external": _("External staff"),
    }


def _locale() -> Locale:
    """Return the reader's locale; English as in Europe, with 24 hours."""
    language = current_language()
    return Locale("en", "GB") if language == "en" else Locale(language)
