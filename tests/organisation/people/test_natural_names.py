"""How names are put in order and case, by 600 invented ones whose answer was written first."""

import csv
from dataclasses import dataclass
from pathlib import Path

import pytest

from intranet.organisation.people.natural_names import (
    NameOrder,
    NameReading,
    name_of_parts,
    natural_name,
    usual_order,
)

DATA = Path(__file__).parent / "data"
FORMS = pytest.mark.parametrize("form", ["{surnames}, {given}", "{surnames} {given}"])


@dataclass(frozen=True)
class Figures:
    """Readings of names: right, unsure with the right one offered, wrong but sure."""

    right: int = 0
    offered: int = 0
    wrong: int = 0
    neither: int = 0


def figures(form, *, is_mailed: bool, is_listed: bool, file="names.csv") -> Figures:
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter=";"))
    written = [form.format(**row).upper() for row in rows]
    order = usual_order(written) if is_listed else None
    found = dict.fromkeys(("right", "offered", "wrong", "neither"), 0)
    for row, text in zip(rows, written, strict=True):
        right = f"{row['given']} {row['surnames']}"
        reading = natural_name(text, row["email"] if is_mailed else None, order)
        if reading.is_sure:
            found["right" if reading.name == right else "wrong"] += 1
        else:
            found["offered" if right in (reading.name, reading.alternative) else "neither"] += 1
    assert sum(found.values()) == len(rows)
    return Figures(**found)


@pytest.mark.parametrize("is_listed", [True, False])
@pytest.mark.parametrize("is_mailed", [True, False])
@FORMS
def test_of_500_names_99_in_100_are_right_or_offered(form, is_mailed, is_listed):
    found = figures(form, is_mailed=is_mailed, is_listed=is_listed)
    assert found.right + found.offered >= 495, found
    assert found.wrong <= 5, found


@FORMS
@pytest.mark.parametrize("is_listed", [True, False])
def test_of_100_names_written_after_the_rule_99_are_right_or_offered(form, is_listed):
    found = figures(form, is_mailed=True, is_listed=is_listed, file="more_names.csv")
    assert found.right + found.offered >= 99, found
    assert found.right >= (96 if "," in form else 80), found


def test_most_names_are_certain():
    assert figures("{surnames}, {given}", is_mailed=False, is_listed=True).right >= 495
    assert figures("{surnames} {given}", is_mailed=False, is_listed=True).right >= 450
    assert figures("{given} {surnames}", is_mailed=False, is_listed=True).right >= 450


def test_an_address_makes_more_names_certain():
    without = figures("{surnames} {given}", is_mailed=False, is_listed=False)
    assert figures("{surnames} {given}", is_mailed=True, is_listed=False).right > without.right


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("PEÑA SÁEZ, JOSÉ", "José Peña Sáez"),
        ("peña sáez, josé", "José Peña Sáez"),
        ("GARCIA LOPEZ, JOSE", "Jose Garcia Lopez"),
        ("DE LA TORRE I DEL RÍO, M.ª DEL CARMEN", "M.ª del Carmen de la Torre i del Río"),
        ("O'NEILL MCDONALD, Mª TERESA", "Mª Teresa O'Neill McDonald"),
        ("D'ORS SÁENZ-DÍEZ, JUAN DE DIOS", "Juan de Dios d'Ors Sáenz-Díez"),
        ("Ó SÚILLEABHÁIN, SEÁN", "Seán Ó Súilleabháin"),
        ("DA SILVA DOS SANTOS, JOÃO", "João da Silva dos Santos"),
        ("COL·LELL I PUIG, NÚRIA", "Núria Col·lell i Puig"),
        ("García de la torre, Ana", "Ana García de la torre"),
        ("SAN MARTÍN PRIETO LUIS", "Luis San Martín Prieto"),
        ("LE GOFF Yann", "Yann Le Goff"),
        ("José PEÑA SÁEZ", "José Peña Sáez"),
        ("D. JOSÉ PEÑA SÁEZ", "José Peña Sáez"),
        ("José Peña Sáez", "José Peña Sáez"),
        ("MACÍAS MACHADO, MACARENA", "Macarena Macías Machado"),
        ("MACRI MACARRO, MACLOVIO", "Maclovio Macri Macarro"),
        ("D'ABADAL MACIÀ, LAIA", "Laia d'Abadal Macià"),
        ("Macneill D'angelo, Fiona", "Fiona Macneill D'angelo"),
        ("García López Ana", "Ana García López"),
        ("Breogán", "Breogán"),
        ("X-12", "X-12"),
        (",", ""),
    ],
)
def test_what_is_certain_is_put_in_order(written, name):
    assert natural_name(written) == NameReading(name)


