"""What finding gives away: names behind ids, agencies that left, hidden fields, everybody."""

import io

import pytest
from sqlalchemy import select

from intranet.administration.imports import jobs
from intranet.extensions import db
from intranet.finding.directory.indexing import write_posts
from intranet.messaging.conversations.faces import faces_of
from intranet.messaging.conversations.models import Conversation
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.people import directory_limit
from intranet.organisation.people.models import Person
from intranet.platform.core import outbox
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from tests.finding.counterparts.conftest import make_elsewhere

COUNTERPARTS = "/api/v1/counterparts?lang=en"


@pytest.fixture
def close(app):
    """Let an agency leave the directory of the network."""

    def leave(agency):
        with app.app_context(), unit_of_work():
            db.session.get_one(Agency, agency.id).in_directory = False

    return leave


@pytest.fixture
def keep_languages(app):
    """Let a person show their languages within their agency only."""

    def choose(person_id, languages):
        with app.app_context(), unit_of_work():
            person = db.session.get_one(Person, person_id)
            person.languages, person.reach = languages, {"languages": "agency"}

    return choose


@pytest.mark.slow
def test_who_holds_no_post_is_told_no_name_by_an_id(cast, client_of):
    former = client_of(cast.eloi).get(f"/search?q=obra&by={cast.ana.id}")
    assert "Ana Castro" not in former.text
    assert "Ana Castro" in client_of(cast.carles).get(f"/search?q=obra&by={cast.ana.id}").text


@pytest.mark.slow
def test_nobody_is_chosen_whom_one_may_not_know(cast, client_of, close):
    address = f"/conversations/new?person={cast.ana.id}"
    assert "Ana Castro" in client_of(cast.elna).get(address).text
    close(cast.monteclaro)
    assert "Ana Castro" not in client_of(cast.elna).get(address).text
    assert "Ana Castro" in client_of(cast.carles).get(address).text


def test_a_filter_does_not_name_an_agency_that_left(cast, client_of, close):
    outside = client_of(cast.elna)
    address = f"/directory?q=ana&lang=en&agency={cast.monteclaro.code}"
    assert "Monteclaro" in outside.get(address).text
    close(cast.monteclaro)
    hidden, nonsense = (
        outside.get(address),
        outside.get("/directory?q=ana&lang=en&agency=L09999999"),
    )
    assert "Monteclaro" not in hidden.text
    assert len(hidden.text.replace(cast.monteclaro.code, "")) == len(
        nonsense.text.replace("L09999999", "")
    )
    assert "Monteclaro" in client_of(cast.carles).get(address).text


def test_a_post_elsewhere_in_an_agency_that_left_stands_beside_no_name(app, cast, close):
    close(cast.vilaverde)
    with app.test_request_context("/"):
        outside = faces_of([cast.bieito.id], cast.elna)[cast.bieito.id]
        assert outside["agency_id"] == cast.outeiro.id
    with app.test_request_context("/"):
        own = faces_of([cast.bieito.id], cast.bieito)[cast.bieito.id]
        assert own["agency_id"] == cast.vilaverde.id


@pytest.mark.slow
def test_no_filter_tells_a_language_that_somebody_keeps_within_their_agency(
    app, cast, client_of, keep_languages
):
    elsewhere = make_elsewhere(app)
    address = f"{COUNTERPARTS}&language=fr"
    keep_languages(elsewhere.teo, ["es", "fr"])
    with app.app_context(), unit_of_work():
        write_posts([elsewhere.robledal_0])
    assert client_of(cast.bieito).get(address).json["items"] == []


@pytest.mark.slow
@pytest.mark.both
def test_an_opening_tells_no_language_that_either_keeps_within_their_agency(
    app, cast, client_of, keep_languages
):
    elsewhere = make_elsewhere(app)
    keep_languages(elsewhere.quim, ["eu"])
    keep_languages(cast.bieito.id, ["ca"])
    client_of(cast.bieito).submit(
        "/counterparts/talks?lang=gl", {"post_id": str(elsewhere.vallserena_0)}
    )
    with app.app_context():
        opening = db.session.scalar(
            select(Conversation.opening).where(Conversation.opening.is_not(None))
        )
        assert opening
        assert "ca" not in [
            tag for row in opening["reasons"] if row["why"] == "language" for tag in row["about"]
        ]


@pytest.mark.parametrize(
    "address",
    [
        "/directory?group=post&q=",
        "/api/v1/directory?group=post&q=",
        "/agencies/{code}?open=all",
        "/conversations/new?q=a",
        "/people/{ana}",
        "/posts/{officer_post}",
        "/api/v1/people/{ana}",
        "/api/v1/posts/{officer_post}",
    ],
)
def test_who_stands_in_posts_counts_as_shown(cast, client_of, monkeypatch, address):
    monkeypatch.setattr(directory_limit, "PEOPLE_PER_HOUR", 0)
    answer = client_of(cast.elna).get(
        address.format(
            code=cast.monteclaro.code, ana=cast.ana.id, officer_post=cast.officer_post.id
        )
    )
    if answer.status_code == 200:
        assert not {"Ana Castro", "Carles Roig", "Rosa Vidueira"} & _names_in(answer.text)
    else:
        assert answer.status_code == 429


def test_the_switcher_names_no_holders_beyond_the_hour(cast, client_of, monkeypatch):
    address = "/switcher?q=arquitecto"
    assert "Xoel Pardo" in client_of(cast.elna).get(address).text
    monkeypatch.setattr(directory_limit, "PEOPLE_PER_HOUR", 0)
    assert "Xoel Pardo" not in client_of(cast.elna).get(address).text


def _names_in(text):
    every = ("Ana Castro", "Carles Roig", "Rosa Vidueira", "Xoel Pardo", "Iria Souto")
    return {name for name in every if name in text}


def test_rejected_lines_hold_no_formula_in_the_header_either(app, cast, client_of):
    assert jobs.BATCH_SIZE
    client = client_of(cast.dorleta)
    lines = "name;email;post_code;=cmd()\nLois Rey;lois@x.example;nowhere;x"
    form = {"kind": "people", "agency": "", "file": (io.BytesIO(lines.encode()), "a.csv")}
    sent = client.submit("/admin/import", form, content_type="multipart/form-data")
    with app.app_context():
        while outbox.run_due():
            pass
    header = client.get(f"{sent.location}/rejected.csv").text.splitlines()[0]
    assert header.split(";")[-2:] == ["line", "reason"]
    assert "=cmd" not in header, "a column that is not imported is not kept"


@pytest.mark.slow
def test_no_post_names_a_vacant_one_of_an_agency_that_left(app, cast, client_of, close):
    with app.app_context(), unit_of_work():
        vacant = create_post(
            None, PostSpec(unit=cast.town_hall, title=Localized({"es": "Archivera"}), code="ARC")
        )
        vacant.fallback_id = cast.innovation_post.id
    address = f"/posts/{cast.innovation_post.id}"
    assert "Archivera" in client_of(cast.bieito).get(address).text
    close(cast.monteclaro)
    assert "Archivera" not in client_of(cast.bieito).get(address).text
    assert "Archivera" in client_of(cast.elna).get(address).text  # whose post it is
