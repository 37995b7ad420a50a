"""Holds of Monteclaro, and a second post of Carles."""

from datetime import timedelta

import pytest

from intranet.organisation.agencies.operations.administrations import give_role
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.agencies.roles import AgencyRole
from intranet.organisation.people.models import Appointment
from intranet.platform.core import clock
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.records.holds.operations import HoldTerms, place_hold


@pytest.fixture
def hold(app_context, cast):
    """Xoel places holds for Monteclaro."""
    give_role(None, cast.monteclaro, cast.architect_post, AgencyRole.RECORDS)
    today = clock.today("Europe/Madrid")

    def make(kind, subject_id=None, *, word="", is_confidential=False, days=(0, None)):
        first, last = (today - timedelta(days=ago) if ago is not None else None for ago in days)
        terms = HoldTerms(
            title="Asunto",
            reason="Lo ordena el juzgado.",
            reference="",
            since=first,
            until=last,
            is_confidential=is_confidential,
            targets=((kind, subject_id, word),),
        )
        return place_hold(cast.xoel, cast.monteclaro, terms)

    return make


@pytest.fixture
def elsewhere(app_context, cast):
    """A second post of Carles, in Altamar."""
    title = Localized({"ca": "Secretaria compartida"})
    post = create_post(None, PostSpec(unit=cast.altamar_hall, title=title))
    with unit_of_work() as work:
        held = Appointment(post_id=post.id, person_id=cast.carles.id)
        held.set_dates(cast.altamar, clock.today("Europe/Madrid") - timedelta(days=9), None)
        work.add(held)
    return post
