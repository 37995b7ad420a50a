"""Who was let in as one of the people of an agency is in while they hold a post there."""

from intranet.messaging.spaces.models import SpaceMember, Why
from intranet.messaging.spaces.queries import current_member_ids
from intranet.platform.core.unit_of_work import unit_of_work
from tests.messaging.messages.helpers import space_of


def test_who_was_let_in_for_an_agency_is_out_with_the_last_post_there(app_context, cast):
    town, village = cast.monteclaro, cast.vilaverde
    licences, planning = space_of(cast.licences), space_of(cast.urban_planning)
    ana, bieito = cast.ana, cast.bieito

    with unit_of_work() as work:
        for space, person, agency in (
            (licences, bieito, town),  # he holds a post, and none in the town
            (planning, bieito, village),
            (planning, ana, town),
        ):
            work.add(
                SpaceMember(
                    space_id=space.id, person_id=person.id, agency_id=agency.id, why=Why.HAND
                )
            )

    assert bieito.id not in current_member_ids(licences)
    assert {bieito.id, ana.id} <= current_member_ids(planning)
