"""What is taken for private data and what is not."""

import pytest

from intranet.platform.core.private_data import MAX_PASSAGES, Sort, passages


@pytest.mark.parametrize(
    ("text", "sort", "found"),
    [
        ("DNI 12345678Z", Sort.IDENTITY, "12345678Z"),
        ("dni: 12.345.678-z.", Sort.IDENTITY, "12.345.678-z"),
        ("(X-1234567-L)", Sort.IDENTITY, "X-1234567-L"),
        ("ES9121000418450200051332 e máis", Sort.ACCOUNT, "ES9121000418450200051332"),
        ("DE89 3704 0044 0532 0130 00", Sort.ACCOUNT, "DE89 3704 0044 0532 0130 00"),
        ("tel. 981 123 456", Sort.PHONE, "981 123 456"),
        ("+34 612345678", Sort.PHONE, "+34 612345678"),
        ("+353 1 234 5678", Sort.PHONE, "+353 1 234 5678"),
        ("ana.castro@monteclaro.example,", Sort.MAIL, "ana.castro@monteclaro.example"),
    ],
)
def test_it_is_found_as_it_is_written(text, sort, found):
    assert [(one.sort, one.text) for one in passages(text)] == [(sort, found)]


@pytest.mark.parametrize(
    "text",
    [
        "12345678A has the wrong letter",
        "ES9121000418450200051333 has the wrong sum",
        "Expediente 2024/000123, importe 1.234.567,89 €",
        "Lei 39/2015, do 1 de outubro, artigo 118.3",
        "O contrato CON-2025-000987 vence o 12/06/2026",
        "5.000 habitantes e 12.345.678 euros",
        "A parcela 36057A01900123",
        "",
    ],
)
def test_what_only_looks_a_little_like_it_is_not(text):
    assert passages(text) == []


@pytest.mark.slow
def test_however_long_a_text_is_it_is_quick_and_shows_a_few():
    assert len(passages("12345678Z " * 5_000)) == MAX_PASSAGES
    assert passages("ES" + "1" * 50_000) == []
    assert passages("a" * 50_000 + "@") == []
    assert passages("6 " * 20_000) is not None
