"""Write, give and accept: what people do with a hand-over."""

from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete, select

from intranet.extensions import db
from intranet.organisation.people.models import Appointment, Person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid, NotFound, Problem, Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.ids import uuid7
from intranet.platform.core.parsing import optional_text, required_line
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.records.hand_over.access import (
    HandOverStanding,
    get_standing,
    require_acceptor,
    require_writer,
    seen_by,
)
from intranet.records.hand_over.line_kinds import UNSEEN
from intranet.records.hand_over.models import (
    CHECK_LIMIT,
    CHECKS_LIMIT,
    WORDS_LIMIT,
    HandOver,
    HandOverCheck,
    HandOverLine,
)
from intranet.records.hand_over.scopes import HandOverEntry, entries_of, lines_of, scope_of


def write_words(
    leaver: Person, appointment: Appointment, words: str, checks: Sequence[str], *, edition: int
) -> None:
    """Store the leaver's own words and checklist; points that stay keep who accepted them.

    Raises:
        NotFound, Forbidden: the person does not leave this post, or has left it.
        Conflict: they wrote in another window since `edition`.
        Invalid: a text is too long, or there are too many points.
    """
    words = optional_text(words, "words", WORDS_LIMIT)
    points = [required_line(one, "checks", CHECK_LIMIT) for one in checks if one.strip()]
    points = list(dict.fromkeys(points))
    if len(points) > CHECKS_LIMIT:
        raise Invalid({"checks": _l("Write at most %(limit)s points.", limit=CHECKS_LIMIT)})
    with unit_of_work() as work:
        work.lock(appointment)
        require_writer(leaver, appointment)
        work.add_unless_there(HandOver, {"appointment_id": appointment.id})
        row = db.session.get_one(HandOver, appointment.id, populate_existing=True)
        if row.edition != edition:
            raise Conflict
        row.words, row.edition, row.written_at = words, row.edition + 1, clock.now()
        there = {
            check.words: check
            for check in db.session.scalars(
                select(HandOverCheck).where(HandOverCheck.appointment_id == appointment.id)
            )
        }
        for position, text in enumerate(points):
            if text in there:
                there.pop(text).position = position
            else:
                work.add(
                    HandOverCheck(
                        id=uuid7(), appointment_id=appointment.id, position=position, words=text
                    )
                )
        for gone in there.values():
            work.delete(gone)


def give(leaver: Person, appointment: Appointment, chosen: Mapping[str, Collection[UUID]]) -> None:
    """Choose which of the leaver's own things pass, in place of an earlier choice.

    Raises:
        NotFound, Forbidden: the person does not leave this post, or has left it.
    """
    with unit_of_work() as work:
        work.lock(appointment)
        require_writer(leaver, appointment)
        standing = get_standing(leaver, appointment.post_id, appointment.id)
        db.session.execute(
            delete(HandOverLine).where(
                HandOverLine.appointment_id == appointment.id,
                HandOverLine.offered_at.is_not(None),
                HandOverLine.accepted_at.is_(None),
            )
        )
        for entry in entries_of(leaver, standing):
            key = entry.item.thing_id
            if (
                entry.kind.is_chosen
                and entry.row is None
                and key in chosen.get(entry.kind.name, ())
            ):
                work.add(
                    HandOverLine(
                        appointment_id=appointment.id,
                        kind=entry.kind.name,
                        thing_id=key,
                        title=entry.item.title[:200],
                        offered_at=clock.now(),
                    )
                )


def accept(person: Person, appointment: Appointment, kind: str, thing_id: UUID) -> None:
    """Accept a line: it is noted who read it and when, and what was the leaver's passes.

    Accepting it twice changes nothing.

    Raises:
        NotFound: the person may not know of the hand-over, or it has no such line.
        Forbidden: another person accepts, or this one may not do there what the thing asks for.
        Invalid: the post that receives it has too many already.
    """
    with unit_of_work() as work:
        _accept(work, person, appointment, kind, thing_id)
    _settle(person, appointment)


def _accept(
    work: Work, person: Person, appointment: Appointment, kind: str, thing_id: UUID
) -> None:
    work.lock(appointment)
    standing = require_acceptor(person, appointment)
    entry = _entry(person, standing, kind, thing_id)
    if entry.is_accepted:
        return
    if not entry.is_named and entry.kind.take:
        raise Forbidden(UNSEEN)
    row = db.session.get(HandOverLine, (appointment.id, kind, thing_id))
    if row is None:
        row = HandOverLine(appointment_id=appointment.id, kind=kind, thing_id=thing_id)
        work.add(row)
    row.title = entry.item.title[:200]
    row.accepted_at, row.accepted_by_id = clock.now(), person.id
    work.flush()
    if entry.kind.take:
        scope = scope_of(person, standing, lines_of(appointment))
        entry.kind.take(work, scope, thing_id)
    record(
        "hand_over.accept",
        agency_id=appointment.post.agency_id,
        actor_id=person.id,
        subject=("post", appointment.post_id),
        detail={
            "kind": kind,
            "thing": str(thing_id),
            "from": str(appointment.person_id),
        },
    )


def accept_all(person: Person, appointment: Appointment) -> Sequence[tuple[str, Words]]:
    """Accept every line that remains, each by itself; return the titles of those refused, and why.

    Raises:
        NotFound, Forbidden: as in `accept`.
    """
    standing = require_acceptor(person, appointment)
    refused: list[tuple[str, Words]] = []
    for entry in entries_of(person, standing):
        if entry.is_accepted:
            continue
        title = entry.item.title
        try:
            with unit_of_work() as work:
                _accept(work, person, appointment, entry.kind.name, entry.item.thing_id)
        except NotFound:
            refused.append((title, _l("You cannot open it.")))
        except Problem as problem:
            refused.append((title, next(iter(problem.errors.values()), problem.detail)))
    _settle(person, appointment)
    return refused


def _settle(person: Person, appointment: Appointment) -> None:
    """Note of which hand-overs of the post nothing remains, read before the lock is taken."""
    settled = [
        standing.appointment.id
        for standing in seen_by(person, appointment.post)
        if all(entry.is_accepted for entry in entries_of(person, standing))
    ]
    if not settled:
        return
    with unit_of_work() as work:
        for appointment_id in settled:
            work.add_unless_there(HandOver, {"appointment_id": appointment_id})
            row = db.session.get_one(HandOver, appointment_id, populate_existing=True)
            row.settled_at = clock.now()


def _entry(person: Person, standing: HandOverStanding, kind: str, thing_id: UUID) -> HandOverEntry:
    for entry in entries_of(person, standing, only=kind):
        if entry.item.thing_id == thing_id:
            return entry
    raise NotFound
