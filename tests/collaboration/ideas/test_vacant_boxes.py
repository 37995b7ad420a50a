"""A box whose post is vacant: whoever reads for the post is told."""

from datetime import timedelta

import pytest

from intranet import schedule  # noqa: F401 - what the outbox does registers itself with it
from intranet.collaboration.ideas import jobs
from intranet.collaboration.ideas.operations.answering import answer
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.people.operations.appointments import end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden
from tests.collaboration.ideas.helpers import box_of, idea_in
from tests.collaboration.polls.helpers import told, work_off


@pytest.mark.both
def test_who_reads_for_the_vacant_post_of_a_box_is_told_of_what_they_may_read(app_context, cast):
    post = cast.head_of_licences_post
    box = box_of(cast.ana, cast.licences, post)
    for row in current_appointments(cast.ana.id):
        if row.post_id == post.id:
            end_appointment(None, row)
    idea = idea_in(cast.ana, box, "Para toda la casa", Visibility.AGENCY)
    idea_in(cast.ana, box, "Solo para la sección", Visibility.MEMBERS)
    work_off()
    assert told(cast.carles, "idea_new") == 1
    with clock.freeze(idea.due_at + timedelta(minutes=1)):
        jobs.remind_due()
        work_off()
        assert told(cast.carles, "idea_late") == 1
        with pytest.raises(Forbidden):
            answer(cast.carles, idea, "No es mía", None)
