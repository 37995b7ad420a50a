"""Following: what one is told, what one finds, and that nobody is told what they may not read."""

import pytest
from sqlalchemy import select

from intranet import schedule  # noqa: F401 - what the outbox does registers itself with it
from intranet.attention.notifications.models import Channel, Delivery, Kind, Notification, State
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.outbox import run_due
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications import queries
from intranet.publishing.publications.following import followed_by
from intranet.publishing.publications.follows import Follow, FollowKind
from intranet.publishing.publications.operations.following import follow, unfollow
from tests.publishing.publications.articles import out

PERSON, UNIT, AGENCY, TOPIC, *_ = FollowKind


def work_off():
    while run_due():
        pass
    db.session.rollback()


def told(person):
    """The articles of which somebody was told, by the bell."""
    rows = db.session.scalars(
        select(Notification).where(
            Notification.person_id == person.id, Notification.kind == Kind.ARTICLE
        )
    )
    return [row.publication_id for row in rows]


@pytest.mark.slow
@pytest.mark.both
@pytest.mark.parametrize("kind", [PERSON, UNIT, TOPIC])
def test_who_follows_is_told_once_and_finds_it_and_who_does_not_hears_nothing(
    app_context, cast, kind
):
    subject = {PERSON: cast.carles.id.hex, UNIT: cast.urban_planning.id.hex, TOPIC: "URB"}[kind]
    for person in (cast.ana, cast.iria):
        follow(person, kind, subject)
        follow(person, kind, subject)
    unfollow(cast.iria, kind, subject)
    written = out(cast.carles, topics=("URB",))
    out(cast.nadia, title="Otra cosa", topics=("CON",))
    work_off()

    assert told(cast.ana) == [written.id]
    assert told(cast.iria) == []
    assert [item.publication.id for item in queries.followed(cast.ana, limit=9)] == [written.id]
    assert queries.followed(cast.iria, limit=9) == []
    by_mail = db.session.scalars(select(Delivery).where(Delivery.channel == Channel.MAIL)).all()
    assert [row.state for row in by_mail] == [State.DIGEST]


@pytest.mark.slow
@pytest.mark.both
def test_nobody_is_told_of_what_they_may_not_read_nor_of_their_own(app_context, cast):
    for person in (cast.bieito, cast.iria, cast.xoel, cast.carles):
        follow(person, TOPIC, "URB")
    out(cast.carles, topics=("URB",), visibility=Visibility.MEMBERS)
    work_off()

    assert told(cast.xoel)
    assert [told(person) for person in (cast.bieito, cast.iria, cast.carles)] == [[], [], []]
    assert queries.followed(cast.bieito, limit=9) == []
    assert queries.followed(cast.carles, limit=9) == []


@pytest.mark.slow
def test_an_agency_is_followed_by_its_own_blog(app_context, cast):
    follow(cast.ana, AGENCY, str(cast.monteclaro.id))
    out(cast.carles, title="De la unidad")
    written = out(cast.rosa, title="Del ayuntamiento")
    work_off()
    assert told(cast.ana) == [written.id]


@pytest.mark.both
def test_what_one_may_not_know_cannot_be_followed_and_is_not_named_later(app_context, cast):
    follow(cast.bieito, UNIT, cast.licences.id.hex)
    with unit_of_work():
        cast.monteclaro.in_directory = False
    for kind, subject in (
        (UNIT, cast.licences.id.hex),
        (AGENCY, cast.monteclaro.id.hex),
        (PERSON, cast.ana.id.hex),
        (PERSON, "nobody"),
        (TOPIC, "XXX"),
    ):
        with pytest.raises(NotFound):
            follow(cast.bieito, kind, subject)
    with pytest.raises(Forbidden):
        follow(cast.ana, PERSON, cast.ana.id.hex)
    with pytest.raises(Forbidden):
        follow(cast.eloi, TOPIC, "URB")
    assert [(one.name, one.href) for one in followed_by(cast.bieito)] == [(None, "")]


@pytest.mark.slow
def test_the_buttons_work_as_plain_forms_and_the_list_lets_go(app, cast, client_of):
    with app.app_context():
        written = out(cast.carles, topics=("URB",)).id
        pages = [f"/people/{cast.carles.id}", f"/units/{cast.urban_planning.id}"]
        pages += [f"/agencies/{cast.monteclaro.code}", f"/p/{written}"]
        sent = {"kind": "person", "subject": str(cast.carles.id), "next": pages[0]}
    ana = client_of(cast.ana)
    for page in pages:
        assert 'value="follow"' in ana.get(page).text
    assert ana.submit("/follows", {**sent, "do": "follow"}).location == pages[0]
    assert "Tres plazas" in ana.get("/").text
    assert "Tres plazas" in ana.get("/publications?view=following").text
    shown = ana.get("/follows").text
    assert "Carles Roig" in shown
    assert "Urbanismo" in shown.split("Carles Roig")[1].split("</li>")[0]
    ana.submit("/follows", {**sent, "do": "unfollow"})
    assert "Carles Roig" not in ana.get("/follows").text
    assert ana.submit("/follows", {**sent, "kind": "boss", "do": "follow"}).status_code == 422
    with app.app_context():
        assert db.session.scalars(select(Follow)).all() == []
