"""The first page of administration: true states, first steps, what changed."""

import re
from datetime import timedelta

import pytest

from intranet.extensions import db
from intranet.organisation.accounts.invitation_status import (
    AccountStanding,
    status_counts,
    statuses_of,
)
from intranet.organisation.accounts.models import AccountState
from intranet.organisation.accounts.operations.accounts import (
    create_account,
    invite_again,
    withdraw_invitation,
)
from intranet.organisation.accounts.setup_steps import setup_steps, size_of
from intranet.organisation.agencies.operations.administrations import make_administrator
from intranet.organisation.people.operations.people import create_person
from intranet.organisation.people.queries import current_appointments
from intranet.pages.home.first_steps import first_steps
from intranet.platform.core import clock

TOWN = "/admin/L01990012"


@pytest.fixture
def dorleta(cast, client_of):
    return client_of(cast.dorleta)


@pytest.fixture
def newcomer(app_context, cast):
    person = create_person(None, cast.monteclaro, "Noa Núñez")
    return create_account(None, person, cast.monteclaro, email="noa@monteclaro.example")


def standing_of(account):
    return statuses_of({account.id})[account.id]


@pytest.mark.both
def test_nobody_is_invited_before_the_letter_left(cast, newcomer, mail):
    assert newcomer.state == AccountState.INVITED
    assert standing_of(newcomer) == AccountStanding.NOT_INVITED
    before = status_counts(cast.monteclaro.id)

    invite_again(cast.dorleta, newcomer)
    assert standing_of(newcomer) == AccountStanding.QUEUED
    mail()
    db.session.rollback()  # else it sees what was there before

    after = status_counts(cast.monteclaro.id)
    assert standing_of(newcomer) == AccountStanding.SENT
    assert after[AccountStanding.SENT] == before[AccountStanding.SENT] + 1
    assert after[AccountStanding.NOT_INVITED] == before[AccountStanding.NOT_INVITED] - 1


def test_an_invitation_expires_or_is_withdrawn(cast, newcomer, mail):
    invite_again(cast.dorleta, newcomer)
    mail()
    db.session.rollback()  # else it sees what was there before
    with clock.freeze(clock.now() + timedelta(days=15)):
        assert standing_of(newcomer) == AccountStanding.EXPIRED
    withdraw_invitation(cast.dorleta, newcomer)
    assert standing_of(newcomer) == AccountStanding.NOT_INVITED


def test_the_list_of_people_shows_those_who_are_not_invited(app, dorleta, cast):
    with app.app_context():
        person = create_person(None, cast.monteclaro, "Noa Núñez")
        create_account(None, person, cast.monteclaro, email="noa@monteclaro.example")
    listed = dorleta.get(f"{TOWN}/people?access=not_invited&lang=en").text
    assert "Noa Núñez" in listed
    assert "Ana Castro" not in listed
    assert "Noa Núñez" not in dorleta.get(f"{TOWN}/people?access=invited").text


def test_the_steps_say_what_is_true(app_context, cast, newcomer):
    steps = setup_steps(
        cast.monteclaro, size_of(cast.monteclaro), status_counts(cast.monteclaro.id), 3
    )
    first, check, invite, share = steps
    assert first.is_done
    assert check.href == f"{TOWN}/people?access=unsure"
    assert not check.is_done
    assert not invite.is_done
    assert invite.href == f"{TOWN}/invitations/new"
    assert not share.is_done  # Dorleta alone

    bare = setup_steps(cast.outeiro, size_of(cast.outeiro), status_counts(cast.outeiro.id), 0)
    assert not bare[0].is_done


@pytest.mark.slow
def test_an_administrator_hides_the_steps(dorleta, cast):
    page = dorleta.get(f"{TOWN}?lang=en").text
    assert 'id="setup"' in page
    assert page.count("setup__step--next") == 1

    there = dorleta.submit("/first-steps/end", {"next": TOWN})

    assert there.location.endswith(TOWN)
    assert 'id="setup"' not in dorleta.get(TOWN).text


def test_a_new_administrator_gets_the_steps_of_an_administrator(cast, newcomer):
    assert f"/people/{cast.iria.id}" in {step.href for step in first_steps(cast.iria)}
    post = current_appointments(cast.iria.id)[0].post
    make_administrator(cast.dorleta, cast.monteclaro, post)
    db.session.rollback()

    hrefs = [step.href for step in first_steps(cast.iria)]

    assert hrefs[0] == "/admin/import?code=L01990012"
    assert hrefs[-1] == f"{TOWN}/administrators"


def test_the_places_stand_in_groups(dorleta, cast):
    page = dorleta.get(f"{TOWN}/units?lang=en").text
    assert re.findall(r'admin-nav__heading">([^<]+)<', page) == [
        "People and posts",
        "Rules and services",
        "Oversight",
        "Records",
    ]
    assert re.findall(r'side-nav__link"\s+href="([^"]+)" aria-current="page"', page) == [
        f"{TOWN}/units"
    ]


@pytest.mark.slow
def test_the_overview_costs_the_same_with_many(app, dorleta, cast, count_queries):
    def spent():
        with count_queries() as statements:
            assert dorleta.get(TOWN).status_code == 200
        return len(statements)

    dorleta.get(TOWN)
    few = spent()
    with app.app_context():
        for number in range(20):
            person = create_person(cast.dorleta, cast.monteclaro, f"Noa {number}")
            create_account(
                cast.dorleta, person, cast.monteclaro, email=f"noa{number}@monteclaro.example"
            )
    assert spent() == few
