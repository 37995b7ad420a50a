"""Roles of an agency that nobody can exercise: neither their post nor the deputy is held."""

from sqlalchemy import or_, select

from intranet.extensions import db
from intranet.organisation.agencies.models import Administration, Agency
from intranet.organisation.agencies.role_labels import ROLE_NAMES
from intranet.platform.core import clock
from intranet.platform.core.i18n import _, _l
from intranet.publishing.publications.view_models import text_of
from intranet.records.hand_over.line_kinds import MAX_LINES, LeftThing, LineKind, declare
from intranet.records.hand_over.nobody import unheld_posts

ROLE = "role"


def _left(agency: Agency) -> list[LeftThing]:
    unheld = unheld_posts(agency)
    rows = db.session.scalars(
        select(Administration)
        .where(
            Administration.agency_id == agency.id,
            Administration.is_in_force(clock.now()),
            Administration.post_id.in_(unheld),
            or_(
                Administration.deputy_post_id.is_(None),
                Administration.deputy_post_id.in_(unheld),
            ),
        )
        .limit(MAX_LINES)
    ).all()
    return [
        LeftThing(
            ROLE,
            row.id,
            _(
                "%(role)s: %(post)s",
                role=ROLE_NAMES[row.role],
                post=text_of(row.post.title, agency.language),
            ),
            post_id=row.post_id,
        )
        for row in rows
    ]


declare(
    LineKind(
        name=ROLE,
        word=_l("Role"),
        icon="key-round",
        left=_left,
        give_words=_l("Give the role to another post"),
        give_at="admin.administrators",
    )
)
