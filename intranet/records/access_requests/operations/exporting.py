"""Make a package in the background, refuse one that would show hidden words, forget old ones."""

import hashlib
import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from intranet.delivery.files.models import File
from intranet.delivery.files.operations import ERASE, discard
from intranet.delivery.files.storage import storage
from intranet.delivery.files.storage_interface import new_key
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.mail import in_language
from intranet.platform.core.outbox import Pace, enqueue, handler
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.records.access_requests.access import is_in_charge, require_officer
from intranet.records.access_requests.checking import what_shows
from intranet.records.access_requests.going_files import why_not_as_is, why_not_yet
from intranet.records.access_requests.models import AccessPackage, AccessRequest, PackageState
from intranet.records.access_requests.operations.requests import log_act
from intranet.records.access_requests.operations.telling import tell_readers
from intranet.records.access_requests.outgoing import Outgoing
from intranet.records.access_requests.writing import AccessWriter

MAKE = "access_packages.make"
KEPT_FOR = timedelta(days=30)
MEDIA_TYPE = "application/zip"

Fault = tuple[str, str]
"""The number of a finding, or empty for the whole, and a key of `labels.FAULTS`."""


def faults_of(outgoing: Outgoing, *, with_files: bool = False) -> list[Fault]:
    """Return what is in the way of a package, by the number of the finding.

    Args:
        with_files: look into each file again, which takes long.
    """
    faults: list[Fault] = []
    if not outgoing.things:
        faults.append(("", "nothing"))
    if outgoing.unread:
        faults.append(("", "unread"))
    if outgoing.lost:
        faults.append(("", "lost"))
    changed = {str(thing.finding.number): "changed" for thing in outgoing.changed()}
    faults += changed.items()
    left = {str(each.thing.finding.number): "left" for each in outgoing.left()}
    faults += left.items()
    why_not = why_not_as_is if with_files else why_not_yet
    for thing in outgoing.things:
        if why := why_not(thing, outgoing):
            faults.append((str(thing.finding.number), why))
    return faults


def request_package(
    person: Person, request: AccessRequest, *, with_envelope: bool = False
) -> AccessPackage:
    """Have a package made in the background.

    Raises:
        Conflict: something is in the way, or another package is being made.
    """
    with unit_of_work() as work:
        work.lock(request)
        require_officer(person, request)
        if faults_of(Outgoing.of(request)):
            raise Conflict(_l("Some things are still in the way of a package. See the list."))
        making = select(AccessPackage.id).where(
            AccessPackage.request_id == request.id, AccessPackage.state == PackageState.MAKING
        )
        if db.session.scalar(making.limit(1)):
            raise Conflict(_l("A package is being made. Wait until it is ready."))
        package = AccessPackage(
            request_id=request.id,
            made_by_id=person.id,
            with_envelope=with_envelope,
            with_private=request.reads_private,
        )
        work.add(package)
        work.flush()
        log_act(person, request, "export")
        enqueue(work, MAKE, {"package_id": str(package.id)})
    return package


@handler(MAKE, pace=Pace.LONG)
def make_package(payload: Mapping[str, Any]) -> None:
    """Write a package and look through it; keep it only if nothing hidden is in it."""
    package = db.session.get(AccessPackage, UUID(payload["package_id"]))
    if package is None or package.state != PackageState.MAKING:
        return
    request = db.session.get_one(AccessRequest, package.request_id)
    person = db.session.get_one(Person, package.made_by_id)
    if not is_in_charge(person, request):
        _refuse(package, [("", "not_in_charge")])
        return
    with in_language(request.language), tempfile.NamedTemporaryFile(suffix=".zip") as target:
        outgoing = Outgoing.of(request)
        if faults := faults_of(outgoing, with_files=True):
            _refuse(package, faults)
            return
        _note(package.id, total=len(outgoing.things))
        package_id = package.id
        writer = AccessWriter(outgoing, _about(request), with_envelope=package.with_envelope)
        writer.write(
            target,  # type: ignore[arg-type] # it is written to
            lambda done: _note(package_id, done=done),
        )
        target.flush()
        shows = list(what_shows(target.name, outgoing.unwanted, writer.frames, writer.kinds))
        if shows:
            _refuse(package, [(path, "shows") for path in shows])
            return
        if not _keep(person, package_id, Path(target.name)):
            return
    with unit_of_work():
        tell_readers(request, clock.now())


