"""What accepting does to each kind of thing, and what is refused."""

from datetime import timedelta

import pytest

from intranet.collaboration.groups.models import Group, Joining
from intranet.collaboration.polls.operations.opening import PollRules, open_poll
from intranet.extensions import db
from intranet.finding.counterparts.operations import save_post, saved_post
from intranet.messaging.conversations.operations import (
    start_direct_message,
    start_post_conversation,
)
from intranet.messaging.messages.drafting import draft_at, save_draft
from intranet.messaging.messages.posting import post_message
from intranet.messaging.messages.saving import save_message
from intranet.messaging.messages.scheduled import scheduled_by
from intranet.messaging.messages.scheduling import MessagePlan, schedule_message
from intranet.messaging.spaces.models import Space, Visibility
from intranet.organisation.agencies.operations.posts import end_post
from intranet.organisation.people.models import AppointmentKind
from intranet.organisation.people.operations.appointments import (
    appoint,
    change_appointment,
    end_appointment,
)
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid, NotFound
from intranet.platform.core.ids import uuid7
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.operations.publishing import withdraw
from intranet.records.hand_over.access import get_standing, seen_by
from intranet.records.hand_over.dossier import dossier_of
from intranet.records.hand_over.left_things import give_left, left_in
from intranet.records.hand_over.line_kinds import UNSEEN
from intranet.records.hand_over.operations import accept, accept_all, give, write_words
from tests.collaboration.groups.helpers import group_of
from tests.messaging.messages.helpers import channel_of, say, space_of
from tests.records.hand_over.helpers import (
    appointment_of,
    at,
    day,
    head_of_section,
    initiative_of,
    leaves,
    lines,
    person_in,
    scheduled,
    titles,
)

pytestmark = pytest.mark.usefixtures("app_context")


@pytest.fixture
def post(cast):
    """The head's post of Licences."""
    return cast.head_of_licences_post


@pytest.fixture
def elvira(cast):
    """Who holds it."""
    return head_of_section(cast)


def gone(elvira, post, cast):
    """Let her leave at once, and let a successor begin today."""
    row = leaves(elvira, post, on=None)
    return row, person_in(cast.monteclaro, "Lucía Montero", post, starts_on=day(0))


def test_a_poll_passes_to_who_accepts_it(cast, post, elvira):
    asked = {"es": Written("¿Turnos?", "")}
    rules = PollRules(options=("Sí", "No"))
    poll = open_poll(
        elvira, space_of(cast.licences), post, asked, rules, visibility=Visibility.MEMBERS
    )
    row, lucia = gone(elvira, post, cast)
    assert titles(lucia, row, "own") == ["¿Turnos?"]
    accept(lucia, row, "own", poll.publication_id)
    accept(lucia, row, "own", poll.publication_id)
    made = db.session.get_one(Publication, poll.publication_id)
    assert made.created_by_id == lucia.id
    withdraw(lucia, made, "Ya no hace falta.")


def test_who_is_not_in_its_space_is_refused_and_the_line_stays(cast, post, elvira):
    group = group_of(cast.carles, "Cerrado", is_listed=False)
    from intranet.messaging.spaces.groups import let_in
    from intranet.platform.core.unit_of_work import unit_of_work

    with unit_of_work() as work:
        let_in(work, group.space, elvira, agency_id=cast.monteclaro.id, by=cast.carles)
    asked = {"es": Written("¿Cuándo?", "")}
    rules = PollRules(options=("Sí", "No"))
    poll = open_poll(elvira, group.space, post, asked, rules, visibility=Visibility.AGENCY)
    row, lucia = gone(elvira, post, cast)
    [(title, why)] = accept_all(lucia, row)
    assert title == "¿Cuándo?"
    assert "espacio" in str(why)
    assert not any(one.is_accepted for one in lines(lucia, row))
    assert [one.thing.thing_id for one in left_in(cast.monteclaro)] == [poll.publication_id]
    give_left(cast.dorleta, cast.monteclaro, "own", poll.publication_id, cast.head_post)
    assert left_in(cast.monteclaro) == []


def test_a_scheduled_message_of_the_post_passes_and_one_of_the_person_does_not(cast, post, elvira):
    talk = start_post_conversation(cast.xoel, post)
    own = start_direct_message(elvira, [cast.xoel])
    waits = schedule_message(elvira, talk.id, MessagePlan("Mañana le digo", at(9), uuid7()))
    schedule_message(elvira, own.id, MessagePlan("En privado", at(9), uuid7()))
    row, lucia = gone(elvira, post, cast)
    assert titles(lucia, row, "message") == ["Mañana le digo"]
    accept(lucia, row, "message", waits.id)
    assert [one.body for one in scheduled_by(lucia)] == ["Mañana le digo"]
    assert [one.body for one in scheduled_by(elvira)] == ["En privado"]


