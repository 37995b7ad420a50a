"""Packages: asked for, agreed, made by a worker, downloaded, and forgotten after some days."""

import tempfile
import time
from datetime import datetime, timedelta
from typing import BinaryIO, cast
from uuid import UUID

from sqlalchemy import func, select

from intranet.delivery.files.operations import ERASE
from intranet.delivery.files.storage import storage
from intranet.delivery.files.storage_interface import new_key
from intranet.extensions import db
from intranet.messaging.spaces.models import SpaceKey
from intranet.organisation.accounts.operations.approvers import settled_administrators
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, NotFound, TooMany
from intranet.platform.core.i18n import _l
from intranet.platform.core.outbox import enqueue
from intranet.platform.core.outbox_claims import HandedOverError, go_on
from intranet.platform.core.step_up import require_confirmed
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.platform.core.web import settings
from intranet.records.portability.access import (
    NOT_SETTLED,
    OF_ADMINISTRATORS,
    require_administrator,
    require_may_ask,
)
from intranet.records.portability.exporting import write_package
from intranet.records.portability.making import Said
from intranet.records.portability.models import OrderState, PackageOrder
from intranet.records.portability.scope import PackageKind
from intranet.records.portability.subjects import PackageSubject, subject_of_order

MAKE = "portability.make"
KEPT_FOR = timedelta(days=7)
ORDERS_A_DAY = 10
OPEN = (OrderState.WAITING, OrderState.MAKING)
SHOWN_EVERY_SECONDS = 2.0


def record_by_operator(subject: PackageSubject, digest: str) -> None:
    """Note in the agency's log that the operator exported something of it."""
    record(
        "package.export",
        agency_id=subject.agency.id,
        actor_id=None,
        subject=(subject.scope.kind.value, subject.scope.subject_id),
        detail={"sha256": digest, "whole": subject.scope.whole},
    )


def ask_for_agency(actor: Person, agency: Agency, group_id: UUID | None = None) -> PackageOrder:
    """Ask for the package of an agency, or of what its people contributed to a group of others.

    A second administrator agrees, then a worker makes it.

    Raises:
        NotFound: the person does not administer the agency, or it was never in that group.
        Conflict: the same was asked for already.
        TooMany: the person asked for many packages today.
        ConfirmationNeeded: the sign-in was not confirmed lately.
    """
    require_confirmed(actor)
    with unit_of_work() as work:
        require_administrator(actor, agency)
        kind, subject_id = PackageKind.AGENCY, agency.id
        if group_id is not None:
            if db.session.get(SpaceKey, (group_id, agency.id)) is None:
                raise NotFound
            kind, subject_id = PackageKind.CONTRIBUTED, group_id
        order = PackageOrder(kind=kind, subject_id=subject_id, agency_id=agency.id)
        order.asked_by_id, order.state = actor.id, OrderState.WAITING
        return _ask(work, actor, order)


def ask(person: Person, kind: PackageKind, subject_id: UUID) -> PackageOrder:
    """Ask for a group, an initiative or a channel that one leads, or for one's own words.

    Raises:
        NotFound, Forbidden: see `access.require_may_ask`.
        Conflict: the same was asked for already.
        TooMany: the person asked for many packages today.
        ConfirmationNeeded: the sign-in was not confirmed lately.
    """
    require_confirmed(person)
    with unit_of_work() as work:
        require_may_ask(person, kind, subject_id)
        order = PackageOrder(kind=kind, subject_id=subject_id, agency_id=_agency_of(person))
        order.asked_by_id, order.state = person.id, OrderState.MAKING
        _ask(work, person, order)
        enqueue(work, MAKE, {"id": str(order.id)})
        return order


def agree(actor: Person, agency: Agency, order: PackageOrder) -> None:
    """Agree, as the second administrator, that a package is made.

    Raises:
        NotFound: the person does not administer the agency.
        Forbidden: they asked for it themselves.
        Conflict: it waits no longer.
    """
    require_confirmed(actor)
    with unit_of_work() as work:
        require_administrator(actor, agency)
        work.lock(order)
        if order.state != OrderState.WAITING:
            raise Conflict(_l("This was decided already."))
        if order.asked_by_id == actor.id:
            raise Forbidden(_l("Another administrator has to agree."))
        if actor.id not in settled_administrators(agency.id):
            raise Forbidden(NOT_SETTLED)
        order.state, order.agreed_by_id, order.agreed_at = OrderState.MAKING, actor.id, clock.now()
        _record("package.agree", order, actor)
        enqueue(work, MAKE, {"id": str(order.id)})


def withdraw(actor: Person, agency: Agency, order: PackageOrder) -> None:
    """Withdraw a package that waits, or delete one that is ready, as any administrator may.

    Raises:
        NotFound: the person does not administer the agency.
        Conflict: it is being made, or gone.
    """
    with unit_of_work() as work:
        require_administrator(actor, agency)
        work.lock(order)
        if order.state not in {OrderState.WAITING, OrderState.READY, OrderState.FAILED}:
            raise Conflict(_l("This was decided already."))
        _erase(work, order, OrderState.WITHDRAWN)
        _record("package.withdraw", order, actor)


