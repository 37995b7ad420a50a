"""What is typed is taken apart without ever being wrong."""

from datetime import date

import pytest

from intranet.attention.search.operators import MAX_TERMS, NAMES, Operator, parse
from intranet.attention.search.typed_dates import first_day

pytestmark = pytest.mark.both

TODAY = date(2026, 11, 25)


def parts(text):
    return [
        (term.operator.value if term.operator else None, term.text, term.is_unwanted, term.is_exact)
        for term in parse(text)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("licencia obra", [(None, "licencia", False, False), (None, "obra", False, False)]),
        ('from:"Ana Castro" x', [("from", "Ana Castro", False, False), (None, "x", False, False)]),
        ("DE:ana", [("from", "ana", False, False)]),
        ("nork:ni", [("from", "ni", False, False)]),
        ("-obra", [(None, "obra", True, False)]),
        ('-"obra mayor"', [(None, "obra mayor", True, True)]),
        ("-from:me", [("from", "me", True, False)]),
        ("«obra mayor»", [(None, "obra mayor", False, True)]),
        ("“obra mayor” ya", [(None, "obra mayor", False, True), (None, "ya", False, False)]),
        ('"sin cerrar', [(None, "sin cerrar", False, True)]),
        ("from: ana", [(None, "from:", False, False), (None, "ana", False, False)]),
        ("https://a.example/x", [(None, "https://a.example/x", False, False)]),
        ("8:30", [(None, "8:30", False, False)]),
        ("García-Peñas", [(None, "García-Peñas", False, False)]),
        ("- -- ::: \"\" '' 🎉 * ( NEAR( %", [(None, "NEAR(", False, False)]),
    ],
)
def test_a_text_falls_into_words_exact_words_and_operators(text, expected):
    assert parts(text) == expected


def test_every_operator_has_a_name_in_each_language_and_all_are_understood():
    for names in NAMES.values():
        assert set(names) == set(Operator)
        for operator, name in names.items():
            assert parse(f"{name}:2026")[0].operator == operator


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-05-04", date(2026, 5, 4)),
        ("2026-5-4", date(2026, 5, 4)),
        ("4/5/2026", date(2026, 5, 4)),
        ("05.2026", date(2026, 5, 1)),
        ("2026-05", date(2026, 5, 1)),
        ("2026", date(2026, 1, 1)),
        ("hoy", TODAY),
        *((word, date(2026, 11, 24)) for word in ("yesterday", "Ayer", "ahir", "onte", "atzo")),
        *(
            (word, None)
            for word in ("2026-13", "31/2/2026", "0000", "9999-01", "mañana", "", "٢٠٢٦")
        ),
    ],
)
def test_days_are_written_in_many_ways(text, day):
    assert first_day(text, TODAY) == day


@pytest.mark.parametrize(
    "text", ["a" * 10_000, '"' * 10_000, "from:" * 2_000, "-" * 10_000, ":" * 10_000, "a " * 5_000]
)
def test_whatever_is_typed_few_terms_are_made_of_it(text):
    assert len(parse(text)) <= MAX_TERMS
