"""Hidden parts of a request: the ranges of each text, and where the same words are left."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from intranet.extensions import db
from intranet.records.access_requests.models import AccessReason, AccessRedaction, AccessRequest
from intranet.records.access_requests.passages import HiddenWords
from intranet.records.access_requests.texts import AccessText, AccessThing

BAR = "█████"
"""In place of hidden words: always as long, so that nobody can count their letters."""


@dataclass(frozen=True)
class TextPiece:
    """A part of a text, from a place on: shown, or hidden for a reason."""

    start: int
    text: str
    reason: AccessReason | None = None
    redaction_id: UUID | None = None


@dataclass(frozen=True)
class LeftWords:
    """Hidden words that are still to be seen somewhere."""

    redaction: AccessRedaction
    thing: AccessThing
    text: AccessText
    start: int
    end: int


@dataclass
class HiddenParts:
    """The redactions of a request, by the digest of the text that they are in."""

    rows: Sequence[AccessRedaction] = ()
    by_text: Mapping[str, list[AccessRedaction]] = field(default_factory=dict)

    @classmethod
    def of(cls, request: AccessRequest) -> "HiddenParts":
        """Read the redactions of a request."""
        rows = db.session.scalars(
            select(AccessRedaction)
            .where(AccessRedaction.request_id == request.id)
            .order_by(AccessRedaction.start, AccessRedaction.end.desc())
        ).all()
        by_text: dict[str, list[AccessRedaction]] = defaultdict(list)
        for row in rows:
            by_text[row.sha256].append(row)
        return cls(rows, by_text)

    def pieces(self, text: AccessText) -> list[TextPiece]:
        """Return the parts of a text in order; those that are hidden have no words."""
        found: list[TextPiece] = []
        at = 0
        for row in self.by_text.get(text.sha256, ()):
            start, end = max(row.start, at), min(row.end, len(text.text))
            if start >= end:
                continue
            if start > at:
                found.append(TextPiece(at, text.text[at:start]))
            found.append(TextPiece(start, "", row.reason, row.id))
            at = end
        if at < len(text.text):
            found.append(TextPiece(at, text.text[at:]))
        return found

    def words(self, text: AccessText, shown: Callable[[str], str] = str) -> str:
        """Return a text as it goes out, with a bar and the reason in place of hidden words.

        Args:
            shown: changes what is not hidden.
        """
        return "".join(
            f"{BAR} [{piece.reason.name}]" if piece.reason else shown(piece.text)
            for piece in self.pieces(text)
        )

    def is_in(self, text: AccessText) -> bool:
        """Return whether something of a text is hidden."""
        return bool(self.by_text.get(text.sha256))

    def passages(self, things: Iterable[AccessThing]) -> dict[UUID, HiddenWords]:
        """Return the hidden words of each redaction whose text is in these things."""
        found: dict[UUID, HiddenWords] = {}
        for thing in things:
            for text in thing.everything():
                for row in self.by_text.get(text.sha256, ()):
                    found[row.id] = HiddenWords(text.text[row.start : row.end])
        return found

    def left_in(
        self, things: Sequence[AccessThing], passages: Mapping[UUID, HiddenWords]
    ) -> list[LeftWords]:
        """Return where hidden words are still to be seen in what goes out, each place once."""
        rows = {row.id: row for row in self.rows}
        unique: dict[str, UUID] = {}
        for row_id, passage in passages.items():
            if passage.letters:
                unique.setdefault(passage.letters, row_id)
        found: dict[tuple[str, int, int], LeftWords] = {}
        for thing in things:
            for text in thing.going_out():
                hidden = [(row.start, row.end) for row in self.by_text.get(text.sha256, ())]
                for row_id in unique.values():
                    if passages[row_id].letters not in text.squeezed.letters:
                        continue
                    for start, end in text.squeezed.ranges(passages[row_id]):
                        if not _is_covered(start, end, hidden):
                            key = (text.sha256, start, end)
                            left = LeftWords(rows[row_id], thing, text, start, end)
                            found.setdefault(key, left)
        return list(found.values())


def _is_covered(start: int, end: int, hidden: Sequence[tuple[int, int]]) -> bool:
    """Return whether ranges in order, which may touch or overlap, cover a range."""
    for first, last in hidden:
        if first <= start < last:
            start = last
        if start >= end:
            return True
    return False