def note_download(person: Person, order: PackageOrder) -> str:
    """Note that the person downloads a package, and return the key of its bytes.

    Raises:
        NotFound: it is not ready, or gone.
        ConfirmationNeeded: the sign-in was not confirmed lately.
    """
    require_confirmed(person)
    if order.kind in OF_ADMINISTRATORS:
        require_administrator(person, order.agency)
    elif order.kind != PackageKind.OWN:
        require_may_ask(person, order.kind, order.subject_id)
    with unit_of_work() as work:
        work.lock(order)
        if order.state != OrderState.READY or order.key is None:
            raise NotFound
        order.downloaded_at = clock.now()
        _record("package.download", order, person)
    return order.key


def make(order_id: UUID) -> None:
    """Make a package that was asked for, and store its bytes."""
    order = db.session.get(PackageOrder, order_id)
    if order is None or order.state != OrderState.MAKING:
        return
    subject = subject_of_order(order)
    with tempfile.TemporaryFile(dir=settings().data_dir) as out:
        told = write_package(
            cast("BinaryIO", out),
            subject.scope,
            name=subject.name,
            language=subject.language,
            time_zone=subject.time_zone,
            said=_shown(order_id),
        )
        size = out.tell()
        out.seek(0)
        key = new_key()
        storage().put(key, cast("BinaryIO", out))
    with unit_of_work() as work:
        order = work.locked(PackageOrder, order_id)
        if order.state != OrderState.MAKING:
            enqueue(work, ERASE, {"keys": [key]})
            return
        order.state, order.made_at, order.key = OrderState.READY, clock.now(), key
        order.expires_at = clock.now() + KEPT_FOR
        order.size_bytes, order.sha256 = size, told["sha256"]
        _record("package.make", order, None)


def note_failure(order_id: UUID) -> None:
    """Note that a package could not be made."""
    with unit_of_work() as work:
        order = work.locked(PackageOrder, order_id)
        if order.state == OrderState.MAKING:
            order.state = OrderState.FAILED


def forget_old(now: datetime) -> None:
    """Delete the bytes of packages after some days; what was asked and made stays on record."""
    old = select(PackageOrder.id).where(
        PackageOrder.expires_at < now, PackageOrder.state == OrderState.READY
    )
    for order_id in db.session.scalars(old.limit(100)).all():
        with unit_of_work() as work:
            _erase(work, work.locked(PackageOrder, order_id), OrderState.GONE)


def _ask(work: Work, person: Person, order: PackageOrder) -> PackageOrder:
    """Add an order, unless the same is open or the person asked for too many today."""
    work.lock(person)
    asked = select(func.count()).select_from(PackageOrder)
    same = asked.where(
        PackageOrder.kind == order.kind,
        PackageOrder.subject_id == order.subject_id,
        PackageOrder.agency_id == order.agency_id,
        PackageOrder.state.in_(OPEN),
    )
    if db.session.scalar(same):
        raise Conflict(_l("The same package was asked for already."))
    lately = asked.where(
        PackageOrder.asked_by_id == person.id,
        PackageOrder.asked_at > clock.now() - timedelta(days=1),
    )
    if (db.session.scalar(lately) or 0) >= ORDERS_A_DAY:
        day = int(timedelta(days=1).total_seconds())
        raise TooMany(day, _l("You asked for many packages today. Try again tomorrow."))
    work.add(order)
    work.flush()
    _record("package.ask", order, person)
    return order


def _agency_of(person: Person) -> UUID:
    """Return the agency in whose log a person's package stands: that of their oldest post."""
    held = current_appointments(person.id)
    if held:
        return held[0].post.agency_id
    for agency_id in own_agency_ids(person):
        return agency_id
    raise Forbidden(_l("You do not hold this post at present."))


def _erase(work: Work, order: PackageOrder, state: OrderState) -> None:
    if order.key:
        enqueue(work, ERASE, {"keys": [order.key]})
    order.state, order.key = state, None


def _shown(order_id: UUID) -> Said:
    """Return a function that keeps progress in the row, and stops if the process has to end."""
    last = 0.0

    def said(what: str, done: int, of: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < SHOWN_EVERY_SECONDS:
            return
        last = now
        go_on()
        with unit_of_work() as work:
            order = work.locked(PackageOrder, order_id)
            if order.state != OrderState.MAKING:
                raise HandedOverError
            order.stage, order.done = what, min(done * 100 // max(of, 1), 100)

    return said


def _record(act: str, order: PackageOrder, actor: Person | None) -> None:
    record(
        act,
        agency_id=order.agency_id,
        actor_id=actor.id if actor else None,
        subject=(SUBJECTS[order.kind], order.subject_id),
        detail={"package": str(order.id)},
    )


SUBJECTS = {
    PackageKind.AGENCY: "agency",
    PackageKind.CONTRIBUTED: "group",
    PackageKind.GROUP: "group",
    PackageKind.INITIATIVE: "publication",
    PackageKind.CHANNEL: "conversation",
    PackageKind.OWN: "person",
}
