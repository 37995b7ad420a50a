"""Why a post was found, in whole words and in the language of who reads it."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from babel import Locale
from babel.numbers import format_decimal
from flask_babel import ngettext

from intranet.finding.counterparts.ranking import Reason, Why
from intranet.organisation.agencies.territories import PlaceKind, place
from intranet.organisation.agencies.words import KINDS, LEVELS, function_name
from intranet.platform.core.i18n import _
from intranet.platform.core.web import current_language

SHOWN = 7


def said(reasons: Iterable[Reason], most: int = SHOWN) -> list[str]:
    """The reasons in words, the weightiest first."""
    every = list(reasons)
    has_function = any(each.why == Why.FUNCTION for each in every)
    told = [each for each in every if not (has_function and each.why == Why.WORDS)]
    found = [text for reason in told if (text := in_words(reason))]
    return list(dict.fromkeys(found))[:most]


def in_words(reason: Reason) -> str:
    """One reason; empty where it would say nothing to anybody."""
    ways = ASKED if reason.was_asked and reason.why in ASKED else SAID
    return str(ways[reason.why](reason.about))


def as_data(reasons: Sequence[Reason], most: int = SHOWN) -> list[dict[str, Any]]:
    """Reasons to be kept with a talk."""
    return [{"why": each.why.value, "about": list(each.about)} for each in reasons[:most]]


def from_data(rows: Iterable[dict[str, Any]]) -> list[Reason]:
    """Reasons as they were kept."""
    known = {why.value for why in Why}
    return [
        Reason(Why(row["why"]), 0, tuple(row["about"])) for row in rows if row.get("why") in known
    ]


def _functions(codes: Sequence[str]) -> str:
    names = ", ".join(function_name(code) for code in codes[:2])
    return str(
        ngettext("Same function: %(names)s", "Same functions: %(names)s", len(codes), names=names)
    )


def _functions_asked(codes: Sequence[str]) -> str:
    return ", ".join(function_name(code) for code in codes[:2])


def _size_asked(about: Sequence[str]) -> str:
    population = int(about[0])
    count = format_decimal(population, locale=current_language())
    return str(ngettext("%(count)s inhabitant", "%(count)s inhabitants", population, count=count))


def _place_asked(about: Sequence[str]) -> str:
    found = place(about[0])
    return found.name if found else ""


def _size(about: Sequence[str]) -> str:
    population = int(about[0])
    count = format_decimal(population, locale=current_language())
    return str(
        ngettext(
            "Similar size: %(count)s inhabitant",
            "Similar size: %(count)s inhabitants",
            population,
            count=count,
        )
    )


def _place(about: Sequence[str]) -> str:
    found = place(about[0])
    if found is None:
        return ""
    if found.kind == PlaceKind.REGION:
        return _("Same region: %(name)s", name=found.name)
    if found.kind == PlaceKind.PROVINCE:
        return _("Same province: %(name)s", name=found.name)
    return _("Same municipality: %(name)s", name=found.name)


def _level(about: Sequence[str]) -> str:
    return _("Same level: %(level)s", level=_lower(str(LEVELS[int(about[0])])))


def _next_level(about: Sequence[str]) -> str:
    return _("One level apart: %(level)s", level=_lower(str(LEVELS[int(about[0])])))


def _kind(about: Sequence[str]) -> str:
    return _("Same type of agency: %(kind)s", kind=_lower(str(KINDS[about[0]])))


def _languages(about: Sequence[str]) -> str:
    return _("Shared language: %(names)s", names=", ".join(map(_language, about[:2])))


def _open(_about: Sequence[str]) -> str:
    return _("Open to questions")


def _confirmed(_about: Sequence[str]) -> str:
    return _("Confirmed within the last year")


def _words(about: Sequence[str]) -> str:
    return _("Similar post title") if about else ""


def _language(tag: str) -> str:
    return str(Locale(current_language()).languages.get(tag) or tag)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


SAID: dict[Why, Callable[[Sequence[str]], str]] = {
    Why.FUNCTION: _functions,
    Why.LEVEL: _level,
    Why.NEXT_LEVEL: _next_level,
    Why.KIND: _kind,
    Why.SIZE: _size,
    Why.PLACE: _place,
    Why.LANGUAGE: _languages,
    Why.OPEN: _open,
    Why.CONFIRMED: _confirmed,
    Why.WORDS: _words,
}
ASKED: dict[Why, Callable[[Sequence[str]], str]] = {
    Why.FUNCTION: _functions_asked,
    Why.LEVEL: lambda about: str(LEVELS[int(about[0])]),
    Why.NEXT_LEVEL: lambda about: str(LEVELS[int(about[0])]),
    Why.KIND: lambda about: str(KINDS[about[0]]),
    Why.SIZE: _size_asked,
    Why.PLACE: _place_asked,
}
"""The same where somebody asked for it in words, who may be quite different themselves."""
