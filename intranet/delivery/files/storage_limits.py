"""Storage limits: of a person, of an agency, and for one video."""

from intranet.delivery.files import queries
from intranet.delivery.files.limits import AGENCY_BYTES, GIB, MIB, PERSON_BYTES
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Forbidden, TooLarge
from intranet.platform.core.i18n import _l
from intranet.platform.core.web import settings


def video_bytes(owner: Person) -> int:
    """Return the size limit of a video that the person uploads in parts.

    Raises:
        Forbidden: they hold no post, so no agency sets a limit.
    """
    if limit := queries.video_mb(owner.id):
        return limit * MIB
    raise Forbidden(_l("Only people who hold a post can send a video."))


def form_bytes(owner: Person) -> int:
    """Return the size limit of a video that is uploaded at once, in a form."""
    return min(settings().upload_mb * MIB, video_bytes(owner))


def video_too_large(limit_bytes: int) -> TooLarge:
    """Return the refusal of a video over a limit."""
    limit = limit_bytes // MIB
    return TooLarge(
        _l(
            "Videos here can be up to %(limit)s MB. Save a smaller version, for example "
            "720 pixels high, or split it in two.",
            limit=limit,
        )
    )


def require_storage(owner: Person, size_bytes: int) -> None:
    """Check that the person and their agencies have storage left for a file of this size.

    Raises:
        TooLarge: it does not fit; the message says whose storage is used up, and what to do.
    """
    if queries.stored_bytes(owner.id) + size_bytes > PERSON_BYTES:
        raise TooLarge(
            _l(
                "You have used all of the %(limit)s GB available to each person. Delete "
                "messages whose files you no longer need and try again.",
                limit=PERSON_BYTES // GIB,
            )
        )
    if queries.fullest_agency_bytes(owner.id) + size_bytes > AGENCY_BYTES:
        raise TooLarge(
            _l(
                "Your agency’s files have filled its %(limit)s GB of storage. Tell an "
                "administrator.",
                limit=AGENCY_BYTES // GIB,
            )
        )
