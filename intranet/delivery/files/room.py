"""How much room there is for files: a person's, an agency's, and for one video."""

from intranet.delivery.files import queries
from intranet.delivery.files.limits import AGENCY_BYTES, GIB, MIB, PERSON_BYTES
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Forbidden, TooLarge
from intranet.platform.core.i18n import _l
from intranet.platform.core.web import settings


def video_bytes(owner: Person) -> int:
    """How large a video may be that the person sends in parts.

    Raises:
        Forbidden: they hold no post, and so no agency says it.
    """
    if limit := queries.video_mb(owner.id):
        return limit * MIB
    raise Forbidden(_l("Only people who hold a post can send a video."))


def form_bytes(owner: Person) -> int:
    """How large a video may be that is sent at once, in a form."""
    return min(settings().upload_mb * MIB, video_bytes(owner))


def video_too_large(limit_bytes: int) -> TooLarge:
    """What is said of a video over a limit."""
    limit = limit_bytes // MIB
    return TooLarge(
        _l(
            "Videos here can be up to %(limit)s MB. Save a smaller version, for example "
            "720 pixels high, or split it in two.",
            limit=limit,
        )
    )


def require_room(owner: Person, size_bytes: int) -> None:
    """Refuse what the person or an agency of theirs has no room for.

    Raises:
        TooLarge: it says whose room it is, and what to do.
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
