"""Nobody is put into an agency unasked, and another agency's rule binds only what is its own."""

import re
from datetime import timedelta

import pytest

from intranet.administration.imports.importer import ImportScope
from intranet.organisation.agencies.models import SecondFactor
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.administration.imports.helpers import apply, table
from tests.cast import today
from tests.letters import text_of
from tests.organisation.accounts.doors import is_signed_in
from tests.organisation.accounts.test_second_factor import set_up

ALTAMAR = "/admin/L02990041"
IRIA = "iria@monteclaro.example"
POST = "Cap d'Innovació"


@pytest.fixture
def guillem(cast, client_of):
    return client_of(cast.guillem)


def invitation(**more):
    given = {"name": "Iria", "email": IRIA, "post": POST, "kind": "acting"}
    return {**given, "starts_on": today().isoformat(), **more}


def by_page(guillem, _cast):
    return guillem.submit(f"{ALTAMAR}/people/new", invitation())


def by_rest(guillem, cast):
    sent = {"name": "Iria", "email": IRIA, "post_id": str(cast.innovation_post.id)}
    sent |= {"kind": "acting", "starts_on": today().isoformat()}
    headers = {"X-CSRF-Token": guillem.token()}
    return guillem.post("/api/v1/admin/people", json=sent, headers=headers)


def by_import(guillem, cast):
    with cast.app.app_context():
        scope = ImportScope(frozenset({cast.altamar.id}), cast.guillem)
        line = f"Iria Souto,{IRIA},{cast.innovation_post.code},acting"
        apply("people", table("name,email,post_code,appointment", line), scope)


DOORS = {"page": by_page, "rest": by_rest, "import": by_import}


def agencies_of(cast, person):
    from intranet.organisation.people.queries import current_appointments

    with cast.app.app_context():
        return {row.post.unit.agency.handle for row in current_appointments(person.id)}


def offers(client):
    return re.findall(r'action="(/me/waiting/offers/[^"]+)"', client.get("/me/waiting").text)


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS)
def test_an_appointment_across_agencies_waits_for_the_person(guillem, client_of, cast, mail, door):
    iria = client_of(cast.iria)
    DOORS[door](guillem, cast)

    assert agencies_of(cast, cast.iria) == {"monteclaro"}
    letters = {letter["To"]: text_of(letter) for letter in mail()}
    assert set(letters) == {IRIA, "dorleta@monteclaro.example"}
    assert "Another agency wants to appoint you" in iria.get("/notifications?lang=en").text

    (offer,) = offers(iria)
    assert iria.submit(offer, {"answer": "agree"}).status_code == 303
    assert agencies_of(cast, cast.iria) == {"monteclaro", "altamar"}
    assert offers(iria) == []


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS)
def test_who_declines_is_left_in_peace(guillem, client_of, cast, mail, door):
    iria = client_of(cast.iria)
    DOORS[door](guillem, cast)
    iria.submit(offers(iria)[0], {"answer": "refuse"})
    mail()
    DOORS[door](guillem, cast)

    assert agencies_of(cast, cast.iria) == {"monteclaro"}
    assert offers(iria) == []
    assert [letter for letter in mail() if letter["To"] == IRIA] == []


@pytest.mark.parametrize("door", DOORS)
def test_the_same_offer_again_is_the_same_offer(guillem, client_of, cast, mail, door):
    DOORS[door](guillem, cast)
    mail()
    DOORS[door](guillem, cast)

    assert len(offers(client_of(cast.iria))) == 1
    assert mail() == []


def test_who_agrees_agrees_to_what_they_read(guillem, client_of, cast, mail):
    by_rest(guillem, cast)
    iria = client_of(cast.iria)
    (shown,) = offers(iria)
    mail()
    later = (today() + timedelta(days=3)).isoformat()
    guillem.submit(f"{ALTAMAR}/people/new", invitation(starts_on=later))

    assert iria.submit(shown, {"answer": "agree"}).status_code == 404
    assert agencies_of(cast, cast.iria) == {"monteclaro"}
    assert mail() == []  # of other terms they are not told each time
    (anew,) = offers(iria)
    assert iria.submit(anew, {"answer": "agree"}).status_code == 303


@pytest.mark.slow
def test_both_agencies_have_it_in_their_logs(guillem, client_of, cast):
    by_page(guillem, cast)
    iria = client_of(cast.iria)
    iria.submit(offers(iria)[0], {"answer": "agree"})
    assert "Iria Souto" in guillem.get(f"{ALTAMAR}/audit?act=appointment.accept").text
    for act in ("appointment.offer", "appointment.accept"):
        own = client_of(cast.dorleta).get(f"/admin/L01990012/audit?act={act}").text
        assert "Iria Souto" in own


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS)
def test_whose_an_address_is_the_log_does_not_tell_before_they_accept(
    guillem, client_of, cast, door
):
    iria = client_of(cast.iria)
    DOORS[door](guillem, cast)
    iria.submit(offers(iria)[0], {"answer": "refuse"})

    log = guillem.get(f"{ALTAMAR}/audit").text
    lines = guillem.get("/api/v1/admin/audit?agency=L02990041").text
    assert "appointment.decline" in lines
    assert ("Iria Souto" in log) == (door == "import")  # the file had the name
    assert str(cast.iria.id) not in lines
    assert "Iria Souto" in client_of(cast.dorleta).get("/admin/L01990012/audit").text


