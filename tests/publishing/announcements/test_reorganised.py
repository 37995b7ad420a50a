"""Units are merged and split: what was sent keeps its audience, its report and its proof."""

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.operations.successions import UnitEnd, end_units
from intranet.organisation.agencies.operations.units import end_unit
from intranet.publishing.publications.announcement_models import (
    Acknowledgement,
    Announcement,
    PublicationAtom,
    Recipient,
)
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.acknowledging import acknowledge
from tests.cast import today
from tests.publishing.announcements.helpers import announce


def stored():
    """Every row that says to whom something was sent and who confirmed it."""
    return [
        sorted(map(repr, db.session.execute(select(*kind.__table__.c))))
        for kind in (Publication, Announcement, PublicationAtom, Recipient, Acknowledgement)
    ]


@pytest.mark.parametrize("way", ["merged", "split"])
def test_a_report_says_the_same_before_and_after(app, cast, client_of, way):
    with app.app_context():
        sent = announce(cast.carles, {"unit": str(cast.licences.id), "subtree": True})
        acknowledge(cast.ana, sent, version=1, factor="password")
        sent_id, rows = sent.id, stored()
    client = client_of(cast.carles)
    report = client.submit(f"/p/{sent_id}/report.csv")
    assert report.status_code == 200
    assert "Licencias" in report.text

    with app.app_context():
        if way == "merged":
            end_unit(None, cast.licences, today(), successor=cast.procurement)
        else:
            end = UnitEnd(
                unit_id=cast.licences.id,
                last_day=today(),
                successor_id=cast.procurement.id,
                elsewhere={cast.officer_post.id: cast.systems.id},
            )
            end_units([end], today())
        assert stored() == rows

    assert client.submit(f"/p/{sent_id}/report.csv").data == report.data
    assert client_of(cast.uxia).get(f"/p/{sent_id}").status_code == 200
