"""Nothing of another agency's administration can be seen or touched: 404, as for a random id."""

import uuid
from datetime import timedelta

import pytest
from flask import url_for
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.invitation_models import InvitationRun
from intranet.organisation.accounts.models import SensitiveChange
from intranet.organisation.agencies.models import Administration
from intranet.organisation.identity import queries
from intranet.organisation.identity.models import EmailDomain, Provider, ProviderKind
from intranet.organisation.identity.scim.models import ScimToken
from intranet.organisation.people.models import Appointment, AppointmentOffer
from intranet.organisation.worktime.models import Duty, DutyKind
from intranet.organisation.worktime.operations import NewDuty, put_duties
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.public_site.models import ShowcaseFreeze
from intranet.publishing.publications.consents import CircularConsent
from tests.messaging.messages.helpers import space_of

OUTSIDERS = ("ana", "carles", "bieito", "guillem", "eloi")
IDS = {
    "unit_id": "licences",
    "post_id": "officer_post",
    "person_id": "ana",
}


def doors(app):
    """Method and endpoint of every address of administration below an agency."""
    return sorted(
        (method, rule.endpoint)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("admin.") and "code" in rule.arguments
        for method in rule.methods - {"HEAD", "OPTIONS"}
    )


def arguments_of(app, cast, endpoint):
    """Real ids of Monteclaro for the address."""
    [rule] = [rule for rule in app.url_map.iter_rules() if rule.endpoint == endpoint][:1]
    found = {name: getattr(cast, IDS[name]).id for name in rule.arguments if name in IDS}
    with app.app_context():
        if "appointment_id" in rule.arguments:
            ana = Appointment.person_id == cast.ana.id
            found["appointment_id"] = db.session.scalars(select(Appointment.id).where(ana)).first()
        if "administration_id" in rule.arguments:
            of_town = Administration.agency_id == cast.monteclaro.id
            found["administration_id"] = db.session.scalars(
                select(Administration.id).where(of_town)
            ).first()
    if "space_id" in rule.arguments:
        with app.app_context():
            found["space_id"] = space_of(cast.licences).id
    for name, make in MADE.items():
        if name in rule.arguments:
            found[name] = make(app, cast)
    if "day" in rule.arguments:
        found["day"] = "2026-12-25"
    if "kind" in rule.arguments:
        found["kind"] = "units"
    return found


def a_change(app, cast):
    """Somebody of Monteclaro asked for a new address of Ana's account."""
    with app.app_context(), unit_of_work() as work:
        row = SensitiveChange(
            account_id=cast.account_of(cast.ana).id,
            kind="address",
            detail={"email": "new@mail.example"},
            asked_by_id=cast.dorleta.id,
        )
        work.add(row)
    return row.id


def a_domain(app, cast):
    """Monteclaro says that a domain is its own."""
    with app.app_context(), unit_of_work() as work:
        domains = queries.domains_of(cast.monteclaro.id)
        row = (
            domains[0]
            if domains
            else EmailDomain(
                agency_id=cast.monteclaro.id, domain="claimed.example", token="of its record"
            )
        )
        work.add(row)
        work.flush()
        return row.id


def an_offer(app, cast):
    """Monteclaro offers a post to Elna of Altamar."""
    with app.app_context(), unit_of_work() as work:
        offer = AppointmentOffer(
            post_id=cast.officer_post.id,
            person_id=cast.elna.id,
            starts_on=clock.today("Europe/Madrid"),
            name="Elna",
            offered_by_id=cast.dorleta.id,
        )
        work.add(offer)
        work.flush()
        return offer.id


def a_consent(app, cast):
    """Monteclaro takes circulars of Altamar's innovation."""
    with app.app_context(), unit_of_work() as work:
        row = CircularConsent(
            agency_id=cast.monteclaro.id,
            space_id=space_of(cast.innovation).id,
            given_by_id=cast.dorleta.id,
        )
        work.add(row)
    return row.id


def a_pause(app, cast):
    """Monteclaro's public pages pause on a day of next year."""
    day = clock.today("Europe/Madrid") + timedelta(days=300)
    with app.app_context(), unit_of_work() as work:
        row = ShowcaseFreeze(
            agency_id=cast.monteclaro.id, starts_on=day, ends_on=day, set_by_id=cast.dorleta.id
        )
        work.add(row)
    return row.id


def a_duty(app, cast):
    """Ana is on duty for Monteclaro, tomorrow."""
    since = clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    until = since + timedelta(hours=8)
    duty = NewDuty(person_id=cast.ana.id, since=since, until=until, kind=DutyKind.SHIFT)
    with app.app_context():
        put_duties(None, cast.monteclaro.id, [duty])
        return db.session.scalars(select(Duty.id)).one()


