"""Titles, searches and installations of every sort: an answer, and the right one where there is."""

import threading

import pytest

from intranet.extensions import db
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.agencies import occupation_words, occupations
from intranet.organisation.agencies.models import Agency, AgencyKind, Post
from intranet.organisation.agencies.operations.agencies import create_agency, root_unit
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.people.operations.appointments import appoint
from intranet.organisation.people.operations.people import ProfileContents, create_person
from intranet.platform.core import clock
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from tests.cast import sign_in
from tests.finding.counterparts.evaluate import installation

PLUMBER = "Fontanero"


@pytest.fixture
def plumber(app, cast, elsewhere):
    """A plumber of a town elsewhere; the title's one word has no function but a trade's."""
    with app.app_context(), unit_of_work():
        unit = root_unit(db.session.get_one(Agency, elsewhere.robledal))
        return create_post(None, PostSpec(unit=unit, title=Localized(es=PLUMBER))).id


@pytest.mark.slow
@pytest.mark.both
@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("es", "FONTANERO"),
        ("es", "Fontanero/a"),
        ("es", "Fontaner@"),
        ("es", "Fontanero(a)"),
        ("fr", "Plombier·ère"),
        ("es", "A1-24 FONTANERO"),
        ("es", "Iturgina / Fontanero"),
        ("es", "fontanreo"),
        ("es", ("Fontanero de la red de agua potable y de los edificios " * 3)[:160]),
    ],
)
@pytest.mark.usefixtures("plumber")
def test_a_title_in_any_writing_finds_its_like(app, cast, client_of, language, title):
    with app.app_context(), unit_of_work():
        here = db.session.get_one(Post, cast.vilaverde_post.id)
        post = create_post(None, PostSpec(unit=here.unit, title=Localized({language: title})))
        appoint(None, post, db.session.merge(cast.bieito), starts_on=clock.today("Europe/Madrid"))
        post_id = post.id

    found = client_of(cast.bieito).get(f"/api/v1/counterparts?post={post_id}").json["items"]

    assert found[0]["post"]["title"] == PLUMBER


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    ["x", "/", "·", "A1-24 TAG", "🚒" * 40, "DE LA", "x" * 400, "l·l ñ ß O'Neill", "%", '"'],
)
def test_any_search_is_answered(cast, client_of, elsewhere, words):
    client = client_of(cast.bieito)

    assert client.get("/counterparts", query_string={"q": words}).status_code == 200
    assert client.get("/api/v1/counterparts", query_string={"q": words}).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("languages", [["es"], ["eu", "fr"]])
def test_the_only_person_of_the_only_agency_is_led_on(tmp_path, languages):
    with installation(tmp_path) as app:
        with unit_of_work() as work:
            agency = create_agency(
                code="ONLY",
                code_scheme="local",
                handle="only",
                name=Localized({languages[0]: "Only"}),
                kind=AgencyKind.MUNICIPALITY,
                languages=languages,
            )
            title = Localized({languages[0]: PLUMBER})
            post = create_post(None, PostSpec(unit=root_unit(agency), title=title))
            person = create_person(None, agency, "Ona", ProfileContents())
            appoint(None, post, person, starts_on=clock.today("Europe/Madrid"))
            work.add(
                Account(
                    person_id=person.id,
                    home_agency_id=agency.id,
                    email="ona@only.example",
                    state=AccountState.ACTIVE,
                )
            )
        client = sign_in(app.test_client(), person)

        answer = client.get("/counterparts?lang=en")

        assert answer.status_code == 200
        assert "Ask the network" in answer.text
        assert "Notify me" in answer.text


def test_threads_that_ask_first_at_once_read_the_same_words():
    texts = [f"{title} {number}" for number in range(8) for title in ("fontanero", "night nurse")]
    occupation_words.words.cache_clear()
    occupation_words.pairs.cache_clear()
    occupations.occupations.cache_clear()
    occupations.recognise.cache_clear()
    together, found = threading.Barrier(len(texts)), {}

    def ask(text):
        together.wait()
        found[text] = dict(occupations.recognise(text))

    threads = [threading.Thread(target=ask, args=(text,)) for text in texts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    occupations.recognise.cache_clear()
    assert found == {text: dict(occupations.recognise(text)) for text in texts}
