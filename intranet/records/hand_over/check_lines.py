"""The leaver's checklist, as lines to accept."""

from sqlalchemy import select

from intranet.extensions import db
from intranet.platform.core.i18n import _, _l
from intranet.records.hand_over.line_kinds import (
    HandOverItem,
    HandOverScope,
    HandOverSection,
    LineKind,
    declare,
)
from intranet.records.hand_over.models import HandOverCheck

CHECK = "check"


def _checks(scope: HandOverScope) -> list[HandOverItem]:
    rows = db.session.scalars(
        select(HandOverCheck)
        .where(HandOverCheck.appointment_id == scope.appointment.id)
        .order_by(HandOverCheck.position)
    )
    about = _("Noted by %(name)s", name=scope.leaver.name)
    return [HandOverItem(CHECK, row.id, row.words, about, icon="clipboard-list") for row in rows]


declare(
    LineKind(
        name=CHECK,
        word=_l("Note"),
        icon="clipboard-list",
        section=HandOverSection.CHECKS,
        lines=_checks,
    )
)
