"""Labels of levels, functions and kinds of agencies in the reader's language."""

from functools import cache

from intranet.organisation.agencies.functions import read_functions
from intranet.organisation.agencies.models import Post
from intranet.organisation.agencies.occupations import occupations
from intranet.platform.core.i18n import _l
from intranet.platform.core.types import Localized
from intranet.platform.core.web import current_language

LEVELS = {
    1: _l("Executive management"),
    2: _l("Head of a department or service"),
    3: _l("Section or team lead"),
    4: _l("Professional or technical"),
    5: _l("Administrative, auxiliary or operational"),
}
KINDS = {
    "state": _l("State administration"),
    "region": _l("Regional administration"),
    "province": _l("Provincial administration"),
    "island": _l("Island council"),
    "district": _l("District council"),
    "association": _l("Association of municipalities"),
    "municipality": _l("Municipality"),
    "minor_entity": _l("Local body below municipal level"),
    "grouping": _l("Grouping of municipalities"),
    "consortium": _l("Consortium"),
    "university": _l("University"),
    "public_body": _l("Public body"),
}

ROLES = {
    "administer": _l("administration"),
    "advise": _l("advice"),
    "build": _l("construction"),
    "care": _l("care"),
    "carry": _l("moving and delivering"),
    "catalogue": _l("records and collections"),
    "clean": _l("cleaning"),
    "clerk": _l("office work"),
    "communicate": _l("communication"),
    "cook": _l("cooking and serving"),
    "coordinate": _l("coordination"),
    "counsel": _l("counselling"),
    "design": _l("design"),
    "develop": _l("software development"),
    "drive": _l("driving"),
    "elect": _l("political office"),
    "grow": _l("plants and animals"),
    "guard": _l("security and surveillance"),
    "inform": _l("information and reception"),
    "inspect": _l("inspection and control"),
    "law": _l("legal work"),
    "maintain": _l("maintenance and repair"),
    "manage": _l("management"),
    "measure": _l("testing and measuring"),
    "nurse": _l("nursing"),
    "operate": _l("operating machines and plants"),
    "perform": _l("performing arts"),
    "rescue": _l("rescue and emergencies"),
    "research": _l("research and analysis"),
    "secretary": _l("secretarial work"),
    "supervise": _l("supervision of a team"),
    "teach": _l("teaching and training"),
    "translate": _l("translation and interpreting"),
    "treat": _l("medical treatment"),
}
"""The roles of occupations (`occupations.csv`)."""


def level_names() -> dict[int, str]:
    """Return the label of each level of a post."""
    return {level: str(name) for level, name in LEVELS.items()}


def agency_kind_names() -> dict[str, str]:
    """Return the label of each kind of agency."""
    return {kind: str(name) for kind, name in KINDS.items()}


def function_name(code: str, language: str | None = None) -> str:
    """Return the name of a function, in the reader's language unless one is given.

    An unknown code is returned as it is.
    """
    name = _function_names().get(code)
    return name.text(language or current_language()) if name else code


def function_names() -> dict[str, str]:
    """Return all functions by code, in the order of the file."""
    language = current_language()
    return {code: name.text(language) for code, name in _function_names().items()}


@cache
def _function_names() -> dict[str, Localized]:
    return {function.code: function.name for function in read_functions()}


def occupation_name(code: str) -> str:
    """Return the name of an occupation in the reader's language; empty if it is unknown."""
    known = occupations().get(code)
    return known.name.text(current_language()) if known else ""


def public_names(post: Post) -> dict[str, dict[str, str]]:
    """Return a post for the public: its title, unit and agency, in all their languages."""
    unit = post.unit
    return {"post": dict(post.title), "unit": dict(unit.name), "agency": dict(unit.agency.name)}
