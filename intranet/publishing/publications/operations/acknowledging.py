"""Confirming reading: a deliberate act of each person."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import update

from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.publishing.publications import queries
from intranet.publishing.publications.access import get_publication
from intranet.publishing.publications.announcement_models import Acknowledgement, Recipient, Way
from intranet.publishing.publications.events import Acknowledged
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.senders import sends


def acknowledge(
    person: Person,
    publication: Publication,
    *,
    version: int,
    factor: str = "",
    post_id: UUID | None = None,
) -> None:
    """Record that the person has read a version, as the post that received it.

    A repeat changes nothing. People who joined the audience later confirm without being counted.

    Args:
        version: the version on the screen.
        factor: how the person had signed in.
        post_id: the post to confirm for, where a circular was sent to several of their posts.

    Raises:
        NotFound: the person may not read it, or not as this post.
        Forbidden: nobody is asked to confirm it, the person is not, or it was corrected since and
            the new text has to be confirmed.
        Invalid: it was sent to several of their posts, and none is given.
    """
    with unit_of_work() as work:
        work.lock(publication)
        _require_theirs(person, publication)
        require_confirmation_pending(publication)
        require_read(publication, version)
        sent_as = queries.posts_sent_as(person, publication)
        confirm(
            work,
            Acknowledgement(
                publication_id=publication.id,
                person_id=person.id,
                post_id=_chosen(sent_as, post_id) if sent_as else queries.first_post(person),
                version=min(version, publication.version),
                way=Way.ACCOUNT,
                factor=factor,
                is_counted=bool(sent_as),
                acknowledged_at=clock.now(),
            ),
        )


def _require_theirs(person: Person, publication: Publication) -> None:
    if not queries.is_addressed(person, publication):
        get_publication(person, publication.id)
        raise Forbidden(
            _l("This announcement is not addressed to you, so there is nothing to confirm.")
        )
    if sends(person, publication):
        raise Forbidden(
            _l("You do not need to confirm reading, because you are one of the senders.")
        )


def require_confirmation_pending(publication: Publication) -> None:
    """Check that there is something to confirm.

    Raises:
        Forbidden: nobody is asked to confirm, or it was withdrawn.
    """
    if publication.announcement.due_on is None:
        raise Forbidden(_l("Nobody has been asked to confirm reading this announcement."))
    if publication.withdrawn_at:
        raise Forbidden(_l("This announcement has been withdrawn, so there is nothing to confirm."))


def require_read(publication: Publication, version: int) -> None:
    """Check that the version on the screen may be confirmed.

    Raises:
        Forbidden: it was corrected since, and the new text has to be confirmed.
    """
    if version < publication.announcement.confirmed_version:
        raise Forbidden(
            _l(
                "This announcement has been corrected in the meantime. Read and "
                "confirm the new text."
            )
        )


def confirm(work: Work, row: Acknowledgement) -> bool:
    """Store a confirmation, unless the same or a later one exists; return whether it was stored."""
    key = (row.publication_id, row.person_id, row.post_id)
    there = db.session.get(Acknowledgement, key)
    if there is None:
        work.add(row)
    elif there.version < row.version:
        there.version, there.acknowledged_at = row.version, row.acknowledged_at
        there.way, there.factor, there.recorded_by_id = row.way, row.factor, row.recorded_by_id
    else:
        return False
    note_confirmed(row, row.version)
    work.publish(Acknowledged(row.publication_id, row.person_id))
    return True


def note_confirmed(row: Acknowledgement, version: int) -> None:
    """Store on the recipient's row the version they confirmed; 0 for none."""
    db.session.execute(
        update(Recipient)
        .where(
            Recipient.publication_id == row.publication_id,
            Recipient.person_id == row.person_id,
            Recipient.post_id == row.post_id,
        )
        .values(confirmed_version=version)
    )


def _chosen(sent_as: Sequence[UUID], post_id: UUID | None) -> UUID:
    if post_id is None and len(sent_as) > 1:
        raise Invalid({"post_id": _l("Choose the post for which you are confirming reading.")})
    if post_id is not None and post_id not in sent_as:
        raise NotFound
    return post_id or sent_as[0]