def test_only_what_the_leaver_chose_passes_of_their_own(cast, post, elvira):
    talk = start_post_conversation(cast.xoel, post)
    post_message(cast.xoel, talk.id, "¿Y bien?", client_id=uuid7())
    written = save_draft(elvira, talk, "Le contesto el lunes")
    save_post(elvira, cast.innovation_post, note="Lo hacen bien")
    kept = saved_post(elvira, cast.innovation_post.id)
    direct = start_direct_message(cast.xoel, [elvira])
    save_message(elvira, say(cast.xoel, direct, "Solo para ti"))
    said = say(cast.ana, channel_of(cast.licences), "Ojo")
    save_message(elvira, said)
    assert written
    assert kept
    row = leaves(elvira, post, on=day(3))
    mine = {(one.kind.name, one.item.title) for one in lines(elvira, row) if one.kind.is_chosen}
    assert mine == {
        ("draft", "Le contesto el lunes"),
        ("saved_post", "Cap d'Innovació · Innovación"),
        ("saved", "Ojo"),
    }
    assert not [one for one in lines(cast.carles, row) if one.kind.is_chosen]
    give(elvira, row, {"draft": [written.id], "saved_post": [kept.id]})
    give(elvira, row, {"draft": [written.id]})
    lucia = person_in(cast.monteclaro, "Lucía Montero", post, starts_on=day(10))
    with clock.freeze(at(10)):
        assert [one.kind.name for one in lines(lucia, row) if one.kind.is_chosen] == ["draft"]
        assert accept_all(lucia, row) == []
        got = draft_at(lucia, talk.id)
        assert got
        assert got.body == "Le contesto el lunes"
        assert draft_at(elvira, talk.id) is None
        assert saved_post(lucia, cast.innovation_post.id) is None


def test_several_holders_share_the_hand_over_of_one_of_them(cast):
    post = cast.officer_post
    row = leaves(cast.uxia, post, on=day(2))
    write_words(cast.uxia, row, "", ["Cerrar la lista"], edition=0)
    [entry] = [one for one in lines(cast.ana, row) if one.kind.name == "check"]
    accept(cast.ana, row, "check", entry.item.thing_id)
    [again] = [one for one in lines(cast.uxia, row) if one.kind.name == "check"]
    assert again.row
    assert again.row.accepted_by_id == cast.ana.id
    write_words(cast.uxia, row, "Texto", ["Cerrar la lista", "Otra"], edition=1)
    assert [one.is_accepted for one in lines(cast.ana, row) if one.kind.name == "check"] == [
        True,
        False,
    ]


def test_the_head_receives_what_a_post_leaves_that_ends_for_good(cast, post, elvira):
    initiative = initiative_of(elvira, post, "Obra menor en 24 horas")
    group = group_of(elvira, "Vados").space_id
    talk = start_post_conversation(cast.xoel, post)
    post_message(cast.xoel, talk.id, "¿Y bien?", client_id=uuid7())
    row = appointment_of(elvira, post)
    end_post(None, post, day(1))
    with clock.freeze(at(3)):
        standing = get_standing(cast.carles, post.id, row.id)
        assert standing.accepts
        assert standing.heir
        assert standing.heir.id == cast.head_post.id
        assert accept_all(cast.carles, row) == []
        owned = db.session.get_one(Publication, initiative.publication_id)
        assert owned.post_id == cast.head_post.id
        assert db.session.get_one(Space, group).owner_post_id == cast.head_post.id
        assert left_in(cast.monteclaro) == []


def test_a_group_lent_in_the_gap_goes_back_by_itself(cast, post, elvira):
    from intranet.collaboration.groups.jobs import mend_owners

    group = group_of(elvira, "Vados").space_id
    leaves(elvira, post, on=None)
    mend_owners()
    assert db.session.get_one(Space, group).owner_post_id == cast.head_post.id
    mend_owners()
    assert db.session.get_one(Group, group).lent_by_id == post.id
    appoint(None, post, cast.ana, starts_on=day(0), kind=AppointmentKind.ACTING)
    mend_owners()
    assert db.session.get_one(Space, group).owner_post_id == post.id
    assert db.session.get_one(Group, group).lent_by_id is None


def test_an_end_that_is_corrected_closes_the_hand_over_and_keeps_the_words(cast, post, elvira):
    row = leaves(elvira, post, on=day(5))
    write_words(elvira, row, "Hasta pronto", [], edition=0)
    change_appointment(
        None,
        row,
        version=None,
        starts_on=row.starts_on,
        ends_on=None,
        kind=row.kind,
        basis=row.basis,
    )
    with pytest.raises(NotFound):
        get_standing(elvira, post.id, row.id)
    end_appointment(None, row, last_day=day(40))
    assert get_standing(elvira, post.id, row.id).writes


