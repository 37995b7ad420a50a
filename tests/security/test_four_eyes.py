"""The second pair of eyes on what an administrator asks for, and every other door to it."""

import time
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from intranet.administration.imports.importer import ImportScope
from intranet.extensions import db
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.accounts.operations.accounts import create_account
from intranet.organisation.accounts.operations.approvers import settled_administrators
from intranet.organisation.accounts.operations.second_factors import reset_second_factor
from intranet.organisation.accounts.operations.sensitive_changes import approve, ask_for
from intranet.organisation.accounts.operations.sign_in_names import change_sign_in_names
from intranet.organisation.accounts.operations.talks_cuts import cut_talks, proofs_of
from intranet.organisation.accounts.queries import waiting_changes
from intranet.organisation.agencies.operations.administrations import (
    RoleTerms,
    accept_mandate,
    change_role,
    give_role,
    make_administrator,
    propose_mandate,
)
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.agencies.roles import AgencyRole
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.appointments import (
    appoint,
    change_appointment,
    end_appointment,
)
from intranet.organisation.people.operations.people import create_person
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, TooMany
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from tests.administration.imports.helpers import apply, table
from tests.cast import PASSWORD
from tests.organisation.accounts.doors import give, is_signed_in
from tests.security.takeover import (
    A_DAY,
    ANA,
    DORLETA,
    THEIRS,
    TOWN,
    accounts,
    answer,
    change,
    dorleta,
    go_by,
    nadia,
    protected,
    reset_leads_to,
    waiting,
)
from tests.security.test_earlier_talks import taken_over

__all__ = ["dorleta", "nadia", "protected"]


# The second pair of eyes.


@pytest.mark.slow
def test_an_accomplice_made_for_the_purpose_approves_nothing(
    app, dorleta, cast, client_of, monkeypatch
):
    """An invented person with a post that administers is one administrator, not two."""
    later = time.time_ns() + 10 * 24 * 3600 * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: later)
    with clock.freeze(clock.now() + timedelta(days=10)):
        with app.app_context():
            made = create_person(None, cast.monteclaro, "Nobody Real")
            create_account(None, made, cast.monteclaro, email="n@x.example", password_hash="x")
            spec = PostSpec(unit=cast.systems, title=Localized({"es": "Puesto"}))
            post = create_post(None, spec)
            appoint(None, post, made, starts_on=date(2020, 1, 1))
            make_administrator(None, cast.monteclaro, post)
            made_id = made.id
        give(dorleta, DORLETA)
        change(dorleta, cast)
        with app.app_context():
            accomplice = client_of(db.session.get_one(Person, made_id))
        answer(app, accomplice, cast, "approve")
        with app.app_context():
            (row,) = waiting_changes(cast.account_of(cast.ana).id)
            assert row.approved is None


@pytest.fixture
def weeks_later(monkeypatch):
    """It is ten days later, for ids as well."""
    later = time.time_ns() + 10 * 24 * 3600 * 10**9
    monkeypatch.setattr(time, "time_ns", lambda: later)
    with clock.freeze(clock.now() + timedelta(days=10)):
        yield


def settled(cast):
    return settled_administrators(cast.monteclaro.id)


def test_another_role_of_weeks_ago_is_not_that_of_an_administrator(app_context, cast, request):
    give_role(None, cast.monteclaro, cast.head_post, AgencyRole.MODERATOR)
    request.getfixturevalue("weeks_later")
    assert settled(cast) == {cast.dorleta.id}
    make_administrator(None, cast.monteclaro, cast.head_post)
    assert settled(cast) == {cast.dorleta.id}
    with clock.freeze(clock.now() + timedelta(days=8)):
        assert settled(cast) == {cast.dorleta.id, cast.carles.id}


@pytest.mark.parametrize("is_near", [True, False])
def test_a_role_that_begins_earlier_than_was_agreed_counts_from_today(
    app_context, cast, request, *, is_near
):
    later = clock.today("Europe/Madrid") + timedelta(days=9 if is_near else 90)
    row = give_role(
        None,
        cast.monteclaro,
        cast.head_post,
        AgencyRole.ADMINISTRATOR,
        RoleTerms(first_day=later),
    )
    request.getfixturevalue("weeks_later")
    if not is_near:
        change_role(None, row, RoleTerms(first_day=later - timedelta(days=300)))
    assert settled(cast) == {cast.dorleta.id}


