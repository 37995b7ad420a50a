"""Deciding on a case (hide, warn, mute, dismiss), and withdrawing a decision."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from intranet.attention.moderation.access import require_decider
from intranet.attention.moderation.models import Case, Outcome, Reason, Report, Verdict
from intranet.attention.moderation.operations.reporting import WORDS_LIMIT, lock_subject
from intranet.attention.notifications.handlers import tell_of_page
from intranet.attention.notifications.models import Kind
from intranet.delivery.files.operations import discard_photo
from intranet.extensions import db
from intranet.messaging.messages.hiding import hide_message, show_message
from intranet.messaging.messages.models import Message
from intranet.messaging.spaces.models import SpaceMute
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.hiding import hide_profile, show_profile
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import required_text
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.hiding import hide_publication, show_publication

MAX_MUTE_DAYS = 90


def decide(
    person: Person,
    case: Case,
    outcome: Outcome,
    reason: Reason,
    words: str,
    *,
    mute_days: int | None = None,
) -> Case:
    """Decide a case. Notify the author of the reason, and the reporters of the decision.

    Args:
        words: the explanation for the author.
        mute_days: the number of days for which the author is muted in the space.

    Raises:
        NotFound: the person may not decide it; nobody decides on their own content.
        Conflict: it has already been decided.
        Invalid: there is no explanation, or the mute is out of range or not possible.
    """
    words = required_text(words, "words", WORDS_LIMIT)
    with unit_of_work() as work:
        lock(work, case)
        require_decider(person, case)
        if case.decided_at:
            raise Conflict(_l("Someone has already decided this case."))
        if outcome == Outcome.HIDDEN:
            _hide(person, case)
        if mute_days is not None:
            _mute(work, person, case, outcome, mute_days)
        case.decided_at, case.decided_by_id = clock.now(), person.id
        case.outcome, case.reason, case.words = outcome, reason, words
        case.open_key = None
        write_down(person, case, f"moderation.{outcome.value}")
        _tell_author(case)
        _tell_reporters(person, case)
    return case


def withdraw_decision(person: Person, case: Case, words: str) -> Case:
    """Withdraw a decision: hidden content is shown again, and a mute ends.

    Raises:
        NotFound: the person does not decide on it.
        Forbidden: there is nothing to withdraw.
        Conflict: it is withdrawn already.
        Invalid: there is no explanation.
    """
    words = required_text(words, "words", WORDS_LIMIT)
    with unit_of_work() as work:
        lock(work, case)
        require_decider(person, case)
        if case.taken_back_at:
            raise Conflict(_l("This decision has already been withdrawn."))
        if not case.can_be_taken_back:
            raise Forbidden(_l("There is nothing to withdraw here."))
        undo(work, person, case, words)
        appeal = case.appeal
        if appeal and appeal.decided_at is None:
            appeal.decided_at, appeal.decided_by_id = clock.now(), person.id
            appeal.verdict, appeal.answer = Verdict.UNDONE, words
        tell_of_page(
            Kind.MODERATION,
            [case.author_id],
            "moderation_restored",
            path=f"/moderation/mine/{case.id}",
            key=case.id.hex,
        )
    return case


def undo(work: Work, person: Person, case: Case, words: str) -> None:
    """Restore the state before the decision, in the caller's transaction."""
    if case.outcome == Outcome.HIDDEN:
        _show(case)
    if case.mute and case.mute.ended_at is None:
        case.mute.ended_at = clock.now()
    case.taken_back_at, case.taken_back_by_id = clock.now(), person.id
    case.taken_back_words = words
    work.flush()
    write_down(person, case, "moderation.taken_back")


def lock(work: Work, case: Case) -> None:
    """Lock the reported content, then the case, in the same order as `report` does."""
    lock_subject(work, subject_of(case))
    work.lock(case)


def subject_of(case: Case) -> Message | Publication | Person:
    """Return the reported content."""
    if case.message_id:
        return db.session.get_one(Message, case.message_id)
    if case.publication_id:
        return db.session.get_one(Publication, case.publication_id)
    return db.session.get_one(Person, case.author_id)


def about(case: Case) -> tuple[str, UUID]:
    """Return the kind and id for the audit log: the author or, if unnamed, the publication."""
    if case.publication and case.publication.is_unnamed:
        return "publication", case.publication.id
    return "person", case.author_id


def write_down(person: Person, case: Case, act: str) -> None:
    """Record an act in the agency's audit log, without the content."""
    until = case.mute.until.date().isoformat() if case.mute else None
    detail = {
        "subject": case.subject.value,
        "reason": case.reason.value if case.reason else None,
        "space": str(case.space_id) if case.space_id else None,
        "case": str(case.id),
        "muted_until": until,
    }
    record(
        act,
        agency_id=case.agency_id,
        actor_id=person.id,
        subject=about(case),
        detail={name: value for name, value in detail.items() if value},
    )


def _hide(person: Person, case: Case) -> None:
    row = subject_of(case)
    if isinstance(row, Message):
        is_hidden = hide_message(person, row)
    elif isinstance(row, Publication):
        is_hidden = hide_publication(person, row)
    else:
        is_hidden = bool(row.about or row.photo_key)
        if is_hidden:
            case.hidden_profile_id = hide_profile(row).id
    if not is_hidden:
        raise Forbidden(
            _l(
                "This content no longer exists, so there is nothing to hide. You can warn "
                "the author or close the report."
            )
        )


def _show(case: Case) -> None:
    row = subject_of(case)
    if isinstance(row, Message):
        show_message(row)
    elif isinstance(row, Publication):
        show_publication(row)
    elif case.hidden_profile:
        kept, case.hidden_profile_id = case.hidden_profile, None
        db.session.flush()
        if left := show_profile(kept):
            discard_photo(left)


def _mute(work: Work, person: Person, case: Case, outcome: Outcome, days: int) -> None:
    if case.space_id is None:
        raise Invalid({"mute_days": _l("People cannot be muted in this type of space.")})
    if outcome == Outcome.DISMISSED:
        raise Invalid(
            {"mute_days": _l("You cannot mute anyone if you decide that no action is needed.")}
        )
    if not 1 <= days <= MAX_MUTE_DAYS:
        raise Invalid({"mute_days": _l("Choose from 1 to %(limit)s days.", limit=MAX_MUTE_DAYS)})
    now = clock.now()
    muted = SpaceMute(
        space_id=case.space_id,
        person_id=case.author_id,
        since=now,
        until=now + timedelta(days=days),
        muted_by_id=person.id,
    )
    work.add(muted)
    work.flush()
    case.mute_id = muted.id
    db.session.flush()
    db.session.refresh(case, ["mute"])


def _tell_author(case: Case) -> None:
    if case.outcome == Outcome.DISMISSED:
        return
    why = "moderation_hidden" if case.outcome == Outcome.HIDDEN else "moderation_warned"
    if case.mute_id and case.outcome == Outcome.WARNED:
        why = "moderation_muted"
    tell_of_page(
        Kind.MODERATION, [case.author_id], why, path=f"/moderation/mine/{case.id}", key=case.id.hex
    )


def _tell_reporters(person: Person, case: Case) -> None:
    reporters: set[UUID] = set(
        db.session.scalars(select(Report.reporter_id).where(Report.case_id == case.id))
    )
    tell_of_page(
        Kind.MODERATION,
        reporters - {person.id},
        "moderation_looked",
        path="/moderation/mine",
        key=case.id.hex,
    )
