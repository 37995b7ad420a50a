"""Contributing: publishing at once, in a space of the author's, as a post they act for."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.messaging.spaces.access import is_member, require_open, require_unmuted
from intranet.messaging.spaces.models import Space, Visibility
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.organisation.people.speakers import posts_spoken_for
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_line, optional_text
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.models import (
    VOICED,
    FileRole,
    Publication,
    PublicationText,
)
from intranet.publishing.publications.operations.attaching import attach
from intranet.publishing.publications.operations.drafting import Written, set_topics, set_visibility
from intranet.publishing.publications.operations.publishing import send
from intranet.publishing.publications.texts import BODY_LIMIT, TITLE_LIMIT
from intranet.publishing.publications.versions import require_ready, with_working_copy

MAX_PER_DAY = 50
"""The contributions of a person in a day; more is a program's work."""


def contribute(
    author: Person,
    kind: str,
    space: Space,
    post: Post,
    texts: Mapping[str, Written],
    *,
    visibility: Visibility,
    topics: Sequence[str] = (),
    file_ids: Sequence[UUID] = (),
    is_named: bool = True,
    has_discussion: bool = True,
    files_as: FileRole | None = None,
) -> Publication:
    """Publish a contribution in a space, with its discussion, first version and search entry.

    The caller stores the data of its kind in the same transaction.

    Args:
        post: the post as which the author contributes; they act for it today.
        texts: title and body by language; the body may be empty.
        visibility: who may read it beyond the people of the space; never the public site.
        file_ids: uploads of the author to attach, in order.
        is_named: show readers the author, post and space.
        files_as: the role of all files; by default each has its usual one.

    Raises:
        Forbidden: the author is not in the space, or does not act for the post.
        Invalid: there is no title, a text or topic is not valid, or the daily limit is reached.
    """
    if kind in VOICED:
        raise ValueError(f"{kind} is said by a voice")
    with unit_of_work() as work:
        require_contributor(author, space, post)
        _require_patience(author)
        publication = Publication(
            kind=kind,
            agency_id=post.agency_id,
            space_id=space.id,
            post_id=post.id,
            has_discussion=has_discussion,
            created_by_id=author.id,
            updated_by_id=author.id,
        )
        set_visibility(publication, visibility)
        work.add(publication)
        for language, text in texts.items():
            title = optional_line(text.title, f"title_{language}", TITLE_LIMIT)
            body = optional_text(text.body, f"body_{language}", BODY_LIMIT)
            work.add(
                PublicationText(
                    publication_id=publication.id, language=language, title=title, body=body
                )
            )
        work.flush()
        publication = with_working_copy(publication)
        set_topics(publication, topics)
        work.flush()
        for file_id in file_ids:
            attach(author, publication, file_id, files_as, edition=publication.edition)
        publication = with_working_copy(publication)
        require_ready(publication)
        send(work, publication, author, is_named=is_named)
    return publication


def require_contributor(author: Person, space: Space, post: Post) -> None:
    """Check that a person may contribute in a space as a post.

    Raises:
        Forbidden: they are not in the space, are muted there, it is closed, or they do not act
            for the post.
    """
    if not is_member(author, space):
        raise Forbidden(_l("Only people in this space can contribute here."))
    require_open(space.id)
    require_unmuted(author, space.id)
    spoken = posts_spoken_for(author.id, clock.now()).subquery()
    if db.session.scalar(select(spoken.c.post_id).where(spoken.c.post_id == post.id)) is None:
        raise Forbidden(_l("You do not hold this post at present."))


def _require_patience(author: Person) -> None:
    since = clock.now() - timedelta(days=1)
    today = select(func.count()).where(
        Publication.created_by_id == author.id,
        Publication.created_at > since,
        Publication.kind.not_in(VOICED),
    )
    if (db.session.scalar(today) or 0) >= MAX_PER_DAY:
        raise Invalid({"title": _l("You have reached the daily limit. Try again tomorrow.")})
