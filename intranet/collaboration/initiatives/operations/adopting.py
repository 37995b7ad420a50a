"""Records of an agency's use of an initiative, made with authority for the agency."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import select

from intranet.collaboration.initiatives.access import require_authority
from intranet.collaboration.initiatives.models import Adoption, Initiative, Use
from intranet.collaboration.initiatives.notices import USED, notify_owners
from intranet.collaboration.initiatives.operations.describing import FACT_LIMIT, require_past
from intranet.collaboration.initiatives.queries import current_adoption
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.agencies.queries import in_force
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_line, optional_text, required_text
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.operations.drafting import require_not_withdrawn

TEXT_LIMIT = 2_000


@dataclass(frozen=True)
class InitiativeUseDetails:
    """An agency's use of an initiative.

    Texts are plain; the default contact is the recording post.
    """

    use: Use
    since_on: date | None = None
    cost: str = ""
    took: str = ""
    changed: str = ""
    contact_id: UUID | None = None


def record_adoption(
    person: Person,
    initiative: Initiative,
    agency: Agency,
    told: InitiativeUseDetails,
    *,
    replaces: UUID | None,
) -> Adoption:
    """Record an agency's use of an initiative. The previous record stays in the history.

    Args:
        replaces: the id of the agency's latest record, as the person saw it.

    Raises:
        Forbidden: the person has no authority for the agency, or the agency leads the initiative.
        Conflict: another person of the agency recorded a use meanwhile.
        Invalid: a day is in the future, a text is too long, a stop has no reason, or the contact
            is not a post of the agency.
    """
    told = _sound(told, agency)
    with unit_of_work() as work:
        publication = initiative.publication
        work.lock(publication)
        require_not_withdrawn(publication)
        voice = require_authority(person, agency)
        if agency.id == initiative.agency_id:
            raise Forbidden(
                _l("Your administration leads this initiative, so it is already counted as a user.")
            )
        known = current_adoption(initiative.publication_id, agency.id)
        if (known.id if known else None) != replaces:
            raise Conflict
        contact = _contact(agency, told.contact_id) if told.contact_id else voice.post
        now = clock.now()
        if known:
            known.replaced_at = now
            work.flush()  # the unique index allows a single current record
        row = Adoption(
            publication_id=publication.id,
            agency_id=agency.id,
            use=told.use,
            since_on=told.since_on,
            cost=told.cost,
            took=told.took,
            changed=told.changed,
            contact_id=contact.id,
            post_id=voice.post.id,
            by_id=person.id,
            at=now,
        )
        work.add(row)
        initiative.changed_at = now
        work.flush()
        notify_owners(work, initiative, person, USED, str(row.id))
    return row


def _sound(told: InitiativeUseDetails, agency: Agency) -> InitiativeUseDetails:
    changed = optional_text(told.changed, "changed", TEXT_LIMIT)
    if told.use == Use.GAVE_UP:
        changed = required_text(changed, "changed", TEXT_LIMIT)
    return InitiativeUseDetails(
        told.use,
        require_past(told.since_on, agency, "since_on"),
        optional_line(told.cost, "cost", FACT_LIMIT),
        optional_text(told.took, "took", TEXT_LIMIT),
        changed,
        told.contact_id,
    )


def _contact(agency: Agency, post_id: UUID) -> Post:
    found = db.session.scalar(
        select(Post).where(
            Post.id == post_id,
            Post.agency_id == agency.id,
            in_force(Post, clock.today(agency.time_zone)),
        )
    )
    if found is None:
        raise Invalid({"contact_id": _l("Choose a post in the administration.")})
    return found
