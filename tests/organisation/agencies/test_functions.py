import pytest

from intranet.organisation.agencies.functions import classify, plain_words


@pytest.mark.parametrize(
    ("title", "language", "function", "level"),
    [
        ("Jefe/a de Servicio de Urbanismo", "es", "URB", 2),
        ("Auxiliar de biblioteca", "es", "BIB", 5),
        ("Secretaria de dirección", "es", "SCR", 5),
        ("Inspector/a de consumo", "es", "CON", 4),
        ("INTERVENTORA", "es", "CTL", 2),
        ("Secretario/a-interventor/a", "gl", "SEC", 2),
        ("Tècnic/a de contractació", "ca", "PRO", 4),
        ("Kontratazioko teknikaria", "eu", "PRO", 4),
        ("Head of Procurement", "en", "PRO", 2),
        ("Head of Procurement", "en-IE", "PRO", 2),
        ("Xyzzy", "xx", None, 5),
        ("Konserje", "xx", "SBT", 5),
    ],
)
def test_a_title_says_what_a_post_does(title, language, function, level):
    found = classify(title, language)

    assert found.functions[:1] == ((function,) if function else ())
    assert found.level == level


def test_two_functions_are_kept():
    assert set(classify("Servicio de Personal y Asuntos Económicos", "es").functions) == {
        "FIN",
        "HRM",
    }


@pytest.mark.parametrize(
    ("title", "language", "units", "function", "level"),
    [
        ("Deputy Director", "en", ("Commercial Directorate", "Finance Group"), "PRO", 2),
        ("Jefe/a de Servicio", "es", ("Servicio de Personal",), "HRM", 2),
        ("Teknikaria", "eu", ("Etxebizitza Saila",), "VIV", 4),
        ("Subdirector/a general", "es", ("Gabinete", "Dirección General de Tráfico"), "CAB", 2),
        ("Technical lead", "en", ("Unit 3", "Water Supply"), "WAT", 3),
        ("Chargée de mission", "fr", ("Direction de l'habitat",), "VIV", 4),
        ("Arquitecto", "es", ("Servicio de Personal",), "URB", 4),
    ],
)
def test_a_title_without_a_subject_takes_that_of_its_unit(title, language, units, function, level):
    found = classify(title, language, units=units)

    assert found.functions[0] == function
    assert found.level == level


@pytest.mark.parametrize(
    ("title", "language", "function"),
    [
        ("Court clerk", "en", "JUS"),
        ("Office clerk", "en", "ADM"),
        ("Kontratazioaren arduraduna", "eu", "PRO"),
        ("Zergabilketako burua", "eu", "TAX"),
        ("Liburutegietarako laguntzailea", "eu", "BIB"),
        ("Tecnico de contratacoin", "es", "PRO"),
        ("Bibliotecaira", "ca", "BIB"),
        ("Arkitektoa", "es", "URB"),
    ],
)
def test_endings_typos_and_general_words_lead_nobody_astray(title, language, function):
    assert classify(title, language).functions[0] == function


@pytest.mark.parametrize(
    ("title", "language", "level"),
    [
        ("Assistant airport manager", "en", 3),
        ("Secretary to the Director General", "en", 5),
        ("Auxiliar de la Dirección General", "es", 5),
        ("Gerentziako administraria", "eu", 5),
        ("Tècnic/a de gerència", "ca", 4),
        ("Town clerk", "en", 2),
    ],
)
def test_the_level_is_that_of_the_head_of_a_title(title, language, level):
    assert classify(title, language).level == level


def test_a_hostile_title_is_only_text():
    assert classify("((((a+)+)+$ [\\", "es").functions == ()


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("T.C.A.E. Hospitalización", ["tcae", "hospitalizacion"]),
        ("F. E. A. Urología", ["fea", "urologia"]),
        ("Conseiller·ère de prévention", ["conseiller", "prevention"]),
        ("Éducateur·rice·s", ["educateur"]),
        ("Col·laborador-a", ["collaborador"]),
        ("Directeur(trice)", ["directeur"]),
        ("Trabajador@ social", ["trabajador", "social"]),
        ("Aux. Admtvo/a.", ["auxiliar", "administrativo"]),
        ("vice-directeur", ["vice", "directeur"]),
        ("l·l", ["ll"]),
        ("", []),
    ],
)
def test_titles_are_read_whatever_marks_and_abbreviations_they_have(written, read):
    assert plain_words(written) == read