def a_run(app, cast):
    """Monteclaro invited people on a later day."""
    with app.app_context(), unit_of_work() as work:
        row = InvitationRun(agency_id=cast.monteclaro.id, starts_at=clock.now())
        work.add(row)
    return row.id


def a_token(app, cast):
    """Dorleta made a token for Monteclaro's program."""
    with app.app_context(), unit_of_work() as work:
        provider = Provider(agency_id=cast.monteclaro.id, kind=ProviderKind.SCIM, name="SCIM")
        work.add(provider)
        work.flush()
        row = ScimToken(
            provider_id=provider.id,
            token_hash="",
            made_by_id=cast.dorleta.id,
            expires_at=clock.now() + timedelta(days=30),
        )
        work.add(row)
    return row.id


MADE = {
    "change_id": a_change,
    "consent_id": a_consent,
    "domain_id": a_domain,
    "duty_id": a_duty,
    "offer_id": an_offer,
    "pause_id": a_pause,
    "run_id": a_run,
    "token_id": a_token,
}


def address(app, endpoint, **arguments):
    with app.test_request_context():
        return url_for(endpoint, **arguments)


def answer(client, method, where):
    if method == "GET":
        return client.get(where)
    return client.submit(where, {"name": "x", "last_day": "2026-01-01", "version": "1"})


def audit_length(app):
    with app.app_context():
        return len(db.session.scalars(select(AuditLine.id)).all())


@pytest.mark.slow
@pytest.mark.parametrize("outsider", OUTSIDERS)
def test_another_agencys_administration_does_not_exist(app, cast, client_of, outsider):
    client = client_of(getattr(cast, outsider))
    before = audit_length(app)
    for method, endpoint in doors(app):
        arguments = arguments_of(app, cast, endpoint)
        where = address(app, endpoint, code=cast.monteclaro.code, **arguments)

        found = answer(client, method, where)
        missing = answer(client, method, where.replace(cast.monteclaro.code, "L01990019"))

        assert found.status_code == missing.status_code == 404, (method, endpoint)
        assert len(found.data) == len(missing.data), (method, endpoint)
    assert audit_length(app) == before


@pytest.mark.slow
def test_ids_of_another_agency_do_not_exist_within_ones_own(app, cast, client_of):
    client = client_of(cast.guillem)
    for method, endpoint in doors(app):
        arguments = arguments_of(app, cast, endpoint)
        ids = {name for name in arguments if name.endswith("_id")}
        if not ids:
            continue
        own = address(app, endpoint, code=cast.altamar.code, **arguments)
        random = {**arguments, **{name: uuid.uuid4() for name in ids}}

        found = answer(client, method, own)
        nothing = answer(client, method, address(app, endpoint, code="L02990041", **random))

        assert found.status_code == nothing.status_code == 404, (method, endpoint)
        assert len(found.data) == len(nothing.data), (method, endpoint)


@pytest.mark.parametrize("query", ["units?under=", "posts?unit=", "units/new?under="])
def test_ids_in_the_query_of_another_agency_do_not_exist(cast, client_of, query):
    client = client_of(cast.guillem)
    assert client.get(f"/admin/L02990041/{query}{cast.licences.id}").status_code == 404


@pytest.mark.parametrize(("query", "name"), [("person", "ana"), ("post", "officer_post")])
def test_nobody_of_another_agency_is_appointed(cast, client_of, query, name):
    client = client_of(cast.guillem)
    where = f"/admin/L02990041/appointments/new?{query}={getattr(cast, name).id}"
    assert client.get(where).status_code == 404


@pytest.mark.slow
@pytest.mark.both
def test_lists_and_suggestions_end_at_the_wall(cast, client_of):
    client = client_of(cast.guillem)
    for where in (
        "people?q=ana",
        "people",
        "posts",
        "posts?q=administrativo",
        "units?q=licencias",
        "appointments",
        "appointments?q=ana",
        "audit",
        "suggestions/people?q=ana",
        "suggestions/units?q=licencias",
        "suggestions/posts?q=administrativo",
    ):
        page = client.get(f"/admin/L02990041/{where}")
        assert page.status_code == 200
        for word in ("Castro", "Licencias", "Administrativo/a"):
            assert word not in page.text, where


@pytest.mark.slow
def test_signed_out_all_addresses_ask_to_sign_in(app, cast, client):
    for method, endpoint in doors(app):
        arguments = arguments_of(app, cast, endpoint)
        for code in (cast.monteclaro.code, "NOWHERE"):
            where = address(app, endpoint, code=code, **arguments)
            found = answer(client, method, where)
            assert found.status_code == (303 if method == "GET" else 401), (method, endpoint)


def test_who_administers_nothing_has_no_administration(cast, client_of):
    assert client_of(cast.ana).get("/admin/").status_code == 404
    assert client_of(cast.dorleta).get("/admin/").status_code == 303
