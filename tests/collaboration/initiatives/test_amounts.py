"""Figures of an initiative are written for their reader, where they are plain amounts."""

import pytest

from intranet.collaboration.initiatives.amounts import amount


@pytest.mark.parametrize(
    ("text", "own", "reader", "words"),
    [
        ("12 dies → 1", "ca", "es", "12 días → 1"),
        ("3 mesos", "ca", "eu", "3 hilabete"),
        ("4.200 €", "ca", "en", "€4,200"),
        ("€2,800", "en", "es", "2.800\xa0€"),
        ("%22 → %14", "eu", "es", "22\xa0% → 14\xa0%"),
        ("−31 %", "en", "gl", "−31\xa0%"),
        ("+46 %", "es", "en", "+46%"),
        ("6 h → 1 h", "es", "en", "6 hrs → 1 hr"),
        ("1.234,5", "es", "en", "1,234.5"),
        ("0 €", "gl", "en", "€0"),
        # What is no plain amount stays as it was written, and in its language.
        ("½ persona", "ca", "en", None),
        ("4.200 € el pilot; després, 600 €", "ca", "en", None),
        ("entre 3 y 5 meses", "es", "en", None),
        ("1.2.3 €", "es", "en", None),
        ("12 días → pocos", "es", "en", None),
        ("", "es", "en", None),
        ("9" * 61, "es", "en", None),
    ],
)
def test_a_plain_amount_is_in_the_readers_language_and_format(app, text, own, reader, words):
    with app.test_request_context(f"/?lang={reader}"):
        said, language = amount(text, own)
    assert (said, language) == ((text, own) if words is None else (words, reader))


def test_the_authors_own_language_is_left_as_they_wrote_it(app):
    with app.test_request_context("/?lang=es"):
        assert amount("4200 €", "es") == ("4200 €", "es")
