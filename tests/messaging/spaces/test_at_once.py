"""Rows stay true where the organisation is changed by two at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date

import pytest
from sqlalchemy import delete, select

from intranet.extensions import db
from intranet.messaging.spaces import membership
from intranet.messaging.spaces.jobs import reconcile
from intranet.messaging.spaces.membership import apply_rules, difference
from intranet.messaging.spaces.models import SpaceMember
from intranet.organisation.agencies.operations.units import move_unit
from intranet.organisation.people.models import AppointmentKind
from intranet.organisation.people.operations.appointments import (
    AppointmentSpec,
    appoint,
    appoint_all,
)
from intranet.platform.core.errors import Conflict
from intranet.platform.core.unit_of_work import unit_of_work
from tests.messaging.messages.helpers import space_of

DAY = date(2030, 1, 1)
SUBSTITUTE = AppointmentKind.SUBSTITUTE


@pytest.fixture
def together(app, monkeypatch):
    """Do two works at the same moment: both compare rules and rows before either writes."""
    both = threading.Barrier(2)

    def slowly(*about):
        found = difference(*about)
        with suppress(threading.BrokenBarrierError):
            both.wait(1)
        return found

    def within(work):
        with app.app_context():
            return work()

    def run(*works):
        monkeypatch.setattr(membership, "difference", slowly)
        with ThreadPoolExecutor(len(works)) as pool:
            done = [pool.submit(within, work) for work in works]
        monkeypatch.setattr(membership, "difference", difference)
        return [one.exception() for one in done]

    return run


def test_two_who_apply_a_rule_at_once_write_its_rows_once(app, cast, together):
    """Also where both have compared before either has written."""
    with app.app_context():
        space = space_of(cast.licences)
        rows = select(SpaceMember).where(SpaceMember.space_id == space.id)
        with unit_of_work():
            db.session.execute(delete(SpaceMember).where(SpaceMember.space_id == space.id))

    def repair():
        with unit_of_work() as work:
            apply_rules(work, [space_of(cast.licences)])

    together(repair, repair)

    with app.app_context():
        written = db.session.scalars(rows).all()
        assert len(written) == len({row.appointment_id for row in written}) == 4


@pytest.mark.slow
def test_who_is_appointed_while_the_unit_moves_is_in_the_rooms_above_its_new_place(
    app, cast, together
):
    faults = together(
        lambda: move_unit(None, cast.licences, cast.procurement),
        lambda: appoint(None, cast.officer_post, cast.carles, starts_on=DAY, kind=SUBSTITUTE),
    )

    assert faults == [None, None]
    with app.app_context():
        assert reconcile(repair=False) == {}


@pytest.mark.slow
def test_many_are_appointed_once_though_two_send_the_list(app, cast, together):
    def appoint_both():
        new = [
            AppointmentSpec(post=cast.officer_post, person=person, starts_on=DAY, kind=SUBSTITUTE)
            for person in (cast.carles, cast.rosa)
        ]
        appoint_all(None, cast.monteclaro, new)

    faults = together(appoint_both, appoint_both)

    assert [type(fault) for fault in faults if fault] == [Conflict]
