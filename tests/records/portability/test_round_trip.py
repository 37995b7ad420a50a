"""An agency leaves and arrives elsewhere: the same rows, ids and words, on either database."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import func, select

from intranet.delivery.files.models import File
from intranet.delivery.files.storage import storage
from intranet.extensions import Model, db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.models import Message
from intranet.messaging.spaces.models import Space
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.accounts.operations.accounts import invite_again
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.models import Person
from intranet.platform.audit.queries import first_broken_number
from intranet.platform.core.errors import Invalid
from intranet.platform.core.outbox import run_due
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.records.packages.reading import Package
from intranet.records.portability.arriving import arrive
from intranet.records.portability.exporting import FORMAT
from tests.cast import Browser, sign_in

STAYED = {"Palabras de Vilaverde.", "Palabras de Altamar."}


def rows(path, name: str) -> list[Mapping[str, Any]]:
    with Package(path, FORMAT) as package:
        return list(package.lines(f"data/{name}.jsonl"))


@pytest.mark.both
def test_it_arrives_on_the_other_database_equal_to_one(cast, lived, export, empty_house):
    path = export(cast.monteclaro)
    house = empty_house(is_other=True)
    with house.app_context():
        told = arrive(path)
        for name, count in told["counts"].items():
            table = Model.metadata.tables[name]
            here = db.session.scalar(select(func.count()).select_from(table))
            extra = told["stubs"].get(name, 0) + (name == "audit_lines")
            if name == "organisation_changes":  # a line for each stub that the log names
                extra = sum(told["stubs"].get(each, 0) for each in ("agencies", "units", "posts"))
            assert here == count + extra, name
        back = {row["id"]: row for row in rows(path, "messages")}
        assert {str(lived.first), str(lived.answer), str(lived.inner)} <= back.keys()
        for row in db.session.scalars(select(Message).where(Message.post_id.is_not(None))):
            assert row.body == back[str(row.id)]["body"]
            assert row.created_at.isoformat() == back[str(row.id)]["created_at"]
        file = db.session.get_one(File, lived.file)
        with storage().open(file.key) as stored:
            assert stored.read() == b"plans of the square"
        assert first_broken_number(cast.ids["monteclaro"][1]) is None


@pytest.mark.slow
def test_people_are_invited_anew_and_read_what_they_had(cast, lived, export, empty_house):
    path = export(cast.monteclaro)
    house = empty_house()
    house.test_client_class = Browser
    with house.app_context():
        arrive(path)
        while run_due():
            pass
        ana = db.session.get_one(Person, cast.ids["ana"][1])
        account = db.session.scalars(select(Account).where(Account.person_id == ana.id)).one()
        assert account.state == AccountState.INVITED
        assert account.password_hash is None
        invite_again(None, account)
        account.state = AccountState.ACTIVE
        db.session.commit()
        lara = db.session.get_one(Person, cast.ids["lara"][1])
        disabled = select(Account.state).where(Account.person_id == lara.id)
        assert db.session.scalar(disabled) == AccountState.DISABLED
        found = select(SearchDocument.subject_id).where(SearchDocument.kind == DocumentKind.MESSAGE)
        assert lived.first in set(db.session.scalars(found))
        told = select(SearchDocument.id).where(SearchDocument.subject_id == lived.announcement)
        assert db.session.scalars(told).one()
    client = sign_in(house.test_client(), ana)
    page = client.get(f"/c/{lived.room}")
    assert page.status_code == 200
    assert "planos</strong>" in page.text
    assert client.get(f"/files/{lived.file}").data == b"plans of the square"
    assert "Entre nosotros." in client.get(f"/c/{lived.talk}").text
    dorleta = sign_in(house.test_client(), db_person(house, cast, "dorleta"))
    assert dorleta.get(f"/p/{lived.announcement}", follow_redirects=True).status_code == 200
    talk = client.get(f"/c/{lived.outside}").text
    assert "Palabras de Monteclaro." in talk
    assert "Palabras de Vilaverde." not in talk


def db_person(house, cast, name: str) -> Person:
    with house.app_context():
        return db.session.get_one(Person, cast.ids[name][1])


@pytest.mark.slow
def test_the_words_of_others_stay_and_their_places_are_kept(cast, lived, export, empty_house):
    path = export(cast.monteclaro)
    with Package(path, FORMAT) as package:
        for name in package.paths:
            with package.open(name) as file:
                content = file.read().decode("utf-8", "replace")
            assert not [words for words in STAYED if words in content], name
    with empty_house().app_context():
        arrive(path)
        place = db.session.get_one(Message, lived.theirs)
        ours = db.session.get_one(Message, lived.ours)
        assert (place.body, place.seq, place.author.name) == ("[…]", 1, "Elna Puig")
        assert (ours.body, ours.parent_id) == ("Palabras de Carles.", place.id)
        room = db.session.get_one(Space, lived.group)
        assert room.archived_at is not None
        assert room.agency.code == "L01990012"
        assert room.title.text("es") == "Sala de Altamar · Diputación de Altamar"
        shared = db.session.get_one(Conversation, lived.shared)
        assert shared.archived_at is not None
        others = db.session.scalars(select(Agency).where(Agency.code != "L01990012")).all()
        assert {agency.code for agency in others} <= {"L02990041", "L01990020", "L01990033"}
        assert not any(agency.in_directory for agency in others)
        names = select(Account).join(Person, Person.id == Account.person_id)
        assert not db.session.scalars(names.where(Person.name == "Elna Puig")).all()


@pytest.mark.slow
def test_rooms_of_others_are_read_as_closed_groups_and_nothing_is_added(
    cast, lived, export, empty_house
):
    path = export(cast.monteclaro)
    house = empty_house()
    house.test_client_class = Browser
    with house.app_context():
        arrive(path)
        account = select(Account).where(Account.person_id == cast.ids["carles"][1])
        db.session.scalars(account).one().state = AccountState.ACTIVE
        db.session.commit()
    carles: Any = sign_in(house.test_client(), db_person(house, cast, "carles"))
    page = carles.get(f"/c/{lived.shared}")
    assert page.status_code == 200
    assert "[…]" in page.text
    ours = carles.get(f"/api/v1/messages/{lived.ours}").get_json()
    assert ours["body"] == "Palabras de Carles."
    assert carles.get(f"/groups/{lived.group}").status_code == 200
    assert carles.get("/groups").status_code == 200
    said = {"body": "Más.", "client_id": "0192aaaa-0000-7000-8000-000000000001"}
    assert carles.submit(f"/c/{lived.shared}/messages", said).status_code == 403


def test_a_package_of_the_pages_holds_nothing_that_two_people_say_to_each_other(
    app, cast, lived, export
):
    path = export(cast.monteclaro, whole=False)
    with Package(path, FORMAT) as package:
        assert "data/message_drafts.jsonl" not in package.paths
        everything = b"".join(package.open(name).read() for name in package.paths)
    assert "Aquí van los **planos**.".encode() in everything
    assert b"Entre nosotros." not in everything
    assert b"Palabras de Monteclaro." not in everything


def test_no_secret_is_anywhere_in_the_package(app, cast, lived, export):
    with app.app_context():
        hashes = [row for row in db.session.scalars(select(Account.password_hash)) if row]
    path = export(cast.monteclaro)
    with Package(path, FORMAT) as package:
        everything = b"".join(package.open(name).read() for name in package.paths)
    assert hashes
    assert not [each for each in hashes if each.encode() in everything]
    assert b"argon2" not in everything


def stored(house) -> dict[str, int | None]:
    with house.app_context():
        return {
            name: db.session.scalar(select(func.count()).select_from(table))
            for name, table in Model.metadata.tables.items()
        }


def altered(path, at: int):
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    other = path.with_name("altered.zip")
    other.write_bytes(content)
    return other


@pytest.mark.both
def test_a_package_altered_by_a_byte_is_refused_and_nothing_is_half_done(
    cast, lived, export, empty_house
):
    path = export(cast.monteclaro)
    house = empty_house()
    before = stored(house)
    size = path.stat().st_size
    refused = 0
    for share in range(1, 12):
        other = altered(path, size * share // 12)
        with house.app_context():
            try:
                arrive(other)
            except Invalid:
                refused += 1
        assert stored(house) == before
    assert refused == 11


@pytest.mark.both
def test_an_agency_that_is_here_already_is_refused(app, cast, lived, export):
    path = export(cast.monteclaro)
    before = stored(app)
    with app.app_context(), pytest.raises(Invalid) as refused:
        arrive(path)
    assert "L01990012" in str(refused.value.errors["package"])
    assert stored(app) == before


@pytest.mark.slow
@pytest.mark.both
def test_what_collides_by_an_id_or_an_address_is_refused_whole(cast, lived, export, empty_house):
    path = export(cast.monteclaro)
    house = empty_house()
    with house.app_context():
        db.session.add(Person(id=cast.ids["ana"][1], name="Otra", sort_key="otra"))
        db.session.commit()
    before = stored(house)
    with house.app_context():
        with pytest.raises(Invalid) as refused:
            arrive(path)
        assert "people" in str(refused.value.errors["package"])
    assert stored(house) == before
    with house.app_context():
        assert not list(storage().stored())