def test_an_offer_is_taken_back_and_cannot_be_accepted(guillem, client_of, cast):
    by_page(guillem, cast)
    iria = client_of(cast.iria)
    (offer,) = offers(iria)
    page = guillem.get(f"{ALTAMAR}/appointments").text
    (back,) = re.findall(r'action="([^"]+/take-back)"', page)
    assert "Iria Souto" not in page  # who offers it knows what they wrote

    assert guillem.submit(back).status_code == 303
    assert iria.submit(offer, {"answer": "agree"}).status_code == 404
    assert agencies_of(cast, cast.iria) == {"monteclaro"}


def test_nobody_answers_for_another(guillem, client_of, cast):
    by_page(guillem, cast)
    (offer,) = offers(client_of(cast.iria))
    for who in (cast.ana, cast.guillem):
        assert client_of(who).submit(offer, {"answer": "agree"}).status_code == 404
    assert (
        client_of(cast.dorleta)
        .submit(f"/admin/L01990012/appointments/offers/{offer.rpartition('/')[2]}/take-back")
        .status_code
        == 404
    )


def test_an_ended_appointment_is_not_revived_unasked(app, guillem, client_of, cast):
    by_page(guillem, cast)
    iria = client_of(cast.iria)
    iria.submit(offers(iria)[0], {"answer": "agree"})
    page = guillem.get(f"{ALTAMAR}/people/{cast.iria.id}").text
    (where,) = re.findall(rf'href="({ALTAMAR}/appointments/[0-9a-f-]+)"', page)
    ended = guillem.submit(f"{where}/end", {"when": "now", "version": "1"})
    assert ended.status_code == 303
    yesterday = (today() - timedelta(days=1)).isoformat()

    again = {"kind": "acting", "starts_on": yesterday, "ends_on": "", "version": "2"}
    assert guillem.submit(where, again).status_code == 409
    assert agencies_of(cast, cast.iria) == {"monteclaro"}


def require(cast, agency, whom):
    with cast.app.app_context(), unit_of_work() as work:
        row = getattr(cast, agency)
        row.second_factor = whom
        work.add(row)


def test_the_rule_of_another_agency_binds_nothing_of_ones_own(app, client_of, cast):
    require(cast, "outeiro", SecondFactor.EVERYBODY)
    assert client_of(cast.bieito).get("/me/settings").status_code == 200
    require(cast, "vilaverde", SecondFactor.EVERYBODY)
    assert client_of(cast.bieito).get("/me/settings").location == "/me/second-factor"


@pytest.mark.slow
def test_the_rule_of_another_agency_shuts_nobody_out_of_their_own(guillem, client_of, cast):
    by_page(guillem, cast)
    iria = client_of(cast.iria)
    require(cast, "altamar", SecondFactor.EVERYBODY)
    (offer,) = offers(iria)

    iria.submit(offer, {"answer": "agree"})
    assert agencies_of(cast, cast.iria) == {"monteclaro"}
    assert is_signed_in(iria)
    with clock.freeze(clock.now() - timedelta(minutes=2)):
        set_up(iria)
    iria.submit(offer, {"answer": "agree"})
    assert agencies_of(cast, cast.iria) == {"monteclaro", "altamar"}


@pytest.mark.slow
def test_another_agency_is_administered_with_the_factor_that_it_asks_for(app, client_of, cast):
    from intranet.organisation.agencies.operations.administrations import (
        accept_mandate,
        propose_mandate,
    )

    with app.app_context():
        last_day = today() + timedelta(days=90)
        mandate = propose_mandate(
            cast.dorleta, cast.monteclaro, cast.assistance_post, last_day=last_day
        )
        accept_mandate(cast.guillem, mandate)
    guillem = client_of(cast.guillem)
    assert guillem.get("/admin/L01990012/people").status_code == 200

    require(cast, "monteclaro", SecondFactor.ADMINISTRATORS)

    assert guillem.get("/admin/L01990012/people").location == "/me/second-factor"
    assert guillem.get("/api/v1/admin/people?agency=L01990012").status_code == 404
    assert guillem.get(f"{ALTAMAR}/people").status_code == 200
    with clock.freeze(clock.now() - timedelta(minutes=2)):
        set_up(guillem)
    assert guillem.get("/admin/L01990012/people").status_code == 200
