"""Who decides, who never does, muting at every door, and who is told of what."""

import pytest
from sqlalchemy import select

from intranet.attention.moderation.access import Desk, people_at
from intranet.attention.moderation.models import Outcome, SpaceModerator
from intranet.attention.moderation.operations.deciding import withdraw_decision
from intranet.attention.moderation.operations.naming import end_moderator, name_moderator
from intranet.attention.notifications.models import Kind, Notification
from intranet.collaboration.ideas.models import IDEA
from intranet.extensions import db
from intranet.messaging.conversations.operations import start_direct_message
from intranet.messaging.messages.operations import add_reaction, edit_message, remove_reaction
from intranet.messaging.spaces.access import muted_until
from intranet.messaging.spaces.models import Visibility
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid, NotFound
from intranet.publishing.publications.operations.contributing import contribute
from intranet.publishing.publications.operations.drafting import Written
from tests.attention.moderation.helpers import BAD, decided, reported, said
from tests.attention.notifications.conftest import work_off
from tests.messaging.messages.helpers import channel_of, say, space_of
from tests.publishing.publications.articles import out


def told(person):
    """Why somebody was told, the words alone."""
    work_off()
    db.session.rollback()
    rows = select(Notification.why).where(
        Notification.person_id == person.id, Notification.kind == Kind.MODERATION
    )
    return sorted(db.session.scalars(rows))


def acts(cast):
    rows = select(AuditLine.act).where(
        AuditLine.agency_id == cast.monteclaro.id, AuditLine.act.startswith("moderat")
    )
    return list(db.session.scalars(rows.order_by(AuditLine.number)))


@pytest.mark.slow
def test_nobody_decides_on_what_they_wrote_or_where_they_moderate_nothing(app_context, cast):
    case = reported(cast.xoel, said(cast.carles, cast.urban_planning))
    for person in (cast.carles, cast.xoel, cast.ana, cast.dorleta, cast.guillem):
        with pytest.raises(NotFound):
            decided(person, case)
    assert decided(cast.rosa, case, Outcome.WARNED).decided_by_id == cast.rosa.id


@pytest.mark.slow
def test_two_tabs_decide_once(app_context, cast):
    case = reported(cast.uxia, said(cast.xoel, cast.urban_planning))
    decided(cast.carles, case, Outcome.WARNED)
    with pytest.raises(Conflict):
        decided(cast.carles, case, Outcome.HIDDEN)
    assert case.outcome == Outcome.WARNED


@pytest.mark.slow
def test_who_is_named_moderates_as_long_as_they_are_there(app_context, cast):
    space = space_of(cast.urban_planning)
    with pytest.raises(Forbidden):
        name_moderator(cast.xoel, space, cast.ana.id)
    with pytest.raises(NotFound):
        name_moderator(cast.nadia, space, cast.ana.id)
    for nobody in (cast.nadia, cast.carles):  # she is not there, he leads it
        with pytest.raises(Invalid):
            name_moderator(cast.carles, space, nobody.id)
    name_moderator(cast.carles, space, cast.ana.id)
    name_moderator(cast.carles, space, cast.ana.id)
    assert people_at(Desk(space.id, space.agency_id)) == {cast.carles.id, cast.ana.id}

    case = reported(cast.uxia, said(cast.xoel, cast.urban_planning))
    decided(cast.ana, case)
    own = reported(cast.uxia, said(cast.ana, cast.urban_planning))
    assert own.desk_id == space_of(cast.town_hall).id  # a moderator's goes to the next level

    end_moderator(cast.carles, space, cast.ana.id)
    assert db.session.scalars(select(SpaceModerator)).all() == []
    again = reported(cast.uxia, said(cast.xoel, cast.urban_planning, "Otra."))
    with pytest.raises(NotFound):
        decided(cast.ana, again)


def muted(cast, days=7):
    case = reported(cast.uxia, said(cast.xoel, cast.urban_planning))
    return decided(cast.carles, case, Outcome.WARNED, mute_days=days)


def idea(author, unit, post):
    return contribute(
        author,
        IDEA,
        space_of(unit),
        post,
        {"es": Written("Otra idea", "")},
        visibility=Visibility.AGENCY,
    )