def test_a_mandate_counts_from_when_it_was_accepted(app_context, cast, request):
    last_day = clock.today("Europe/Madrid") + timedelta(days=90)
    post = cast.assistance_post
    mandate = propose_mandate(None, cast.monteclaro, post, last_day=last_day)
    request.getfixturevalue("weeks_later")
    accept_mandate(None, mandate)
    assert settled(cast) == {cast.dorleta.id}


@pytest.mark.parametrize("was", ["over", "to come", "begun"])
def test_an_appointment_to_a_role_gains_no_days_of_the_past(app_context, cast, was):
    today = clock.today("Europe/Madrid")
    starts_on = {"over": today - timedelta(days=9), "to come": today + timedelta(days=9)}
    post = cast.technician_post
    row = appoint(None, post, cast.xoel, starts_on=starts_on.get(was, today))
    if was == "over":
        end_appointment(None, row, last_day=today - timedelta(days=8))
    make_administrator(None, cast.monteclaro, post)
    first_day = row.starts_on if was == "over" else today - timedelta(days=9)
    with pytest.raises(Conflict):
        change_appointment(
            cast.dorleta,
            row,
            version=None,
            starts_on=first_day,
            ends_on=None,
            kind=row.kind,
            basis="",
        )


def test_an_administrator_without_talks_confirms_too_before_they_approve(app, cast, client_of):
    with app.app_context():
        make_administrator(None, cast.monteclaro, cast.officer_post)
        assert cast.ana.id in settled_administrators(cast.monteclaro.id)
    taken_over(app, cast)
    with app.app_context():
        assert cast.ana.id not in settled_administrators(cast.monteclaro.id)
    ana = client_of(cast.ana)
    assert "cannot approve" in ana.get("/me/waiting?lang=en").text
    assert ana.submit("/me/waiting/talks", {"proof": PASSWORD}).status_code == 303
    with app.app_context():
        assert cast.ana.id in settled_administrators(cast.monteclaro.id)


def test_an_account_corrected_before_its_first_use_counts_as_made_then(app_context, cast):
    with unit_of_work():
        account = cast.account_of(cast.ana)
        account.state, account.password_hash = AccountState.INVITED, None
    make_administrator(None, cast.monteclaro, cast.officer_post)
    with clock.freeze(clock.now() + 20 * A_DAY):
        change_sign_in_names(cast.dorleta, account, email=THEIRS, staff_number=None)
        assert cast.ana.id not in settled_administrators(cast.monteclaro.id)
    with clock.freeze(clock.now() + 28 * A_DAY):
        assert cast.ana.id in settled_administrators(cast.monteclaro.id)
        with unit_of_work() as work:
            cut_talks(work, account, proofs_of(account))
        assert cast.ana.id not in settled_administrators(cast.monteclaro.id)


@pytest.mark.slow
def test_neither_who_asks_nor_who_is_meant_approves_and_no_other_agency(
    app, dorleta, nadia, cast, client_of
):
    change(dorleta, cast)
    (change_id,) = waiting(app, cast)
    guillem = client_of(cast.guillem)
    elsewhere = f"/admin/{cast.altamar.code}/approvals/{change_id}"
    assert guillem.submit(elsewhere, {"do": "approve"}).status_code == 404
    assert guillem.submit(f"{TOWN}/approvals/{change_id}", {"do": "approve"}).status_code == 404
    answer(app, dorleta, cast, "approve")
    with app.app_context():
        (row,) = waiting_changes(cast.account_of(cast.ana).id)
        assert row.approved is None
        ask_for("address", cast.account_of(cast.nadia), {"email": THEIRS}, cast.dorleta)
    answer(app, nadia, cast, "approve", cast.nadia)
    with app.app_context():
        (row,) = waiting_changes(cast.account_of(cast.nadia).id)
        assert row.approved is None


