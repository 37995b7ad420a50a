"""Making a publication public and taking it off: its post proposes, the agency approves."""

import re
from collections.abc import Collection
from uuid import UUID

from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import required_text
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.platform.index.models import DocumentKind
from intranet.platform.index.operations import put, remove
from intranet.public_site import facts
from intranet.public_site.access import (
    approver_ids,
    approving_post,
    may_propose,
    require_approver,
    require_proposer,
)
from intranet.public_site.index_documents import open_document
from intranet.public_site.kinds import public_kinds
from intranet.public_site.models import ShowcaseItem
from intranet.publishing.publications.events import Concerned
from intranet.publishing.publications.models import (
    Publication,
    PublicationState,
    PublicationVersion,
)
from intranet.publishing.publications.versions import get_version

REASON_LIMIT = 300
_NAMED = re.compile(r"@\[[^\[\]\n]{1,200}\]\(person:")


def propose(person: Person, publication: Publication) -> ShowcaseItem:
    """Propose the current version for the public site. Idempotent.

    Raises:
        Forbidden: the person does not act for its post, or it is not published.
        Invalid: not even the whole agency may read it, or it mentions a person.
    """
    with unit_of_work() as work:
        work.lock(publication)
        require_proposer(person, publication)
        version = _require_fit(publication)
        now = clock.now()
        item = item_of(publication)
        if item is None:
            item = ShowcaseItem(
                publication_id=publication.id,
                agency_id=publication.agency_id,
                kind=publication.kind,
            )
            work.add(item)
        if item.is_waiting and item.proposed_version == version.number:
            return item
        item.proposed_version, item.proposed_by_id = version.number, person.id
        item.proposed_at = now
        item.declined_at = item.declined_by_id = None
        item.declined_reason = ""
        others = approver_ids(publication.agency_id) - {person.id}
        _tell(work, person.id, publication, "showcase_proposed", others)
    return item


def approve(person: Person, publication: Publication, *, digest: str) -> ShowcaseItem:
    """Make a proposed publication public, as the approver saw it.

    Args:
        digest: the digest of what the approver saw (`facts.digest`).

    Raises:
        Forbidden: the person does not publish for the agency, or there is no proposal.
        Conflict: it changed since the approver saw it.
        Invalid: it may not be shown as it is now.
    """
    with unit_of_work() as work:
        work.lock(publication)
        post = require_approver(person, publication)
        item = _waiting(publication)
        version = _require_fit(publication)
        if digest != facts.digest(publication):
            raise Conflict(_l("The text has changed since you viewed it. Review it again."))
        asked_by = item.proposed_by_id
        _show(item, publication, version, person, post)
        remove(DocumentKind.OPEN, [publication.id])  # so that it counts as the newest again
        put([open_document(item, version)])
        _record("showcase.approve", person, item, version=version.number)
        _tell(work, person.id, publication, "showcase_approved", {asked_by})
    return item


def decline(person: Person, publication: Publication, reason: str) -> ShowcaseItem:
    """Decline a proposal. A version that is already public stays.

    Raises:
        Forbidden: the person does not publish for the agency, or there is no proposal.
        Invalid: no reason is given.
    """
    reason = required_text(reason, "reason", REASON_LIMIT)
    with unit_of_work() as work:
        work.lock(publication)
        require_approver(person, publication)
        item = _waiting(publication)
        asked_by = item.proposed_by_id
        item.proposed_at = item.proposed_version = item.proposed_by_id = None
        item.declined_at, item.declined_by_id = clock.now(), person.id
        item.declined_reason = reason
        _record("showcase.decline", person, item)
        _tell(work, person.id, publication, "showcase_declined", {asked_by})
    return item


