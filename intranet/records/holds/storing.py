"""Find out which holds cover what is about to go, and store it under them."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    insert,
    literal,
    or_,
    select,
)

from intranet.delivery.files.models import File
from intranet.extensions import db
from intranet.messaging.messages.models import Message, MessageFile
from intranet.platform.core.text import fold
from intranet.platform.core.unit_of_work import Work
from intranet.publishing.publications.models import Publication
from intranet.records.holds.gate import pass_gate
from intranet.records.holds.models import UNSENT, HeldFile, HeldItem, HeldKind, HeldUnder, LegalHold
from intranet.records.holds.scope import (
    Covers,
    covers_draft,
    covers_file,
    covers_message,
    covers_publication,
    names,
    running_holds,
)


def covered(
    work: Work, rows: Sequence[Any], key: Any, covers: Covers
) -> Iterable[tuple[Any, list[LegalHold]]]:
    """Return the rows that running holds cover, each with these holds."""
    found = dict(covered_ids(work, rows, key, covers))
    return [(row, found[row.id]) for row in rows if row.id in found]


def covered_ids(
    work: Work, rows: Sequence[Any], key: Any, covers: Covers
) -> Iterable[tuple[UUID, list[LegalHold]]]:
    """Return which of these rows the running holds cover, and by which holds."""
    pass_gate(work)
    work.flush()
    found: dict[UUID, list[LegalHold]] = {}
    for hold in running_holds():
        asked: Select[UUID] = select(key).where(
            and_(key.in_([row.id for row in rows]), covers(hold))
        )
        for row_id in db.session.scalars(asked):
            found.setdefault(row_id, []).append(hold)
    return found.items()


def files_of_message(message_id: UUID) -> Sequence[File]:
    """Return the files of a message."""
    return files_where(
        exists().where(MessageFile.file_id == File.id, MessageFile.message_id == message_id)
    )


def files_where(where: ColumnElement[bool]) -> Sequence[File]:
    """Return the files for which a condition is true."""
    return db.session.scalars(select(File).where(where)).all()


def store(
    work: Work,
    item: HeldItem,
    holds: Sequence[LegalHold],
    files: Sequence[File] = (),
    said: Sequence[str] = (),
) -> None:
    """Store what is kept under these holds, found by its texts and the names of its files."""
    texts = [item.title, item.body, *said, *(file.name for file in files)]
    item.words = f" {fold(' '.join(dict.fromkeys(texts)))}"
    work.add(item)
    work.flush()
    work.add(*(HeldUnder(item_id=item.id, hold_id=hold.id) for hold in holds))
    work.add(*(HeldFile(item_id=item.id, file_id=file.id) for file in files))
    work.flush()


def keep_what_was_kept(hold: LegalHold) -> None:
    """Within an operation: keep under a new hold what earlier ones kept and it covers too."""
    of_agency = (
        select(HeldUnder.item_id)
        .join(LegalHold, LegalHold.id == HeldUnder.hold_id)
        .where(LegalHold.agency_id == hold.agency_id)
    )
    found = or_(
        _is_of(Message, covers_message(hold)),
        _is_of(Publication, covers_publication(hold)),
        and_(HeldItem.kind == HeldKind.FILE, _is_of(File, covers_file(hold))),
        # An unsent text leaves no row: only the agency that kept it knows of it.
        and_(HeldItem.kind.in_(UNSENT), HeldItem.id.in_(of_agency), covers_draft(hold)),
        and_(HeldItem.kind == HeldKind.PERSON, HeldItem.id.in_(of_agency), _is_named_by(hold)),
    )
    kept = select(literal(hold.id), HeldItem.id).where(found)
    db.session.execute(insert(HeldUnder).from_select(["hold_id", "item_id"], kept))


def _is_named_by(hold: LegalHold) -> ColumnElement[bool]:
    """Return the condition on `HeldItem`, as who somebody was, that a hold names them."""
    named = select(LegalHold.id).where(LegalHold.id == hold.id, names(HeldItem.subject_id))
    return named.correlate(HeldItem).exists()


def _is_of(table: type[Message | Publication | File], where: ColumnElement[bool]) -> Any:
    """Return the condition on `HeldItem` that it was of a row for which another one is true."""
    return (
        select(table.id).where(table.id == HeldItem.subject_id, where).correlate(HeldItem).exists()
    )
