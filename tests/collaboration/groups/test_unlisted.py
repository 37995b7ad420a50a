"""Of an unlisted group only its people and those who are invited know: not its administrators."""

import re

import pytest

from intranet.attention.moderation.operations.naming import name_moderator
from intranet.collaboration.groups.models import Group, Joining
from intranet.collaboration.groups.operations import joining
from intranet.collaboration.groups.operations.sharing import share_with
from intranet.extensions import db
from intranet.messaging.spaces.models import Reach
from tests.collaboration.groups.helpers import group_of, main_channel

NAME = "Mudanza reservada"
PURPOSE = "Antes de que se sepa."


@pytest.fixture
def unlisted(app, cast):
    """The id of an unlisted group of Carles' at Monteclaro, with its channel."""
    with app.app_context():
        hidden = {"is_listed": False, "joining": Joining.INVITATION, "purpose": PURPOSE}
        group = group_of(cast.carles, name=NAME, reach=Reach.AGENCY, **hidden)
        joining.invite(cast.carles, group, cast.ana)
        return group.space_id, main_channel(group).id


@pytest.mark.slow
@pytest.mark.both
def test_its_administrators_are_told_as_anybody_else_that_nothing_is_there(
    cast, client_of, unlisted
):
    space_id, room = unlisted
    for person in (cast.dorleta, cast.guillem, cast.nadia):
        client = client_of(person)
        for address in (
            f"/groups/{space_id}",
            f"/groups/{space_id}/people",
            f"/groups/{space_id}/keys",
            f"/api/v1/groups/{space_id}",
            f"/c/{room}",
        ):
            assert client.get(address).status_code == 404, (person.name, address)
        for address in ("/groups", "/api/v1/groups", "/api/v1/search?q=mudanza", "/switcher?q=mud"):
            page = client.get(address).text
            assert NAME not in page, (person.name, address)
            assert PURPOSE not in page


@pytest.mark.slow
def test_the_log_the_keys_and_an_end_of_a_post_do_not_name_it(cast, client_of, unlisted):
    dorleta = client_of(cast.dorleta)
    code = cast.monteclaro.code
    space_id = str(unlisted[0])
    with cast.app.app_context():
        group = db.session.get_one(Group, unlisted[0])
        joining.answer_invitation(cast.ana, group, is_accepted=True)
        name_moderator(cast.carles, group.space, cast.ana.id)
    everything = dorleta.get("/api/v1/admin/audit?limit=200").text
    assert "group.create" not in everything
    assert space_id not in everything
    chosen = dorleta.submit(f"/admin/{code}/audit/export?act=all").text
    assert "audit.export" in chosen
    assert space_id not in chosen
    log = dorleta.get(f"/admin/{code}/audit?act=group.create&check=1&lang=en").text
    assert "Group created" not in log
    assert "group.create" not in log.partition("<main")[2].replace("act=group.create", "")
    pages = [f"/admin/{code}/audit", f"/admin/{code}/groups", f"/admin/{code}/audit.csv"]
    person = dorleta.get(f"/admin/{code}/people/{cast.carles.id}").text
    pages += re.findall(rf"/admin/{code}/appointments/[^\"/]+/end", person)
    for address in pages:
        assert NAME not in dorleta.get(address).text, address


@pytest.mark.both
def test_who_is_invited_and_who_is_asked_for_a_key_know_it(app, cast, client_of, unlisted):
    space_id, _room = unlisted
    assert NAME in client_of(cast.ana).get("/groups").text
    with app.app_context():
        hidden = {"is_listed": False, "joining": Joining.INVITATION}
        shared = group_of(cast.elna, name="Otra reservada", reach=Reach.SHARED, **hidden)
        share_with(cast.elna, shared, cast.monteclaro, "Expedientes")
        shared_id = shared.space_id
    assert client_of(cast.dorleta).get(f"/groups/{shared_id}").status_code == 200
    form = client_of(cast.carles).get(f"/groups/{space_id}/settings?lang=es").text
    assert "solo los miembros y las personas invitadas sabrán que el grupo existe" in form
    assert "a quien administra la intranet" in form
