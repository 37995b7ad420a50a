"""Being notified once of each post that appears elsewhere, many together, until one stops it."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from intranet.attention.notifications.models import Kind, Notification
from intranet.extensions import db
from intranet.finding.counterparts import alerts, sightings
from intranet.finding.counterparts.alert_subjects import AlertSubject
from intranet.finding.counterparts.models import AlertKind, CounterpartAlert, CounterpartSighting
from intranet.organisation.agencies.models import Agency, Post, PostFunction, Unit
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.operations.appointments import appoint, end_now
from intranet.organisation.people.operations.people import ProfileContents, create_person
from intranet.platform.core import clock
from intranet.platform.core.ids import uuid7
from intranet.platform.core.outbox import run_due
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from tests.administration.imports.helpers import apply, table

pytestmark = pytest.mark.both
CEMETERY = "Operario de cementerio"
IMPORTED = 60


def wait_for(client, post_id, do="begin", **more):
    """Ask for notifications of posts with the function of this post."""
    return client.submit(
        "/counterparts/alerts?lang=en", {"kind": "function", "code": post_id, "do": do, **more}
    )


def appear(app, elsewhere, agency="robledal", count=1, title="Cuidadora de archivo histórico"):
    """Create posts of the function ARC with a holder each; return their ids."""
    ids = []
    with app.app_context(), unit_of_work() as work:
        home = db.session.get_one(Agency, elsewhere.ids[agency])
        unit = db.session.scalars(
            select(Unit).where(Unit.agency_id == home.id, Unit.parent_id.is_not(None)).limit(1)
        ).one()
        for number in range(count):
            post = create_post(
                None,
                PostSpec(
                    unit=unit,
                    title=Localized({"es": title}),
                    code=f"arc-{agency}-{number}-{len(title)}",
                ),
            )
            if not db.session.get(PostFunction, (post.id, "ARC")):
                work.add(PostFunction(post_id=post.id, function_code="ARC", strength=1.0))
            person = create_person(None, home, f"Nueva {number}", ProfileContents())
            appoint(None, post, person, starts_on=clock.today("Europe/Madrid"))
            ids.append(post.id)
    return ids


def tell(app, after=timedelta(minutes=20)):
    """Run the job a while later, and what it owes; return the notifications by person."""
    with clock.freeze(clock.now() + after), app.app_context():
        sightings.tell_of_new()
        while run_due():
            pass
        rows = db.session.execute(
            select(Notification.person_id, Notification.why).where(
                Notification.kind == Kind.COUNTERPART
            )
        ).all()
    return [(row.person_id, row.why) for row in rows]


@pytest.mark.slow
def test_a_post_that_appears_is_told_once_to_who_asked_and_to_nobody_else(
    app, cast, client_of, elsewhere
):
    client = client_of(cast.bieito)
    assert wait_for(client, "ARC").status_code == 303
    (post_id,) = appear(app, elsewhere)

    assert tell(app, timedelta(minutes=1)) == []  # more may be coming
    assert tell(app) == [(cast.bieito.id, "counterpart_new")]
    with app.app_context(), unit_of_work() as work:
        holder = db.session.scalars(select(Appointment).where(Appointment.post_id == post_id)).one()
        end_now(holder)
        post, person = db.session.get_one(Post, post_id), holder.person
        appoint(None, post, person, starts_on=clock.today("Europe/Madrid"))
        work.flush()
    assert tell(app) == [(cast.bieito.id, "counterpart_new")]
    page = client.get("/counterparts/alerts?lang=en").text
    assert "Cuidadora de archivo histórico" in page
    bell = client.get("/notifications?lang=en").text
    assert "A post that you asked about has appeared in another administration" in bell
    assert "Cuidadora" not in client_of(cast.ana).get("/counterparts/alerts").text


@pytest.mark.slow
def test_many_posts_are_one_notification(app, cast, client_of, elsewhere, monkeypatch):
    monkeypatch.setattr(sightings, "MAX_WAITING", 6)
    wait_for(client_of(cast.bieito), "ARC")
    appear(app, elsewhere, count=5)
    appear(app, elsewhere, "vallserena", count=2)
    appear(app, elsewhere, "urdintza", count=2, title="Guardián de archivo histórico")

    assert tell(app) == [(cast.bieito.id, "counterparts_new")]
    with app.app_context():
        count = db.session.scalar(select(func.count()).select_from(CounterpartSighting))
    assert count == 7  # with room for six waiting, the last batch is left out


@pytest.mark.slow
def test_vacant_posts_and_closed_agencies_wait_until_somebody_can_be_asked(
    app, cast, client_of, elsewhere
):
    wait_for(client_of(cast.bieito), "ARC")
    (post_id,) = appear(app, elsewhere)
    with app.app_context(), unit_of_work():
        end_now(db.session.scalars(select(Appointment).where(Appointment.post_id == post_id)).one())
    (closed_id,) = appear(app, elsewhere, "urdintza")
    with app.app_context(), unit_of_work():
        db.session.get_one(Agency, elsewhere.urdintza).in_directory = False
    assert tell(app) == []

    with app.app_context(), unit_of_work():
        agency = db.session.get_one(Agency, elsewhere.robledal)
        person = create_person(None, agency, "Llega", ProfileContents())
        appoint(
            None,
            db.session.get_one(Post, post_id),
            person,
            starts_on=clock.today("Europe/Madrid"),
        )
    assert tell(app) == [(cast.bieito.id, "counterpart_new")]
    page = client_of(cast.bieito).get("/counterparts/alerts").text
    assert str(post_id) in page
    assert str(closed_id) not in page


@pytest.mark.slow
def test_posts_of_ones_own_agency_and_ended_posts_are_not_told(app, cast, client_of, elsewhere):
    wait_for(client_of(cast.bieito), "ARC")
    (ended_id,) = appear(app, elsewhere)
    with app.app_context(), unit_of_work():
        post = db.session.get_one(Post, ended_id)
        post.valid_to = clock.today("Europe/Madrid") - timedelta(days=3)
        vallserena = db.session.get_one(Agency, elsewhere.vallserena)
        own = create_post(
            None,
            PostSpec(
                unit=db.session.scalars(
                    select(Unit).where(Unit.agency_id == vallserena.id, ~Unit.parent_id.is_(None))
                ).one(),
                title=Localized({"ca": "Ajudant"}),
                code="ajudant",
            ),
        )
        bieito = db.session.get_one(Person, cast.bieito.id)
        appoint(None, own, bieito, starts_on=clock.today("Europe/Madrid"))
    appear(app, elsewhere, "vallserena")

    assert tell(app) == []


@pytest.mark.slow
def test_what_no_longer_fits_is_not_told(app, cast, client_of, elsewhere):
    wait_for(client_of(cast.bieito), "ARC")
    (post_id,) = appear(app, elsewhere)
    with app.app_context(), unit_of_work() as work:
        work.delete(db.session.get_one(PostFunction, (post_id, "ARC")))

    assert tell(app) == []


def test_who_stops_it_is_told_nothing_and_leaves_nothing(app, cast, client_of, elsewhere):
    client = client_of(cast.bieito)
    wait_for(client, "ARC")
    appear(app, elsewhere)
    wait_for(client_of(cast.ana), "ARC", do="end")  # another person's is not hers to stop
    with app.app_context():
        assert db.session.scalar(select(func.count(CounterpartAlert.id))) == 1
    assert wait_for(client, "ARC", do="end").status_code == 303

    assert tell(app) == []
    with app.app_context():
        assert db.session.scalar(select(func.count(CounterpartAlert.id))) == 0
        assert db.session.scalar(select(func.count()).select_from(CounterpartSighting)) == 0


@pytest.mark.slow
def test_an_occupation_is_waited_for_too_and_what_is_listed_is_known(
    app, cast, client_of, elsewhere
):
    client = client_of(cast.bieito)
    appear(app, elsewhere, title=CEMETERY)
    page = client.get(f"/counterparts?lang=en&q={CEMETERY}").text
    kind, code = (
        page.split(f'name="{name}" value="')[1].split('"')[0] for name in ("kind", "code")
    )
    assert kind == "occupation"
    client.submit(
        "/counterparts/alerts", {"kind": kind, "code": code, "do": "begin", "q": CEMETERY}
    )
    with app.app_context(), unit_of_work():
        post = db.session.scalars(select(Post).where(Post.sort_key.like("operario%"))).one()
        sightings.note_posts([post.id])
    assert tell(app) == []

    appear(app, elsewhere, "vallserena", title=CEMETERY)
    assert tell(app) == [(cast.bieito.id, "counterpart_new")]


@pytest.mark.slow
def test_limits_and_senseless_alerts(app, cast, client_of, elsewhere, monkeypatch):
    client = client_of(cast.bieito)
    for kind, code in (("function", "XXX"), ("occupation", "0000z"), ("unit", "ARC"), ("", "")):
        answer = client.submit("/counterparts/alerts", {"kind": kind, "code": code})
        assert answer.status_code == 404, (kind, code)
    monkeypatch.setattr(alerts, "MAX_ALERTS", 1)
    wait_for(client, "ARC")
    wait_for(client, "ARC")
    wait_for(client, "URB")
    with app.app_context():
        rows = db.session.scalars(select(CounterpartAlert)).all()
        assert [row.code for row in rows] == ["ARC"]
        assert alerts.alert_on(cast.bieito, AlertSubject(AlertKind.FUNCTION, "ARC"))


@pytest.mark.slow
def test_posts_that_nobody_comes_to_hold_are_forgotten(app, cast, client_of, elsewhere):
    wait_for(client_of(cast.bieito), "ARC")
    (post_id,) = appear(app, elsewhere)
    with app.app_context(), unit_of_work():
        end_now(db.session.scalars(select(Appointment).where(Appointment.post_id == post_id)).one())

    assert tell(app, timedelta(days=100)) == []
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(CounterpartSighting)) == 0


@pytest.mark.slow
def test_an_import_of_many_posts_is_one_notification(app, cast, client_of, elsewhere):
    wait_for(client_of(cast.bieito), "ARC")
    count = IMPORTED
    with app.app_context():
        apply("units", table("code;name;agency_code;parent_code", "ARC;Servicio;X-robledal;"))
        apply(
            "posts",
            table(
                "code;title;unit_code;head;functions;places",
                *(f"I{number};Puesto {number};ARC;;ARC;" for number in range(count)),
            ),
        )
    assert tell(app) == []  # vacant so far
    with app.app_context():
        apply(
            "people",
            table(
                "name;email;post_code;appointment;from;to",
                *(
                    f"Nadie {number};n{number}@robledal.example;I{number};;2020-01-01;"
                    for number in range(count)
                ),
            ),
        )

    assert tell(app) == [(cast.bieito.id, "counterparts_new")]
    assert tell(app, timedelta(hours=1)) == [(cast.bieito.id, "counterparts_new")]


@pytest.mark.slow
def test_five_thousand_changed_posts_are_one_notification_soon(app, cast, client_of, elsewhere):
    wait_for(client_of(cast.bieito), "ARC")
    (post_id,) = appear(app, elsewhere)
    with app.app_context(), unit_of_work() as work:
        unit_id = db.session.get_one(Post, post_id).unit_id
        posts = [
            Post(
                id=uuid7(),
                agency_id=elsewhere.robledal,
                unit_id=unit_id,
                code=f"many-{number}",
                handle=f"many-{number}",
                title=Localized({"es": f"Puesto {number}"}),
                sort_key=f"puesto {number}",
            )
            for number in range(5_000)
        ]
        work.add(*posts)
        work.flush()
        work.add(*(PostFunction(post_id=post.id, function_code="ARC") for post in posts))
        work.flush()
        now = clock.now()
        for post in posts[1_000:]:
            work.add(
                Appointment(
                    post_id=post.id, person_id=elsewhere.teo, starts_on=now.date(), since=now
                )
            )
        work.gather(sightings.note_posts, [post.id for post in posts])

    assert tell(app) == [(cast.bieito.id, "counterparts_new")]
    with app.app_context():
        told = db.session.scalar(select(func.count()).select_from(CounterpartSighting)) or 0
        assert 500 <= told < 1_000  # and no vacant post takes the place of another
