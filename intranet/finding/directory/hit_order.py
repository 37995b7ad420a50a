"""Hits and their order: intended matches before incidental ones, then by nearness."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from intranet.finding.directory.nearness import Vicinity
from intranet.finding.directory.query_parser import DirectoryQuery
from intranet.organisation.agencies.stems import LANGUAGES, stem
from intranet.platform.core.text import fold
from intranet.platform.index import tags
from intranet.platform.index.models import DocumentKind
from intranet.platform.index.name_spellings import spelled

MIN_STEM_LETTERS = 5
NOWHERE = (2, 0)
# Breaks ties by kind, larger things first: units are few, posts with one title are many.
FIRST = (DocumentKind.AGENCY, DocumentKind.UNIT, DocumentKind.PERSON, DocumentKind.POST)


@dataclass(frozen=True)
class DirectoryHit:
    """A matching document, with the words and tags it matches by."""

    kind: DocumentKind
    id: UUID
    title: str
    body: str
    tags: frozenset[str]


class DirectoryHitOrder:
    """Sort key of hits: exact name, position of the words, nearness, heads, then name.

    A stem matches like the word itself: *arquitecta* finds *Arquitecto*.
    """

    def __init__(self, meaning: DirectoryQuery, vicinity: Vicinity) -> None:
        """Store the query and the viewer's surroundings to compare hits with."""
        self._name = fold(spelled(meaning.text))
        self._forms = [term.forms for term in meaning.terms]
        self._kin = [(*term.forms, *_stems(term.word)) for term in meaning.terms]
        typed = " ".join(term.word for term in meaning.terms)
        self._phrase = f" {typed}" if len(meaning.terms) > 1 else ""
        self._vicinity = vicinity

    def __call__(self, hit: DirectoryHit) -> tuple[object, ...]:
        """Return the sort key of one hit."""
        places = [_place(forms, f" {hit.title}", f" {hit.body}") for forms in self._kin]
        return (
            hit.title != self._name,
            max(places, default=(0, 0)),
            self._phrase not in f" {hit.title}",
            self._vicinity.distance(hit.tags),
            not self._is_whole(hit),
            FIRST.index(hit.kind),
            tags.HEAD not in hit.tags,
            hit.title,
            hit.id,
        )

    def _is_whole(self, hit: DirectoryHit) -> bool:
        """Whether each word is a whole word of the name, not only its beginning."""
        have = set(hit.title.split())
        return all(len(forms[0]) == 1 or not have.isdisjoint(forms) for forms in self._forms)


def _stems(word: str) -> list[str]:
    """Return the stems of a word, longest first, without those too short to tell anything."""
    cut = {stem(word, language) for language in LANGUAGES} - {word}
    return sorted((each for each in cut if len(each) >= MIN_STEM_LETTERS), key=len, reverse=True)


def _place(forms: Sequence[str], title: str, body: str) -> tuple[int, int]:
    """Return where a word is (name, beside it or nowhere), and which of its forms matched."""
    for place, text in enumerate((title, body)):
        for number, form in enumerate(forms):
            if f" {form}" in text:
                return place, number
    return NOWHERE


def fits(hit: DirectoryHit, meaning: DirectoryQuery) -> bool:
    """Whether every word stands in the hit, in one of its forms."""
    return all(
        _place(term.forms, f" {hit.title}", f" {hit.body}") != NOWHERE for term in meaning.terms
    )


def by_name(hits: Iterable[DirectoryHit]) -> Iterator[DirectoryHit]:
    """Yield hits in alphabetical order, without accents."""
    yield from sorted(hits, key=lambda hit: (hit.title, hit.id))
