"""The board of the staff representatives: its administrators have no say, and nobody is listed."""

import pytest
from sqlalchemy import select

from intranet.attention.moderation.access import (
    Desk,
    desk_above,
    handled_by,
    people_at,
)
from intranet.attention.moderation.models import Case
from intranet.attention.moderation.operations.naming import name_moderator
from intranet.attention.moderation.queries import find_members
from intranet.collaboration.groups.jobs import mend_owners
from intranet.collaboration.groups.models import Joining
from intranet.collaboration.groups.operations import founding, joining
from intranet.collaboration.groups.operations.boards import open_board
from intranet.collaboration.groups.operations.founding import GroupDetails
from intranet.collaboration.polls.operations.opening import PollRules, open_poll
from intranet.extensions import db
from intranet.messaging.conversations import broadcasts
from intranet.messaging.conversations.members import members_page
from intranet.messaging.conversations.operations import start_direct_message
from intranet.messaging.messages.forwarding import more_readers
from intranet.messaging.spaces.access import leads
from intranet.messaging.spaces.audience import Audience
from intranet.messaging.spaces.models import Reach, Role, Visibility
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.events import ProfileChanged
from intranet.organisation.people.operations.appointments import end_appointment
from intranet.organisation.people.queries import current_appointments, people_who_may
from intranet.platform.audit.models import AuditLine
from intranet.platform.core.errors import Forbidden, Invalid
from intranet.publishing.publications.operations.drafting import Written
from tests.attention.moderation.helpers import decided, reported
from tests.collaboration.groups.helpers import group_of, inside, main_channel, reads
from tests.messaging.messages.helpers import say


@pytest.fixture
def board(app_context, cast):
    """That of Monteclaro, led by Xoel's post, with Iria in it."""
    group = open_board(cast.dorleta, cast.architect_post)
    joining.invite(cast.xoel, group, cast.iria)
    joining.answer_invitation(cast.iria, group, is_accepted=True)
    return group


def test_an_administrator_opens_it_once_and_has_no_say_in_it_from_then_on(board, cast):
    assert leads(cast.xoel, board.space)
    for act in (
        lambda: founding.archive(cast.dorleta, board),
        lambda: founding.hand_over(cast.dorleta, board, cast.administrator_post),
        lambda: joining.invite(cast.dorleta, board, cast.ana),
        lambda: joining.remove(cast.dorleta, board, cast.iria),
    ):
        with pytest.raises(Forbidden):
            act()
    with pytest.raises(Invalid):
        open_board(cast.dorleta, cast.head_post)


def test_everybody_of_the_agency_reads_it_and_nobody_else(board, cast):
    assert [reads(one, board) for one in (cast.ana, cast.dorleta, cast.bieito)] == [
        True,
        True,
        False,
    ]
    assert inside(board, cast.iria, cast.ana) == [True, False]


def test_nobody_lists_who_belongs_to_it(board, cast, client_of):
    for person in (cast.xoel, cast.ana, cast.dorleta):
        with pytest.raises(Forbidden):
            members_page(person, main_channel(board))


@pytest.mark.slow
@pytest.mark.both
def test_no_page_lists_who_belongs_to_it(app, cast, client_of):
    with app.app_context():
        group = open_board(cast.dorleta, cast.architect_post)
        joining.invite(cast.xoel, group, cast.iria)
        joining.answer_invitation(cast.iria, group, is_accepted=True)
        space_id, channel_id = group.space_id, main_channel(group).id
    addresses = [
        (f"/groups/{space_id}", 200),
        (f"/groups/{space_id}/people", 403),
        (f"/c/{channel_id}", 200),
        (f"/c/{channel_id}/members", 403),
        (f"/api/v1/conversations/{channel_id}/members", 403),
        (f"/c/{channel_id}/mentions?q=iria", 200),
        (f"/groups/{space_id}/members", None),
        ("/admin/L01990012/groups", None),
    ]
    for person in (cast.ana, cast.dorleta, cast.xoel):
        client = client_of(person)
        for address, status in addresses:
            answer = client.get(address)
            assert status in {None, answer.status_code}, address
            assert "Iria Souto" not in answer.text, address


@pytest.mark.both
def test_it_stays_open_to_the_whole_agency_whatever_its_settings_say(board, cast):
    details = GroupDetails("Junta", "", Joining.OPEN, is_listed=False, reach=Reach.NETWORK)
    founding.change_group(cast.xoel, board, details, version=board.version)

    assert reads(cast.ana, board)
    assert not reads(cast.bieito, board)


