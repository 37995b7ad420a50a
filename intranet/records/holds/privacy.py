"""Private content that a hold keeps: read by one person once a second one agreed, for some days.

As in requests for access, direct messages, closed rooms and what was never sent are private. One
who may read what is held asks with a reason; another one agrees. Each reads by an agreement of
their own.
"""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from intranet.attention.notifications.handlers import tell_of_page
from intranet.attention.notifications.models import Kind
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation, ConversationKind
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import people_who_may
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import required_line
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.models import Publication
from intranet.records.holds.access import get_hold, is_named, require_unnamed
from intranet.records.holds.models import (
    OF_MESSAGES,
    OF_PUBLICATIONS,
    TITLE_LIMIT,
    HeldItem,
    HoldReading,
    LegalHold,
)
from intranet.records.holds.operations import log_hold
from intranet.records.holds.rooms import is_open_room

LAPSES_AFTER = timedelta(days=30)
"""How long an agreement lasts, and how long one waits for it; then the reader asks again."""


def reads_private(person: Person, hold: LegalHold) -> bool:
    """Return whether a second person agreed lately that this one reads private content."""
    asked = _readings(hold).where(
        HoldReading.reader_id == person.id, HoldReading.until > clock.now()
    )
    return db.session.scalar(asked.limit(1)) is not None


def is_readable(person: Person, hold: LegalHold) -> ColumnElement[bool]:
    """Return the condition on `HeldItem` that the person may read it now."""
    return HeldItem.id.is_not(None) if reads_private(person, hold) else is_open_item()


def is_open_item() -> ColumnElement[bool]:
    """Return the condition on `HeldItem` that it was written where an agency reads in the open."""
    open_spaces = select(Space.id).where(is_open_room())
    channels = select(Conversation.id).where(
        Conversation.kind == ConversationKind.CHANNEL, Conversation.space_id.in_(open_spaces)
    )
    shown = select(Publication.id).where(
        Publication.published_at.is_not(None),
        Publication.published_by_id.is_not(None),  # who asked without a name stays unnamed
        Publication.space_id.in_(open_spaces),
    )
    discussions = select(Publication.conversation_id).where(
        Publication.conversation_id.is_not(None), Publication.id.in_(shown)
    )
    there = HeldItem.conversation_id
    return or_(
        and_(HeldItem.kind.in_(OF_MESSAGES), or_(there.in_(channels), there.in_(discussions))),
        and_(HeldItem.kind.in_(OF_PUBLICATIONS), HeldItem.subject_id.in_(shown)),
    )


def ask_to_read(actor: Person, hold: LegalHold, reason: str) -> HoldReading:
    """Ask a second person to agree that one reads private content.

    What was asked before and not answered is asked no more: an answer is to this reason.

    Raises:
        Forbidden: the hold names the actor.
        ConfirmationNeeded: the actor has to confirm first that it is them.
        Invalid: no reason is given.
        Conflict: it is agreed to already.
    """
    reason = required_line(reason, "private_reason", TITLE_LIMIT)
    with unit_of_work() as work:
        work.lock(hold)
        get_hold(actor, hold.agency, hold.id)
        require_unnamed(actor, hold)
        if reads_private(actor, hold):
            raise Conflict(_l("This has already been asked for."))
        require_confirmed(actor)
        replaced = db.session.scalars(
            _readings(hold).where(_is_waiting(), HoldReading.reader_id == actor.id)
        ).all()
        for each in replaced:
            db.session.delete(each)
        reading = HoldReading(hold_id=hold.id, reader_id=actor.id, reason=reason)
        work.add(reading)
        work.flush()
        log_hold("hold.ask", hold, actor)
        if not replaced:
            tell_of_page(
                Kind.RECORDS,
                [each.id for each in _seconds(hold) if each.id != actor.id],
                "holds_agree",
                path=f"/admin/{hold.agency.code}/holds/{hold.id}",
                key=reading.id.hex,
            )
    return reading


def answer(actor: Person, hold: LegalHold, reading_id: UUID, *, agrees: bool) -> None:
    """Agree or refuse, as a second person, that another one reads private content.

    Raises:
        Forbidden: the hold names the actor.
        NotFound: nothing is asked any more, or the actor asked for it.
        ConfirmationNeeded: the actor has to confirm first that it is them.
    """
    with unit_of_work() as work:
        work.lock(hold)
        get_hold(actor, hold.agency, hold.id)
        require_unnamed(actor, hold)
        reading = db.session.get(HoldReading, reading_id)
        if reading is None or reading not in waiting_for(actor, hold):
            raise NotFound
        if agrees:
            require_confirmed(actor)
        now = clock.now()
        reading.answered_by_id, reading.answered_at = actor.id, now
        reading.until = now + LAPSES_AFTER if agrees else None
        log_hold(
            "hold.agree" if agrees else "hold.refuse", hold, actor, {"of": str(reading.reader_id)}
        )


def waiting_for(actor: Person, hold: LegalHold) -> Sequence[HoldReading]:
    """Return the readings that wait for this person's agreement."""
    if is_named(actor, hold):
        return []
    asked = _readings(hold).where(_is_waiting(), HoldReading.reader_id != actor.id)
    return db.session.scalars(asked.order_by(HoldReading.id)).all()


def latest_reading(person: Person, hold: LegalHold) -> HoldReading | None:
    """Return what the person asked for last."""
    asked = _readings(hold).where(HoldReading.reader_id == person.id)
    return db.session.scalar(asked.order_by(HoldReading.id.desc()).limit(1))


def _is_waiting() -> ColumnElement[bool]:
    """Return the condition on `HoldReading` that it waits for an answer, and has not lapsed."""
    asked_lately = HoldReading.asked_at > clock.now() - LAPSES_AFTER
    return and_(HoldReading.answered_at.is_(None), asked_lately)


def _readings(hold: LegalHold) -> Select[HoldReading]:
    return select(HoldReading).where(HoldReading.hold_id == hold.id)


def _seconds(hold: LegalHold) -> list[Person]:
    able = people_who_may(Act.READ_HELD, hold.agency_id, by_own_post=True)
    people = db.session.scalars(select(Person).where(Person.id.in_(able))).all()
    return [person for person in people if not is_named(person, hold)]
