"""Place, end and resume legal holds; each act is written into the audit log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, exists, func, select

from intranet.delivery.files.operations import discard
from intranet.extensions import db
from intranet.organisation.accounts.events import AccountConcerned
from intranet.organisation.agencies.access import require_right
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Appointment, Person
from intranet.platform.audit.operations import record
from intranet.platform.audit.queries import AuditFilter, lines
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Invalid, TooMany
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import (
    optional_line,
    require_days,
    required_line,
    required_text,
)
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.records.holds.access import get_hold, require_unnamed
from intranet.records.holds.gate import close_gate, pass_gate
from intranet.records.holds.models import (
    KEPT_AFTER_END,
    REASON_LIMIT,
    TARGETS_LIMIT,
    TITLE_LIMIT,
    HeldFile,
    HeldItem,
    HeldUnder,
    HoldTarget,
    LegalHold,
    TargetKind,
)
from intranet.records.holds.queries import HoldReach, reach_of
from intranet.records.holds.scope import names
from intranet.records.holds.storing import keep_what_was_kept

COUNTS_AN_HOUR, PLACES_AN_HOUR = 20, 30
"""How often somebody may count or place holds, and place one more after having counted often."""
OWN_PAGE = "/me/holds"
RUNNING_LIMIT = 200
ERASED_AT_ONCE = 200


@dataclass(frozen=True)
class HoldTerms:
    """The terms of a hold, as an officer decided them."""

    title: str
    reason: str
    reference: str
    since: date | None
    until: date | None
    is_confidential: bool
    targets: tuple[tuple[TargetKind, UUID | None, str], ...]


def draw_up(agency: Agency, terms: HoldTerms) -> LegalHold:
    """Return the hold that these terms describe, checked and not stored.

    Raises:
        Invalid: a part is missing, too long, or not possible.
    """
    if terms.since is None:
        raise Invalid({"since": _l("This field is required.")})
    require_days(since=terms.since, until=terms.until)
    if terms.until and terms.until < terms.since:
        raise Invalid({"until": _l("The end must be later than the start. Choose a later end.")})
    if not terms.targets:
        raise Invalid({"targets": _l("Name at least one person, post, space or word.")})
    if len(terms.targets) > TARGETS_LIMIT:
        words = _l("Name at most %(limit)s people, posts, spaces and words.", limit=TARGETS_LIMIT)
        raise Invalid({"targets": words})
    return LegalHold(
        agency_id=agency.id,
        title=required_line(terms.title, "title", TITLE_LIMIT),
        reason=required_text(terms.reason, "reason", REASON_LIMIT),
        reference=optional_line(terms.reference, "reference", TITLE_LIMIT),
        since=terms.since,
        until=terms.until,
        is_confidential=terms.is_confidential,
        targets=[
            HoldTarget(kind=kind, subject_id=subject_id, word=word)
            for kind, subject_id, word in terms.targets
        ],
    )


def count_reach(actor: Person, agency: Agency, terms: HoldTerms) -> HoldReach:
    """Estimate what a hold would cover; the audit log says who asked, and for which words.

    Raises:
        Forbidden: the actor does not keep the agency's records.
        Invalid: the terms are not complete.
        TooMany: the actor has estimated often within an hour.
    """
    with unit_of_work() as work:
        work.lock(actor)
        require_right(actor, Act.KEEP_RECORDS, agency.id)
        hold = draw_up(agency, terms)
        _require_patience(actor, agency, COUNTS_AN_HOUR)
        record(
            "hold.count",
            agency_id=agency.id,
            actor_id=actor.id,
            subject=("agency", agency.id),
            detail=_named_in(hold),
        )
    return reach_of(hold)


def count_covered(actor: Person, hold: LegalHold) -> HoldReach:
    """Estimate what a hold covers and keeps now; the audit log says who asked.

    Raises:
        NotFound: the actor may not know of the hold.
        Forbidden: it names them.
        TooMany: they have estimated or placed often within an hour.
    """
    with unit_of_work() as work:
        work.lock(actor)
        get_hold(actor, hold.agency, hold.id)
        require_unnamed(actor, hold)
        _require_patience(actor, hold.agency, COUNTS_AN_HOUR)
        log_hold("hold.count", hold, actor, _named_in(hold))
    return reach_of(hold)


def _require_patience(actor: Person, agency: Agency, at_most: int) -> None:
    """Require that somebody does not try out by numbers what is said where they do not read."""
    since = clock.now() - timedelta(hours=1)
    done = sum(
        len(lines(agency.id, AuditFilter(act=act, actor_id=actor.id, since=since), limit=at_most))
        for act in ("hold.count", "hold.place")
    )
    if done >= at_most:
        words = _l("You have placed holds or counted often. Try again in an hour.")
        raise TooMany(int(timedelta(hours=1).total_seconds()), words)


def _named_in(hold: LegalHold) -> dict[str, object]:
    """Return for the audit log how much a hold names, and its words."""
    words = [target.word for target in hold.targets if target.word]
    return {"count": len(hold.targets), "words": ", ".join(words)}


def place_hold(actor: Person, agency: Agency, terms: HoldTerms) -> LegalHold:
    """Place a hold; from now on nothing that it covers is destroyed, nor what others kept of it.

    People whom it names are told, unless it is confidential.

    Raises:
        Forbidden: the actor does not keep the agency's records.
        Invalid: the terms are not complete, or too many holds run.
        TooMany: the actor has placed or estimated very often within an hour.
    """
    with unit_of_work() as work:
        close_gate(work)
        require_right(actor, Act.KEEP_RECORDS, agency.id)
        hold = draw_up(agency, terms)
        _require_patience(actor, agency, PLACES_AN_HOUR)
        running = select(func.count()).where(
            LegalHold.agency_id == agency.id, LegalHold.ended_at.is_(None)
        )
        if (db.session.scalar(running) or 0) >= RUNNING_LIMIT:
            words = _l("Too many holds run at once (%(limit)s).", limit=RUNNING_LIMIT)
            raise Invalid({"title": words})
        hold.placed_by_id = actor.id
        work.add(hold)
        work.flush()
        keep_what_was_kept(hold)
        log_hold("hold.place", hold, actor, _named_in(hold))
        _tell(work, hold, actor, "account_hold_placed")
    return hold


def end_hold(actor: Person, hold: LegalHold, reason: str) -> None:
    """End a hold. What it kept is destroyed some days later; until then it can be resumed.

    Raises:
        Forbidden: the actor does not keep the agency's records.
        Invalid: no reason is given.
    """
    reason = required_text(reason, "reason", REASON_LIMIT)
    with unit_of_work() as work:
        work.lock(hold)
        require_right(actor, Act.KEEP_RECORDS, hold.agency_id)
        require_unnamed(actor, hold)
        if hold.ended_at:
            return
        hold.ended_at, hold.ended_by_id, hold.end_reason = clock.now(), actor.id, reason
        hold.erases_at = hold.ended_at + KEPT_AFTER_END
        log_hold("hold.end", hold, actor)
        _tell(work, hold, actor, "account_hold_ended")


def resume_hold(actor: Person, hold: LegalHold) -> None:
    """Undo the end of a hold, before what it kept is destroyed.

    Raises:
        Forbidden: the actor does not keep the agency's records.
        Conflict: it is too late.
    """
    with unit_of_work() as work:
        close_gate(work)
        work.lock(hold)
        require_right(actor, Act.KEEP_RECORDS, hold.agency_id)
        require_unnamed(actor, hold)
        if hold.ended_at is None:
            return
        if hold.erased_at or (hold.erases_at and hold.erases_at <= clock.now()):
            raise Conflict(_l("It is too late: what this hold kept is being destroyed."))
        hold.ended_at = hold.ended_by_id = hold.erases_at = None
        hold.end_reason = ""
        log_hold("hold.resume", hold, actor)
        _tell(work, hold, actor, "account_hold_placed")


def note_reading(actor: Person, hold: LegalHold, shown: Sequence[HeldItem], **more: str) -> None:
    """Write into the audit log that somebody read what a hold keeps.

    Raises:
        Forbidden: the hold names them.
    """
    require_unnamed(actor, hold)
    with unit_of_work():
        log_hold("hold.read", hold, actor, {"count": len(shown), **more})


def erase_ended() -> None:
    """Destroy what ended holds kept, where no other hold keeps it, some at a time."""
    due = select(LegalHold.id).where(
        LegalHold.erased_at.is_(None), LegalHold.erases_at <= clock.now()
    )
    for hold_id in db.session.scalars(due).all():
        while _erase_some(hold_id):
            pass


def _erase_some(hold_id: UUID) -> bool:
    """Destroy some of what an ended hold kept; return whether more may be left."""
    with unit_of_work() as work:
        pass_gate(work)  # before the row, as whoever resumes a hold does
        hold = work.locked(LegalHold, hold_id)
        if hold.erased_at or hold.erases_at is None or hold.erases_at > clock.now():
            return False
        under = select(HeldUnder.item_id).where(HeldUnder.hold_id == hold.id)
        ids = db.session.scalars(under.order_by(HeldUnder.item_id).limit(ERASED_AT_ONCE)).all()
        if not ids:
            hold.erased_at = clock.now()
            log_hold("hold.erase", hold, None)
            return False
        db.session.execute(
            delete(HeldUnder).where(HeldUnder.hold_id == hold.id, HeldUnder.item_id.in_(ids))
        )
        free = select(HeldItem.id).where(
            HeldItem.id.in_(ids), ~exists().where(HeldUnder.item_id == HeldItem.id)
        )
        _destroy(db.session.scalars(free).all())
    return True


def _destroy(item_ids: Sequence[UUID]) -> None:
    of_items = HeldFile.item_id.in_(item_ids)
    file_ids = db.session.scalars(select(HeldFile.file_id).where(of_items).distinct()).all()
    db.session.execute(delete(HeldFile).where(of_items))
    db.session.execute(delete(HeldItem).where(HeldItem.id.in_(item_ids)))
    discard(file_ids)


def _tell(work: Work, hold: LegalHold, actor: Person, why: str) -> None:
    """Tell the people whom a hold names, unless it is confidential, and those in its posts."""
    if hold.is_confidential:
        return
    work.flush()
    named = {target.subject_id for target in hold.targets if target.kind == TargetKind.PERSON}
    posts = [target.subject_id for target in hold.targets if target.kind == TargetKind.POST]
    had = select(Appointment.person_id).where(
        Appointment.post_id.in_(posts),
        exists().where(LegalHold.id == hold.id, names(Appointment.person_id)),
    )
    for person_id in sorted(filter(None, named.union(db.session.scalars(had)))):
        work.publish(AccountConcerned(person_id, why, OWN_PAGE, actor.id))


def log_hold(
    act: str, hold: LegalHold, actor: Person | None, more: dict[str, object] | None = None
) -> None:
    """Within an operation: write an act on a hold into the audit log."""
    record(
        act,
        agency_id=hold.agency_id,
        actor_id=actor.id if actor else None,
        subject=("hold", hold.id),
        detail=dict(more or {}),
    )
