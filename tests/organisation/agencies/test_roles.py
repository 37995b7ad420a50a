"""Roles within an agency: what each may do, by dates and by deputy."""

from datetime import timedelta

import pytest

from intranet.organisation.accounts.operations.accounts import invite_again, invite_person
from intranet.organisation.accounts.operations.invitation_codes import left_out, print_codes
from intranet.organisation.accounts.operations.last_administrators import has_right_over
from intranet.organisation.agencies.operations.administrations import (
    RoleTerms,
    change_role,
    end_administration,
    give_role,
    make_administrator,
)
from intranet.organisation.agencies.operations.posts import PostSpec, create_post, end_post
from intranet.organisation.agencies.operations.units import create_unit
from intranet.organisation.agencies.roles import ROLES_FOR, Act, AgencyRole
from intranet.organisation.people.access import roles_in
from intranet.organisation.people.operations.absences import set_absence
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.audit.queries import AuditFilter, lines
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.platform.core.types import Localized
from intranet.publishing.publications.voices import voices
from tests.cast import today

OFFICER = AgencyRole.PEOPLE


def days_ahead(number: int):
    return today() + timedelta(days=number)


def start_of(day, agency):
    return clock.start_of(day, agency.time_zone)


@pytest.mark.both
@pytest.mark.parametrize("role", AgencyRole)
def test_a_role_allows_what_the_table_says_and_nothing_else(app_context, cast, role):
    give_role(cast.dorleta, cast.monteclaro, cast.architect_post, role)

    for act in Act:
        assert cast.xoel.may(act, cast.monteclaro.id) == (role in ROLES_FOR[act]), act
        assert not cast.xoel.may(act, cast.altamar.id)
    assert roles_in(cast.xoel, cast.monteclaro) == {role}


def test_every_act_is_in_the_table_and_administrators_neither_speak_nor_read_for_it():
    assert set(ROLES_FOR) == set(Act)
    without = {act for act, roles in ROLES_FOR.items() if AgencyRole.ADMINISTRATOR not in roles}
    assert without == {Act.ANNOUNCE, Act.KEEP_RECORDS, Act.READ_HELD}


@pytest.mark.both
def test_a_role_begins_and_ends_by_its_days(app_context, cast):
    terms = RoleTerms(first_day=days_ahead(3), last_day=days_ahead(5))
    row = give_role(cast.dorleta, cast.monteclaro, cast.architect_post, OFFICER, terms)

    for day, has in ((0, False), (2, False), (3, True), (5, True), (6, False)):
        with clock.freeze(start_of(days_ahead(day), cast.monteclaro)):
            assert cast.xoel.may(Act.PEOPLE, cast.monteclaro.id) == has, day
    change_role(cast.dorleta, row, RoleTerms())
    assert cast.xoel.may(Act.PEOPLE, cast.monteclaro.id)


@pytest.mark.slow
@pytest.mark.both
def test_a_deputy_has_the_role_while_nobody_can_act(app_context, cast):
    terms = RoleTerms(deputy=cast.technician_post)
    give_role(cast.dorleta, cast.monteclaro, cast.architect_post, OFFICER, terms)
    may = lambda: cast.iria.may(Act.PEOPLE, cast.monteclaro.id)  # noqa: E731
    assert not may()

    set_absence(None, cast.xoel, starts_on=today(), ends_on=days_ahead(1))
    assert may()
    assert cast.xoel.may(Act.PEOPLE, cast.monteclaro.id)
    with clock.freeze(start_of(days_ahead(2), cast.monteclaro)):
        assert not may()

    [held] = current_appointments(cast.xoel.id)
    with clock.freeze(start_of(days_ahead(3), cast.monteclaro)):
        end_appointment(None, held)
        assert may()


def test_only_own_administrators_give_roles(app_context, cast):
    give_role(cast.dorleta, cast.monteclaro, cast.architect_post, OFFICER)
    for other in (cast.xoel, cast.guillem, cast.ana):
        with pytest.raises(Forbidden):
            give_role(other, cast.monteclaro, cast.technician_post, OFFICER)


def test_a_role_that_cannot_be_is_refused(app_context, cast):
    def give(post, **terms):
        give_role(cast.dorleta, cast.monteclaro, post, OFFICER, RoleTerms(**terms))

    for terms in (
        {"first_day": days_ahead(-1)},
        {"last_day": days_ahead(-1)},
        {"first_day": days_ahead(5), "last_day": days_ahead(4)},
        {"deputy": cast.architect_post},
        {"deputy": cast.assistance_post},
    ):
        with pytest.raises(Invalid):
            give(cast.architect_post, **terms)
    with pytest.raises(Invalid):
        give(cast.assistance_post)
    give(cast.architect_post)
    with pytest.raises(Conflict):
        give(cast.architect_post)


