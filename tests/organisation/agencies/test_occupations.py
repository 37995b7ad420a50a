"""Occupations: recognised in six languages, stored with each post, derived anew with new words."""

import pytest
from sqlalchemy import delete, select, update

from intranet.extensions import db
from intranet.organisation.agencies.functions import read_functions
from intranet.organisation.agencies.models import Post
from intranet.organisation.agencies.occupation_models import PostOccupation
from intranet.organisation.agencies.occupation_words import (
    PAIRS,
    VERSION,
    WORDS,
    digest,
    pairs,
    vocabulary_version,
    words,
)
from intranet.organisation.agencies.occupations import (
    FILE,
    features,
    occupations,
    occupations_of,
    recognise,
    scalar_product,
)
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.agencies.operations.units import create_unit, move_unit, rename_unit
from intranet.organisation.agencies.stems import LANGUAGES
from intranet.organisation.people.jobs import derive_outdated
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from tools import occupation_words as compiler

TRAIN_DRIVER = "train driver"


def first_of(strengths):
    code = max(strengths, key=strengths.get)
    return occupations()[code].name["en"]


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("Fontanero/a", "es", "plumber"),
        ("LAMPISTA", "ca", "plumber"),
        ("Iturgina", "", "plumber"),
        ("Plombier", "fr", "plumber"),
        ("fontanreo", "", "plumber"),
        ("quien arregla las tuberias y los grifos que gotean", "", "plumber"),
    ],
)
def test_one_occupation_is_recognised_in_any_language_and_wording(text, language, name):
    assert first_of(recognise(text, language)) == name


def test_a_title_without_a_subject_takes_what_its_unit_is_about():
    title = Localized({"es": "Jefe de Negociado"})
    units = [Localized({"es": "Cementerio"}), Localized({"es": "Medio Ambiente"})]
    alone, within = occupations_of(title), occupations_of(title, units)
    grave_digger = next(o.code for o in occupations().values() if o.name["en"] == "gravedigger")

    assert within.get(grave_digger, 0) > alone.get(grave_digger, 0)


@pytest.mark.parametrize(
    "text", ["", "·", "A1-24 TAG", "x", "/", "🚒" * 300, "de la", "l·l ß ñ", "x" * 400]
)
def test_any_text_is_answered(text):
    found = recognise(text, "es")

    assert not found or abs(sum(found.values()) - 1) < 0.01


def test_trades_are_nearer_to_each_other_than_to_an_office():
    plumber, electrician, notary = (
        features(recognise(text, "es"))
        for text in ("Fontanero", "Electricista", "Administrativo de nóminas")
    )

    assert scalar_product(plumber, electrician) > 3 * scalar_product(plumber, notary)


@pytest.mark.slow
def test_what_is_shipped_is_compiled_from_the_words(tmp_path):
    rows = compiler.read()
    known = {function.code for function in read_functions()}
    for row in rows:
        assert all(row[language] for language in LANGUAGES), row["code"]
        assert set(row["functions"].split()) <= known, row["code"]
    titles = [row["code"] for row in rows if row["kind"] == "title"]
    assert len(titles) == len(set(titles)) == len(occupations())
    count = len(titles)
    for path, weights in zip((WORDS, PAIRS), compiler.weigh(rows), strict=True):
        assert path.read_text().splitlines() == list(compiler.lines(weights, count))
    assert len(FILE.read_text().splitlines()) == count + 1


def test_the_first_the_last_and_a_missing_pair_are_looked_up():
    rows = PAIRS.read_text().splitlines()
    for row in (rows[0], rows[-1], rows[len(rows) // 2]):
        pair, *points = row.split(" ")
        found = pairs().points(*pair.split("_"))
        assert [f"{code}:{round(weight * 1000)}" for code, weight in found.items()] == points
    assert pairs().points("zzzz", "zzzz") == pairs().points("", "") == {}
    assert words().points("zzzz") == {}


@pytest.fixture
def post(app, cast):
    """A post without a subject in a unit about trains."""
    with app.app_context():
        unit = create_unit(None, cast.town_hall, Localized({"es": "Conducción de trenes"}))
        title = Localized({"es": "Oficial de primera"})
        yield create_post(None, PostSpec(unit=unit, title=title))


def strength_of(post, name):
    code = next(o.code for o in occupations().values() if o.name["en"] == name)
    db.session.refresh(post)
    return post.occupations.get(code, 0)


@pytest.mark.slow
@pytest.mark.both
def test_a_post_follows_the_names_of_its_units(post, cast):
    before = strength_of(post, TRAIN_DRIVER)
    rename_unit(None, post.unit, Localized({"es": "Cementerios"}))
    renamed = strength_of(post, TRAIN_DRIVER)
    below = create_unit(None, cast.town_hall, Localized({"es": "Conducción de trenes"}))
    move_unit(None, post.unit, below)

    assert before > 0.1
    assert renamed == 0
    assert 0 < strength_of(post, TRAIN_DRIVER) < before


@pytest.mark.both
@pytest.mark.parametrize("earlier", [None, 0])
def test_with_other_words_every_post_is_derived_anew(post, earlier):
    post_id, stored, rows = post.id, dict(post.occupations), found_by(post)
    with unit_of_work():
        db.session.execute(update(Post).values(occupations=None, vocabulary_version=earlier))
        db.session.execute(delete(PostOccupation))
    derive_outdated()

    assert set(db.session.scalars(select(Post.vocabulary_version))) == {vocabulary_version()}
    post = db.session.get_one(Post, post_id)
    assert post.occupations == stored
    assert found_by(post) == rows


def test_what_a_newer_version_derived_is_left_to_it(post):
    post_id = post.id
    with unit_of_work():
        newer = {"occupations": {"1111a": 1.0}, "vocabulary_version": vocabulary_version() + 1}
        db.session.execute(update(Post).where(Post.id == post_id).values(newer))
    derive_outdated()

    assert db.session.get_one(Post, post_id).occupations == {"1111a": 1.0}


@pytest.mark.both
def test_a_post_is_found_by_its_strongest_occupations_and_groups(post):
    strengths, stored = found_by(post), dict(post.occupations)
    driver = next(each for each in stored if occupations()[each].name["en"] == TRAIN_DRIVER)
    with unit_of_work():
        rename_unit(None, post.unit, Localized({"es": "Cementerios"}))

    assert 2 <= len(strengths) <= 6
    assert strengths[driver] == pytest.approx(stored[driver], abs=0.001)
    assert driver not in found_by(post)


def found_by(post):
    """The rows by which a post is found."""
    rows = db.session.scalars(select(PostOccupation).where(PostOccupation.post_id == post.id))
    return {row.occupation: row.strength for row in rows}


def test_the_version_is_that_of_the_words():
    assert VERSION.read_text() == f"{vocabulary_version()} {digest()}\n"
