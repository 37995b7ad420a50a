"""A directory is compared, and followed only where it may be."""

import pytest
from sqlalchemy import func, select

from intranet.extensions import db
from intranet.organisation.accounts.models import AccountState
from intranet.organisation.accounts.operations.accounts import disable_account
from intranet.organisation.accounts.operations.sign_in_names import follow_provider
from intranet.organisation.accounts.queries import waiting_changes
from intranet.organisation.identity import queries
from intranet.organisation.identity.ldap import following
from intranet.organisation.identity.models import (
    ExternalIdentity,
    ProvisionedAccount,
    ProvisioningEffect,
    RunState,
)
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.unit_of_work import unit_of_work
from tests.organisation.identity.helpers import ROLES, give_role
from tests.organisation.identity.ldap.conftest import settings_for
from tests.organisation.identity.ldap.helpers import (
    account,
    change_provider,
    compared,
    followed,
    lines_of,
    work_off,
)
from tests.organisation.identity.ldap.slapd import PEOPLE

pytestmark = pytest.mark.both


def test_a_plan_changes_nothing_until_it_is_applied(cast, provider, slapd):
    slapd.add_person("nora", "Nora Vidal", mail="nora@monteclaro.example")
    run = compared(cast, provider)
    assert (run.state, run.counts) == (RunState.PLANNED, {"read": 1, "same": 0, "create": 1})
    assert account("nora@monteclaro.example") is None
    following.agree(cast.dorleta, run)
    work_off()
    made = account("nora@monteclaro.example")
    assert (made.person.name, made.state) == ("Nora Vidal", AccountState.INVITED)
    assert made.home_agency_id == cast.monteclaro.id
    assert compared(cast, provider).counts == {"read": 1, "same": 1}


def test_an_account_that_exists_is_tied_by_an_address_of_a_proven_domain(cast, provider, slapd):
    email = cast.account_of(cast.ana).email
    slapd.add_person("ana", "Ana Castro", mail=email)
    run = followed(cast, provider)
    assert lines_of(run) == {"Ana Castro": (ProvisioningEffect.TIE, "")}
    [identity] = queries.identities_of(cast.account_of(cast.ana))
    assert identity.provider_id == provider.id
    assert db.session.get_one(ProvisionedAccount, identity.id).ended_at is None


def test_no_account_is_tied_without_a_proven_domain_and_no_administrators(cast, provider, slapd):
    for person in (cast.ana, cast.dorleta):
        known = cast.account_of(person)
        slapd.add_person(known.email.partition("@")[0], person.name, mail=known.email)
    with unit_of_work():
        for domain in queries.domains_of(cast.monteclaro.id):
            domain.proven_at = None
    assert set(lines_of(compared(cast, provider)).values()) == {
        (ProvisioningEffect.PROBLEM, "domain_unproven")
    }
    with unit_of_work():
        for domain in queries.domains_of(cast.monteclaro.id):
            domain.proven_at = clock.now()
    assert lines_of(compared(cast, provider)) == {
        "Ana Castro": (ProvisioningEffect.TIE, ""),
        "Dorleta Aguirre": (ProvisioningEffect.PROBLEM, "administrator"),
    }


def test_nobody_is_tied_by_a_staff_number_or_in_another_agency(cast, provider, slapd):
    with unit_of_work():
        cast.account_of(cast.ana).staff_number = "1204"
    slapd.add_person("x", "Otra Persona", employeeNumber="1204")
    slapd.add_person("y", "Elna Otra", mail=cast.account_of(cast.elna).email)
    assert lines_of(compared(cast, provider)) == {
        "Otra Persona": (ProvisioningEffect.PROBLEM, "number_used"),
        "Elna Otra": (ProvisioningEffect.PROBLEM, "email_used"),
    }


@pytest.mark.slow
def test_a_rename_is_found_by_the_id_that_the_directory_keeps(cast, provider, slapd):
    dn = slapd.add_person("nora", "Nora Vidal", mail="nora@monteclaro.example")
    followed(cast, provider)
    before = account("nora@monteclaro.example")
    dn = slapd.rename(dn, "nora.pons")
    slapd.change(dn, {"cn": ["Nora Pons"], "sn": ["Pons"]})
    run = followed(cast, provider)
    assert run.counts == {"read": 1, "same": 0, "change": 1, "done": 1}
    after = account("nora@monteclaro.example")
    assert (after.id, after.person.name) == (before.id, "Nora Pons")
    assert db.session.scalar(select(func.count(ExternalIdentity.id))) == 1


