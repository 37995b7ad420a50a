"""Who speaks for a post now, told alike by SQL, from both sides, and by objects."""

from datetime import timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.models import Post, PostKind
from intranet.organisation.agencies.operations.administrations import give_role
from intranet.organisation.agencies.operations.posts import change_post
from intranet.organisation.agencies.roles import AgencyRole
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.absences import set_absence
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.operations.fallbacks import (
    accept_fallback,
    end_fallback,
    request_fallback,
)
from intranet.organisation.people.queries import current_appointments
from intranet.organisation.people.speakers import (
    SpeakerKind,
    answering,
    posts_spoken_for,
    speakers_of,
)
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from tests.cast import today


def vacate(person):
    for held in current_appointments(person.id):
        end_appointment(None, held)


def fall_back(post, other):
    change_post(
        None,
        post,
        version=None,
        unit=post.unit,
        title=post.title,
        kind=post.kind,
        level=post.level,
        is_head=post.is_head,
        publishes_for_agency=post.publishes_for_agency,
        places=post.places,
        handle=post.handle,
        fallback=other,
    )


def agree():
    """Who speaks for each post, if all three ways say the same."""
    now = clock.now()
    posts = db.session.scalars(select(Post)).all()
    people = db.session.scalars(select(Person.id)).all()
    objects = {
        post_id: {person.id for person in found.people}
        for post_id, found in answering([post.id for post in posts], now).items()
    }
    by_post = {post.id: set(db.session.scalars(speakers_of(post.id, now))) for post in posts}
    by_person: dict[UUID, set[UUID]] = {post.id: set() for post in posts}
    for person_id in people:
        for post_id in db.session.scalars(posts_spoken_for(person_id, now)):
            by_person[post_id].add(person_id)
    assert objects == by_post == by_person
    return objects


def test_holders_acting_and_stand_ins_speak_and_only_they(app_context, cast):
    before = agree()
    assert before[cast.head_post.id] == {cast.carles.id}
    assert before[cast.head_of_licences_post.id] == {cast.ana.id}
    assert before[cast.officer_post.id] == {cast.ana.id, cast.uxia.id, cast.lara.id}

    set_absence(None, cast.ana, starts_on=today(), ends_on=today(), stand_in=cast.bieito)
    now = agree()
    assert now[cast.officer_post.id] == {cast.ana.id, cast.uxia.id, cast.lara.id, cast.bieito.id}
    answer = answering([cast.head_of_licences_post.id], clock.now())
    speaker = answer[cast.head_of_licences_post.id].speakers[-1]
    assert (speaker.kind, speaker.away) == (SpeakerKind.STAND_IN, cast.ana)
    with clock.freeze(clock.end_of(today(), "Europe/Madrid") + timedelta(minutes=1)):
        assert agree()[cast.head_of_licences_post.id] == {cast.ana.id}


@pytest.mark.slow
def test_a_vacant_post_goes_to_its_fallback_and_on_and_no_further_than_three(app_context, cast):
    chain = [
        cast.architect_post,
        cast.technician_post,
        cast.head_of_procurement_post,
        cast.administrator_post,
        cast.head_post,
    ]
    for post, other in pairwise(chain):
        fall_back(post, other)
    for person in (cast.xoel, cast.iria, cast.nadia):
        vacate(person)
    assert agree()[cast.architect_post.id] == {cast.dorleta.id}
    give_role(None, cast.monteclaro, cast.head_of_licences_post, AgencyRole.ADMINISTRATOR)
    vacate(cast.dorleta)
    found = agree()
    assert found[cast.architect_post.id] == set()
    assert found[cast.technician_post.id] == {cast.carles.id}


@pytest.mark.slow
def test_a_circle_of_fallbacks_ends_and_one_who_comes_speaks_for_all_of_it(app_context, cast):
    fall_back(cast.architect_post, cast.technician_post)
    fall_back(cast.technician_post, cast.head_of_procurement_post)
    fall_back(cast.head_of_procurement_post, cast.architect_post)
    for person in (cast.xoel, cast.iria, cast.nadia):
        vacate(person)
    assert agree()[cast.architect_post.id] == set()
    appoint(None, cast.head_of_procurement_post, cast.rosa, starts_on=today())
    found = agree()
    assert found[cast.architect_post.id] == found[cast.technician_post.id] == {cast.rosa.id}


@pytest.mark.slow
def test_another_agency_s_post_answers_once_it_has_accepted_and_until_either_ends_it(
    app_context, cast
):
    post, other = cast.architect_post, cast.assistance_post
    vacate(cast.xoel)
    with pytest.raises(Forbidden):
        request_fallback(cast.guillem, post, other)
    request_fallback(cast.dorleta, post, other)
    assert agree()[post.id] == set()
    with pytest.raises(Forbidden):
        accept_fallback(cast.elna, post, other)
    accept_fallback(cast.guillem, post, other)
    assert agree()[post.id] == {cast.guillem.id}
    fall_back(post, other)  # its form is saved again
    assert agree()[post.id] == {cast.guillem.id}
    with pytest.raises(Conflict):
        accept_fallback(cast.guillem, post, other)
    with pytest.raises(Forbidden):
        end_fallback(cast.elna, post, other)
    end_fallback(cast.guillem, post, other)
    assert agree()[post.id] == set()


@pytest.mark.both
def test_who_was_elected_is_not_asked_nor_is_one_s_own_agency_or_without_asking(app_context, cast):
    post, other = cast.architect_post, cast.vilaverde_post
    other.kind = PostKind.ELECTED
    db.session.commit()
    with pytest.raises(Invalid):
        request_fallback(cast.dorleta, post, other)
    with pytest.raises(Invalid):
        request_fallback(cast.dorleta, post, cast.head_post)
    with pytest.raises(Invalid):
        fall_back(post, cast.assistance_post)
    with pytest.raises(Conflict):
        accept_fallback(cast.guillem, post, cast.assistance_post)
