"""Requests to erase a person: asked for, agreed to by two others, withdrawn.

Two people have to agree, each an administrator or a records officer of the person's agency and
neither of them the person. Whoever asks for it as one of them is the first.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.access import require_right
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.home_agencies import homes_of
from intranet.organisation.people.models import Appointment, Person
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.records.own_data.erasing import ERASE
from intranet.records.own_data.erasure_blocks import blocks_of
from intranet.records.own_data.models import ErasureRequest

LISTED = 200


def ask_for_own_erasure(person: Person) -> ErasureRequest:
    """Ask to be erased oneself; two people of the agency decide.

    Raises:
        ConfirmationNeeded: they have not confirmed their password lately.
        Conflict: it is asked for already.
    """
    with unit_of_work() as work:
        work.lock(person)
        require_confirmed(person)
        agency_id = agency_of(person)
        if agency_id is None:
            raise NotFound
        return _ask(work, person, person, agency_id)


def ask_for_erasure(actor: Person, agency: Agency, person: Person) -> ErasureRequest:
    """Ask to erase a person of the agency, as the first of the two who have to agree.

    Raises:
        Forbidden: the actor has no role for it in the agency, or is the person.
        NotFound: the person belongs to another agency.
        Conflict: something is in the way, or it is asked for already.
    """
    with unit_of_work() as work:
        work.lock(person)
        _require_official(actor, agency.id, person)
        require_confirmed(actor)
        if agency_of(person) != agency.id:
            raise NotFound
        _require_free(person)
        asked = _ask(work, actor, person, agency.id)
        asked.proposed_by_id = actor.id
    return asked


def agree(actor: Person, asked: ErasureRequest) -> ErasureRequest:
    """Agree as the first or the second; with the second the erasure begins, and cannot be undone.

    Raises:
        NotFound: it waits no longer.
        Forbidden: the actor has no role for it, is the person, or has agreed already.
        Conflict: something is in the way.
    """
    with unit_of_work() as work:
        work.lock(asked)
        if not asked.is_open:
            raise NotFound
        person = asked.person
        work.lock(person)
        _require_official(actor, asked.agency_id, person)
        require_confirmed(actor)
        if asked.proposed_by_id == actor.id:
            raise Forbidden(_l("You have agreed already. A second person has to agree."))
        _require_free(person)
        if asked.proposed_by_id is None:
            asked.proposed_by_id = actor.id
        else:
            asked.approved_by_id, asked.approved_at = actor.id, clock.now()
            enqueue(work, ERASE, {"request_id": str(asked.id)})
        _log("erasure.agree", asked, actor)
    return asked


def withdraw(actor: Person, asked: ErasureRequest) -> None:
    """Withdraw a request, as the person who asked for it or as one of those who may agree.

    Raises:
        NotFound: it waits no longer.
        Forbidden: the actor is neither.
    """
    with unit_of_work() as work:
        work.lock(asked)
        if not asked.is_open:
            raise NotFound
        if asked.person_id == actor.id and asked.asked_by_id != actor.id:
            raise Forbidden(_l("The agency asked for this. Ask its administrators."))
        if asked.asked_by_id != actor.id:
            require_right(actor, Act.ERASE, asked.agency_id, by_own_post=True)
        asked.ended_by_id, asked.ended_at = actor.id, clock.now()
        _log("erasure.withdraw", asked, actor)


def agency_of(person: Person) -> UUID | None:
    """Return the agency that decides: of the account, else of the last post."""
    if home := homes_of([person.id]).get(person.id):
        return home
    last = (
        select(Post.agency_id)
        .join(Appointment, Appointment.post_id == Post.id)
        .where(Appointment.person_id == person.id)
        .order_by(Appointment.since.desc())
    )
    return db.session.scalar(last.limit(1))


def request_of(person_id: UUID) -> ErasureRequest | None:
    """Return the latest request to erase a person."""
    asked = select(ErasureRequest).where(ErasureRequest.person_id == person_id)
    return db.session.scalar(asked.order_by(ErasureRequest.id.desc()).limit(1))


def requests_in(agency_id: UUID) -> Sequence[ErasureRequest]:
    """Return the 200 latest requests of an agency, the newest first."""
    asked = select(ErasureRequest).where(ErasureRequest.agency_id == agency_id)
    return db.session.scalars(asked.order_by(ErasureRequest.id.desc()).limit(LISTED)).all()


def get_request(agency: Agency, request_id: UUID) -> ErasureRequest:
    """Return a request of an agency.

    Raises:
        NotFound: there is none, or it is another agency's.
    """
    asked = db.session.get(ErasureRequest, request_id)
    if asked is None or asked.agency_id != agency.id:
        raise NotFound
    return asked


def may_agree(actor: Person, asked: ErasureRequest) -> bool:
    """Return whether the actor is somebody whose agreement counts and is still missing."""
    is_other = actor.id not in {asked.person_id, asked.proposed_by_id}
    return asked.is_open and is_other and actor.may(Act.ERASE, asked.agency_id, by_own_post=True)


def _ask(work: Work, actor: Person, person: Person, agency_id: UUID) -> ErasureRequest:
    latest = request_of(person.id)
    if person.erased_at or (latest and (latest.is_open or latest.is_running)):
        raise Conflict(_l("This has already been asked for."))
    asked = ErasureRequest(person_id=person.id, agency_id=agency_id, asked_by_id=actor.id)
    work.add(asked)
    work.flush()
    _log("erasure.ask", asked, actor)
    return asked


def _require_official(actor: Person, agency_id: UUID, person: Person) -> None:
    require_right(actor, Act.ERASE, agency_id, by_own_post=True)
    if actor.id == person.id:
        raise Forbidden(_l("Nobody decides on their own erasure. Ask for it on your own pages."))


def _require_free(person: Person) -> None:
    """Require that nothing is in the way.

    Raises:
        Conflict: something is; it says what.
    """
    if blocks := blocks_of(person):
        raise Conflict(blocks[0].words)


def _log(act: str, asked: ErasureRequest, actor: Person) -> None:
    record(
        act,
        agency_id=asked.agency_id,
        actor_id=actor.id,
        subject=("person", asked.person_id),
        detail={"request": str(asked.id)},
    )
