"""How levels, kinds and sizes of agencies are called in the reader's language."""

from functools import cache

from intranet.agencies.functions import read_functions
from intranet.core.i18n import _
from intranet.core.types import Localized
from intranet.core.web import current_language


def level_names() -> dict[int, str]:
    """How high a post stands."""
    return {
        1: _("Executive direction"),
        2: _("Head of a department or service"),
        3: _("Section or team lead"),
        4: _("Professional or technical"),
        5: _("Administrative, auxiliary or operational"),
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


def function_name(code: str, language: str | None = None) -> str:
    """What a function is called, for the reader unless a language is given.

    Its code where there is no such.
    """
    name = _function_names().get(code)
    return name.text(language or current_language()) if name else code


def function_names() -> dict[str, str]:
    """All functions by code, in the order of the file."""
    language = current_language()
    return {code: name.text(language) for code, name in _function_names().items()}


@cache
def _function_names() -> dict[str, Localized]:
    return {function.code: function.name for function in read_functions()}