def test_what_is_reported_there_is_decided_by_its_own_people_alone(board, cast):
    case = reported(cast.ana, say(cast.iria, main_channel(board), "Convocamos asamblea."))

    assert people_at(Desk(case.desk_id, case.agency_id)) == {cast.xoel.id}
    decided(cast.xoel, case)
    assert cast.dorleta.id not in people_at(desk_above(case))
    assert not db.session.scalar(
        select(Case.id).where(Case.id == case.id, handled_by(cast.dorleta))
    )


@pytest.mark.slow
@pytest.mark.both
def test_administrators_neither_moderate_it_nor_decide_on_appeals(board, cast):
    message = say(cast.xoel, main_channel(board), "Mañana, asamblea.")
    case = reported(cast.ana, message)
    assert case.desk_id == board.space_id
    joining.set_role(cast.xoel, board, cast.iria, Role.MEMBER)
    name_moderator(cast.xoel, board.space, cast.iria.id)

    case = decided(cast.iria, case)

    above = desk_above(case)
    assert above.space_id == board.space_id
    administrators = people_who_may(Act.MODERATE, cast.monteclaro.id)
    assert not people_at(above) & set(db.session.scalars(administrators))


def test_no_head_is_given_it_when_nobody_holds_its_post(board, cast):
    end_appointment(None, current_appointments(cast.xoel.id)[0])

    mend_owners()

    assert board.space.owner_post_id == cast.architect_post.id
    assert not leads(cast.carles, board.space)


def test_it_is_handed_over_within_its_agency_alone(board, cast):
    with pytest.raises(Invalid):
        founding.hand_over(cast.xoel, board, cast.innovation_post)
    assert not reads(cast.elna, board)


@pytest.mark.slow
@pytest.mark.both
def test_no_log_no_frame_and_no_poll_tells_who_belongs_to_it(board, cast, monkeypatch):
    name_moderator(cast.xoel, board.space, cast.iria.id)
    lines = db.session.scalars(select(AuditLine).where(AuditLine.agency_id == cast.monteclaro.id))
    assert cast.iria.id not in {line.subject_id for line in lines if "moderator" in line.act}

    told = []
    monkeypatch.setattr(
        broadcasts, "push_to_watchers", lambda key, *_rest, **_more: told.append(key)
    )
    broadcasts.push_availability(ProfileChanged(cast.iria.id))
    assert told
    assert main_channel(board).id not in told

    texts = {"es": Written("¿Huelga?", "")}
    post = current_appointments(cast.xoel.id)[0].post
    named, totals = PollRules(("Sí", "No")), PollRules(("Sí", "No"), is_secret=True)
    with pytest.raises(Forbidden):
        open_poll(cast.xoel, board.space, post, texts, named, visibility=Visibility.AGENCY)
    poll = open_poll(cast.xoel, board.space, post, texts, totals, visibility=Visibility.AGENCY)
    assert poll.publication.space_id == board.space_id


@pytest.mark.both
def test_who_ends_a_post_learns_of_no_group_that_they_do_not_know(app, cast, client_of):
    with app.app_context():
        board = open_board(cast.dorleta, cast.architect_post)
        rule = {"any": [{"person": str(cast.iria.id)}]}
        founding.change_rule(cast.xoel, board, Audience.parse(rule))
        secret = group_of(cast.elna, "Zarzamora", is_listed=False, audience=rule)
        assert inside(board, cast.iria) == inside(secret, cast.iria) == [True]
        held = current_appointments(cast.iria.id)[0].id
    page = client_of(cast.dorleta).get(f"/admin/{cast.monteclaro.code}/appointments/{held}/end")
    assert page.status_code == 200
    assert "Zarzamora" not in page.text
    assert "Representación del personal" not in page.text


def test_its_people_are_found_by_a_name_one_knows_and_not_letter_by_letter(board, cast):
    def found(words):
        return [person.id for person in find_members(board.space, words)]

    first = cast.iria.name.split()[0]
    assert found(first) == [cast.iria.id]
    assert found(first[:1]) == found(f"{first[:1]} {first[1:2]}") == found("") == []


def test_how_many_more_read_a_forward_does_not_tell_who_is_in_it(board, cast):
    """Everybody of the agency may choose the board, and has a talk with whom they like."""
    room = main_channel(board)
    told = {
        other.id: more_readers(cast.ana, say(cast.ana, talk, "Hola."), [room], [])
        for other in (cast.iria, cast.carles)
        for talk in [start_direct_message(cast.ana, [other])]
    }
    assert told[cast.iria.id] == told[cast.carles.id]
