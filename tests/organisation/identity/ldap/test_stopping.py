"""What a directory does not say ends nobody, and nothing is followed unasked."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from intranet.extensions import db
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.agencies.operations.administrations import make_administrator
from intranet.organisation.identity.ldap import comparing, following
from intranet.organisation.identity.ldap import jobs as ldap_jobs
from intranet.organisation.identity.models import (
    ExternalIdentity,
    ProviderState,
    ProvisioningEffect,
    ProvisioningLine,
    ProvisioningRun,
    RunState,
)
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden
from intranet.platform.core.unit_of_work import unit_of_work
from tests.organisation.identity.ldap.conftest import settings_for
from tests.organisation.identity.ldap.helpers import (
    account,
    change_provider,
    compared,
    followed,
    lines_of,
    newest,
    told,
    work_off,
)

pytestmark = pytest.mark.both


@pytest.mark.slow
def test_six_in_a_hundred_gone_stops_and_five_do_not(cast, provider, slapd):
    dns = [
        slapd.add_person(f"p{number}", f"Persona {number}", employeeNumber=f"N{number}")
        for number in range(100)
    ]
    followed(cast, provider)
    for dn in dns[:5]:
        slapd.delete(dn)
    assert compared(cast, provider).state == RunState.PLANNED
    slapd.delete(dns[5])
    run = compared(cast, provider)
    assert (run.state, run.counts["end"]) == (RunState.STOPPED, 6)
    with clock.freeze(clock.now() + timedelta(hours=1)):
        ldap_jobs.compare_all()
        work_off()
        run = newest(provider)
        assert (run.began_by_id, run.state) == (None, RunState.STOPPED)
        assert told(cast.dorleta) == ["account_directory"]
    with clock.freeze(clock.now() + timedelta(hours=2)):
        ldap_jobs.compare_all()
        work_off()
        assert told(cast.dorleta) == ["account_directory"], "not each hour again"
    assert account_count(AccountState.DISABLED) == 1, "Lara's, as before"


def test_a_small_agency_is_not_asked_about_each_leaver(cast, provider, slapd):
    dns = [
        slapd.add_person(f"p{number}", f"Persona {number}", employeeNumber=f"N{number}")
        for number in range(8)
    ]
    followed(cast, provider)
    for dn in dns[:3]:
        slapd.delete(dn)
    assert compared(cast, provider).state == RunState.PLANNED
    slapd.delete(dns[3])
    run = compared(cast, provider)
    assert (run.state, run.counts["end"]) == (RunState.STOPPED, 4)


def account_count(state):
    """How many accounts are in a state."""
    return db.session.scalar(select(func.count(Account.id)).where(Account.state == state))


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"base": "ou=nowhere,dc=monteclaro,dc=example"}, "base"),
        ({"people": "(objectClass=person)(uid=nobody)"}, "filter"),
        ({"people": "(uid=nobody)"}, "empty"),
        ({"id_attribute": "objectGUID"}, "no_id"),
        ({"authority": ""}, "certificate"),
        ({"reader": "cn=nobody,dc=monteclaro,dc=example"}, "reader"),
        ({"port": "1"}, "away"),
    ],
)
def test_an_answer_that_says_nothing_of_people_ends_nobody(cast, provider, slapd, given, reason):
    slapd.add_person("nora", "Nora Vidal", mail="nora@monteclaro.example")
    followed(cast, provider)
    change_provider(provider, settings=settings_for(slapd, **given))
    run = compared(cast, provider)
    assert (run.state, run.reason) == (RunState.FAILED, reason)
    with pytest.raises(Conflict):
        following.agree(cast.dorleta, run, is_meant=True)
    assert account("nora@monteclaro.example").state == AccountState.INVITED


@pytest.mark.slow
def test_a_directory_cut_at_its_size_limit_ends_nobody(cast, provider, make_slapd):
    small = make_slapd(size_limit="3")
    change_provider(provider, settings=settings_for(small))
    for number in range(3):
        small.add_person(f"p{number}", f"Persona {number}", employeeNumber=f"N{number}")
    assert followed(cast, provider).counts["create"] == 3
    small.add_person("p3", "Persona 3", employeeNumber="N3")
    run = compared(cast, provider)
    assert (run.state, run.reason) == (RunState.FAILED, "incomplete")


@pytest.mark.slow
def test_a_directory_that_is_away_ends_nobody_and_is_asked_again(cast, provider, slapd):
    slapd.add_person("nora", "Nora Vidal", mail="nora@monteclaro.example")
    followed(cast, provider)
    slapd.stop()
    assert compared(cast, provider).reason == "away"
    slapd.start()
    assert compared(cast, provider).counts == {"read": 1, "same": 1}


@pytest.mark.slow
def test_the_clock_follows_only_what_somebody_agreed_to(cast, provider, slapd):
    slapd.add_person("nora", "Nora Vidal", mail="nora@monteclaro.example")
    ldap_jobs.compare_all()
    work_off()
    run = newest(provider)
    assert (run.state, run.reason) == (RunState.PLANNED, "first")
    following.agree(cast.dorleta, run)
    work_off()
    slapd.add_person("berta", "Berta Mas", mail="berta@monteclaro.example")
    with clock.freeze(clock.now() + timedelta(hours=1)):
        ldap_jobs.compare_all()
        ldap_jobs.compare_all()
        work_off()
        run = newest(provider)
        assert (run.state, run.agreed_by_id) == (RunState.APPLIED, cast.dorleta.id)
    assert account("berta@monteclaro.example") is not None
    assert db.session.scalar(select(func.count(ProvisioningRun.id))) == 2
    change_provider(provider, version=provider.version + 1)
    slapd.add_person("carme", "Carme Pou", mail="carme@monteclaro.example")
    with clock.freeze(clock.now() + timedelta(hours=2)):
        ldap_jobs.compare_all()
        work_off()
        assert newest(provider).state == RunState.PLANNED, "the settings changed"
    change_provider(provider, state=ProviderState.OFF)
    with clock.freeze(clock.now() + timedelta(hours=4)):
        ldap_jobs.compare_all()
    assert db.session.scalar(select(func.count(ProvisioningRun.id))) == 3


def test_only_administrators_compare_and_agree(cast, provider, slapd):
    slapd.add_person("nora", "Nora Vidal", mail="nora@monteclaro.example")
    for person in (cast.ana, cast.guillem):
        with pytest.raises(Forbidden):
            comparing.compare(person, provider)
    run = compared(cast, provider)
    with pytest.raises(Forbidden):
        following.agree(cast.guillem, run)
    change_provider(provider, version=provider.version + 1)
    with pytest.raises(Conflict):
        following.agree(cast.dorleta, run)


def test_nobody_has_a_directory_followed_that_they_alone_chose(cast, provider, slapd):
    with unit_of_work():
        make_administrator(None, cast.monteclaro, cast.head_post)
    slapd.add_person("nora", "Nora Vidal", mail="nora@monteclaro.example")
    chosen = {"set_by_id": cast.dorleta.id, "set_at": clock.now()}
    change_provider(provider, state=ProviderState.DRAFT, **chosen)
    run = compared(cast, provider)
    with pytest.raises(Forbidden):
        following.agree(cast.dorleta, run)
    following.agree(cast.carles, run)
    work_off()
    assert account("nora@monteclaro.example") is not None, "two people want it, for now by hand"


def test_the_clock_follows_nothing_that_was_switched_off_meanwhile(cast, provider, slapd):
    slapd.add_person("nora", "Nora Vidal", mail="nora@monteclaro.example")
    followed(cast, provider)
    slapd.add_person("berta", "Berta Mas", mail="berta@monteclaro.example")
    with clock.freeze(clock.now() + timedelta(hours=1)):
        ldap_jobs.compare_all()
        change_provider(provider, state=ProviderState.OFF)
        work_off()
        assert newest(provider).state == RunState.PLANNED
    assert account("berta@monteclaro.example") is None


@pytest.mark.slow
def test_the_last_administrator_is_not_ended(cast, provider, slapd):
    dn = slapd.add_person("d", "Dorleta Aguirre", mail="dorleta@monteclaro.example")
    run = compared(cast, provider)
    [line] = db.session.scalars(
        select(ProvisioningLine).where(ProvisioningLine.run_id == run.id)
    ).all()
    with unit_of_work() as work:  # as she connects it herself
        work.add(
            ExternalIdentity(
                provider=provider,
                account=cast.account_of(cast.dorleta),
                subject=line.wanted["subject"],
            )
        )
    followed(cast, provider)
    slapd.delete(dn)
    slapd.add_person("nora", "Nora Vidal", mail="nora@monteclaro.example")
    run = followed(cast, provider, is_meant=True)
    assert lines_of(run)["Dorleta Aguirre"] == (ProvisioningEffect.END, "last_administrator")
    assert cast.account_of(cast.dorleta).state == AccountState.ACTIVE
    assert cast.dorleta.administers(cast.monteclaro.id)


@pytest.mark.slow
def test_a_plan_that_was_broken_off_goes_on_where_it_was(cast, provider, slapd):
    for number in range(7):
        slapd.add_person(f"p{number}", f"Persona {number}", employeeNumber=f"N{number}")
    run = compared(cast, provider)
    following.agree(cast.dorleta, run)
    assert following._follow_some(run.id, 3) == 3
    assert people_called("Persona") == 3
    work_off()
    work_off()
    assert people_called("Persona") == 7
    db.session.refresh(run)
    assert (run.state, run.counts["done"]) == (RunState.APPLIED, 7)


def people_called(name):
    """How many people have a name that begins so."""
    db.session.expire_all()
    return db.session.scalar(select(func.count(Person.id)).where(Person.name.startswith(name)))
