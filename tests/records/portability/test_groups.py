"""A group leaves, and arrives in an agency of another installation as an archive."""

import io
import threading
from typing import Any

import pytest
from sqlalchemy import select

from intranet.collaboration.groups.models import Group
from intranet.delivery.files.models import File
from intranet.delivery.files.operations import store_upload
from intranet.delivery.files.storage import storage
from intranet.extensions import db
from intranet.messaging.messages.jobs import FILL
from intranet.messaging.messages.models import Message
from intranet.messaging.spaces.models import Space, Visibility
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.agencies.models import Agency
from intranet.platform.core.errors import Invalid
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.records.portability.arriving import arrive
from intranet.records.portability.exporting import write_package
from intranet.records.portability.scope import PackageKind
from intranet.records.portability.subjects import subject_of
from tests.cast import Browser, sign_in
from tests.collaboration.groups.helpers import main_channel
from tests.messaging.messages.helpers import say
from tests.records.portability.crafted import crafted


def write_group(app, group_id, folder):
    """The package of a group."""
    path = folder / "group.zip"
    with app.app_context(), path.open("wb") as out:
        found = subject_of(PackageKind.GROUP, group_id)
        write_package(out, found.scope, name=found.name, language="ca", time_zone=found.time_zone)
    return path


@pytest.fixture
def of_group(app, lived, tmp_path):
    """The package of Altamar's group."""
    return write_group(app, lived.group, tmp_path)


@pytest.mark.both
def test_what_came_with_an_agency_already_does_not_come_twice(
    cast, lived, export, of_group, empty_house
):
    of_town = export(cast.monteclaro)
    with empty_house(is_other=True).app_context():
        with pytest.raises(Invalid):
            arrive(of_group)  # into which agency?
        arrive(of_town)
        town = db.session.scalars(select(Agency).where(Agency.code == "L01990012")).one()
        with pytest.raises(Invalid):
            arrive(of_group, into=town)
        with pytest.raises(Invalid):
            arrive(of_town, into=town)
        assert db.session.get_one(Space, lived.group).title.text("es").startswith("Sala")


@pytest.mark.both
def test_a_group_comes_to_an_agency_that_had_nothing_of_it(
    cast, lived, of_group, empty_house, export
):
    of_village = export(cast.vilaverde, name="vilaverde.zip")
    house = empty_house()
    house.test_client_class = Browser
    with house.app_context():
        arrive(of_village)
        village = db.session.scalars(select(Agency).where(Agency.code == "L01990020")).one()
        told = arrive(of_group, into=village)
        space = db.session.get_one(Space, lived.group)
        assert (space.agency_id, space.visibility) == (village.id, Visibility.AGENCY)
        assert space.archived_at
        bodies = [row.body for row in db.session.scalars(select(Message))]
        assert {"Palabras de Altamar.", "Palabras de Carles."} <= set(bodies)
        assert told["counts"]["messages"] == 2
        bieito = select(Account).where(Account.person_id == cast.ids["bieito"][1])
        account = db.session.scalars(bieito).one()
        account.state = AccountState.ACTIVE
        db.session.commit()
        person = account.person
    client: Any = sign_in(house.test_client(), person)
    page = client.get(f"/c/{lived.shared}")
    assert page.status_code == 200
    assert "Palabras de Altamar." in page.text
    assert client.get(f"/groups/{lived.group}").status_code == 200
    said = {"body": "Más.", "client_id": "0192aaaa-0000-7000-8000-000000000001"}
    assert client.submit(f"/c/{lived.shared}/messages", said).status_code == 403


@pytest.fixture
def with_files(app, cast, lived, tmp_path):
    """The package of Altamar's group with two files, and the id of the one that has a row."""
    with app.app_context():
        room = main_channel(db.session.get_one(Group, lived.group))
        file = store_upload(cast.elna, io.BytesIO(b"plans of the harbour"), "puerto.txt")
        say(cast.elna, room, "Los planos.", file_ids=[file.id])
        file_id = file.id
    path = crafted(
        app,
        write_group(app, lived.group, tmp_path),
        lambda contents: contents.files.update({"files/of/nobody.txt": b"of no row"}),
    )
    return path, file_id


@pytest.mark.both
def test_others_write_while_its_files_are_stored_and_no_other_bytes_stay(
    cast, export, empty_house, with_files
):
    path, file_id = with_files
    of_village = export(cast.vilaverde, name="vilaverde.zip")
    house = empty_house()
    wrote: list[int] = []

    def write(number: int) -> None:
        with house.app_context(), unit_of_work() as work:
            enqueue(work, FILL, {})
        wrote.append(number)

    def said(what: str, done: int, _of: int) -> None:
        if what == "files":
            other = threading.Thread(target=write, args=(done,), daemon=True)
            other.start()
            other.join(timeout=20)

    with house.app_context():
        arrive(of_village)
        village = db.session.scalars(select(Agency).where(Agency.code == "L01990020")).one()
        before = {each.key for each in storage().stored()}
        arrive(path, said, into=village)
        arrived = db.session.get_one(File, file_id)
        assert {each.key for each in storage().stored()} - before == {arrived.key}
        with storage().open(arrived.key) as stored:
            assert stored.read() == b"plans of the harbour"
    assert wrote == [0, 1]
