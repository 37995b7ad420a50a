"""A group leaves, and arrives in an agency of another installation as an archive."""

from typing import Any

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.messages.models import Message
from intranet.messaging.spaces.models import Space, Visibility
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.agencies.models import Agency
from intranet.platform.core.errors import Invalid
from intranet.records.portability.arriving import arrive
from intranet.records.portability.exporting import write_package
from intranet.records.portability.scope import PackageKind
from intranet.records.portability.subjects import subject_of
from tests.cast import Browser, sign_in


@pytest.fixture
def of_group(app, lived, tmp_path):
    """The package of Altamar's group."""
    path = tmp_path / "group.zip"
    with app.app_context(), path.open("wb") as out:
        found = subject_of(PackageKind.GROUP, lived.group)
        write_package(out, found.scope, name=found.name, language="ca", time_zone=found.time_zone)
    return path


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
