"""A preview of erasing a person: numbers of rows that go, that stay and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask_babel.speaklater import LazyString
from sqlalchemy import func, select

from intranet.extensions import db
from intranet.platform.core.i18n import _l
from intranet.records.own_data.catalogue import PARTS, ErasureFate, catalogue
from intranet.records.own_data.ownership import is_of, table_of

STAYS: Mapping[ErasureFate, LazyString] = {
    ErasureFate.POST: _l("Written or decided for a post. It belongs to the post’s records."),
    ErasureFate.PROOF: _l("It proves what was done, or that people were told."),
    ErasureFate.COUNT: _l("It was counted. Without it, a result would be false."),
}
"""Why rows stay, under the pseudonym."""


@dataclass(frozen=True)
class ErasurePreview:
    """Rows that go, by part, and rows that stay, by reason and part, with their numbers."""

    goes: list[tuple[LazyString, int]]
    stays: list[tuple[LazyString, list[tuple[LazyString, int]]]]
    mentions: int


def preview_of(person_id: UUID) -> ErasurePreview:
    """Count what would go and what would stay of a person."""
    counted: dict[ErasureFate, dict[str, int]] = {}
    for entry in catalogue().values():
        if not entry.part:
            continue
        asked = select(func.count()).select_from(table_of(entry.table))
        count = db.session.scalar(asked.where(is_of(entry.table, person_id))) or 0
        by_part = counted.setdefault(entry.erasure, {})
        by_part[entry.part] = by_part.get(entry.part, 0) + count
    mentions = table_of("mentions")
    called = select(func.count()).where(mentions.c.person_id == person_id)
    return ErasurePreview(
        goes=_listed(counted.get(ErasureFate.DELETED, {})),
        stays=[(why, _listed(counted.get(fate, {}))) for fate, why in STAYS.items()],
        mentions=db.session.scalar(called.select_from(mentions)) or 0,
    )


def _listed(by_part: Mapping[str, int]) -> list[tuple[LazyString, int]]:
    return [(title, by_part[part]) for part, title in PARTS.items() if by_part.get(part)]
