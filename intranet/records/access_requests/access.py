"""Access to requests: keepers of the agency's records, and what only the officer may do."""

from uuid import UUID

from intranet.extensions import db
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Conflict, Forbidden, NotFound
from intranet.platform.core.i18n import _l
from intranet.records.access_requests.models import AccessFinding, AccessNotice, AccessRequest


def keeps_records(person: Person, agency: Agency) -> bool:
    """Return whether the person keeps the records of an agency today."""
    return person.may(Act.KEEP_RECORDS, agency.id, by_own_post=True)


def require_keeper(person: Person, agency: Agency) -> None:
    """Refuse everybody but those who keep the agency's records.

    Raises:
        NotFound: the person has no such role today.
    """
    if not keeps_records(person, agency):
        raise NotFound


def get_request(person: Person, agency: Agency, request_id: UUID) -> AccessRequest:
    """Return a request for access to an agency whose records the person keeps.

    Raises:
        NotFound: there is none, it is another agency's, or the person keeps no records there.
    """
    require_keeper(person, agency)
    request = db.session.get(AccessRequest, request_id)
    if request is None or request.agency_id != agency.id:
        raise NotFound
    return request


def require_officer(person: Person, request: AccessRequest) -> None:
    """Refuse everybody but the officer in charge of a request that is open.

    Raises:
        NotFound: the person keeps no records of the agency today.
        Forbidden: another officer is in charge.
        Conflict: the request is closed.
    """
    require_keeper(person, request.agency)
    if request.officer_id != person.id:
        raise Forbidden(_l("Another officer is in charge of this request."))
    if request.closed_at:
        raise Conflict(_l("This request is closed."))


def is_in_charge(person: Person, request: AccessRequest) -> bool:
    """Return whether the person is the officer in charge of an open request, with the role today.

    It is asked again wherever something is made in the background or handed out.
    """
    return (
        request.closed_at is None
        and request.officer_id == person.id
        and keeps_records(person, request.agency)
    )


def get_finding(request: AccessRequest, finding_id: UUID) -> AccessFinding:
    """Return something that was found for a request.

    Raises:
        NotFound: there is no such thing in this request.
    """
    finding = db.session.get(AccessFinding, finding_id)
    if finding is None or finding.request_id != request.id:
        raise NotFound
    return finding


def may_agree(person: Person, request: AccessRequest) -> bool:
    """Return whether the person may agree that direct messages are read.

    They keep the agency's records or administer it by a post of its own. Neither did they ask for
    it, nor is it their own data that are asked for.
    """
    if person.id in {request.private_asked_by_id, request.officer_id, request.subject_id}:
        return False
    agency = request.agency
    return keeps_records(person, agency) or person.administers(agency.id, by_own_post=True)


def get_asked_request(person: Person, agency: Agency, request_id: UUID) -> AccessRequest:
    """Return a request whose reading of direct messages waits for the person's agreement.

    Raises:
        NotFound: there is none, nothing is asked, or the person may not agree.
    """
    request = db.session.get(AccessRequest, request_id)
    if request is None or request.agency_id != agency.id or request.closed_at:
        raise NotFound
    if not request.asks_for_private or not may_agree(person, request):
        raise NotFound
    return request


def get_notice(person: Person, request_id: UUID) -> AccessNotice:
    """Return the notice that something of the person's own was read for a request.

    Raises:
        NotFound: they were told nothing of the kind.
    """
    notice = db.session.get(AccessNotice, (request_id, person.id))
    if notice is None or notice.told_at is None:
        raise NotFound
    return notice
