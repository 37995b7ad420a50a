"""The ledger: who says for an agency that it uses something, and what stays of it."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from intranet.collaboration.initiatives import queries
from intranet.collaboration.initiatives.access import adopters, authorities
from intranet.collaboration.initiatives.models import Adoption, Use
from intranet.collaboration.initiatives.operations.adopting import (
    InitiativeUseDetails,
    record_adoption,
)
from intranet.collaboration.initiatives.page import initiative_context
from intranet.extensions import db
from intranet.organisation.people.models import AppointmentKind
from intranet.organisation.people.operations.appointments import appoint
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.publishing.publications.operations.publishing import withdraw
from tests.collaboration.initiatives.helpers import started, used

pytestmark = pytest.mark.usefixtures("app_context")


def agencies(person):
    return {voice.agency.handle for voice in authorities(person).values()}


def test_heads_and_who_acts_for_them_have_authority_and_nobody_else(cast):
    assert agencies(cast.carles) == {"monteclaro"}
    assert agencies(cast.ana) == {"monteclaro"}  # acts as head of Licences
    assert agencies(cast.xoel) == set()
    assert agencies(cast.dorleta) == {"monteclaro"}  # heads Systems; not as administrator
    assert agencies(cast.bieito) == {"vilaverde", "outeiro"}
    assert agencies(cast.eloi) == set()


def test_a_post_that_publishes_for_the_agency_has_authority(cast):
    cast.architect_post.publishes_for_agency = True

    assert agencies(cast.xoel) == {"monteclaro"}


def test_the_agency_that_leads_does_not_use_it(cast):
    made = started(cast.elna)

    assert adopters(cast.elna, made) == {}
    with pytest.raises(Forbidden):
        used(cast.elna, made, cast.altamar)


@pytest.mark.both
def test_without_authority_nothing_is_written_and_the_post_to_ask_is_named(cast):
    made = started(cast.elna)

    with pytest.raises(Forbidden) as refused:
        used(cast.bieito, made, cast.monteclaro)

    assert "Alcaldía" in str(refused.value.detail)
    assert db.session.scalars(select(Adoption)).all() == []


def test_what_is_said_later_replaces_and_nothing_is_lost(cast):
    made = started(cast.elna)
    used(cast.bieito, made, cast.vilaverde, Use.CONSIDERING)
    used(cast.bieito, made, cast.vilaverde, cost="300 €")
    used(cast.bieito, made, cast.vilaverde, Use.GAVE_UP, changed="Diez obras al año.")

    [now] = queries.adoptions(made)
    history = queries.adoptions(made, is_history=True)

    assert (now.use, now.changed) == (Use.GAVE_UP, "Diez obras al año.")
    assert [row.use for row in history] == [Use.GAVE_UP, Use.ADOPTED, Use.CONSIDERING]
    assert all(row.replaced_at for row in history[1:])
    assert queries.use_counts([made.publication_id]) == {made.publication_id: {Use.GAVE_UP: 1}}


def test_two_of_one_agency_at_once_are_asked(cast):
    made = started(cast.elna)
    used(cast.carles, made, cast.monteclaro, Use.CONSIDERING)

    with pytest.raises(Conflict):
        record_adoption(
            cast.ana, made, cast.monteclaro, InitiativeUseDetails(Use.ADOPTED), replaces=None
        )

    [row] = queries.adoptions(made)
    assert row.by.id == cast.carles.id


@pytest.mark.slow
def test_days_and_texts_that_cannot_be_are_refused(cast):
    made = started(cast.elna)
    tomorrow = clock.today("Europe/Madrid") + timedelta(days=1)

    for told in (
        {"since_on": tomorrow},
        {"since_on": date(1, 1, 1)},
        {"cost": "x" * 10_000},
        {"took": "x" * 10_000},
        {"use": Use.GAVE_UP},
        {"contact_id": cast.officer_post.id},
    ):
        with pytest.raises(Invalid):
            used(cast.bieito, made, cast.vilaverde, **told)
    assert queries.adoptions(made) == []


def test_the_contact_is_a_post_of_the_agency_and_its_holder_is_shown(cast):
    made = started(cast.elna)
    used(cast.carles, made, cast.monteclaro, contact_id=cast.officer_post.id)

    [line] = initiative_context(cast.elna, made, "")["lines"]

    assert line.contact.post.id == cast.officer_post.id
    assert line.contact.face["name"] == "Ana Castro"
    appoint(
        None,
        cast.head_of_procurement_post,
        cast.xoel,
        starts_on=clock.today("Europe/Madrid"),
        kind=AppointmentKind.ACTING,
    )
    assert agencies(cast.xoel) == {"monteclaro"}


def test_of_what_was_withdrawn_nobody_says_anything(cast):
    made = started(cast.elna)
    withdraw(cast.elna, made.publication, "Duplicada")

    with pytest.raises(Forbidden):
        used(cast.bieito, made, cast.vilaverde)


def test_those_of_my_size_are_told_apart(cast):
    made = started(cast.elna)
    used(cast.bieito, made, cast.vilaverde)
    used(cast.carles, made, cast.monteclaro)

    everything = initiative_context(cast.bieito, made, "")
    alike = initiative_context(cast.bieito, made, "", "mine")

    assert everything["counts"] == {"all": 2, "alike": 1}
    assert [line.row.agency_id for line in alike["lines"]] == [cast.vilaverde.id]
