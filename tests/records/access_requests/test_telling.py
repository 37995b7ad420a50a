"""People who were read are told: once, forwarded authors too, and by a last day."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.attention.notifications.models import Notification
from intranet.extensions import db
from intranet.messaging.messages.forwarding import forward_message
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid
from intranet.platform.core.ids import uuid7
from intranet.records.access_requests.operations.deciding import open_finding
from intranet.records.access_requests.operations.finding import search
from intranet.records.access_requests.operations.requests import delay_telling
from intranet.records.access_requests.operations.telling import tell_due, tell_readers
from intranet.records.access_requests.queries import findings_of
from tests.messaging.messages.helpers import channel_of, say
from tests.records.access_requests.conftest import acts, told, work_off

pytestmark = pytest.mark.both


def test_whoever_was_read_is_told_once(asked, planted, officer, cast):
    search(officer, asked, '"obra menor"')
    for finding in findings_of(asked):
        open_finding(officer, finding)
    tell_readers(asked, clock.now())
    tell_readers(asked, clock.now())
    work_off()
    people = db.session.scalars(
        select(Notification.person_id).where(Notification.why == "records_read")
    ).all()
    assert sorted(people) == sorted({cast.ana.id, cast.uxia.id, cast.carles.id})


def test_telling_waits_for_a_reason_and_comes_by_itself_after_a_month(
    asked, planted, officer, cast
):
    search(officer, asked, '"obra menor"')
    finding = findings_of(asked)[0]
    open_finding(officer, finding)
    today = clock.today("Europe/Madrid")
    for day, reason in ((today, "x"), (today + timedelta(days=200), "x")):
        with pytest.raises(Invalid):
            delay_telling(officer, asked, day, reason)
    with pytest.raises(Invalid):
        delay_telling(officer, asked, today + timedelta(days=40), "")
    delay_telling(officer, asked, today + timedelta(days=40), "Investigación en curso")

    tell_due()
    with clock.freeze(clock.now() + timedelta(days=31)):
        tell_due()
        tell_readers(asked, clock.now())
        assert told(asked) == []
    delay_telling(officer, asked, today + timedelta(days=41), "Sigue en curso")
    assert {"access_request.delay", "access_request.renew_delay"} <= set(acts(cast.monteclaro))
    with clock.freeze(clock.now() + timedelta(days=43)):
        tell_due()
        assert told(asked)


def test_no_renewal_delays_telling_for_ever(asked, officer, cast):
    today = clock.today("Europe/Madrid")
    for days in (170, 340, 510, 680):
        with clock.freeze(clock.now() + timedelta(days=days - 170)):
            delay_telling(officer, asked, today + timedelta(days=days), "Sigue en curso")
    with clock.freeze(clock.now() + timedelta(days=680)), pytest.raises(Invalid):
        delay_telling(officer, asked, today + timedelta(days=760), "Sigue en curso")


def test_the_author_of_forwarded_words_is_told_as_well(asked, officer, cast):
    said = say(cast.uxia, channel_of(cast.licences), "Las flores de hoy.")
    forward_message(
        cast.ana,
        said,
        [channel_of(cast.urban_planning).id],
        comment="Mirad la caléndula",
        client_id=uuid7(),
    )
    work_off()
    search(officer, asked, "caléndula")
    open_finding(officer, findings_of(asked)[0])
    tell_readers(asked, clock.now())
    assert set(told(asked)) == {cast.ana.id, cast.uxia.id}
