"""Spain's common directory of units and offices (DIR3), as it is published.

Its header repeats a name (four times in the file of the regions), so a reader by name would
keep only the last of them. A layout is recognised by the names that occur once; the others
follow directly after those, and everything is read by position. There are layouts of 15 columns
(state, regions), 17 (justice) and 19 (local bodies), and extracts with some of the columns.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from intranet.administration.imports.faults import Refused
from intranet.organisation.agencies.models import AgencyKind
from intranet.organisation.agencies.territories import canonical
from intranet.platform.core.text import fold

UNIT, PARENT, ROOT = "C_ID_UD_ORGANICA", "C_ID_DEP_UD_SUPERIOR", "C_ID_DEP_UD_PRINCIPAL"
NAME = "C_DNM_UD_ORGANICA"
ANCHORS = {
    UNIT: "code",
    PARENT: "parent_code",
    ROOT: "root_code",
    "C_ID_NIVEL_ADMON": "admin_level",
    "C_ID_TIPO_ENT_PUBLICA": "entity_type",
    "C_ID_DEP_EDP_PRINCIPAL": "entity_code",
    "C_ID_ESTADO": "state",
    "D_VIG_ALTA_OFICIAL": "valid_from",
}
FOLLOWED_BY = {UNIT: "name", PARENT: "parent_name", ROOT: "root_name"}
HEADINGS = {"A99999999"}
"""A heading above the regions, not an administration."""

IN_FORCE = {"", "V", "T"}

REGIONS = {
    "A01": ("ES-AN", "A01002820", "Junta de Andalucía"),
    "A02": ("ES-AR", "A02002834", "Gobierno de Aragón"),
    "A03": ("ES-AS", "A03002951", "Principado de Asturias"),
    "A04": ("ES-IB", "A04003003", "Gobierno de las Illes Balears"),
    "A05": ("ES-CN", "A05003638", "Comunidad Autónoma de Canarias"),
    "A06": ("ES-CB", "A06002853", "Gobierno de Cantabria"),
    "A07": ("ES-CL", "A07002862", "Junta de Castilla y León"),
    "A08": ("ES-CM", "A08002880", "Comunidad Autónoma de Castilla-La Mancha"),
    "A09": ("ES-CT", "A09002970", "Generalitat de Catalunya"),
    "A10": ("ES-VC", "A10002983", "Generalitat Valenciana"),
    "A11": ("ES-EX", "A11002926", "Junta de Extremadura"),
    "A12": ("ES-GA", "A12002994", "Comunidad Autónoma de Galicia"),
    "A13": ("ES-MD", "A13002908", "Comunidad de Madrid"),
    "A14": ("ES-MC", "A14002961", "Región de Murcia"),
    "A15": ("ES-NC", "A15002917", "Comunidad Foral de Navarra"),
    "A16": ("ES-PV", "A16003011", "Comunidad Autónoma de País Vasco"),
    "A17": ("ES-RI", "A17002943", "Gobierno de La Rioja"),
    "A18": ("ES-CE", "A18002888", "Ciudad Autónoma de Ceuta"),
    "A19": ("ES-ML", "A19002898", "Ciudad Autónoma de Melilla"),
}
"""Territory, root code and root name by prefix of a code, for extracts without roots."""

LANGUAGES = {
    **dict.fromkeys(("ES-CT", "ES-IB", "ES-VC"), "ca"),
    "ES-GA": "gl",
    **dict.fromkeys(("ES-PV", "ES-NC"), "eu"),
}
"""The language besides Spanish, by region."""

_BY_NAME = {
    AgencyKind.ASSOCIATION: ("mancomunida", "mancomunitat", "mankomunitate"),
    AgencyKind.DISTRICT: ("comarca", "consell comarcal", "kuadrilla", "cuadrilla"),
    AgencyKind.GROUPING: ("agrupacio", "area metropolitana"),
    AgencyKind.CONSORTIUM: ("consorci", "partzuergo"),
    AgencyKind.ISLAND: ("cabildo", "consejo insular", "consell insular", "consell de m"),
    AgencyKind.PROVINCE: ("diputacio", "foru aldundi"),
    AgencyKind.UNIVERSITY: ("universi", "unibertsitate"),
    AgencyKind.MINOR_ENTITY: (
        "entidad local menor",
        "entidad local autonoma",
        "entitat municipal descentralitzada",
        "entidad de ambito territorial inferior",
        "junta vecinal",
        "pedania",
        "eatim",
    ),
    AgencyKind.MUNICIPALITY: ("ayuntamiento", "ajuntament", "concello", "udala", "ayto"),
}
"""Folded prefixes of words; the first kind with a match wins."""

_BY_CODE = (
    ("L01", AgencyKind.MUNICIPALITY),
    ("L02", AgencyKind.PROVINCE),
    ("L03", AgencyKind.ISLAND),
    ("L04", AgencyKind.MINOR_ENTITY),
    ("L05", AgencyKind.ASSOCIATION),
    ("L06", AgencyKind.DISTRICT),
    ("L07", AgencyKind.GROUPING),
    ("L08", AgencyKind.GROUPING),
    ("L09", AgencyKind.CONSORTIUM),
    ("U", AgencyKind.UNIVERSITY),
    ("A", AgencyKind.REGION),
    ("E", AgencyKind.STATE),
    ("J", AgencyKind.STATE),
)
_UNITS = {
    "school": (
        r"(c ?e ?i ?p|i ?e ?s ?o?|colegio|cepa|ei|cei|e ?o ?i|cifp|ceo|cer|cep|eap|eoep|cra)\b",
        r"(conservatorio|esad|cead|escuela|escola|aula|c p [rieb]+|c profes)\b",
        r"institut\w* (de )?(educacion|ensenanza)",
        r"centro (publico )?(de |rural |integrado )(educacion|profes|form)",
        r"residencia escolar",
    ),
    "health": (
        r"hospital|complejo hospitalario|consultorio|gerencia de (atencion|area)",
        r"(centro|area) (de )?(salud|sanitari)",
    ),
    "social_centre": (
        r"residencia (de |para )?(mayores|personas|estudiantes|asistida)",
        r"centro (de dia|de mayores|ocupacional|social)|casa de acogida|hogar ",
    ),
    "entity": (
        r"fundacio|consorci|comunidad (de )?regantes|sociedad|societat|empresa publica",
        r"parque (tecnologico|cientifico)",
    ),
}
"""Patterns for the beginning of folded names."""

_ENTITY_TYPES = {"SM", "EE", "FN", "CS", "EP", "FU"}


@dataclass(frozen=True)
class Root:
    """An administration, as the directory describes its root."""

    code: str
    name: str


def is_header(header: Sequence[str]) -> bool:
    """Return whether a line is the header of one of the layouts."""
    names = [cell.strip().upper() for cell in header]
    return UNIT in names and PARENT in names


def column_positions(header: Sequence[str]) -> dict[str, int]:
    """Return the position of each column.

    Raises:
        Refused: it is none of the layouts.
    """
    names = [cell.strip().upper() for cell in header]
    missing = [name for name in (UNIT, PARENT) if name not in names]
    if missing or NAME not in names:
        raise Refused("columns_missing", columns=missing or [NAME])
    places = {ours: names.index(theirs) for theirs, ours in ANCHORS.items() if theirs in names}
    for theirs, ours in FOLLOWED_BY.items():
        place = names.index(theirs) + 1 if theirs in names else len(names)
        if place < len(names) and NAME in names[place]:
            places[ours] = place
    # The file of local bodies puts the province's code and name before the parent.
    level = "N_NIVEL_JERARQUICO"
    if level in names and names.index(PARENT) - names.index(level) == 3:  # noqa: PLR2004
        places["province"] = names.index(level) + 1
    return places


def root_by_code(code: str) -> Root | None:
    """Return the regional root that a unit's code implies, for extracts without a root."""
    found = REGIONS.get(code[:3])
    return Root(found[1], found[2]) if found else None