def remove_item(person: Person, publication: Publication) -> None:
    """Take a publication off the public site, and cancel its proposal. It stays on the intranet.

    Raises:
        Forbidden: the person neither acts for its post nor publishes for the agency.
    """
    with unit_of_work() as work:
        work.lock(publication)
        if not may_propose(person, publication) and approving_post(person, publication) is None:
            raise Forbidden(
                _l(
                    "Only the responsible post, or a post that publishes for the agency, "
                    "can make this decision."
                )
            )
        item = item_of(publication)
        if item is None:
            return
        item.proposed_at = item.proposed_version = item.proposed_by_id = None
        if not item.is_shown:
            return
        _hide(item, publication, person.id)
        _record("showcase.take_off", person, item)
        told = {item.approved_by_id} if may_propose(person, publication) else set()
        _tell(work, person.id, publication, "showcase_taken_off", told)


def remove_deleted_version(publication: Publication, version: PublicationVersion) -> None:
    """Take a publication off the public site when its public version was removed.

    Another version becomes public once it is proposed and approved.
    """
    item = item_of(publication)
    by = version.removed_by_id
    if item is None or by is None or not item.is_shown or item.version != version.number:
        return
    with unit_of_work() as work:
        _hide(item, publication, by)
        _record("showcase.take_off", db.session.get_one(Person, by), item)
        _tell(work, by, publication, "showcase_taken_off", {item.approved_by_id})


def _hide(item: ShowcaseItem, publication: Publication, by_id: UUID) -> None:
    now = clock.now()
    item.taken_off_at, item.taken_off_by_id, item.changed_at = now, by_id, now
    if publication.visibility == Visibility.PUBLIC:
        publication.visibility = Visibility.NETWORK
    remove(DocumentKind.OPEN, [publication.id])


def item_of(publication: Publication) -> ShowcaseItem | None:
    """Return the public item of a publication, if there is one."""
    return db.session.get(ShowcaseItem, publication.id)


def _require_fit(publication: Publication) -> PublicationVersion:
    """Return the current version, if it may be made public."""
    version = get_version(publication, publication.version)
    is_out = publication.state(clock.now()) == PublicationState.PUBLISHED
    if publication.kind not in public_kinds() or not is_out or version is None:
        raise Forbidden(_l("Only published content can go on the public site."))
    if publication.visibility in {None, Visibility.MEMBERS}:
        words = _l("First allow everyone in your administration to read the page.")
        raise Invalid({"visibility": words})
    if any(_NAMED.search(body) for body in version.body.values()):
        words = _l(
            "The text mentions a person with @. Mention the post instead, then propose the page."
        )
        raise Invalid({"body": words})
    return version


def _waiting(publication: Publication) -> ShowcaseItem:
    item = item_of(publication)
    if item is None or not item.is_waiting:
        raise Forbidden(_l("There is no proposal waiting for a decision."))
    return item


def _show(
    item: ShowcaseItem,
    publication: Publication,
    version: PublicationVersion,
    person: Person,
    post: Post,
) -> None:
    now = clock.now()
    item.version, item.facts = version.number, facts.facts_of(publication)
    item.topics = facts.topics_in(publication)
    item.agency_id = publication.agency_id
    item.approved_at, item.approved_by_id, item.approved_as_id = now, person.id, post.id
    item.first_at = item.first_at or now
    item.taken_off_at = item.taken_off_by_id = None
    item.proposed_at = item.proposed_version = item.proposed_by_id = None
    item.declined_at = item.declined_by_id = None
    item.declined_reason = ""
    item.changed_at = now
    publication.visibility = Visibility.PUBLIC
    db.session.flush()


def _record(act: str, person: Person, item: ShowcaseItem, **detail: int) -> None:
    record(
        act,
        agency_id=item.agency_id,
        actor_id=person.id,
        subject=("publication", item.publication_id),
        detail=detail,
    )


def _tell(
    work: Work, actor_id: UUID, publication: Publication, why: str, people: Collection[UUID | None]
) -> None:
    """Notify these people of an act, except the person who did it."""
    ids = sorted(person_id for person_id in set(people) - {actor_id} if person_id)
    if ids:
        key = f"{clock.now().timestamp():.0f}"  # it can be proposed and declined many times
        told = Concerned(publication.id, why, tuple(ids), key, actor_id=actor_id)
        work.publish(told)
