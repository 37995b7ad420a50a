"""Publishing a working copy, now or later; correcting and withdrawing it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from intranet.extensions import db
from intranet.messaging.spaces.access import require_living, require_unmuted
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid, Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import required_text
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.publishing.publications.access import require_voice, require_writer
from intranet.publishing.publications.approval import apply_visibility_rule, needs_approval
from intranet.publishing.publications.audience_membership import atoms_of
from intranet.publishing.publications.events import (
    Corrected,
    PublicationHeld,
    PublicationPublished,
    Withdrawn,
)
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.discussing import begin_discussion, shut_discussion
from intranet.publishing.publications.operations.drafting import require_edition, require_order
from intranet.publishing.publications.reach import audience_of, freeze, reaches_anybody, version_of
from intranet.publishing.publications.versions import make_version, require_ready, with_working_copy
from intranet.publishing.publications.voices import PublicationVoice

REASON_LIMIT = 300
VERSIONS_LIMIT = 100
"""Each version keeps its texts and files for good, and may notify everyone again."""
MAX_SCHEDULE_AHEAD = timedelta(days=2 * 366)


class AudienceChanged(Conflict):
    """The audience has changed since the writer reviewed it."""

    title = _l("The audience has changed")

    def __init__(self, reviewed: str, now_there: str) -> None:
        """Build the message from the numbers of people then and now."""
        then, now = (version.partition("-")[0] for version in (reviewed, now_there))
        words = _l(
            "Since you checked, the audience has changed from %(then)s to %(now)s people. "
            "Check the audience again before sending.",
            then=then,
            now=now,
        )
        if then == now:
            words = _l(
                "The people in the audience have changed since you checked. Check the "
                "audience again before sending."
            )
        super().__init__(words)


def publish(
    person: Person, publication: Publication, *, edition: int, audience_version: str | None = None
) -> Publication:
    """Publish the working copy now, and store its audience at this instant.

    Args:
        audience_version: the audience that the person reviewed (`reach.version_of`); None where
        no review is required.

    Raises:
        Forbidden: the person may not publish in the name of its post.
        Conflict: another person has changed it since, or its audience has changed.
        Invalid: something is missing, or its audience is empty.
    """
    with unit_of_work() as work:
        publication = _ready(work, person, publication, edition)
        _require_reviewed(publication, audience_version)
        send(work, publication, person)
    return publication


def schedule(
    person: Person, publication: Publication, *, edition: int, audience_version: str | None = None
) -> Publication:
    """Schedule a publication for its time, with the audience of that time.

    Args:
        audience_version: today's audience as reviewed, as in `publish`.

    Raises:
        Forbidden, Conflict, Invalid: as in `publish`, or its time has passed or is years away.
    """
    with unit_of_work() as work:
        publication = _ready(work, person, publication, edition)
        now = clock.now()
        if publication.scheduled_at is None or publication.scheduled_at <= now:
            raise Invalid({"scheduled_at": _l("This time has passed. Choose a later one.")})
        if publication.scheduled_at > now + MAX_SCHEDULE_AHEAD:
            raise Invalid({"scheduled_at": _l("Choose a time within the next two years.")})
        _require_reviewed(publication, audience_version)
        publication.scheduled_by_id = person.id
        publication.held_at, publication.held_reason = None, ""
    return publication


def unschedule(person: Person, publication: Publication) -> None:
    """Turn a scheduled publication back into a draft."""
    with unit_of_work() as work:
        work.lock(publication)
        require_writer(person, publication)
        publication.scheduled_by_id = None
        publication.held_at, publication.held_reason = None, ""


def publish_scheduled(publication: Publication) -> None:
    """Publish a scheduled publication that is due, or hold it if that is no longer right.

    It is held if the scheduler may no longer publish for the post or send urgent notifications, if
    it now needs an approval, if it would end at once, or if its audience is empty. Its writers are
    notified, and decide.
    """
    with unit_of_work() as work:
        work.lock(publication)
        person = publication.scheduled_by
        now = clock.now()
        at = publication.scheduled_at
        if publication.published_at or publication.held_at or person is None or not at or at > now:
            return  # another process was faster
        publication = with_working_copy(publication)
        try:
            voice = require_voice(
                person, publication.space_id, publication.post_id, publication.kind
            )
            article = publication.employee_article
            if article is None or article.approved_by_id is None:
                _require_free(person, publication)
            if publication.announcement.is_urgent:
                _require_ringing(voice)
            require_ready(publication)
            require_sense(publication, now)
        except Forbidden:
            _hold(work, publication, "voice")
        except Invalid as reason:
            _hold(work, publication, next(iter(reason.errors)))
        else:
            send(work, publication, person)


def correct(
    person: Person, publication: Publication, note: str, *, edition: int, asks_again: bool
) -> Publication:
    """Publish the working copy as a new version. Earlier versions stay in the history.

    Args:
        note: what was corrected, for readers.
        asks_again: ask people who confirmed an earlier version to confirm this one. An urgent
            announcement then notifies at any hour again, which needs the same right.

    Raises:
        Forbidden, Conflict, Invalid: as in `publish`, or nothing is published, or there are too
            many versions.
    """
    note = required_text(note, "note", REASON_LIMIT)
    with unit_of_work() as work:
        work.lock(publication)
        require_writer(person, publication)
        _require_free(person, publication)
        require_living(publication.space_id)
        require_unmuted(person, publication.space_id)
        require_edition(publication, edition)
        if publication.published_at is None or publication.withdrawn_at:
            raise Forbidden(_l("Only published content can be corrected."))
        if asks_again and publication.announcement.is_urgent:
            _require_ringing(require_voice(person, publication.space_id))
        publication = with_working_copy(publication)
        require_ready(publication)
        require_order(publication)
        if asks_again and publication.has_audience:
            publication.announcement.confirmed_version = publication.version + 1
        send_correction(work, publication, person, note)
    return publication


def withdraw(person: Person, publication: Publication, reason: str) -> None:
    """Withdraw a publication: readers see that it existed, who withdrew it and why.

    Raises:
        Forbidden: the person may not edit it, or it is not published.
        Invalid: no reason is given.
    """
    reason = required_text(reason, "reason", REASON_LIMIT)
    with unit_of_work() as work:
        work.lock(publication)
        require_writer(person, publication)
        if publication.withdrawn_at:
            return
        if publication.published_at is None:
            raise Forbidden(_l("Only published content can be withdrawn."))
        publication.withdrawn_at, publication.withdrawn_by_id = clock.now(), person.id
        publication.withdrawn_reason = reason
        shut_discussion(work, publication)
        work.publish(Withdrawn(publication.id))


def require_sense(publication: Publication, now: datetime) -> None:
    """Check that a publication's audience and times make sense when it is published.

    Raises:
        Invalid: the audience is empty, the end or the due day is too early, or an urgent
            publication has no reason for its urgency.
    """
    reasons: dict[str, Words] = {}
    if publication.has_audience:
        audience = audience_of(publication)
        if audience is None or not reaches_anybody(audience, publication.space, now):
            reasons["audience"] = _l("There is nobody in this audience. Choose other recipients.")
    start = max(now, publication.scheduled_at or now)
    if publication.expires_at and publication.expires_at <= start:
        reasons["expires_at"] = _l("The end must be later than the start. Choose a later end.")
    announcement = publication.announcement
    today = start.astimezone(_zone(publication)).date()
    if announcement.due_on and announcement.due_on < today:
        reasons["due_on"] = _l(
            "This day will have passed by the time of publication. Choose a later day."
        )
    if announcement.is_urgent and not announcement.urgent_reason:
        reasons["urgent_reason"] = _l(
            "Explain why the announcement cannot wait until people are at work."
        )
    if reasons:
        raise Invalid(reasons)


def _zone(publication: Publication) -> ZoneInfo:
    return ZoneInfo(publication.agency.time_zone)


def _ready(work: Work, person: Person, publication: Publication, edition: int) -> Publication:
    work.lock(publication)
    voice = require_voice(person, publication.space_id, publication.post_id, publication.kind)
    _require_free(person, publication)
    require_unmuted(person, publication.space_id)
    require_edition(publication, edition)
    if publication.announcement.is_urgent:
        _require_ringing(voice)
    if publication.published_at:
        raise Forbidden(_l("This text has already been published."))
    publication = with_working_copy(publication)
    require_ready(publication)
    require_sense(publication, clock.now())
    return publication


def _require_reviewed(publication: Publication, audience_version: str | None) -> None:
    if audience_version is None:
        return
    now_there = version_of(publication, clock.now())
    if audience_version == now_there:
        return
    if not audience_version:
        words = _l("Check who will receive the announcement before you send it.")
        raise Invalid({"audience_version": words})
    raise AudienceChanged(audience_version, now_there)


def _require_ringing(voice: PublicationVoice) -> None:
    if not voice.rings:
        raise Forbidden(
            _l("Only heads and agency publishers can send urgent notifications at any hour.")
        )


def send(work: Work, publication: Publication, person: Person, *, is_named: bool = True) -> None:
    """Make a publication readable, in the transaction of the caller, which has checked it.

    Args:
        is_named: show readers the author (`Publication.is_unnamed`).
    """
    now = clock.now()
    publication.published_at = now
    publication.published_by_id = person.id if is_named else None
    publication.held_at, publication.held_reason = None, ""
    if publication.has_discussion:
        begin_discussion(work, publication, person)
    _write_version(work, publication, person)
    if publication.has_audience:
        _address(work, publication, now)
    work.publish(PublicationPublished(publication.id))


def send_correction(work: Work, publication: Publication, person: Person, note: str) -> None:
    """Publish a correction, in the transaction of the caller, which has checked that it is ready.

    Raises:
        Invalid: there are too many versions.
    """
    if publication.version >= VERSIONS_LIMIT:
        words = _l(
            "This text has reached the limit of %(limit)s versions. Publish a new text instead.",
            limit=VERSIONS_LIMIT,
        )
        raise Invalid({"note": words})
    _write_version(work, publication, person, note)
    work.publish(Corrected(publication.id))


def _require_free(person: Person, publication: Publication) -> None:
    if needs_approval(person, publication):
        raise Forbidden(_l("This article needs approval. Submit it for approval first."))
    apply_visibility_rule(person, publication)


def _address(work: Work, publication: Publication, now: datetime) -> None:
    """Store the audience at this instant, and the keys that match people who join later."""
    audience = audience_of(publication)
    if audience is None:
        raise Invalid(
            {"audience": _l("There is nobody in this audience. Choose other recipients.")}
        )
    work.add(*atoms_of(publication.id, audience))
    work.flush()
    freeze(db.session(), publication, audience, now)


def _write_version(work: Work, publication: Publication, person: Person, note: str = "") -> None:
    publication.version += 1
    publication.edition += 1
    work.add(make_version(publication, person, publication.version, clock.now(), note))


def _hold(work: Work, publication: Publication, reason: str) -> None:
    publication.held_at, publication.held_reason = clock.now(), reason[:40]
    work.publish(PublicationHeld(publication.id))
