"""The only source of a package: all that goes out, with the hidden words replaced."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from intranet.platform.core.i18n import _
from intranet.records.access_requests.hiding import BAR, HiddenParts, LeftWords
from intranet.records.access_requests.models import (
    AccessDecision,
    AccessFinding,
    AccessRedaction,
    AccessRequest,
    FoundKind,
)
from intranet.records.access_requests.passages import HiddenWords, Squeezed
from intranet.records.access_requests.queries import findings_of
from intranet.records.access_requests.reading import things
from intranet.records.access_requests.texts import SEPARATOR, AccessSection, AccessText, AccessThing

TITLE_CHARACTERS = 90


@dataclass
class Outgoing:
    """The findings of a request as they go out."""

    request: AccessRequest
    things: Sequence[AccessThing]
    left_out: Sequence[AccessFinding]
    unread: int
    hidden: HiddenParts
    passages: Mapping[UUID, HiddenWords]
    lost: Sequence[AccessRedaction]
    """Redactions whose text is no longer anywhere: their words cannot be looked for."""

    @classmethod
    def of(cls, request: AccessRequest) -> "Outgoing":
        """Read everything that goes out, and every hidden passage of the request."""
        hidden = HiddenParts.of(request)
        findings = findings_of(request)
        everything = list(things(findings))
        passages = hidden.passages(everything)
        return cls(
            request,
            things=[
                thing for thing in everything if thing.finding.decision == AccessDecision.INCLUDED
            ],
            left_out=[row for row in findings if row.decision == AccessDecision.LEFT_OUT],
            unread=sum(row.decision == AccessDecision.UNREAD for row in findings),
            hidden=hidden,
            passages=passages,
            lost=[row for row in hidden.rows if row.id not in passages],
        )

    def left(self) -> list[LeftWords]:
        """Return where hidden words are still to be seen."""
        return self.hidden.left_in(self.things, self.passages)

    def changed(self) -> list[AccessThing]:
        """Return what changed since it was decided, or is gone."""
        return [
            thing
            for thing in self.things
            if thing.is_gone or thing.digest != thing.finding.read_digest
        ]

    @cached_property
    def unwanted(self) -> Sequence[HiddenWords]:
        """Words that must not be in what goes out: hidden ones, and names that are replaced."""
        return [*self.passages.values(), *(words for words, _number in self._names)]

    def words(self, text: AccessText) -> str:
        """Return a text as it goes out.

        Where authors are numbers, so are their names within texts, and the post and the place of
        forwarded words are left out.
        """
        if not self.request.hides_authors:
            return self.hidden.words(text)
        if text.role == "forwarded_from":
            name = text.text.partition(SEPARATOR)[0]
            number = self._numbered(name)
            return number if number != name else BAR
        return self.hidden.words(text, self._numbered)

    def author(self, section: AccessSection) -> str:
        """Return the author of a section: the name, or a number in its place."""
        if self.request.hides_authors and section.author_id:
            return _person(self._numbers[section.author_id])
        return self.words(section.author)

    def caption(self, section: AccessSection) -> str:
        """Return the post of the author, unless authors are hidden."""
        return "" if self.request.hides_authors else self.words(section.caption)

    def title(self, thing: AccessThing) -> str:
        """Return the title of a thing, cut after its hidden words were replaced."""
        text = " ".join(self.words(thing.title).split())
        if thing.finding.kind in {FoundKind.DAY, FoundKind.HELD} and len(text) > TITLE_CHARACTERS:
            return text[:TITLE_CHARACTERS].rstrip() + "…"
        return text

    def masked(self, text: str) -> str:
        """Return a text of the officer, such as the matter, with hidden words replaced."""
        for passage in self.passages.values():
            text = _replaced(text, passage, BAR)
        return self._numbered(text)

    def hidden_count(self, thing: AccessThing) -> int:
        """Return how many passages of a thing are hidden."""
        seen = {text.sha256 for text in thing.going_out()}
        return sum(len(self.hidden.by_text.get(digest, ())) for digest in seen)

    def is_partly_hidden(self, thing: AccessThing) -> bool:
        """Return whether something in a thing is hidden."""
        return self.hidden_count(thing) > 0

    @cached_property
    def _numbers(self) -> Mapping[UUID, int]:
        authors = dict.fromkeys(author_id for author_id, _name in self._authors())
        return {author: number for number, author in enumerate(authors, start=1)}

    @cached_property
    def _names(self) -> Sequence[tuple[HiddenWords, int]]:
        """The names of authors that are replaced, the longest first, with their numbers."""
        if not self.request.hides_authors:
            return []
        named = {name: self._numbers[author_id] for author_id, name in self._authors() if name}
        longest = sorted(named, key=len, reverse=True)
        return [(HiddenWords(name), named[name]) for name in longest]

    def _authors(self) -> Iterator[tuple[UUID, str]]:
        return (author for thing in self.things for part in thing.chosen for author in part.authors)

    def _numbered(self, text: str) -> str:
        """Return a text with the names of authors replaced by their numbers."""
        for words, number in self._names:
            text = _replaced(text, words, _person(number))
        return text


def _person(number: int) -> str:
    return _("Person %(number)s", number=number)


def _replaced(text: str, words: HiddenWords, by: str) -> str:
    for start, end in reversed(list(Squeezed.of(text).ranges(words))):
        text = text[:start] + by + text[end:]
    return text