@pytest.mark.parametrize(
    ("written", "readings"),
    [
        ("JOSÉ, PEÑA SÁEZ", {"José Peña Sáez", "Peña Sáez José"}),
        ("PEÑA SÁEZ", {"Peña Sáez", "Sáez Peña"}),
        ("PÉREZ JUAN CARLOS", {"Juan Carlos Pérez", "Carlos Pérez Juan"}),
        ("PASCUAL SIMÓN DANIEL", {"Daniel Pascual Simón", "Pascual Simón Daniel"}),
        ("Breo Gil Mar", {"Breo Gil Mar", "Mar Breo Gil"}),
        ("MACNEILL, FIONA", {"Fiona MacNeill", "Fiona Macneill"}),
        ("MACNEILL Fiona", {"Fiona MacNeill", "Fiona Macneill"}),
        ("D'ANGELO, CHIARA", {"Chiara D'Angelo", "Chiara d'Angelo"}),
        ("VALL-LLOSERA, QUIM", {"Quim Vall-llosera", "Quim Vall-Llosera"}),
    ],
)
def test_what_is_not_certain_has_two_readings(written, readings):
    found = natural_name(written)
    assert not found.is_sure
    assert {found.name, found.alternative} == readings


@pytest.mark.parametrize(
    ("written", "email", "name"),
    [
        ("PASCUAL SIMÓN DANIEL", "dpascual@x.example", "Daniel Pascual Simón"),
        ("PASCUAL SIMÓN DANIEL", "psdaniel@x.example", "Pascual Simón Daniel"),
        ("PÉREZ JUAN CARLOS", "jcperez@x.example", "Juan Carlos Pérez"),
        ("VEGA ROJO", "vrojo2@x.example", "Vega Rojo"),
        ("FUENTE RAMÍREZ MARÍA DOLORES", "mdfuente@x.example", "María Dolores Fuente Ramírez"),
    ],
)
def test_a_person_s_own_address_decides(written, email, name):
    assert natural_name(written, email) == NameReading(name)


def test_an_address_that_fits_two_readings_decides_nothing():
    assert not natural_name("VEGA ROJO", "rojo.vega@x.example").is_sure
    assert not natural_name("VEGA ROJO", "info@x.example").is_sure


def test_the_other_names_of_a_list_tell_its_order():
    clear = [
        "PEÑA SÁEZ JOSÉ",
        "ROIG SERRA CARME",
        "LEMA SOUTO IRIA",
        "COTO GIL JON",
        "RIAL PAZ UXÍA",
    ]
    assert usual_order(clear) == NameOrder.SURNAMES
    assert usual_order(clear[:2]) is None
    assert usual_order(["José Peña", "Carme Roig", "Iria Lema", "Jon Coto", "Uxía Rial"]) == "given"
    assert not natural_name("PASCUAL MARTÍN DANIEL").is_sure
    assert natural_name("PASCUAL MARTÍN DANIEL", order=NameOrder.SURNAMES).is_sure


def test_names_in_columns_of_their_own_are_only_recased():
    assert name_of_parts("JOSÉ LUIS", "DE LA PEÑA", "SÁEZ").name == "José Luis de la Peña Sáez"
    assert name_of_parts("Uxía", "", "").name == "Uxía"
