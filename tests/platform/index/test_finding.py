"""What the index finds, on both databases, and what it forgives."""

import pytest

from intranet.extensions import db
from intranet.platform.core.ids import uuid7
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.index import tags
from intranet.platform.index.expressions import All, Any, Expression, Not, Phrase, Tag, Word
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.platform.index.operations import IndexDocument, forget_words, put, remove
from intranet.platform.index.queries import matching, newest, some_matching
from intranet.platform.index.spelling import corrections, distance

pytestmark = pytest.mark.both

PEOPLE = {
    "M.ª José García-Peñas": "Técnica de contratación",
    "Xoán O'Brien Núñez": "Xefe do servizo de contratación",
    "Núria Vil·la": "Cap de secció de padró",
    "Jörg Weiß": "Aparejador",
}


@pytest.fixture
def ids(app):
    made = {name: uuid7() for name in PEOPLE}
    with app.app_context(), unit_of_work():
        put(
            IndexDocument(
                kind=DocumentKind.PERSON,
                subject_id=made[name],
                title=name,
                body=post,
                tags=(tags.kind(DocumentKind.PERSON), tags.level(len(post) % 5 + 1)),
            )
            for name, post in PEOPLE.items()
        )
    return made


@pytest.fixture
def find(app, ids):
    names = {made: name for name, made in ids.items()}

    def names_found(expression: Expression) -> list[str]:
        with app.app_context():
            rows = db.session.scalars(
                matching(expression, SearchDocument.subject_id).order_by(newest()).limit(20)
            ).all()
            prepared = some_matching(expression, SearchDocument.subject_id, most=1_000)
            assert {row[0] for row in prepared} & names.keys() == {*rows} & names.keys()
            return [names[row] for row in rows if row in names]

    return names_found


MARIA, XOAN, NURIA, JORG = PEOPLE


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        (Word("garc"), [MARIA]),
        (All(Word("JOSÉ"), Word("penas")), [MARIA]),
        (Word("penas", prefix=False), [MARIA]),
        (Word("pena", prefix=False), []),
        (Word("contratacion"), [XOAN, MARIA]),
        (Word("contratacion", in_title=True), []),
        (All(Word("contratacion"), Not(Word("xoan"))), [MARIA]),
        (Any(Word("villa"), Word("weiss")), [JORG, NURIA]),
        (Phrase("secció de padró"), [NURIA]),
        (Phrase("padró de secció"), []),
        (Phrase("o'brien"), [XOAN]),
        (Tag(tags.kind(DocumentKind.PERSON)), [JORG, NURIA, XOAN, MARIA]),
        (Word(tags.kind(DocumentKind.PERSON)), []),
        (All(Tag(tags.kind(DocumentKind.POST)), Word("xoan")), []),
    ],
)
def test_words_tags_and_what_is_not_wanted(find, expression, found):
    assert find(expression) == found


@pytest.mark.parametrize("sign", ['"', "*", "NEAR", "AND", "(", ":", "'", "!", "&", "\\", "%"])
def test_no_sign_is_syntax(find, sign):
    assert find(Phrase(f"jörg {sign} weiß")) in ([JORG], [])
    with pytest.raises(ValueError, match="where one is asked for"):
        find(Word(f"a {sign} b"))


def test_a_document_is_replaced_and_taken_away(app, ids, find):
    with app.app_context(), unit_of_work():
        put([IndexDocument(kind=DocumentKind.PERSON, subject_id=ids[JORG], title="Jörg Groß")])
    assert find(Word("weiss")) == []
    assert find(Word("gross")) == [JORG]

    with app.app_context(), unit_of_work():
        remove(DocumentKind.PERSON, [ids[JORG]])
    assert find(Word("gross")) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("garzia", "garcia"),
        ("gracia", "garcia"),
        ("contratasion", "contratacion"),
        ("numez", "nunez"),
    ],
)
def test_who_types_a_word_wrongly_is_understood(app, ids, typed, meant):
    with app.app_context():
        assert meant in corrections(typed)


def test_a_word_that_nobody_has_any_more_is_forgotten(app, ids):
    with app.app_context(), unit_of_work():
        forget_words(["garcia"])
        assert "garcia" not in corrections("garzia")
        assert "contratacion" in corrections("contratasion")


def test_letters_that_differ_are_counted():
    assert [distance("garcia", other) for other in ("garcia", "grcia", "gracia", "barxia")] == [
        0,
        1,
        1,
        2,
    ]
