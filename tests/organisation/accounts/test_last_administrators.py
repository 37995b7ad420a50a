"""An agency keeps an administrator: every way to lose the last one is tried."""

from datetime import timedelta

import pytest
from flask_babel import force_locale

from intranet.extensions import db
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.accounts.operations.accounts import disable_account
from intranet.organisation.accounts.operations.keeping_administrators import keep_administrators
from intranet.organisation.accounts.queries import is_let_in
from intranet.organisation.agencies.models import SecondFactor
from intranet.organisation.agencies.operations.administrations import (
    RoleTerms,
    accept_mandate,
    change_role,
    end_administration,
    give_role,
    make_administrator,
    propose_mandate,
)
from intranet.organisation.agencies.operations.agencies import change_agency
from intranet.organisation.agencies.operations.posts import end_post
from intranet.organisation.agencies.queries import administrations_of
from intranet.organisation.agencies.roles import AgencyRole
from intranet.organisation.people.models import Appointment, AppointmentKind
from intranet.organisation.people.operations.appointments import (
    appoint,
    change_appointment,
    end_appointment,
)
from intranet.organisation.people.queries import current_appointments
from intranet.platform.audit.queries import AuditFilter, lines
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict
from tests.administration.imports.helpers import apply, fates, table
from tests.cast import today
from tests.organisation.people.test_two_at_once import at_once

A_DAY = timedelta(days=1)


def held_by(person) -> Appointment:
    return current_appointments(person.id)[0]


def by_role(cast):
    end_administration(cast.dorleta, administrations_of(cast.monteclaro.id)[0])


def by_appointment(cast):
    end_appointment(None, held_by(cast.dorleta))


def by_past_dates(cast):
    held = held_by(cast.dorleta)
    change_appointment(
        None,
        held,
        version=None,
        starts_on=held.starts_on,
        ends_on=today() - A_DAY,
        kind=AppointmentKind.HOLDER,
        basis="",
    )


def by_later_beginning(cast):
    change_appointment(
        None,
        held_by(cast.dorleta),
        version=None,
        starts_on=today() + 5 * A_DAY,
        ends_on=None,
        kind=AppointmentKind.HOLDER,
        basis="",
    )


def by_post(cast):
    end_post(None, cast.administrator_post, today() - A_DAY)


def by_account(cast):
    disable_account(None, cast.account_of(cast.dorleta))


def by_later_role(cast):
    row = administrations_of(cast.monteclaro.id)[0]
    change_role(cast.dorleta, row, RoleTerms(first_day=today() + 5 * A_DAY))


WAYS = [
    by_role,
    by_appointment,
    by_past_dates,
    by_later_beginning,
    by_post,
    by_account,
    by_later_role,
]


@pytest.mark.slow
@pytest.mark.both
@pytest.mark.parametrize("way", WAYS)
def test_the_last_administrator_stays_until_another_can_act(app_context, cast, way):
    with pytest.raises(Conflict) as refused:
        way(cast)
    with force_locale("en"):
        assert "last administrator" in str(refused.value.detail)
    assert cast.dorleta.administers(cast.monteclaro.id)

    give_role(None, cast.monteclaro, cast.architect_post, AgencyRole.AUDITOR)
    with pytest.raises(Conflict):
        way(cast)

    account = cast.account_of(cast.xoel)
    account.state = AccountState.INVITED
    db.session.commit()
    make_administrator(None, cast.monteclaro, cast.architect_post)
    with pytest.raises(Conflict):
        way(cast)

    db.session.get_one(Account, account.id).state = AccountState.ACTIVE
    db.session.commit()
    way(cast)
    assert not cast.dorleta.administers(cast.monteclaro.id) or way is by_account
    assert cast.xoel.administers(cast.monteclaro.id)


@pytest.mark.slow
def test_a_line_of_a_file_does_not_end_the_last_one(app_context, cast):
    held_id = held_by(cast.dorleta).id
    email = cast.account_of(cast.dorleta).email
    code = cast.administrator_post.code
    line = f"{cast.monteclaro.code};Dorleta Aguirre;{email};{code};{today() - A_DAY}"
    header = "agency_code;name;email;post_code;to"
    assert fates("people", header, line) == ["rejected to last_administrator"]
    post = f"{code};Responsable;SIS;{today() - A_DAY}"
    fate = fates("posts", "code;title;unit_code;valid_to", post)
    assert fate == ["rejected valid_to last_administrator"]
    assert apply("people", table(header, line))["rejected"] == 1
    assert db.session.get_one(Appointment, held_id).until is None

    make_administrator(None, cast.monteclaro, cast.architect_post)
    assert apply("people", table(header, line))["rejected"] == 0


