"""Somebody has done this: what is nearest to what is being written."""

import pytest

from intranet.collaboration.initiatives.models import INITIATIVE
from intranet.collaboration.questions.models import QUESTION
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.publishing.publications.nearest import nearest
from intranet.publishing.publications.operations.contributing import contribute
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.placement import posts_of, spaces_of

LICENCES = "Licencias de obra menor en 24 horas"


def question(author, title, kind=QUESTION, visibility=Visibility.NETWORK):
    """Something that was contributed, of a kind that is found so."""
    return contribute(
        author,
        kind,
        spaces_of(author)[0],
        posts_of(author)[0],
        {"es": Written(title, "")},
        visibility=visibility,
    )


def titles(person, text):
    found = nearest(person, QUESTION, text)
    return [next(iter(near.item.version.title.values())) for near in found]


@pytest.mark.usefixtures("app_context")
class TestNearest:
    def test_words_of_it_find_it_and_say_why(self, cast):
        question(cast.ana, LICENCES)
        question(cast.ana, "Turnos de la piscina municipal")

        [near] = nearest(cast.bieito, QUESTION, "tramitar obras menores")

        assert near.item.version.title["es"] == LICENCES
        assert set(near.fit.words) == {"obras", "menores"}

    def test_another_language_finds_it_by_its_task(self, cast):
        question(cast.ana, "Padrón de habitantes: altas por internet")
        question(cast.ana, "Turnos de la piscina municipal")

        [near] = nearest(cast.elna, QUESTION, "Padró d'habitants en línia")

        assert near.item.version.title["es"].startswith("Padrón")

    def test_more_of_it_stands_before_less(self, cast):
        question(cast.ana, "Licencias de terrazas")
        question(cast.ana, LICENCES)

        assert titles(cast.bieito, "licencias de obra menor")[0] == LICENCES

    @pytest.mark.both
    def test_what_one_may_not_read_is_not_told_of(self, cast):
        question(cast.ana, LICENCES, visibility=Visibility.AGENCY)

        assert titles(cast.carles, LICENCES) == [LICENCES]
        assert titles(cast.bieito, LICENCES) == []

    def test_another_kind_and_nothing_written_find_nothing(self, cast):
        question(cast.ana, LICENCES)

        assert nearest(cast.ana, INITIATIVE, LICENCES) == []
        assert titles(cast.ana, "") == []
        assert titles(cast.ana, "\x00 ¿? de la % *\"' OR (") == []

    def test_a_longer_list_asks_no_more(self, cast, count_queries):
        question(cast.ana, LICENCES)
        with count_queries() as few:
            assert len(titles(cast.bieito, LICENCES)) == 1
        for number in range(8):
            question(cast.ana, f"{LICENCES} {number}")
        db.session.expire_all()
        with count_queries() as many:
            assert len(titles(cast.bieito, LICENCES)) == 5

        assert len(many) <= len(few) + 1  # what many have is asked for once more


def test_it_is_a_part_of_the_page_or_a_page_of_its_own(app, cast, client_of):
    with app.app_context():
        question(cast.ana, LICENCES, INITIATIVE)
    bieito = client_of(cast.bieito)

    whole = bieito.get("/publications/nearest?kind=initiative&title_es=licencias+de+obra")
    part = bieito.get(
        "/publications/nearest?kind=initiative&q=licencias+de+obra", headers={"HX-Request": "true"}
    )

    assert LICENCES in whole.text
    assert "<html" in whole.text
    assert LICENCES in part.text
    assert "<html" not in part.text
    assert bieito.get("/publications/nearest?kind=announcement&q=x").status_code == 422
    assert bieito.get("/publications/nearest?kind=nonsense&q=x").status_code == 422
