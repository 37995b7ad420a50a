"""Circulars: to agencies that consent, once for each post."""

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.spaces.audience import Audience
from intranet.messaging.spaces.models import SpaceKind
from intranet.organisation.agencies.models import PostFunction
from intranet.organisation.agencies.operations.administrations import make_administrator
from intranet.organisation.agencies.operations.agencies import root_unit
from intranet.organisation.people.models import AppointmentKind
from intranet.organisation.people.operations.appointments import appoint
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid, NotFound
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.announcements import queries as report
from intranet.publishing.announcements.access import get_scope
from intranet.publishing.publications.access import get_publication
from intranet.publishing.publications.announcement_models import Recipient
from intranet.publishing.publications.consents import CircularConsent
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.acknowledging import acknowledge
from intranet.publishing.publications.operations.consenting import give_consent, revoke_consent
from intranet.publishing.publications.reach import AudienceDeliveryCounts, frozen, measured
from intranet.publishing.publications.required_reading import count_required
from tests.collaboration.groups.helpers import group_of
from tests.messaging.messages.helpers import space_of
from tests.publishing.announcements.helpers import announce, in_days

pytestmark = pytest.mark.both

TOWN_HALLS = {"agency_kind": "municipality"}


@pytest.fixture
def consents(app, cast):
    """Bieito, for both of his villages, takes circulars of Guillem's unit in the province."""
    with app.app_context():
        sender = space_of(cast.assistance)
        given = []
        for village, post in (("vilaverde", "vilaverde_post"), ("outeiro", "outeiro_post")):
            agency = getattr(cast, village)
            make_administrator(None, agency, getattr(cast, post))
            given.append(give_consent(cast.bieito, agency, sender, None).id)
        return given


def test_what_is_previewed_is_sent_and_read_and_each_post_confirms(app, cast, consents, client_of):
    with app.app_context():
        before = measured(
            Audience.parse({"any": [TOWN_HALLS]}), space_of(cast.assistance), clock.now()
        )
        assert (before.count, before.agencies, before.without_consent) == (1, 2, 1)
        assert before.ways == AudienceDeliveryCounts(mail=1)
        publication = announce(cast.guillem, TOWN_HALLS)
        after = frozen(publication)
        assert (after.count, after.agencies, after.by_unit) == (1, 2, before.by_unit)
        get_publication(cast.bieito, publication.id)
        with pytest.raises(NotFound):
            get_publication(cast.carles, publication.id)

        with pytest.raises(Invalid):
            acknowledge(cast.bieito, publication, version=1)
        with pytest.raises(NotFound):
            acknowledge(cast.bieito, publication, version=1, post_id=cast.head_post.id)
        acknowledge(cast.bieito, publication, version=1, post_id=cast.vilaverde_post.id)
        assert count_required(cast.bieito) == 1
        counts = report.counts(get_scope(cast.guillem, publication.id))
        assert sorted((row.confirmed, row.addressed) for row in counts) == [(0, 1), (1, 1)]
        # He heads both houses, and sees the people of each.
        assert len(report.counts(get_scope(cast.bieito, publication.id))) == 2
        address = f"/p/{publication.id}"
        outeiro = str(cast.outeiro_post.id)

    client = client_of(cast.bieito)
    page = client.get(address).text
    assert page.count("confirm--done") == 1
    assert page.count('name="post_id"') == 1
    client.submit(f"{address}/acknowledgement", {"version": "1", "post_id": outeiro})
    with app.app_context():
        assert count_required(cast.bieito) == 0


def test_a_consent_for_a_function_reaches_only_posts_that_have_it(app, cast):
    with app.app_context():
        make_administrator(None, cast.vilaverde, cast.vilaverde_post)
        with unit_of_work() as work:
            db.session.execute(
                db.delete(PostFunction).where(PostFunction.post_id == cast.vilaverde_post.id)
            )
            work.add(PostFunction(post_id=cast.outeiro_post.id, function_code=_other(cast)))
        sender = space_of(cast.assistance)
        give_consent(cast.bieito, cast.vilaverde, sender, _other(cast))
        audience = Audience.parse({"any": [TOWN_HALLS]})
        assert measured(audience, sender, clock.now()).count == 0
        with unit_of_work() as work:
            work.add(PostFunction(post_id=cast.vilaverde_post.id, function_code=_other(cast)))
        assert measured(audience, sender, clock.now()).count == 1
        with pytest.raises(Invalid):  # twice the same
            give_consent(cast.bieito, cast.vilaverde, sender, _other(cast))
        with pytest.raises(Forbidden):
            give_consent(cast.guillem, cast.vilaverde, sender, None)