def test_peoples_officers_appoint_others_but_neither_themselves_nor_to_a_post_with_a_role(
    app_context, cast
):
    give_role(cast.dorleta, cast.monteclaro, cast.architect_post, OFFICER)
    xoel, town = cast.xoel, cast.monteclaro
    post = create_post(xoel, PostSpec(unit=cast.licences, title=Localized(es="Auxiliar")))
    made = appoint(xoel, post, cast.eloi, starts_on=today())
    end_appointment(xoel, made)

    with pytest.raises(Forbidden):
        appoint(xoel, post, xoel, starts_on=today())
    with pytest.raises(Forbidden):
        end_appointment(xoel, current_appointments(cast.dorleta.id)[0])
    with pytest.raises(Forbidden):
        appoint(xoel, cast.administrator_post, cast.eloi, starts_on=today())
    with pytest.raises(Forbidden):
        end_post(xoel, cast.administrator_post, today())
    title = Localized(es="Portavoz")
    with pytest.raises(Forbidden):
        create_post(xoel, PostSpec(unit=cast.licences, title=title, publishes_for_agency=True))
    with pytest.raises(Forbidden):
        create_post(xoel, PostSpec(unit=cast.licences, title=title, fallback=cast.architect_post))
    assert create_unit(xoel, cast.town_hall, Localized(es="Archivo")).agency_id == town.id


@pytest.mark.parametrize("role", ["of a deputy", "to come", "held later"])
def test_peoples_officers_invite_nobody_who_will_administer(app_context, cast, role):
    """Not even before it begins: with the link on paper they would set the password."""
    give_role(None, cast.monteclaro, cast.architect_post, OFFICER)
    invited = invite_person(cast.xoel, cast.monteclaro, "Sabela", staff_number="88").person
    account, post = cast.account_of(invited), cast.technician_post
    assert has_right_over(cast.xoel, cast.monteclaro.id, invited)
    assert invite_again(cast.xoel, account).address

    held_from = days_ahead(3) if role == "held later" else today()
    appoint(None, post, invited, starts_on=held_from)
    terms = RoleTerms(
        deputy=post if role == "of a deputy" else None,
        first_day=days_ahead(3) if role == "to come" else None,
    )
    of_role = cast.head_post if role == "of a deputy" else post
    give_role(None, cast.monteclaro, of_role, AgencyRole.ADMINISTRATOR, terms)

    assert not has_right_over(cast.xoel, cast.monteclaro.id, invited)
    with pytest.raises(Forbidden):
        invite_again(cast.xoel, account)
    with pytest.raises(Conflict):  # there is nobody else
        print_codes(cast.xoel, cast.monteclaro)
    assert left_out(cast.xoel, cast.monteclaro) == ["Sabela"]


def test_communication_officers_speak_for_the_whole_agency(app_context, cast):
    assert not voices(cast.xoel)
    row = give_role(cast.dorleta, cast.monteclaro, cast.architect_post, AgencyRole.COMMUNICATION)

    [voice] = voices(cast.xoel)
    assert (voice.post.id, voice.space.agency_id) == (cast.architect_post.id, cast.monteclaro.id)
    end_administration(cast.dorleta, row)
    assert not voices(cast.xoel)


def test_the_log_says_which_role_was_given_to_whom(app_context, cast):
    terms = RoleTerms(last_day=days_ahead(9), deputy=cast.technician_post)
    row = give_role(cast.dorleta, cast.monteclaro, cast.architect_post, OFFICER, terms)
    end_administration(cast.dorleta, row)

    given = lines(cast.monteclaro.id, AuditFilter(act="role.give"), limit=1)[0]
    assert given.detail["role"] == "people"
    assert given.detail["deputy"] == str(cast.technician_post.id)
    assert given.detail["last_day"] == days_ahead(9).isoformat()
    assert lines(cast.monteclaro.id, AuditFilter(act="role.end"), limit=1)


def test_the_other_administrators_and_the_holders_are_told(app_context, cast, mail):
    make_administrator(None, cast.monteclaro, cast.technician_post)
    mail()
    give_role(cast.dorleta, cast.monteclaro, cast.architect_post, OFFICER)

    told = {letter["To"] for letter in mail()}
    assert told == {cast.account_of(each).email for each in (cast.iria, cast.xoel)}
