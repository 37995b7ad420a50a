"""An agency's pauses and what it says of itself, by those who administer it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.public_site.models import ShowcaseFreeze, ShowcaseProfile
from intranet.public_site.operations.describing import BODY_LIMIT, describe
from intranet.public_site.operations.pausing import TO_COME_LIMIT, freeze, lift
from intranet.public_site.pauses import pause_of
from tests.cast import today
from tests.public_site.helpers import public

DAY = timedelta(days=1)


def test_an_administrator_pauses_the_agency_and_nobody_else(app_context, cast):
    for other in (cast.rosa, cast.carles, cast.guillem):
        with pytest.raises(Forbidden):
            freeze(other, cast.monteclaro, today(), today())

    pause = freeze(cast.dorleta, cast.monteclaro, today(), today() + DAY, "Municipales")

    assert pause_of(cast.monteclaro, clock.now()) is pause
    assert pause_of(cast.altamar, clock.now()) is None
    line = db.session.scalars(select(AuditLine).where(AuditLine.act == "showcase.freeze")).one()
    assert line.detail["from"] == today().isoformat()


@pytest.mark.both
def test_a_pause_is_of_days_in_the_agency_s_own_zone(app_context, cast):
    first = today() + 10 * DAY
    freeze(cast.dorleta, cast.monteclaro, first, first)
    zone = cast.monteclaro.time_zone
    minute = timedelta(minutes=1)

    at = {
        "before": clock.start_of(first, zone) - minute,
        "first": clock.start_of(first, zone),
        "last": clock.end_of(first, zone) - minute,
        "after": clock.end_of(first, zone),
    }
    pausing = {name for name, instant in at.items() if pause_of(cast.monteclaro, instant)}
    assert pausing == {"first", "last"}
    cast.monteclaro.time_zone = "Pacific/Kiritimati"
    assert pause_of(cast.monteclaro, at["before"] - timedelta(hours=12)) is not None


@pytest.mark.both
@pytest.mark.parametrize(
    ("first", "last", "field"),
    [(1, 0, "ends_on"), (-3, -1, "ends_on"), (0, 400, "ends_on"), (0, 100_000, "ends_on")],
)
def test_days_that_cannot_be_are_refused(app_context, cast, first, last, field):
    with pytest.raises(Invalid) as refused:
        freeze(cast.dorleta, cast.monteclaro, today() + first * DAY, today() + last * DAY)
    assert field in refused.value.errors
    assert db.session.scalar(select(ShowcaseFreeze.id)) is None


@pytest.mark.slow
def test_there_are_not_endlessly_many(app_context, cast):
    for number in range(TO_COME_LIMIT):
        day = today() + number * DAY
        freeze(cast.dorleta, cast.monteclaro, day, day)
    with pytest.raises(Invalid):
        freeze(cast.dorleta, cast.monteclaro, today(), today())


@pytest.mark.slow
@pytest.mark.both
def test_a_pause_is_ended_early_and_everything_is_shown_again(app, cast, client, client_of):
    with app.app_context():
        made = public(cast.carles, cast.rosa).id
        pause = freeze(cast.dorleta, cast.monteclaro, today(), today()).id
    address = f"/open/articles/{made}"
    assert client.get(address).status_code == 503
    lifting = f"/admin/L01990012/showcase/pauses/{pause}/lift"

    assert client_of(cast.rosa).submit(lifting).status_code == 404
    assert client_of(cast.guillem).submit(lifting).status_code == 404
    assert client_of(cast.dorleta).submit(lifting).status_code == 303

    assert client.get(address).status_code == 200
    nothing = f"/admin/L01990012/showcase/pauses/{uuid4()}/lift"
    assert client_of(cast.dorleta).submit(nothing).status_code == 404
    with app.app_context(), pytest.raises(Forbidden):
        lift(cast.guillem, db.session.get_one(ShowcaseFreeze, pause))


@pytest.mark.slow
def test_the_page_of_administration_says_all_of_it(app, cast, client_of):
    with app.app_context():
        public(cast.carles, cast.rosa, title="La plaza")
    dorleta = client_of(cast.dorleta)
    here = "/admin/L01990012/showcase"

    page = dorleta.get(f"{here}?lang=en").text
    for words in ("La plaza", "Alcaldía", "1 public page"):
        assert words in page
    assert client_of(cast.rosa).get(here).status_code == 404
    assert client_of(cast.guillem).get(here).status_code == 404
    bad = {"starts_on": "2026-13-01", "ends_on": "soon"}
    assert dorleta.submit(f"{here}/pauses", bad).status_code == 422
    days = {"starts_on": today().isoformat(), "ends_on": today().isoformat(), "note": "=1+1"}
    assert dorleta.submit(f"{here}/pauses", days).status_code == 303
    assert "The public pages are paused until" in dorleta.get(f"{here}?lang=en").text


@pytest.mark.slow
def test_an_agency_says_of_itself_what_everybody_reads(app, cast, client, client_of):
    dorleta = client_of(cast.dorleta)
    here = "/admin/L01990012/showcase/profile"
    text = "Una **ciudad** <script>alert(1)</script>"

    assert dorleta.submit(here, {"body_es": text, "version": "0"}).status_code == 303

    page = client.get("/open/L01990012").text
    assert "Una <strong>ciudad</strong>" in page
    assert "<script>alert" not in page
    assert dorleta.submit(here, {"body_es": "Otra.", "version": "0"}).status_code == 409
    assert dorleta.submit(here, {"body_es": " ", "version": "1"}).status_code == 422
    assert client_of(cast.guillem).submit(here, {"body_es": "x"}).status_code == 404
    with app.app_context():
        with pytest.raises(Conflict):
            describe(cast.dorleta, cast.monteclaro, {"es": "x"}, version=7)
        with pytest.raises(Invalid):
            describe(cast.dorleta, cast.monteclaro, {"es": "x" * (BODY_LIMIT + 1)}, version=1)
        with pytest.raises(Forbidden):
            describe(cast.rosa, cast.monteclaro, {"es": "x"}, version=1)
        assert db.session.scalars(select(ShowcaseProfile)).one().version == 1


def test_an_agency_that_never_showed_anything_has_no_page(client):
    assert client.get("/open/L02990041").status_code == 404
    assert client.get("/open/L09999999").status_code == 404
