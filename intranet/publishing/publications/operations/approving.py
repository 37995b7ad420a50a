"""Approval of employees' articles: submitted by the author, decided by another person."""

from intranet.extensions import db
from intranet.messaging.spaces.access import require_living, require_unmuted
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_text, required_text
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.access import require_writer
from intranet.publishing.publications.approval import (
    apply_visibility_rule,
    approver_ids,
    author_voice,
    needs_approval,
    require_approver,
)
from intranet.publishing.publications.events import Concerned
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.drafting import require_edition
from intranet.publishing.publications.operations.publishing import (
    REASON_LIMIT,
    require_sense,
    send,
    send_correction,
)
from intranet.publishing.publications.versions import require_ready, with_working_copy


def submit(person: Person, publication: Publication, note: str, *, edition: int) -> Publication:
    """Submit an employee's article, or a correction of it, for approval.

    Args:
        note: for a correction, what was corrected, for readers; else a note to the approver.

    Raises:
        Forbidden: the person may not edit it, or it needs no approval.
        Conflict: it was changed since.
        Invalid: something is missing.
    """
    with unit_of_work() as work:
        work.lock(publication)
        require_writer(person, publication)
        require_living(publication.space_id)
        require_unmuted(person, publication.space_id)
        require_edition(publication, edition)
        if author_voice(person, publication) is None:
            raise Forbidden(_l("Your administration no longer allows you to write articles here."))
        article = publication.employee_article
        if article is None or not needs_approval(person, publication):
            raise Forbidden(_l("This article needs no approval. Publish it directly."))
        apply_visibility_rule(person, publication)
        publication = with_working_copy(publication)
        require_ready(publication)
        if publication.published_at:
            article.review_note = required_text(note, "note", REASON_LIMIT)
        else:
            require_sense(publication, clock.now())
            article.review_note = optional_text(note, "note", REASON_LIMIT)
        article.submitted_at = clock.now()
        key = str(publication.edition)
        told = tuple(approver_ids(publication))
        work.flush()
        act = Concerned(publication.id, "article_submitted", told, key, actor_id=person.id)
        work.publish(act)
    return publication


def recall(person: Person, publication: Publication) -> None:
    """Turn an article that waits for approval back into a draft.

    Raises:
        Forbidden: the person does not write it.
    """
    with unit_of_work() as work:
        work.lock(publication)
        require_writer(person, publication)
        if article := publication.employee_article:
            article.submitted_at, article.review_note = None, ""


def approve(person: Person, publication: Publication, *, edition: int) -> Publication:
    """Publish an article as its approver has seen it, in its author's name, now or when scheduled.

    Raises:
        Forbidden: it does not wait, they may not approve it, or its author may not write there.
        Conflict: it was changed since.
        Invalid: something is missing.
    """
    with unit_of_work() as work:
        work.lock(publication)
        article = require_approver(person, publication)
        require_edition(publication, edition)
        require_living(publication.space_id)
        author = db.session.get_one(Person, publication.created_by_id)
        if author_voice(author, publication) is None:
            raise Forbidden(
                _l("The author no longer holds the post in whose name the article was written.")
            )
        require_unmuted(author, publication.space_id)
        publication = with_working_copy(publication)
        require_ready(publication)
        key = str(publication.edition)
        article.submitted_at, article.approved_by_id = None, person.id
        note, article.review_note = article.review_note, ""
        if publication.published_at:
            send_correction(work, publication, author, note)
        else:
            now = clock.now()
            require_sense(publication, now)
            if publication.scheduled_at and publication.scheduled_at > now:
                publication.scheduled_by_id = author.id
            else:
                send(work, publication, author)
        told = (author.id,)
        work.publish(Concerned(publication.id, "article_approved", told, key, actor_id=person.id))
    return publication


def return_to_author(
    person: Person, publication: Publication, reason: str, *, edition: int
) -> None:
    """Send a submitted article back to its author, unpublished, with a reason.

    Raises:
        Forbidden: the article does not wait, or the person may not approve it.
        Conflict: it was changed since.
        Invalid: no reason is given.
    """
    reason = required_text(reason, "reason", REASON_LIMIT)
    with unit_of_work() as work:
        work.lock(publication)
        article = require_approver(person, publication)
        require_edition(publication, edition)
        article.submitted_at, article.review_note = None, reason
        key, author = str(publication.edition), (publication.created_by_id,)
        work.publish(Concerned(publication.id, "article_returned", author, key, actor_id=person.id))