def agency_kind(code: str, name: str) -> AgencyKind:
    """Return the kind of administration of a root, from its name or else from its code."""
    folded = fold(name)
    if not code.startswith("A"):
        for kind, starts in _BY_NAME.items():
            if any(f" {start}" in f" {folded}" for start in starts):
                return kind
    for start, kind in _BY_CODE:
        if code.startswith(start):
            return kind
    return AgencyKind.PUBLIC_BODY


def territory(code: str, province: str = "") -> str | None:
    """Return the territory that a root's code implies: municipality, province or region."""
    if code[:3] in REGIONS:
        return REGIONS[code[:3]][0]
    digits = code[3:]
    if code.startswith("L01"):
        found = canonical(digits[:5])
    elif code.startswith("L02"):
        found = canonical(digits[-2:])
    elif code.startswith("L"):
        found = canonical(digits[:2])
    else:
        found = canonical(province.zfill(2)) if province else ""
    return found if found.startswith("ES") else None


def languages(territory_code: str | None) -> list[str]:
    """Return Spanish, the directory's own language, then the language of the region."""
    region = (territory_code or "")[:5]
    return ["es", LANGUAGES[region]] if region in LANGUAGES else ["es"]


def unit_kind(name: str, entity_type: str) -> str:
    """Return the kind of a unit, so that a directory can separate schools from departments."""
    if entity_type in _ENTITY_TYPES:
        return "entity"
    folded = fold(name)
    for kind, patterns in _UNITS.items():
        if any(re.match(pattern, folded) for pattern in patterns):
            return kind
    return "unit"