@pytest.mark.slow
@pytest.mark.both
def test_two_administrators_cannot_close_each_other_at_once(app, cast):
    with app.app_context():
        make_administrator(None, cast.monteclaro, cast.architect_post)
        ids = [cast.account_of(each).id for each in (cast.dorleta, cast.xoel)]

    def closing(account_id):
        return lambda: disable_account(None, db.session.get_one(Account, account_id))

    outcomes = at_once(app, *map(closing, ids))

    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 1
    with app.app_context():
        states = [db.session.get_one(Account, one).state for one in ids]
        assert sorted(states) == [AccountState.ACTIVE, AccountState.DISABLED]


@pytest.mark.slow
@pytest.mark.both
def test_a_rule_that_would_lock_out_the_last_one_is_refused(app_context, cast):
    make_administrator(None, cast.outeiro, cast.outeiro_post)  # Bieito's account is Vilaverde's

    def require():
        agency = cast.outeiro
        change_agency(
            None,
            agency,
            version=None,
            name=agency.name,
            languages=agency.languages,
            time_zone=agency.time_zone,
            second_factor=SecondFactor.EVERYBODY,
            basis_shown_outside=agency.basis_shown_outside,
        )

    with pytest.raises(Conflict):
        require()
    assert cast.bieito.administers(cast.outeiro.id)


def test_a_mandate_is_no_successor(app_context, cast):
    last_day = today() + 30 * A_DAY
    mandate = propose_mandate(
        cast.dorleta, cast.monteclaro, cast.assistance_post, last_day=last_day
    )
    accept_mandate(cast.guillem, mandate)

    with pytest.raises(Conflict):
        by_appointment(cast)


def test_an_agency_that_has_nobody_yet_is_not_kept_from_changing(app_context, cast):
    """Nobody of Vilaverde administers it: its appointments end as ever."""
    end_appointment(None, held_by(cast.bieito))


def ends_by(cast, day):
    end_appointment(None, held_by(cast.dorleta), last_day=day)


@pytest.mark.slow
@pytest.mark.both
def test_who_goes_by_a_day_is_warned_three_times_and_then_keeps_the_role(app_context, cast, mail):
    last_day = today() + 40 * A_DAY
    ends_by(cast, last_day)
    end = clock.end_of(last_day, cast.monteclaro.time_zone)
    warned = []
    for days in (41, 30, 29, 7, 6, 1, 1):
        with clock.freeze(end - days * A_DAY + timedelta(seconds=1)):
            mail()
            keep_administrators()
            warned.append(len(mail()))
    assert warned == [0, 1, 0, 1, 0, 1, 0]

    with clock.freeze(end - timedelta(minutes=10)):
        keep_administrators()
    with clock.freeze(end + timedelta(minutes=1)):
        assert cast.dorleta.administers(cast.monteclaro.id)
        assert current_appointments(cast.dorleta.id) == []
        with pytest.raises(Conflict):
            by_account(cast)
    with clock.freeze(end + 90 * A_DAY):
        assert is_let_in(cast.dorleta.id)
        make_administrator(cast.dorleta, cast.monteclaro, cast.architect_post)
        keep_administrators()
        assert not cast.dorleta.administers(cast.monteclaro.id)
        assert not is_let_in(cast.dorleta.id)
        acts = {line.act for line in lines(cast.monteclaro.id, AuditFilter(), limit=20)}
        assert {"administration.warn", "administration.keep", "administration.release"} <= acts


@pytest.mark.slow
def test_a_server_that_stood_still_at_the_end_keeps_the_last_one_afterwards(app_context, cast):
    ends_by(cast, today() + 2 * A_DAY)
    with clock.freeze(clock.now() + 5 * A_DAY):
        assert not cast.dorleta.administers(cast.monteclaro.id)
        keep_administrators()
        assert cast.dorleta.administers(cast.monteclaro.id)


def test_a_role_with_a_last_day_goes_on_if_nobody_follows(app_context, cast):
    row = administrations_of(cast.monteclaro.id)[0]
    change_role(cast.dorleta, row, RoleTerms(last_day=today() + A_DAY))
    with clock.freeze(clock.end_of(today() + A_DAY, cast.monteclaro.time_zone) - A_DAY / 48):
        keep_administrators()
    assert administrations_of(cast.monteclaro.id)[0].until is None


@pytest.mark.slow
@pytest.mark.both
def test_a_deputy_takes_over_and_nobody_is_kept(app_context, cast):
    row = administrations_of(cast.monteclaro.id)[0]
    change_role(cast.dorleta, row, RoleTerms(deputy=cast.architect_post))
    ends_by(cast, today() + 2 * A_DAY)
    with clock.freeze(clock.now() + 5 * A_DAY):
        keep_administrators()
        assert not cast.dorleta.administers(cast.monteclaro.id)
        assert cast.xoel.administers(cast.monteclaro.id)


def test_a_successor_who_begins_in_time_is_enough(app_context, cast):
    ends_by(cast, today() + 2 * A_DAY)
    begins, kind = today() + 2 * A_DAY, AppointmentKind.ACTING
    appoint(None, cast.administrator_post, cast.xoel, starts_on=begins, kind=kind)
    keep_administrators()
    assert not lines(cast.monteclaro.id, AuditFilter(act="administration.warn"), limit=1)