def _other(cast) -> str:
    """A function that the post in Outeiro was not suggested."""
    there = set(
        db.session.scalars(
            db.select(PostFunction.function_code).where(
                PostFunction.post_id == cast.outeiro_post.id
            )
        )
    )
    return "ARC" if "ARC" not in there else next(iter(there))


def test_revoked_nothing_new_arrives_and_what_was_sent_stays(app, cast, consents):
    with app.app_context():
        publication = announce(cast.guillem, TOWN_HALLS)
        appoint(
            None,
            cast.vilaverde_post,
            cast.iria,
            starts_on=in_days(0),
            kind=AppointmentKind.SUBSTITUTE,
        )
        get_publication(cast.iria, publication.id)  # a newcomer reads it while the consent holds
        for consent_id in consents:
            row = db.session.get_one(_consent(), consent_id)
            revoke_consent(cast.bieito, row)
        get_publication(cast.bieito, publication.id)
        with pytest.raises(NotFound):
            get_publication(cast.iria, publication.id)
        acknowledge(cast.bieito, publication, version=1, post_id=cast.outeiro_post.id)
        with pytest.raises(Invalid):
            announce(cast.guillem, TOWN_HALLS)
        sent = db.session.scalars(
            db.select(Recipient.post_id).where(Recipient.publication_id == publication.id)
        ).all()
        assert set(sent) == {cast.vilaverde_post.id, cast.outeiro_post.id}
        assert db.session.get_one(Publication, publication.id).published_at


def _consent():
    from intranet.publishing.publications.consents import CircularConsent

    return CircularConsent


@pytest.mark.slow
def test_an_administrator_gives_and_revokes_on_a_page(app, cast, client_of):
    client = client_of(cast.dorleta)
    code = "L01990012"
    client.get(f"/admin/{code}/circulars")
    wrong = client.submit(f"/admin/{code}/circulars", {"sender": "@nada", "function": ""})
    assert wrong.status_code == 422
    assert "@nada" in wrong.text
    own = client.submit(f"/admin/{code}/circulars", {"sender": "monteclaro", "function": ""})
    assert own.status_code == 422
    given = client.submit(
        f"/admin/{code}/circulars", {"sender": "@altamar", "unit": "Innovació", "function": ""}
    )
    assert given.status_code == 303
    with app.app_context():
        (row,) = db.session.scalars(db.select(_consent())).all()
        assert row.space_id == space_of(cast.innovation).id
    theirs = client_of(cast.guillem)
    theirs.get("/admin/L02990041/circulars")
    assert theirs.submit(f"/admin/L02990041/circulars/{row.id}/revoke").status_code == 404
    assert client.submit(f"/admin/{code}/circulars/{row.id}/revoke").status_code == 303
    assert "Diputació" in client.get(f"/admin/{code}/circulars").text


@pytest.mark.parametrize("unit", ["", "root"])
def test_circulars_of_an_agency_that_owns_groups_are_those_of_the_agency(
    app, cast, client_of, unit
):
    with app.app_context():
        for name in ("Padrón sin papeles", "Costas"):
            group_of(cast.elna, name)
        code = root_unit(cast.altamar).code if unit else ""

    sent = {"sender": "@altamar", "unit": code}
    answer = client_of(cast.dorleta).submit(f"/admin/{cast.monteclaro.code}/circulars", sent)

    assert answer.status_code == 303
    with app.app_context():
        given = db.session.scalars(select(CircularConsent)).one()
        assert given.space.kind == SpaceKind.AGENCY
        assert given.space.agency_id == cast.altamar.id
