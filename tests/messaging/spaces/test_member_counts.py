"""Members are counted again when they change or a date comes, and not before."""

from datetime import timedelta

import pytest

from intranet.messaging.spaces.member_counts import count_members, has_more_members, people_count
from intranet.messaging.spaces.operations import invite_to_space, remove_from_space
from intranet.organisation.people.operations.appointments import appoint
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.messaging.messages.helpers import space_of

pytestmark = pytest.mark.both


def test_a_count_is_kept_until_somebody_comes_or_goes(app_context, cast, count_queries):
    licences = space_of(cast.licences)
    before = count_members(licences)
    with count_queries() as asked:
        assert count_members(licences) == before
        assert has_more_members(licences, before - 1)
        assert not has_more_members(licences, before)
    assert asked == []

    invite_to_space(cast.ana, licences, cast.carles)
    assert count_members(licences) == before + 1
    remove_from_space(cast.ana, licences, cast.carles)
    assert count_members(licences) == before


def test_who_comes_and_goes_by_date_is_counted_from_midnight(app_context, cast):
    tomorrow = clock.today("Europe/Madrid") + timedelta(days=1)
    appoint(None, cast.technician_post, cast.xoel, starts_on=tomorrow, ends_on=tomorrow)
    procurement = space_of(cast.procurement)
    midnight = clock.start_of(tomorrow, "Europe/Madrid")
    before = count_members(procurement)

    for instant, more in (
        (midnight - timedelta(seconds=1), 0),
        (midnight, 1),
        (midnight + timedelta(hours=23, minutes=59), 1),
        (clock.end_of(tomorrow, "Europe/Madrid"), 0),
    ):
        with clock.freeze(instant):
            assert count_members(procurement) == before + more


def test_who_writes_is_told_the_count_of_the_database(app_context, cast, count_queries):
    licences = space_of(cast.licences)
    count_members(licences)
    with unit_of_work(), count_queries() as asked:
        count_members(licences)
    assert any("count(" in statement for statement in asked)


def test_people_of_an_agency_are_counted_again_when_one_comes(app_context, cast, count_queries):
    before = people_count(cast.monteclaro.id)
    with count_queries() as asked:
        assert people_count(cast.monteclaro.id) == before
    assert not any("count(" in statement for statement in asked)

    appoint(None, cast.technician_post, cast.bieito, starts_on=clock.today("Europe/Madrid"))
    assert people_count(cast.monteclaro.id) == before + 1
