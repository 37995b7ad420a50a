"""The parts of a finding: each text that could go out, with the digest that names it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from uuid import UUID

from intranet.records.access_requests.models import AccessFinding
from intranet.records.access_requests.passages import Squeezed


@dataclass(frozen=True)
class AccessText:
    """A text as it stands where it was written: a body, a version, a name, a title.

    `role` says what it is, for a label and a style: body, version, forward, title, note, name,
    file, alternative, extracted.
    """

    role: str
    text: str
    at: datetime | None = None
    language: str = ""

    @cached_property
    def sha256(self) -> str:
        """The digest by which redactions name the text."""
        return digest_of(self.text)

    @cached_property
    def squeezed(self) -> Squeezed:
        """Its letters, to look for hidden words."""
        return Squeezed.of(self.text)


NOTHING = AccessText("name", "")
PARTS_SHOWN = 200
SEPARATOR = " · "
"""Between the author, the post and the place of forwarded words."""


@dataclass(frozen=True)
class AccessSection:
    """A message, a version of a publication, or a file: its author, its time and its texts.

    `is_chosen` tells what goes out from what is only read as the context. `holds` are the files
    that are attached to it, each with its name. `quotes` are authors of forwarded words in it.
    """

    id: str
    at: datetime
    author_id: UUID | None
    author: AccessText
    caption: AccessText
    texts: Sequence[AccessText]
    holds: Sequence[tuple[UUID, AccessText]] = ()
    is_chosen: bool = True
    number: int = 0
    quotes: Sequence[tuple[UUID, str]] = ()

    @property
    def authors(self) -> Iterator[tuple[UUID, str]]:
        """Yield whoever wrote something in it, with the name as it is shown."""
        if self.author_id:
            yield self.author_id, self.author.text
        yield from self.quotes

    def all_texts(self) -> Iterator[AccessText]:
        """Yield every text of it that has words."""
        named = (name for _id, name in self.holds)
        for text in (self.author, self.caption, *self.texts, *named):
            if text.text:
                yield text


@dataclass(frozen=True)
class AccessThing:
    """A finding with everything it shows: the place, the sections, and the file if it is one."""

    finding: AccessFinding
    place: AccessText
    title: AccessText
    at: datetime
    sections: Sequence[AccessSection] = field(default_factory=list)

    @property
    def authors(self) -> set[UUID]:
        """The people who wrote something of what the officer sees."""
        return {author_id for section in self.sections for author_id, _name in section.authors}

    @property
    def chosen(self) -> list[AccessSection]:
        """The sections that go out."""
        return [section for section in self.sections if section.is_chosen]

    def going_out(self) -> Iterator[AccessText]:
        """Yield every text that goes out."""
        yield self.place
        yield self.title
        for section in self.chosen:
            yield from section.all_texts()

    def everything(self) -> Iterator[AccessText]:
        """Yield every text that the officer sees, the context included."""
        yield self.place
        yield self.title
        for section in self.sections:
            yield from section.all_texts()

    @property
    def digest(self) -> str:
        """The digest of all that goes out, by which a later change is noticed."""
        return digest_of("\n".join(text.sha256 for text in self.going_out()))

    @property
    def is_gone(self) -> bool:
        """Whether there is nothing left of it."""
        return not self.chosen


@dataclass(frozen=True)
class ShownParts:
    """Some of the parts of a thing, and where those before and after begin: a day may be long."""

    parts: Sequence[AccessSection]
    first: int
    total: int
    before: str
    after: str

    @classmethod
    def of(cls, sections: Sequence[AccessSection], part_id: str) -> "ShownParts":
        """Return the parts among which one of them stands; the first ones if there is no such."""
        ids = [section.id for section in sections]
        place = ids.index(part_id) if part_id in ids else 0
        first = place - place % PARTS_SHOWN
        return cls(
            sections[first : first + PARTS_SHOWN],
            first=first + 1,
            total=len(ids),
            before=ids[first - PARTS_SHOWN] if first else "",
            after=next(iter(ids[first + PARTS_SHOWN :]), ""),
        )

    @property
    def last(self) -> int:
        """The number of the last one."""
        return self.first + len(self.parts) - 1


def digest_of(text: str) -> str:
    """Return the SHA-256 of a text."""
    return sha256(text.encode(errors="surrogatepass")).hexdigest()
