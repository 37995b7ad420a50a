"""The accepted names of the columns of a file, in the languages of the interface.

The first name in a language is the one that is shown. A name belongs to one column of a kind.
"""

from intranet.platform.core.text import fold

LANGUAGES = ("es", "ca", "gl", "eu", "en")

_HEADERS = {
    "code": ("código", "codi", "código", "kodea", "code"),
    "name": (
        "nombre|nombre y apellidos|denominación",
        "nom|nom i cognoms|denominació",
        "nome|nome e apelidos|denominación",
        "izena|izen-abizenak",
        "name|full name",
    ),
    "handle": ("nombre corto", "nom curt", "nome curto", "izen laburra", "handle|short name"),
    "lang": ("idioma|lengua", "idioma|llengua", "idioma|lingua", "hizkuntza", "lang|language"),
    "scheme": ("esquema", "esquema", "esquema", "eskema", "scheme"),
    "kind": ("tipo", "tipus", "tipo", "mota", "kind|type"),
    "territory": ("territorio", "territori", "territorio", "lurraldea", "territory"),
    "population": (
        "población|habitantes",
        "població|habitants",
        "poboación|habitantes",
        "biztanleria|biztanleak",
        "population",
    ),
    "agency_code": (
        "código de administración|código de la administración",
        "codi d'administració|codi de l'administració",
        "código de administración|código da administración",
        "administrazioaren kodea|administrazio-kodea",
        "agency_code",
    ),
    "parent_code": (
        "código superior|código de la unidad superior",
        "codi superior|codi de la unitat superior",
        "código superior|código da unidade superior",
        "goiko kodea|goiko unitatearen kodea",
        "parent_code",
    ),
    "valid_from": ("desde|fecha de alta", "des de|data d'alta", "desde", "noiztik", "valid_from"),
    "valid_to": ("hasta|fecha de baja", "fins a|data de baixa", "ata", "noiz arte", "valid_to"),
    "title": (
        "puesto|denominación|título",
        "lloc|lloc de treball|denominació|títol",
        "posto|denominación|título",
        "lanpostua|izena",
        "title|post",
    ),
    "unit_code": (
        "código de unidad|código de la unidad",
        "codi d'unitat|codi de la unitat",
        "código de unidade|código da unidade",
        "unitatearen kodea|unitate-kodea",
        "unit_code",
    ),
    "level": ("nivel", "nivell", "nivel", "maila", "level"),
    "head": (
        "jefatura|responsable",
        "comandament|responsable|cap",
        "xefatura|responsable",
        "burua|arduraduna",
        "head",
    ),
    "functions": (
        "funciones|función",
        "funcions|funció",
        "funcións|función",
        "funtzioak|funtzioa",
        "functions|function",
    ),
    "places": ("plazas|dotación", "places|dotació", "prazas|dotación", "plazak", "places"),
    "email": (
        "correo|correo electrónico",
        "correu|correu electrònic",
        "correo|correo electrónico",
        "posta elektronikoa|helbide elektronikoa",
        "email|e-mail",
    ),
    "staff_number": (
        "número de empleado|n.º de empleado|número de personal",
        "número d'empleat|núm. d'empleat|número de personal",
        "número de empregado|n.º de empregado|número de persoal",
        "langile-zenbakia",
        "staff_number",
    ),
    "post_code": (
        "código de puesto|código del puesto",
        "codi de lloc|codi del lloc",
        "código de posto|código do posto",
        "lanpostuaren kodea|lanpostu-kodea",
        "post_code",
    ),
    "appointment": ("nombramiento", "nomenament", "nomeamento", "izendapena", "appointment"),
    "from": (
        "desde|fecha de inicio",
        "des de|data d'inici",
        "desde|data de inicio",
        "noiztik|hasiera",
        "from",
    ),
    "to": ("hasta|fecha de fin", "fins a|data de fi", "ata|data de fin", "noiz arte|amaiera", "to"),
    "day": ("día|fecha", "dia|data", "día|data", "eguna|data", "day|date"),
    "note": (
        "nota|observaciones",
        "nota|observacions",
        "nota|observacións",
        "oharra",
        "note|remarks",
    ),
    "languages": (
        "idiomas|lenguas",
        "idiomes|llengües",
        "idiomas|linguas",
        "hizkuntzak",
        "languages",
    ),
    "phone": ("teléfono", "telèfon", "teléfono", "telefonoa", "phone|telephone"),
    "agency": (
        "administración|ayuntamiento|entidad",
        "administració|ajuntament|entitat",
        "administración|concello|entidade",
        "administrazioa|udala|erakundea",
        "agency",
    ),
    "post": (
        "puesto|puesto de trabajo|cargo",
        "lloc|lloc de treball|càrrec",
        "posto|posto de traballo|cargo",
        "lanpostua|kargua",
        "post",
    ),
    "unit": (
        "unidad|departamento|servicio",
        "unitat|departament|servei",
        "unidade|departamento|servizo",
        "unitatea|saila|zerbitzua",
        "unit|department",
    ),
}


def plain(text: str) -> str:
    """Normalise case, accents and punctuation: `N.º de Empleado` is `n_o_de_empleado`."""
    return "_".join(fold(text).split())


NAMES = {
    column: frozenset(plain(name) for names in said for name in names.split("|"))
    for column, said in _HEADERS.items()
}
"""The accepted names of each column, normalised."""


def shown_name(column: str, language: str) -> str:
    """Return the name of a column in a language; the documented name for other languages."""
    if language not in LANGUAGES or column not in _HEADERS:
        return column
    return _HEADERS[column][LANGUAGES.index(language)].split("|")[0]
