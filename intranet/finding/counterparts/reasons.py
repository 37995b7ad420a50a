"""The reasons for a result as texts, in the reader's language."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from babel import Locale
from flask_babel import ngettext

from intranet.finding.counterparts.ranking_models import (
    ABOUT_WORK,
    CounterpartCandidate,
    CounterpartCriterion,
    CounterpartReason,
    CounterpartTarget,
)
from intranet.organisation.agencies.labels import (
    KINDS,
    LEVELS,
    ROLES,
    function_name,
    occupation_name,
)
from intranet.organisation.agencies.territories import PlaceKind, get_territory
from intranet.platform.core.i18n import _
from intranet.platform.core.templating import number
from intranet.platform.core.web import current_language

MAX_REASONS = 7
WORK = (
    CounterpartCriterion.OCCUPATION,
    CounterpartCriterion.SIMILAR_OCCUPATION,
    CounterpartCriterion.ROLE,
    CounterpartCriterion.FUNCTION,
    CounterpartCriterion.FIELD,
)


def said(reasons: Iterable[CounterpartReason], most: int = MAX_REASONS) -> list[str]:
    """Return the reasons as texts, weightiest first."""
    every = list(reasons)
    has_work = any(each.why in WORK and each.about for each in every)
    told = [each for each in every if not (has_work and each.why == CounterpartCriterion.WORDS)]
    found = [text for reason in told if (text := in_words(reason))]
    if any(each.why in ABOUT_WORK for each in every) and not is_same_work(every):
        found.insert(0, _("Among the nearest; the work may differ"))
    return list(dict.fromkeys(found))[:most]


def in_words(reason: CounterpartReason) -> str:
    """Return one reason as text; empty if it would tell the reader nothing."""
    ways = ASKED if reason.was_asked and reason.why in ASKED else SAID
    return str(ways[reason.why](reason.about))


def is_same_work(reasons: Iterable[CounterpartReason]) -> bool:
    """Return whether an occupation, a function or a word is the same on both sides."""
    return any(each.why in ABOUT_WORK and each.about for each in reasons)


def differences(target: CounterpartTarget, candidate: CounterpartCandidate) -> list[str]:
    """Return what differs between a post and the nearest one, as texts."""
    found = []
    if candidate.functions and not candidate.functions.keys() & target.functions.keys():
        codes = sorted(candidate.functions, key=lambda code: -candidate.functions[code])[:2]
        names = ", ".join(map(function_name, codes))
        found.append(
            str(
                ngettext(
                    "Other function: %(names)s",
                    "Other functions: %(names)s",
                    len(codes),
                    names=names,
                )
            )
        )
    if target.level is not None and candidate.level != target.level:
        level = _lower(str(LEVELS[candidate.level]))
        found.append(_("Other level: %(level)s", level=level))
    if target.kinds and candidate.kind not in target.kinds:
        kind = _lower(str(KINDS[candidate.kind.value]))
        found.append(_("Other type of agency: %(kind)s", kind=kind))
    return found


def as_data(reasons: Sequence[CounterpartReason], most: int = MAX_REASONS) -> list[dict[str, Any]]:
    """Return reasons as data to store with a conversation."""
    return [{"why": each.why.value, "about": list(each.about)} for each in reasons[:most]]


def from_data(rows: Iterable[dict[str, Any]]) -> list[CounterpartReason]:
    """Restore reasons from stored data."""
    known = {why.value for why in CounterpartCriterion}
    return [
        CounterpartReason(CounterpartCriterion(row["why"]), 0, tuple(row["about"]))
        for row in rows
        if row.get("why") in known
    ]


def _same_occupation(codes: Sequence[str]) -> str:
    name = _occupation(codes)
    return _("Same occupation: %(name)s", name=name) if name else ""


def _similar_occupation(codes: Sequence[str]) -> str:
    name = _occupation(codes)
    return _("Similar occupation: %(name)s", name=name) if name else ""


def _role(roles: Sequence[str]) -> str:
    name = _role_asked(roles)
    return _("Same kind of work: %(name)s", name=name) if name else ""


def _role_asked(roles: Sequence[str]) -> str:
    return str(ROLES[roles[0]]) if roles and roles[0] in ROLES else ""


def _occupation(codes: Sequence[str]) -> str:
    return occupation_name(codes[0]) if codes else ""


def _functions(codes: Sequence[str]) -> str:
    if not codes:
        return ""
    names = ", ".join(function_name(code) for code in codes[:2])
    return str(
        ngettext("Same function: %(names)s", "Same functions: %(names)s", len(codes), names=names)
    )


def _field(codes: Sequence[str]) -> str:
    return _("Same field: %(name)s", name=function_name(codes[0])) if codes else ""


def _functions_asked(codes: Sequence[str]) -> str:
    return ", ".join(function_name(code) for code in codes[:2])


def _size_asked(about: Sequence[str]) -> str:
    population = int(about[0])
    count = number(population)
    return str(ngettext("%(count)s inhabitant", "%(count)s inhabitants", population, count=count))


def _place_asked(about: Sequence[str]) -> str:
    found = get_territory(about[0])
    return found.name if found else ""


def _size(about: Sequence[str]) -> str:
    population = int(about[0])
    count = number(population)
    return str(
        ngettext(
            "Similar size: %(count)s inhabitant",
            "Similar size: %(count)s inhabitants",
            population,
            count=count,
        )
    )


def _place(about: Sequence[str]) -> str:
    found = get_territory(about[0])
    if found is None:
        return ""
    if found.kind == PlaceKind.REGION:
        return _("Same region: %(name)s", name=found.name)
    if found.kind == PlaceKind.PROVINCE:
        return _("Same province: %(name)s", name=found.name)
    return _("Same municipality: %(name)s", name=found.name)


def _level(about: Sequence[str]) -> str:
    return _("Same level: %(level)s", level=_lower(_level_asked(about))) if about else ""


def _next_level(about: Sequence[str]) -> str:
    return _("One level apart: %(level)s", level=_lower(_level_asked(about))) if about else ""


def _level_asked(about: Sequence[str]) -> str:
    return str(LEVELS[int(about[0])]) if about else ""


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


def _capitalized(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


SAID: dict[CounterpartCriterion, Callable[[Sequence[str]], str]] = {
    CounterpartCriterion.OCCUPATION: _same_occupation,
    CounterpartCriterion.SIMILAR_OCCUPATION: _similar_occupation,
    CounterpartCriterion.ROLE: _role,
    CounterpartCriterion.FUNCTION: _functions,
    CounterpartCriterion.FIELD: _field,
    CounterpartCriterion.LEVEL: _level,
    CounterpartCriterion.NEXT_LEVEL: _next_level,
    CounterpartCriterion.KIND: _kind,
    CounterpartCriterion.SIZE: _size,
    CounterpartCriterion.PLACE: _place,
    CounterpartCriterion.LANGUAGE: _languages,
    CounterpartCriterion.OPEN: _open,
    CounterpartCriterion.CONFIRMED: _confirmed,
    CounterpartCriterion.WORDS: _words,
}
ASKED: dict[CounterpartCriterion, Callable[[Sequence[str]], str]] = {
    CounterpartCriterion.OCCUPATION: lambda about: _capitalized(_occupation(about)),
    CounterpartCriterion.SIMILAR_OCCUPATION: _similar_occupation,
    CounterpartCriterion.ROLE: lambda about: _capitalized(_role_asked(about)),
    CounterpartCriterion.FUNCTION: _functions_asked,
    CounterpartCriterion.FIELD: _functions_asked,
    CounterpartCriterion.LEVEL: _level_asked,
    CounterpartCriterion.NEXT_LEVEL: _level_asked,
    CounterpartCriterion.KIND: lambda about: str(KINDS[about[0]]),
    CounterpartCriterion.SIZE: _size_asked,
    CounterpartCriterion.PLACE: _place_asked,
}
"""Texts for what a search by words asked for: "same" would be wrong, as the reader may differ."""
