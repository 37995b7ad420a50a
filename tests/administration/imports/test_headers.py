"""What columns may be called."""

import pytest

from intranet.administration.imports.columns import LAYOUTS, ImportKind, columns_of, likely_kind
from intranet.administration.imports.faults import Refused
from intranet.administration.imports.headers import LANGUAGES, NAMES, display_name, plain


@pytest.mark.parametrize("kind", LAYOUTS)
def test_every_column_is_found_by_its_name_in_every_language(kind):
    known = LAYOUTS[kind].known
    for language in LANGUAGES:
        header = [display_name(column, language).upper() for column in known]
        assert columns_of(kind, header).places == {name: n for n, name in enumerate(known)}
    for column in known:
        assert not [other for other in known if other != column and NAMES[other] & NAMES[column]]


def test_a_documented_name_comes_first_and_the_same_twice_is_refused():
    columns = columns_of(ImportKind.PEOPLE, ["nombre", "name", "N.º de empleado", "Talla"])
    assert columns.places == {"name": 1, "staff_number": 2}
    assert columns.ignored == ["nombre", "Talla"]
    with pytest.raises(Refused) as refusal:
        columns_of(ImportKind.PEOPLE, ["correo", "Correo electrónico", "nombre"])
    assert refusal.value.about == {"column": "Correo electrónico"}


def test_a_kind_is_recognised_by_its_columns():
    assert likely_kind(["administración", "nombre", "puesto"]) == ImportKind.STAFF
    assert likely_kind(["nom", "correu"]) == ImportKind.PEOPLE
    assert likely_kind(["kodea", "izena", "administrazio-kodea"]) == ImportKind.UNITS
    assert likely_kind(["what", "ever"]) is None
    assert plain("N.º  de-Empleado") == "n_o_de_empleado"
