"""The declaration of announcements."""

from collections.abc import Collection, Mapping
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _, _l
from intranet.publishing.announcements import proof_views, screen_views, sheet_views, views
from intranet.publishing.publications.confirmations import confirmations
from intranet.publishing.publications.kinds import KindState, PublicationKind
from intranet.publishing.publications.models import ANNOUNCEMENT, Publication
from intranet.publishing.publications.required_reading import is_required_of


def _states(reader: Person, ids: Collection[UUID]) -> Mapping[UUID, KindState]:
    asked = select(Publication.id).where(Publication.id.in_(ids), is_required_of(reader))
    owed = set(db.session.scalars(asked))
    done = confirmations(reader, ids).keys() - owed
    return {each: KindState(_("Not confirmed"), "attn") for each in owed} | {
        each: KindState(_("Confirmed"), "ok") for each in done
    }


KIND = PublicationKind(
    name=ANNOUNCEMENT,
    word=_l("Announcement"),
    plural=_l("Announcements"),
    icon="megaphone",
    blueprints=(views.bp, proof_views.bp, sheet_views.bp, screen_views.bp),
    states=_states,
)