@pytest.mark.slow
def test_approving_asks_for_the_password_anew(app, dorleta, nadia, cast):
    change(dorleta, cast)
    fresh = app.test_client()
    give(fresh, "nadia@monteclaro.example")
    (change_id,) = waiting(app, cast)
    assert fresh.submit(f"{TOWN}/approvals/{change_id}", {"do": "approve"}).status_code == 403
    with app.app_context():
        (row,) = waiting_changes(cast.account_of(cast.ana).id)
        assert row.approved is None


@pytest.mark.slow
def test_where_there_is_one_administrator_the_operator_is_the_second(app, dorleta, cast, mail):
    change(dorleta, cast)
    mail()
    with app.app_context():
        (row,) = waiting_changes(cast.account_of(cast.ana).id)
        approve(None, row)
    (told,) = mail()
    assert told["To"] == ANA
    go_by(app)
    assert reset_leads_to(app, mail, THEIRS) == [THEIRS]


def test_nobody_is_worn_out_by_asking(app, dorleta, cast):
    with app.app_context():
        account = cast.account_of(cast.ana)
        for number in range(10):
            ask_for("address", account, {"email": f"{number}@x.example"}, cast.dorleta)
        with pytest.raises(TooMany):
            ask_for("address", account, {"email": "11@x.example"}, cast.dorleta)
    assert len(waiting(app, cast)) == 1


@pytest.mark.slow
@pytest.mark.both
def test_each_step_leaves_a_line_with_who_did_it(app, dorleta, nadia, cast):
    change(dorleta, cast)
    answer(app, nadia, cast, "approve")
    go_by(app)
    with app.app_context():
        lines = db.session.scalars(
            select(AuditLine).where(AuditLine.act.like("account.%_change")).order_by(AuditLine.id)
        ).all()
        found = [(line.act, line.actor_id) for line in lines]
    assert found == [
        ("account.ask_change", cast.dorleta.id),
        ("account.approve_change", cast.nadia.id),
        ("account.apply_change", None),
    ]
    page = dorleta.get(f"{TOWN}/audit?lang=en").text
    assert "approved a change to how" in page


# Other doors.


def test_rest_asks_like_the_page_and_changes_nothing(app, cast, client_of):
    dorleta = client_of(cast.dorleta)
    where = f"/api/v1/admin/people/{cast.ana.id}"
    sent = dorleta.patch(where, json={"email": THEIRS}, headers={"X-CSRF-Token": dorleta.token()})

    assert sent.status_code == 200
    assert sent.json["email"] == ANA
    assert len(waiting(app, cast)) == 1
    go_by(app, timedelta(days=2))
    assert dorleta.get(where).json["email"] == ANA


@pytest.mark.slow
@pytest.mark.both
def test_an_import_never_changes_an_address(app, cast, mail):
    """Whom a line finds by the number keeps the address; without it, it is a namesake."""
    with app.app_context():
        change_sign_in_names(None, cast.account_of(cast.ana), email=ANA, staff_number="1204")
    mail()
    before = accounts(app)
    for number in ("1204", ""):
        with app.app_context():
            scope = ImportScope(frozenset({cast.monteclaro.id}), cast.dorleta)
            line = f"L01990012;{cast.officer_post.code};Ana Castro;{THEIRS};{number}"
            apply("people", table("agency;post_code;name;email;staff_number", line), scope)
    assert set(before) < set(accounts(app))
    assert len(accounts(app)) == len(before) + 1
    assert reset_leads_to(app, mail, ANA) == [ANA]
    with app.app_context():
        namesake = db.session.scalars(select(Account).where(Account.email == THEIRS)).one()
        assert namesake.person_id != cast.ana.id


@pytest.mark.both
def test_the_command_removes_a_second_factor_at_once_but_is_told_and_logged(
    app, cast, *, protected, mail, client_of
):
    ana = client_of(cast.ana)
    mail()
    with app.app_context():
        reset_second_factor(None, cast.account_of(cast.ana))

    assert not is_signed_in(ana)
    assert [letter["To"] for letter in mail()] == [ANA]
    with app.app_context():
        acts = db.session.scalars(select(AuditLine.act).order_by(AuditLine.id.desc())).all()
        assert "account.apply_change" in acts[:3]
