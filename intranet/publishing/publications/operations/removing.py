"""Deleting the content of an earlier version for good, with the files that only it had."""

from intranet.delivery.files.operations import discard
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.idempotency import forget_answers_about
from intranet.platform.core.keeping import offer
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.events import VersionRemoved
from intranet.publishing.publications.file_access import file_ids_of_versions
from intranet.publishing.publications.models import FileRole, Publication, PublicationVersion
from intranet.publishing.publications.removal_right import require_remover
from intranet.publishing.publications.versions import get_version, with_working_copy


def remove_version(person: Person, publication: Publication, number: int) -> PublicationVersion:
    """Delete the content of a version; its date and note stay.

    Its digest is deleted too, as short texts can be guessed from it, and so are stored responses.

    Files that no other version and no working copy has are deleted.

    Raises:
        Forbidden: the person may neither edit it nor moderate its space, or readers see this
            version now.
        NotFound: there is no such version.
    """
    with unit_of_work() as work:
        work.lock(publication)
        require_remover(person, publication)
        version = get_version(publication, number)
        if version is None:
            raise NotFound
        if number == publication.version:
            raise Forbidden(
                _l("This is the version readers see now. Correct it first, or withdraw it.")
            )
        if version.removed_at:
            return version
        offer([version], person.id)
        version.title, version.summary = Localized(), Localized()
        version.body, version.html, version.described = {}, {}, {}
        version.file_ids, version.words, version.sha256 = [], 0, ""
        version.removed_at, version.removed_by_id = clock.now(), person.id
        work.flush()
        left = file_ids_of_versions(publication)
        gone = [
            held
            for held in with_working_copy(publication).files
            if held.role == FileRole.EARLIER and held.file_id not in left
        ]
        file_ids = [held.file_id for held in gone]
        for held in gone:
            work.delete(held)
        work.flush()
        discard(file_ids, person.id, with_holder=True)
        forget_answers_about(publication.id)
        work.publish(VersionRemoved(publication.id, number))
        record(
            "publication.remove_version",
            agency_id=publication.agency_id,
            actor_id=person.id,
            subject=("publication", publication.id),
            detail={"number": number, "files": len(file_ids)},
        )
    return version
