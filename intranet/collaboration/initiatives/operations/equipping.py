"""Files, partners and contacts of an initiative."""

from uuid import UUID

from sqlalchemy import func, select

from intranet.collaboration.initiatives.access import authorities
from intranet.collaboration.initiatives.models import Contact, Initiative, Partner
from intranet.collaboration.initiatives.operations.describing import publish_anew
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.access import closed_agency_ids
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.access import may_write, require_writer
from intranet.publishing.publications.models import FileRole
from intranet.publishing.publications.operations.attaching import attach, detach
from intranet.publishing.publications.operations.drafting import require_not_withdrawn

PARTNERS_LIMIT, CONTACTS_LIMIT = 50, 10


def add_file(person: Person, initiative: Initiative, file_id: UUID, *, edition: int) -> None:
    """Add a reusable file to an initiative.

    Raises:
        NotFound: the person did not upload the file, or it is already attached to something.
        Forbidden, Conflict, Invalid: as in `change_initiative`, or there are too many files.
    """
    with unit_of_work():
        publication = initiative.publication
        attach(person, publication, file_id, FileRole.ATTACHMENT, edition=edition)
        publish_anew(person, publication, _l("Files"))
        initiative.changed_at = clock.now()


def remove_file(person: Person, initiative: Initiative, file_id: UUID, *, edition: int) -> None:
    """Remove a file. Earlier versions keep it."""
    with unit_of_work():
        publication = initiative.publication
        detach(person, publication, file_id, edition=edition)
        publish_anew(person, publication, _l("Files"))


def add_partner(person: Person, initiative: Initiative, agency: Agency) -> None:
    """Add a partner to an initiative. Idempotent.

    Raises:
        Forbidden: the person may not change the initiative.
        Invalid: the agency leads the initiative, or there are too many partners.
    """
    with unit_of_work() as work:
        _opened(person, initiative)
        if agency.id in closed_agency_ids(person):
            raise NotFound
        if agency.id == initiative.agency_id:
            raise Invalid({"partner": _l("This administration already leads the initiative.")})
        if db.session.get(Partner, (initiative.publication_id, agency.id)):
            return
        _require_room(Partner, initiative, PARTNERS_LIMIT, "partner")
        work.add(Partner(publication_id=initiative.publication_id, agency_id=agency.id))


def drop_partner(person: Person, initiative: Initiative, agency_id: UUID) -> None:
    """Remove a partner, as an editor of the initiative or with authority for the partner.

    Raises:
        Forbidden: the person is not an editor and has no such authority.
    """
    with unit_of_work() as work:
        work.lock(initiative.publication)
        if not may_write(person, initiative.publication) and agency_id not in authorities(person):
            raise Forbidden
        if row := db.session.get(Partner, (initiative.publication_id, agency_id)):
            work.delete(row)


def add_contact(person: Person, initiative: Initiative, post: Post) -> None:
    """Add a contact: a post of an agency that leads the initiative or takes part in it.

    Raises:
        Forbidden: the person may not change the initiative.
        Invalid: the post belongs to none of these agencies, or there are too many contacts.
    """
    with unit_of_work() as work:
        _opened(person, initiative)
        partners = select(Partner.agency_id).where(
            Partner.publication_id == initiative.publication_id
        )
        if post.agency_id not in {initiative.agency_id, *db.session.scalars(partners)}:
            words = _l(
                "Contacts must be posts in the administrations that lead the "
                "initiative or take part in it."
            )
            raise Invalid({"contact": words})
        if db.session.get(Contact, (initiative.publication_id, post.id)):
            return
        _require_room(Contact, initiative, CONTACTS_LIMIT, "contact")
        work.add(Contact(publication_id=initiative.publication_id, post_id=post.id))


def drop_contact(person: Person, initiative: Initiative, post_id: UUID) -> None:
    """Remove a contact."""
    with unit_of_work() as work:
        _opened(person, initiative)
        if row := db.session.get(Contact, (initiative.publication_id, post_id)):
            work.delete(row)


def _opened(person: Person, initiative: Initiative) -> None:
    with unit_of_work() as work:
        work.lock(initiative.publication)
        require_writer(person, initiative.publication)
        require_not_withdrawn(initiative.publication)


def _require_room(
    kind: type[Partner] | type[Contact], initiative: Initiative, limit: int, field: str
) -> None:
    counted = select(func.count()).where(kind.publication_id == initiative.publication_id)
    if (db.session.scalar(counted) or 0) >= limit:
        raise Invalid({field: _l("Add at most %(limit)s items here.", limit=limit)})
