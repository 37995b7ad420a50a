"""Write a package as of one instant, while others go on writing."""

from typing import Any, BinaryIO
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.mail import in_language
from intranet.platform.core.types import Localized
from intranet.records.packages.writing import PackageWriter
from intranet.records.portability.fills import fill
from intranet.records.portability.making import Making, Said
from intranet.records.portability.pages import write_pages
from intranet.records.portability.references import References
from intranet.records.portability.rows import write_rows
from intranet.records.portability.scope import TABLES, Scope
from intranet.records.portability.snapshot import snapshot
from intranet.records.portability.stored_bytes import write_files
from intranet.records.portability.stubs import write_stubs

FORMAT = "intranet.package"


def write_package(
    out: BinaryIO,
    scope: Scope,
    *,
    name: str,
    language: str,
    time_zone: str,
    said: Said = lambda _what, _done, _of: None,
) -> dict[str, Any]:
    """Write a package and return its manifest's account: counts, stubs, what was missing.

    Args:
        out: receives the bytes; it need not be seekable.
        scope: what goes.
        name: what the package is about, in words.
        language: the language of its pages.
        time_zone: the clock of its pages.
        said: is told of the progress.
    """
    from intranet.platform.core.schema import newest_revision  # noqa: PLC0415 - a library for rare work

    with in_language(language), snapshot() as connection:
        at = clock.now()
        said("rows", 0, 1)
        fill(connection, scope)
        references = References(connection, scope)
        about = {
            "kind": scope.kind.value,
            "subject_id": str(scope.subject_id),
            "name": name,
            "as_of": at.isoformat(),
            "whole": scope.whole,
            "revision": newest_revision(),
            **_agency(scope.agency_id),
        }
        writer = PackageWriter(out, FORMAT, about)
        making = Making(
            connection, scope, references, writer, at, language, ZoneInfo(time_zone), said
        )
        write_rows(making)
        write_stubs(making)
        missing = write_files(making)
        write_pages(making, name)
        account = {
            "counts": making.counts,
            "stubs": making.stubs,
            "emptied": dict(references.emptied),
            "missing_files": missing,
        }
        digest = writer.finish(**account)
    return {**about, **account, "sha256": digest, "finished_at": clock.now().isoformat()}


def _agency(agency_id: UUID | None) -> dict[str, Any]:
    if agency_id is None:
        return {}
    agencies = TABLES["agencies"]
    row = db.session.execute(
        select(agencies.c.code, agencies.c.name).where(agencies.c.id == agency_id)
    ).one()
    return {"agency": {"id": str(agency_id), "code": row.code, "name": dict(Localized(row.name))}}
