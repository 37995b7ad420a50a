"""In a group of the whole network nobody is obliged, or rung, who was only put into it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.collaboration.events.operations.planning import plan_event
from intranet.collaboration.groups.operations import joining
from intranet.collaboration.groups.operations.founding import change_rule
from intranet.collaboration.polls.operations.opening import PollRules, open_poll
from intranet.collaboration.polls.operations.voting import close_poll, remind
from intranet.extensions import db
from intranet.messaging.spaces.audience import Audience
from intranet.messaging.spaces.membership import apply_to_people
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.agencies.operations.agencies import change_agency
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.outbox import run_due
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.announcement_models import Recipient
from intranet.publishing.publications.operations.drafting import Written
from tests.collaboration.events.helpers import plan
from tests.collaboration.groups.helpers import group_of, inside
from tests.collaboration.groups.test_named import sent
from tests.collaboration.polls.helpers import chooses, told
from tests.organisation.agencies.test_agencies import settings_of


def test_a_rule_over_the_network_lets_nobody_announce_to_other_agencies(app_context, cast):
    group = group_of(cast.elna, audience={"any": [{"agency_kind": "municipality"}]})
    joining.join(cast.guillem, group)
    assert inside(group, cast.ana, cast.carles, cast.guillem) == [True, True, True]

    done = sent(cast.elna, group.space)

    reached = select(Recipient.person_id).where(Recipient.publication_id == done.id)
    assert set(db.session.scalars(reached)) == {cast.elna.id, cast.guillem.id}


@pytest.mark.slow
@pytest.mark.both
def test_who_a_rule_put_there_finds_polls_and_events_without_being_rung(app_context, cast):
    group = group_of(cast.elna, audience={"any": [{"agency_kind": "municipality"}]})
    joining.join(cast.guillem, group)
    post = current_appointments(cast.elna.id)[0].post
    written = {"ca": Written("Quan ens veiem?", "")}
    rules = PollRules(options=("Dilluns", "Dimarts"), closes_at=clock.now() + timedelta(days=2))
    members = Visibility.MEMBERS

    poll = open_poll(cast.elna, group.space, post, written, rules, visibility=members)
    when = plan("2027-03-01T10:00", "2027-03-01T11:00")
    plan_event(cast.elna, group.space, post, written, when, visibility=members, invites=True)
    run_due()
    assert [told(one, "poll_open") for one in (cast.ana, cast.guillem)] == [0, 1]
    assert [told(one, "event_invited") for one in (cast.ana, cast.guillem)] == [0, 1]

    chooses(cast.ana, poll, 1)  # she may vote all the same, and is then told how it ended
    remind(poll)
    close_poll(cast.elna, poll)
    run_due()
    assert [told(one, "poll_soon") for one in (cast.ana, cast.carles, cast.guillem)] == [0, 0, 1]
    assert [told(one, "poll_closed") for one in (cast.ana, cast.carles, cast.guillem)] == [1, 0, 1]


@pytest.mark.slow
def test_a_rule_over_the_network_passes_by_an_agency_that_is_not_in_the_directory(
    app_context, cast
):
    rule = {"any": [{"agency_kind": "municipality"}]}
    before = group_of(cast.elna)
    joining.join(cast.ana, before)
    change_rule(cast.elna, before, Audience.parse(rule))
    assert inside(before, cast.ana, cast.carles, cast.elna) == [True, True, True]

    in_directory(cast.monteclaro, wanted=False)
    after = group_of(cast.elna, "Otra", audience=rule)
    of_their_own = group_of(cast.carles, "La nuestra", audience=rule)
    apply_to_people_of(cast.carles)
    assert inside(before, cast.ana, cast.carles, cast.elna) == [
        True,
        False,
        True,
    ]  # she came herself
    assert inside(after, cast.ana, cast.carles, cast.elna) == [False, False, True]
    assert inside(of_their_own, cast.ana, cast.carles) == [True, True]

    in_directory(cast.monteclaro, wanted=True)
    assert [inside(one, cast.carles) for one in (before, after, of_their_own)] == [[True]] * 3


def in_directory(agency, *, wanted):
    """Let the agency of somebody come into the directory, or leave it."""
    change_agency(None, agency, **settings_of(agency, in_directory=wanted))


def apply_to_people_of(*people):
    """Ask the rules of these people anew, as an import does."""
    with unit_of_work() as work:
        apply_to_people(work, {person.id for person in people})