@pytest.mark.slow
def test_a_new_address_of_an_account_in_use_waits(cast, provider, slapd):
    email = cast.account_of(cast.ana).email
    dn = slapd.add_person("ana", "Ana Castro", mail=email)
    followed(cast, provider)
    slapd.change(dn, {"mail": ["attacker@monteclaro.example"]})
    followed(cast, provider)
    kept = cast.account_of(cast.ana)
    (change,) = waiting_changes(kept.id)
    assert (kept.email, change.detail["email"]) == (email, "attacker@monteclaro.example")
    assert change.holds_at is None, "a second person has to approve it"
    followed_again = compared(cast, provider)
    assert followed_again.counts == {"read": 1, "same": 1}, "it is asked once"


@pytest.mark.parametrize("is_kept", [True, False])
def test_an_account_that_was_closed_by_hand_gets_no_new_address(cast, provider, slapd, is_kept):
    email = cast.account_of(cast.ana).email
    dn = slapd.add_person("ana", "Ana Castro", mail=email)
    followed(cast, provider)
    with unit_of_work():
        cast.account_of(cast.ana).password_hash = None
        if not is_kept:  # tied by a sign-in alone
            db.session.delete(db.session.scalars(select(ProvisionedAccount)).one())
    disable_account(cast.dorleta, cast.account_of(cast.ana))
    slapd.change(dn, {"mail": ["attacker@monteclaro.example"]})
    run = compared(cast, provider)
    assert lines_of(run) == {"Ana Castro": (ProvisioningEffect.PROBLEM, "closed")}
    kept = cast.account_of(cast.ana)
    with unit_of_work() as work:
        names = {"email": "attacker@monteclaro.example", "staff_number": ""}
        follow_provider(work, kept, **names, by_id=cast.dorleta.id)
    assert kept.email == email, "it waits, whatever led there"
    assert len(waiting_changes(kept.id)) == 1


def test_an_account_that_was_closed_by_hand_is_not_reopened(cast, provider, slapd):
    dn = slapd.add_person("nora", "Nora Vidal", mail="nora@monteclaro.example", title="on")
    slapd.add_person("berta", "Berta Mas", mail="berta@monteclaro.example", title="on")
    followed(cast, provider)
    change_provider(provider, settings=settings_for(slapd, people="(title=on)"))
    disable_account(cast.dorleta, account("nora@monteclaro.example"))
    slapd.change(dn, {"title": ["off"]})
    followed(cast, provider, is_meant=True)
    assert compared(cast, provider).counts == {"read": 1, "same": 1}, "it is ended once"
    slapd.change(dn, {"title": ["on"]})
    assert lines_of(compared(cast, provider)) == {
        "Nora Vidal": (ProvisioningEffect.PROBLEM, "closed")
    }


@pytest.mark.slow
def test_an_address_that_changes_owner_is_given_to_nobody(cast, provider, slapd):
    slapd.add_person("a", "Nora Vidal", mail="nora@monteclaro.example")
    dn = slapd.add_person("b", "Berta Mas", mail="berta@monteclaro.example")
    followed(cast, provider)
    slapd.change(dn, {"mail": ["nora@monteclaro.example"], "cn": ["Berta Masferrer"]})
    run = compared(cast, provider)
    assert set(lines_of(run).values()) == {(ProvisioningEffect.PROBLEM, "twice")}
    slapd.delete(f"uid=a,{PEOPLE}")
    run = followed(cast, provider, is_meant=True)
    assert lines_of(run) == {
        "Nora Vidal": (ProvisioningEffect.END, ""),
        "Berta Masferrer": (ProvisioningEffect.PROBLEM, "email_used"),
    }
    assert account("berta@monteclaro.example").person.name == "Berta Mas", "nothing half done"
    assert account("nora@monteclaro.example").person.name == "Nora Vidal"


def test_two_people_with_one_address_are_left_alone(cast, provider, slapd):
    slapd.add_person("a", "Nora Vidal", mail="info@monteclaro.example")
    slapd.add_person("b", "Berta Mas", mail="info@monteclaro.example")
    slapd.add_person("c", "Carme Pou", mail="carme@monteclaro.example")
    run = followed(cast, provider)
    assert lines_of(run) == {
        "Nora Vidal": (ProvisioningEffect.PROBLEM, "twice"),
        "Berta Mas": (ProvisioningEffect.PROBLEM, "twice"),
        "Carme Pou": (ProvisioningEffect.CREATE, ""),
    }
    assert account("info@monteclaro.example") is None


@pytest.mark.slow
def test_somebody_who_left_loses_post_and_account(cast, provider, slapd):
    email = cast.account_of(cast.ana).email
    dn = slapd.add_person("ana", "Ana Castro", mail=email)
    followed(cast, provider)
    slapd.delete(dn)
    slapd.add_person("nora", "Nora Vidal", mail="nora@monteclaro.example")
    run = compared(cast, provider)
    assert (run.state, run.reason) == (RunState.STOPPED, "many_ends")
    with pytest.raises(Invalid):
        following.agree(cast.dorleta, run)
    following.agree(cast.dorleta, run, is_meant=True)
    work_off()
    assert account(email).state == AccountState.DISABLED
    assert not current_appointments(cast.ana.id)
    slapd.add_person("ana", "Ana Castro", mail=email)
    assert lines_of(compared(cast, provider)) == {
        "Ana Castro": (ProvisioningEffect.PROBLEM, "email_used")
    }, "another entry with her address is not her"


