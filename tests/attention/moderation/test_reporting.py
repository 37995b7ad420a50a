"""Reporting: what one reads, once, a few a day; its author never learns who it was."""

import pytest
from sqlalchemy import select

from intranet.attention.moderation.access import get_case, waiting_for
from intranet.attention.moderation.models import Case, Outcome, Reason, Report, Subject
from intranet.attention.moderation.operations import reporting
from intranet.attention.moderation.operations.reporting import report
from intranet.extensions import db
from intranet.messaging.conversations.operations import start_direct_message
from intranet.messaging.messages.operations import delete_message, edit_message
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core.errors import Conflict, Forbidden, Invalid, NotFound
from intranet.publishing.publications.operations.publishing import withdraw
from tests.attention.moderation.helpers import BAD, decided, reported, said
from tests.messaging.messages.helpers import say, space_of
from tests.publishing.publications.articles import out


def sees(person, case):
    db.session.rollback()
    try:
        get_case(person, case.id)
    except NotFound:
        return False
    return True


def test_a_message_goes_to_who_leads_the_place_where_it_was_said(app_context, cast):
    case = reported(cast.uxia, said(cast.xoel, cast.urban_planning))
    assert case.desk_id == space_of(cast.urban_planning).id
    assert sees(cast.carles, case)
    others = (cast.xoel, cast.uxia, cast.ana, cast.nadia, cast.dorleta, cast.rosa, cast.elna)
    assert not any(sees(person, case) for person in others)
    assert [waiting_for(person) for person in (cast.carles, cast.nadia)] == [1, 0]


def test_what_a_head_says_in_their_own_unit_goes_to_the_next_level(app_context, cast):
    case = reported(cast.xoel, said(cast.carles, cast.urban_planning))
    assert case.desk_id == space_of(cast.town_hall).id
    assert sees(cast.rosa, case)
    assert not sees(cast.carles, case)

    case = reported(cast.xoel, said(cast.rosa, cast.town_hall))
    assert (case.desk_id, case.agency_id) == (None, cast.monteclaro.id)
    assert sees(cast.dorleta, case)
    assert not sees(cast.rosa, case)
    assert not sees(cast.guillem, case)  # of another agency


def test_what_was_said_in_a_talk_goes_to_the_administrators_of_its_author(app_context, cast):
    talk = start_direct_message(cast.elna, [cast.ana])
    case = reported(cast.ana, say(cast.elna, talk, BAD))
    assert case.is_private
    assert sees(cast.guillem, case)
    assert not sees(cast.dorleta, case)
    assert not sees(cast.elna, case)


@pytest.mark.slow
def test_publications_and_profiles_are_reported_too(app_context, cast):
    written = out(cast.carles, visibility=Visibility.AGENCY)
    assert sees(cast.rosa, reported(cast.iria, written))

    case = reported(cast.iria, cast.ana)
    assert (case.author_id, case.said) == (cast.ana.id, "Tramito licencias de obra menor.")
    assert sees(cast.dorleta, case)


def test_several_people_make_one_case_and_each_reports_once(app_context, cast):
    message = said(cast.xoel, cast.urban_planning)
    first = reported(cast.uxia, message)
    assert reported(cast.ana, message).id == first.id
    with pytest.raises(Conflict):
        reported(cast.ana, message)
    assert first.report_count == 2
    assert len(db.session.scalars(select(Report)).all()) == 2

    decided(cast.carles, first, Outcome.DISMISSED)
    assert reported(cast.ana, message).id != first.id  # it may be reported anew


@pytest.mark.slow
def test_what_one_may_not_read_cannot_be_reported(app_context, cast):
    message = said(cast.xoel, cast.urban_planning)
    hidden = out(cast.carles, visibility=Visibility.MEMBERS)
    for person in (cast.nadia, cast.elna, cast.eloi):
        with pytest.raises(NotFound):
            reported(person, message)
        with pytest.raises(NotFound):
            reported(person, hidden)
    assert db.session.scalars(select(Case)).all() == []


@pytest.mark.slow
def test_what_is_one_s_own_or_gone_or_empty_cannot_be_reported(app_context, cast):
    message = said(cast.xoel, cast.urban_planning)
    with pytest.raises(Forbidden):
        reported(cast.xoel, message)
    delete_message(cast.xoel, message)
    written = out(cast.carles)
    withdraw(cast.carles, written, "Un error.")
    for row in (message, written, cast.nadia):  # she says nothing of herself
        with pytest.raises((Forbidden, NotFound)):
            reported(cast.ana, row)


def test_something_else_needs_words_and_a_day_has_an_end(app_context, cast, monkeypatch):
    message = said(cast.xoel, cast.urban_planning)
    with pytest.raises(Invalid):
        report(cast.ana, Subject.MESSAGE, message.id, Reason.OTHER, "  ")
    with pytest.raises(Invalid):
        report(cast.ana, Subject.MESSAGE, message.id, Reason.INSULT, "x" * 1001)
    monkeypatch.setattr(reporting, "MAX_REPORTS_PER_DAY", 1)
    reported(cast.ana, message)
    with pytest.raises(Invalid):
        reported(cast.ana, said(cast.xoel, cast.urban_planning, "Otra."))
    assert len(db.session.scalars(select(Case)).all()) == 1


def test_what_was_said_is_kept_though_its_author_changes_or_deletes_it(app_context, cast):
    message = said(cast.xoel, cast.urban_planning)
    case = reported(cast.ana, message)
    edit_message(cast.xoel, message, "Nada.", body_rev=message.body_rev)
    delete_message(cast.xoel, message)
    assert get_case(cast.carles, case.id).said == BAD