def test_who_is_muted_leaves_nothing_in_that_place_and_writes_elsewhere(app_context, cast):
    channel = channel_of(cast.urban_planning)
    mine = say(cast.xoel, channel, "Antes.")
    other = say(cast.ana, channel, "¿Qué tal?")
    add_reaction(cast.xoel, other, "👍")
    written = out(cast.carles, has_discussion=True)
    case = muted(cast)

    for do in (
        lambda: say(cast.xoel, channel),
        lambda: say(cast.xoel, channel, parent_id=other.id),
        lambda: say(cast.xoel, written.conversation),
        lambda: edit_message(cast.xoel, mine, "Después.", body_rev=mine.body_rev),
        lambda: add_reaction(cast.xoel, other, "🎉"),
        lambda: idea(cast.xoel, cast.urban_planning, cast.architect_post),
    ):
        with pytest.raises(Forbidden):
            do()
    remove_reaction(cast.xoel, other, "👍")  # what one left there can always be taken back
    say(cast.xoel, channel_of(cast.town_hall))
    say(cast.xoel, start_direct_message(cast.xoel, [cast.ana]))

    withdraw_decision(cast.carles, case, "Basta.")
    say(cast.xoel, channel, "Gracias.")
    idea(cast.xoel, cast.urban_planning, cast.architect_post)


def test_a_mute_ends_by_itself(app_context, cast):
    muted(cast, days=1)
    space = space_of(cast.urban_planning)
    until = muted_until(cast.xoel, space.id)
    assert until is not None
    with clock.freeze(until):
        assert muted_until(cast.xoel, space.id) is None


@pytest.mark.parametrize("days", [0, -3, 91, 36_500])
def test_no_time_before_now_and_none_for_years(app_context, cast, days):
    case = reported(cast.uxia, said(cast.xoel, cast.urban_planning))
    with pytest.raises(Invalid):
        decided(cast.carles, case, mute_days=days)
    assert case.decided_at is None
    assert case.message
    assert case.message.body == BAD  # nothing of it was done


def test_nobody_is_muted_in_a_talk_or_for_nothing(app_context, cast):
    talk = start_direct_message(cast.xoel, [cast.ana])
    case = reported(cast.ana, say(cast.xoel, talk, BAD))
    with pytest.raises(Invalid):
        decided(cast.dorleta, case, Outcome.WARNED, mute_days=1)
    case = reported(cast.uxia, said(cast.xoel, cast.urban_planning))
    with pytest.raises(Invalid):
        decided(cast.carles, case, Outcome.DISMISSED, mute_days=1)


@pytest.mark.both
def test_everything_stands_in_the_audit_log_and_nothing_of_what_was_written(app_context, cast):
    case = muted(cast)
    withdraw_decision(cast.carles, case, "Basta de castaños.")
    assert acts(cast) == ["moderation.warned", "moderation.taken_back"]
    lines = db.session.scalars(select(AuditLine)).all()
    assert not any("castaño" in str(line.detail) or "inútil" in str(line.detail) for line in lines)
    assert not any(str(cast.uxia.id) in str(line.detail) for line in lines[-2:])


@pytest.mark.slow
def test_those_concerned_are_told_and_nobody_else(app_context, cast):
    case = reported(cast.uxia, said(cast.xoel, cast.urban_planning))
    reported(cast.ana, case.message)
    assert told(cast.carles) == ["moderation_open"]
    decided(cast.carles, case)
    assert told(cast.xoel) == ["moderation_hidden"]
    assert told(cast.uxia) == told(cast.ana) == ["moderation_looked"]
    withdraw_decision(cast.carles, case, "Basta.")
    assert told(cast.xoel) == ["moderation_hidden", "moderation_restored"]
    assert told(cast.rosa) == told(cast.dorleta) == []


@pytest.mark.both
def test_of_what_comes_to_nothing_its_author_hears_nothing(app_context, cast):
    decided(
        cast.carles,
        reported(cast.uxia, said(cast.xoel, cast.urban_planning)),
        Outcome.DISMISSED,
    )
    assert told(cast.xoel) == []
    assert told(cast.uxia) == ["moderation_looked"]
