"""Appeals: once, within thirty days, and to somebody who did not decide."""

from datetime import timedelta

import pytest

from intranet.attention.moderation.access import get_case, waiting_for
from intranet.attention.moderation.models import Outcome, Verdict
from intranet.attention.moderation.operations.appealing import appeal, decide_appeal
from intranet.attention.moderation.operations.deciding import withdraw_decision
from intranet.messaging.conversations.operations import start_direct_message
from intranet.messaging.spaces.access import muted_until
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid, NotFound
from tests.attention.moderation.helpers import BAD, decided, reported, said
from tests.messaging.messages.helpers import say, shown, space_of


def hidden(cast, **more):
    return decided(cast.carles, reported(cast.uxia, said(cast.xoel, cast.urban_planning)), **more)


def test_the_next_level_decides_and_undoes_all_of_it(app_context, cast):
    case = hidden(cast, mute_days=7)
    made = appeal(cast.xoel, case, "Era una broma.")
    assert made.desk_id == space_of(cast.town_hall).id
    assert waiting_for(cast.rosa) == 1
    for person in (cast.carles, cast.xoel, cast.ana, cast.dorleta):
        with pytest.raises((NotFound, Forbidden)):
            decide_appeal(person, case, Verdict.UNDONE, "Vale.")
    decide_appeal(cast.rosa, case, Verdict.UNDONE, "Tenía razón.")

    assert not shown(case.message)["deleted"]
    assert muted_until(cast.xoel, case.space_id) is None
    assert waiting_for(cast.rosa) == 0
    with pytest.raises(Conflict):
        decide_appeal(cast.rosa, case, Verdict.STANDS, "No.")


def test_it_may_stand(app_context, cast):
    case = hidden(cast)
    appeal(cast.xoel, case, "Era una broma.")
    decide_appeal(cast.rosa, case, Verdict.STANDS, "No lo era.")
    assert shown(case.message)["hidden"]


def test_above_the_administrators_stands_another_of_them_or_who_leads_the_agency(app_context, cast):
    talk = start_direct_message(cast.xoel, [cast.ana])
    case = decided(cast.dorleta, reported(cast.ana, say(cast.xoel, talk, BAD)))
    made = appeal(cast.xoel, case, "No.")
    assert made.desk_id == space_of(cast.town_hall).id
    with pytest.raises(Forbidden):
        decide_appeal(cast.dorleta, case, Verdict.STANDS, "No.")
    decide_appeal(cast.rosa, case, Verdict.UNDONE, "Sí.")


@pytest.mark.slow
def test_one_appeals_once_and_only_one_s_own(app_context, cast):
    case = hidden(cast)
    for person in (cast.uxia, cast.carles, cast.elna):
        with pytest.raises(NotFound):
            appeal(person, case, "No.")
    with pytest.raises(Invalid):
        appeal(cast.xoel, case, "  ")
    appeal(cast.xoel, case, "No.")
    with pytest.raises(Conflict):
        appeal(cast.xoel, case, "No.")


@pytest.mark.slow
def test_not_against_nothing_not_too_late_and_not_after_it_was_taken_back(app_context, cast):
    nothing = decided(
        cast.carles,
        reported(cast.uxia, said(cast.xoel, cast.urban_planning)),
        Outcome.DISMISSED,
    )
    with pytest.raises(Forbidden):
        appeal(cast.xoel, nothing, "No.")
    case = hidden(cast)
    with clock.freeze(clock.now() + timedelta(days=31)), pytest.raises(Forbidden):
        appeal(cast.xoel, case, "No.")
    withdraw_decision(cast.carles, case, "Basta.")
    with pytest.raises(Forbidden):
        appeal(cast.xoel, case, "No.")


def test_what_is_taken_back_leaves_no_appeal_open(app_context, cast):
    case = hidden(cast)
    appeal(cast.xoel, case, "No.")
    withdraw_decision(cast.carles, case, "Tiene razón.")
    assert waiting_for(cast.rosa) == 0
    made = get_case(cast.rosa, case.id).appeal
    assert made
    assert made.verdict == Verdict.UNDONE