@pytest.mark.slow
def test_an_entry_that_comes_back_opens_its_account_again(cast, provider, slapd):
    dn = slapd.add_person("nora", "Nora Vidal", mail="nora@monteclaro.example", title="on")
    slapd.add_person("berta", "Berta Mas", mail="berta@monteclaro.example", title="on")
    followed(cast, provider)
    change_provider(provider, settings=settings_for(slapd, people="(title=on)"))
    slapd.change(dn, {"title": ["off"]})
    followed(cast, provider, is_meant=True)
    assert account("nora@monteclaro.example").state == AccountState.DISABLED
    slapd.change(dn, {"title": ["on"]})
    run = followed(cast, provider)
    assert lines_of(run) == {"Nora Vidal": (ProvisioningEffect.REOPEN, "")}
    assert account("nora@monteclaro.example").state == AccountState.INVITED


@pytest.mark.slow
def test_a_post_is_taken_by_unit_and_title_and_a_move_ends_the_one_before(cast, provider, slapd):
    values = {"departmentNumber": "CON", "title": "Técnico/a de contratación"}
    dn = slapd.add_person("nora", "Nora Vidal", mail="nora@monteclaro.example", **values)
    followed(cast, provider)
    person_id = account("nora@monteclaro.example").person_id
    assert [row.post_id for row in held(person_id)] == [cast.technician_post.id]
    slapd.change(dn, {"departmentNumber": ["URB-LIC"], "title": ["Administrativo/a"]})
    run = followed(cast, provider)
    assert run.counts["change"] == 1
    assert [row.post_id for row in held(person_id)] == [cast.officer_post.id]
    slapd.change(dn, {"title": ["Astronauta"]})
    run = compared(cast, provider)
    assert lines_of(run) == {"Nora Vidal": (ProvisioningEffect.PROBLEM, "post_unknown")}
    assert [row.post_id for row in held(person_id)] == [cast.officer_post.id]


@pytest.mark.slow
def test_nobody_becomes_an_administrator_by_a_title(cast, provider, slapd):
    slapd.add_person(
        "mallory",
        "Mallory Pons",
        mail="mallory@monteclaro.example",
        departmentNumber="SIS",
        title="Responsable de Organización y Sistemas",
    )
    run = followed(cast, provider)
    assert lines_of(run) == {"Mallory Pons": (ProvisioningEffect.CREATE, "post_administers")}
    assert not held(account("mallory@monteclaro.example").person_id)


@pytest.mark.parametrize("how", ROLES)
def test_nobody_gets_a_role_by_a_title(cast, provider, slapd, how):
    values = {"departmentNumber": "CON", "title": "Técnico/a de contratación"}
    give_role(cast, cast.technician_post, how)
    slapd.add_person("nora", "Nora Vidal", mail="nora@monteclaro.example", **values)
    run = followed(cast, provider)
    assert lines_of(run) == {"Nora Vidal": (ProvisioningEffect.CREATE, "post_administers")}
    assert not held(account("nora@monteclaro.example").person_id)


def test_nobody_loses_a_role_by_a_title(cast, provider, slapd):
    values = {"departmentNumber": "CON", "title": "Técnico/a de contratación"}
    dn = slapd.add_person("nora", "Nora Vidal", mail="nora@monteclaro.example", **values)
    followed(cast, provider)
    give_role(cast, cast.technician_post, "role")
    slapd.change(dn, {"departmentNumber": ["URB-LIC"], "title": ["Administrativo/a"]})
    run = compared(cast, provider)
    assert lines_of(run) == {"Nora Vidal": (ProvisioningEffect.PROBLEM, "post_administers")}
    person_id = account("nora@monteclaro.example").person_id
    assert [row.post_id for row in held(person_id)] == [cast.technician_post.id]


def held(person_id):
    """The current appointments of a person, read anew."""
    db.session.expire_all()
    return current_appointments(person_id)


def test_only_those_in_the_group_are_brought_in(cast, provider, slapd):
    inside = slapd.add_person("a", "Nora Vidal", mail="nora@monteclaro.example")
    slapd.add_person("b", "Berta Mas", mail="berta@monteclaro.example")
    inner = slapd.add_group("inner", [inside])
    outer = slapd.add_group("outer", [inner])
    slapd.change(inner, {"member": [inside, outer]})
    change_provider(provider, settings=settings_for(slapd, group=outer))
    assert lines_of(compared(cast, provider)) == {"Nora Vidal": (ProvisioningEffect.CREATE, "")}