def get_package(person: Person, request: AccessRequest, package_id: UUID) -> File:
    """Return the file of a package for the officer in charge, and log that it was taken.

    Raises:
        NotFound: there is none, it is gone, the person is not in charge, the request is closed, or
            it was made while direct messages were read and they are no longer.
    """
    package = db.session.get(AccessPackage, package_id)
    if package is None or package.request_id != request.id or package.file is None:
        raise NotFound
    if not is_in_charge(person, request) or not package.may_go(request):
        raise NotFound
    file = package.file
    with unit_of_work():
        log_act(person, request, "download")
    return db.session.get_one(File, file.id)


def forget_packages(now: datetime) -> None:
    """Delete up to 100 packages older than 30 days; keep their digests."""
    old = select(AccessPackage).where(
        AccessPackage.made_at < now - KEPT_FOR, AccessPackage.file_id.is_not(None)
    )
    for row in db.session.scalars(old.order_by(AccessPackage.made_at).limit(100)).all():
        with unit_of_work() as work:
            package = work.locked(AccessPackage, row.id)
            file_id, package.file_id = package.file_id, None
            work.flush()
            if file_id:
                discard([file_id])


def _about(request: AccessRequest) -> dict[str, Any]:
    """Return what the manifest says first: whose package it is, and the head of the audit log."""
    head = db.session.scalar(
        select(AuditLine)
        .where(AuditLine.agency_id == request.agency_id)
        .order_by(AuditLine.number.desc())
        .limit(1)
    )
    return {
        "agency": request.agency.code,
        "request": request.called,
        "right": request.kind.value,
        "language": request.language,
        "audit_log": {"number": head.number, "hash": head.hash} if head else None,
    }


def _keep(person: Person, package_id: UUID, path: Path) -> bool:
    """Keep a package, unless the person is no longer in charge; return whether it is kept."""
    digest, key = hashlib.sha256(), new_key()
    with path.open("rb") as source:
        while part := source.read(1 << 20):
            digest.update(part)
        source.seek(0)
        storage().put(key, source)  # before the transaction: it may take long
    with unit_of_work() as work:
        package = work.locked(AccessPackage, package_id)
        request = work.locked(AccessRequest, package.request_id)
        if not is_in_charge(person, request):
            enqueue(work, ERASE, {"keys": [key]})
            _refuse(package, [("", "not_in_charge")])
            return False
        file = File(
            owner_id=person.id,
            name=f"{request.agency.code}-{request.year}-{request.number}.zip",
            media_type=MEDIA_TYPE,
            size_bytes=path.stat().st_size,
            sha256=digest.hexdigest(),
            key=key,
        )
        work.add(file)
        work.flush()
        package.file_id, package.sha256 = file.id, file.sha256
        package.with_private |= request.reads_private  # agreed to while it was made
        package.state = PackageState.READY
        log_act(None, request, "package_ready", sha256=file.sha256)
    return True


def _refuse(package: AccessPackage, faults: list[Fault]) -> None:
    with unit_of_work() as work:
        row = work.locked(AccessPackage, package.id)
        row.state, row.refused = PackageState.REFUSED, [list(fault) for fault in faults]
        request = db.session.get_one(AccessRequest, row.request_id)
        log_act(None, request, "package_refused")


def _note(package_id: UUID, **values: int) -> None:
    """Store the progress, for the page on which the officer waits."""
    with unit_of_work():
        db.session.execute(
            update(AccessPackage).where(AccessPackage.id == package_id).values(**values)
        )
