import pytest

from intranet.agencies.functions import classify


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
        ("Konserje", "xx", None, 5),
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


def test_a_hostile_title_is_only_text():
    assert classify("((((a+)+)+$ [\\", "es").functions == ()