def test_who_is_appointed_again_hands_nothing_over(cast, post, elvira):
    row = leaves(elvira, post, on=day(5))
    assert row in [one.appointment for one in seen_by(cast.carles, post)]
    appoint(None, post, elvira, starts_on=day(6))
    for person in (elvira, cast.carles):
        assert row not in [one.appointment for one in seen_by(person, post)]


def test_a_retirement_dated_yesterday_opens_it_for_the_head_at_once(cast, post, elvira):
    scheduled(elvira, "Aviso", clock.now() + timedelta(days=2))
    row = leaves(elvira, post, on=day(-1))
    with pytest.raises(NotFound):
        get_standing(elvira, post.id, row.id)
    assert titles(cast.carles, row, "scheduled") == ["Publicación programada"]  # not its name


def test_bad_words_are_refused_with_nothing_stored(cast, post, elvira):
    row = leaves(elvira, post, on=day(5))
    for words, checks in (("x" * 10_001, []), ("", ["x" * 201]), ("", [str(n) for n in range(31)])):
        with pytest.raises(Invalid):
            write_words(elvira, row, words, checks, edition=0)
    write_words(elvira, row, "Una", [], edition=0)
    with pytest.raises(Conflict):
        write_words(elvira, row, "Otra", [], edition=0)
    with pytest.raises(Forbidden):
        write_words(cast.carles, row, "Ajeno", [], edition=1)


def test_a_thing_is_given_only_by_an_administrator_and_to_a_post_that_is_held(cast, post, elvira):
    initiative = initiative_of(elvira, post, "Obra menor")
    leaves(elvira, post, on=None)
    asked = (cast.monteclaro, "of_post", initiative.publication_id)
    for stranger in (cast.guillem, cast.carles):
        with pytest.raises(Forbidden):
            give_left(stranger, *asked, cast.head_post)
    for wrong in (cast.innovation_post, post):
        with pytest.raises(Invalid):
            give_left(cast.dorleta, *asked, wrong)
    give_left(cast.dorleta, *asked, cast.head_post)
    with pytest.raises(Conflict):
        give_left(cast.dorleta, *asked, cast.head_post)
    assert db.session.get_one(Publication, initiative.publication_id).post_id == cast.head_post.id


def test_nobody_gives_to_their_own_post_what_they_may_not_see(cast, post, elvira):
    hidden = group_of(elvira, "Reservado", is_listed=False, joining=Joining.INVITATION)
    listed = group_of(elvira, "Con invitación", joining=Joining.INVITATION)
    leaves(elvira, post, on=None)
    left = left_in(cast.monteclaro, cast.dorleta)
    assert {one.thing.title: one.is_named for one in left if one.kind.name == "group"} == {
        "Reservado": False,
        "Con invitación": True,
    }
    asked = (cast.monteclaro, "group", hidden.space_id)
    mine = cast.administrator_post
    for group in (hidden, listed):
        with pytest.raises(Forbidden):
            give_left(cast.dorleta, cast.monteclaro, "group", group.space_id, mine)
    give_left(cast.dorleta, *asked, cast.head_post)
    assert db.session.get_one(Space, hidden.space_id).owner_post_id == cast.head_post.id


def test_a_head_is_told_no_names_that_they_may_not_know_and_accepts_none(cast, post, elvira):
    hidden = group_of(elvira, "Reservado", is_listed=False, joining=Joining.INVITATION)
    listed = group_of(elvira, "Vados")
    waiting = scheduled(elvira, "Aún no se sabe", at(20))
    talk = start_post_conversation(cast.xoel, post)
    post_message(cast.xoel, talk.id, "¿Y bien?", client_id=uuid7())
    row = appointment_of(elvira, post)
    leaves(elvira, post, on=day(3))
    person_in(cast.monteclaro, "Lucía Montero", post, starts_on=day(4))

    named = {one.item.title for one in lines(elvira, row)}
    assert {"Reservado", "Aún no se sabe", cast.xoel.name} <= named
    seen = lines(cast.carles, row)
    told = {one.item.title: one.is_named for one in seen}
    assert not {"Reservado", "Aún no se sabe", cast.xoel.name} & set(told)
    assert told["Vados"]
    assert dossier_of(cast.carles, get_standing(cast.carles, post.id, row.id)).writers == ()
    assert dossier_of(elvira, get_standing(elvira, post.id, row.id)).writers

    end_post(None, post, day(5))
    with clock.freeze(at(7)):
        for kind, thing_id in (("group", hidden.space_id), ("scheduled", waiting.id)):
            with pytest.raises(Forbidden) as refused:
                accept(cast.carles, row, kind, thing_id)
            assert refused.value.detail == UNSEEN
        accept(cast.carles, row, "group", listed.space_id)
        assert len(accept_all(cast.carles, row)) == 2
        assert db.session.get_one(Space, hidden.space_id).owner_post_id == post.id
        left = dossier_of(cast.carles, get_standing(cast.carles, post.id, row.id)).left
        assert {one.is_named for one in left if one.thing.thing_id == hidden.space_id} == {False}
