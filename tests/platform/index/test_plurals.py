"""A plural finds its singular, and a singular its plural, in five languages."""

import pytest

from intranet.platform.core.text import fold
from intranet.platform.index.plurals import numbers

PAIRS = [
    *(("ordenanza", "ordenanzas"), ("licitación", "licitaciones"), ("ley", "leyes")),
    *(("luz", "luces"), ("interés", "intereses"), ("mes", "meses"), ("orden", "órdenes")),
    *(("ordenança", "ordenances"), ("reunió", "reunions"), ("pla", "plans"), ("obra", "obres")),
    *(("beca", "beques"), ("vaga", "vagues"), ("platja", "platges"), ("llengua", "llengües")),
    *(("procés", "processos"), ("curs", "cursos"), ("bosc", "boscos"), ("llei", "lleis")),
    *(("ordenación", "ordenacións"), ("xornal", "xornais"), ("papel", "papeis")),
    *(("civil", "civís"), ("muller", "mulleres"), ("vez", "veces")),
    *(("ordenantza", "ordenantzak"), ("plan", "planak"), ("lanpostu", "lanpostuak")),
    *(
        ("ordinance", "ordinances"),
        ("policy", "policies"),
        ("box", "boxes"),
        ("church", "churches"),
    ),
]


@pytest.mark.parametrize(("one", "many"), PAIRS)
def test_each_is_the_other_in_another_number(one, many):
    one, many = fold(one), fold(many)

    assert many in numbers(one)
    assert one in numbers(many)


@pytest.mark.parametrize("word", ["2026", "as", "a", "x7", ""])
def test_what_has_no_plural_stays_as_it_is(word):
    assert numbers(word) == ()


def test_two_words_that_only_look_alike_stay_two():
    assert "meses" not in numbers("mesa")
    assert "mesa" not in numbers("meses")


def test_a_word_has_few_forms():
    assert max(len(numbers(fold(word))) for pair in PAIRS for word in pair) <= 10
