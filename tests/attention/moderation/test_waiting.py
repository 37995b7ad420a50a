"""What waits where nobody decides any more is passed on; what is old is let go of."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.attention.moderation.access import get_case, waiting_for
from intranet.attention.moderation.jobs import KEPT_FOR, forget_old, pass_on
from intranet.attention.moderation.models import Case, Outcome
from intranet.extensions import db
from intranet.organisation.people.operations.appointments import end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from tests.attention.moderation.helpers import decided, reported, said


@pytest.mark.slow
@pytest.mark.both
def test_when_the_head_is_gone_the_next_level_decides(app_context, cast):
    case = reported(cast.uxia, said(cast.xoel, cast.urban_planning))
    pass_on()
    assert waiting_for(cast.carles) == 1
    for held in list(current_appointments(cast.carles.id)):
        end_appointment(None, held)
    with clock.freeze(clock.now() + timedelta(days=1)):
        pass_on()
        assert get_case(cast.rosa, case.id).id == case.id
        assert waiting_for(cast.rosa) == 1


@pytest.mark.both
def test_after_two_years_a_decision_is_let_go_of_but_not_what_is_hidden(app_context, cast):
    hidden = decided(cast.carles, reported(cast.uxia, said(cast.xoel, cast.urban_planning)))
    decided(
        cast.carles,
        reported(cast.uxia, said(cast.xoel, cast.urban_planning, "Otra.")),
        Outcome.WARNED,
    )
    forget_old(clock.now())
    assert len(db.session.scalars(select(Case)).all()) == 2
    forget_old(clock.now() + KEPT_FOR + timedelta(days=1))
    assert db.session.scalars(select(Case.id)).all() == [hidden.id]
