"""A request for access in the matrix of doors, with what was found for it."""

import io
from datetime import timedelta

from sqlalchemy import select

from intranet.delivery.files.operations import store_file
from intranet.extensions import db
from intranet.organisation.agencies.operations.administrations import give_role
from intranet.organisation.agencies.roles import AgencyRole
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.records.access_requests.models import (
    AccessFinding,
    AccessKind,
    AccessNotice,
    AccessPackage,
    AccessRedaction,
    FoundKind,
    PackageState,
)
from intranet.records.access_requests.operations.finding import search
from intranet.records.access_requests.operations.redacting import begin_reasons
from intranet.records.access_requests.operations.requests import ask_for_private, open_request
from tests.security.world_parts import SECRET


def records(cast) -> dict[str, str]:
    """A request of Dorleta's with findings and a package; and one that waits for her agreement."""
    town, dorleta = cast.monteclaro, cast.dorleta
    for post in (cast.administrator_post, cast.mayor_post):
        give_role(None, town, post, AgencyRole.RECORDS)
    request, asked = (
        open_request(
            person,
            town,
            kind=AccessKind.TRANSPARENCY,
            asker="REG-1",
            matter="Obras",
            due_on=clock.today(town.time_zone) + timedelta(days=20),
            language="es",
        )
        for person in (dorleta, cast.rosa)
    )
    ask_for_private(cast.rosa, asked, "Lo pide la sentencia")
    search(dorleta, request, SECRET)
    found = {
        row.kind: row
        for row in db.session.scalars(
            select(AccessFinding)
            .where(AccessFinding.request_id == request.id)
            .order_by(AccessFinding.number.desc())
        )
    }
    reason = begin_reasons(dorleta, town)[0]
    file = store_file(dorleta, io.BytesIO(b"PK"), "package.zip")
    with unit_of_work() as work:
        package = AccessPackage(
            request_id=request.id,
            made_by_id=dorleta.id,
            state=PackageState.READY,
            file_id=file.id,
        )
        redaction = AccessRedaction(
            request_id=request.id,
            finding_id=found[FoundKind.DAY].id,
            sha256="0" * 64,
            start=0,
            end=1,
            reason_id=reason.id,
            made_by_id=dorleta.id,
        )
        notice = AccessNotice(request_id=request.id, person_id=cast.ana.id, told_at=clock.now())
        work.add(package, redaction, notice)
    return {
        "access_request": str(request.id),
        "access_asked": str(asked.id),
        "access_finding": str(found[FoundKind.FILE].id),
        "access_day": str(found[FoundKind.DAY].id),
        "access_package": str(package.id),
        "access_reason": str(reason.id),
        "access_redaction": str(redaction.id),
    }
