"""What the glossary's check finds, each breach in a text made for it."""

import re

import pytest

from tools import glossary
from tools.glossary import Breach, Glossary, Term

RULES = Glossary(
    {
        "en": [Term(re.compile(r"\bsomebody\b", re.IGNORECASE), "someone")],
        "es": [Term(re.compile(r"\bacuse\b"), "confirmación", frozenset({"Receipt"}))],
    }
)
LONG = "A " + "word " * 19 + "more."


def rules_of(breaches):
    return [breach.rule for breach in breaches]


@pytest.mark.parametrize(
    ("text", "broken"),
    [
        ("Save", []),
        ("Who may write here?", []),
        ("What changed", ["statement"]),
        ("Ask first. Who asks is shown to all.", ["statement"]),
        ("“What it does” stands there.", ["statement"]),
        ("Whole weeks", []),
        (LONG, ["long"]),
        ("A " + "word " * 18 + "more. And another " + "word " * 9 + "more.", []),
        ("Somebody wrote.", ["term"]),
    ],
)
def test_a_text_of_the_source_is_plain(text, broken):
    assert rules_of(glossary.english_breaches(text, RULES)) == broken


@pytest.mark.parametrize(
    ("translation", "broken"),
    [
        ("Guardar", []),
        ("El acuse de lectura", ["term"]),
        ("Abre el channel de Obras", ["english"]),
        ("Hola, %(the)s", []),
        ("Campo sign_in.displace", ["key"]),
        ("Escribe a ana@the.example o a /of/that", []),
    ],
)
def test_a_translation_keeps_the_words_of_its_language(translation, broken):
    assert rules_of(glossary.breaches_in("es", "Save", translation, RULES)) == broken


def test_a_text_that_the_glossary_excepts_may_use_the_word():
    assert rules_of(glossary.breaches_in("es", "Receipt", "El acuse", RULES)) == []


@pytest.fixture
def list_of_debts(tmp_path, monkeypatch):
    """Two texts that break a rule, and a list of debts to write."""
    found = [Breach("en", "long", "First"), Breach("es", "term", "Second", "“x”: write y")]
    monkeypatch.setattr(glossary, "breaches", lambda: found)
    monkeypatch.setattr(glossary, "DEBTS", tmp_path / "debts.txt")
    return glossary.DEBTS


def test_a_breach_that_is_no_debt_is_a_fault(list_of_debts):
    list_of_debts.write_text("# head\nen long First\n", encoding="utf-8")

    assert list(glossary.faults()) == ["es: “x”: write y: 'Second'"]


def test_a_paid_debt_has_to_leave_the_list_and_update_drops_it(list_of_debts):
    lines = "# head\nen long First\nes term Second\neu term Mended\n"
    list_of_debts.write_text(lines, encoding="utf-8")
    (fault,) = glossary.faults()
    assert fault.startswith("paid: ")

    glossary.drop_paid_debts()

    assert list(glossary.faults()) == []
    assert list_of_debts.read_text(encoding="utf-8").startswith("# head\n")


def test_update_never_adds_a_debt(list_of_debts):
    list_of_debts.write_text("# head\n", encoding="utf-8")

    glossary.drop_paid_debts()

    assert glossary.debts() == set()


def test_every_pattern_of_the_glossary_can_be_read():
    rules = glossary.glossary()

    assert set(rules.terms) == {"en", *glossary.OTHERS}
    assert not rules.terms["es"][0].pattern.search("acusenado")
