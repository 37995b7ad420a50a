"""What was found, and its order: what was meant before what only fits, then what is near."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from intranet.finding.directory.meaning import Meaning
from intranet.finding.directory.nearness import Vicinity
from intranet.organisation.agencies.stems import LANGUAGES, stem
from intranet.platform.core.text import fold
from intranet.platform.index import tags
from intranet.platform.index.models import DocumentKind
from intranet.platform.index.spelled import spelled

STEM_LETTERS = 5
NOWHERE = (2, 0)
# Of what fits alike and is as near, the larger first: units are few and posts of one title many.
FIRST = (DocumentKind.AGENCY, DocumentKind.UNIT, DocumentKind.PERSON, DocumentKind.POST)


@dataclass(frozen=True)
class Hit:
    """A document that fits, with the words and tags by which it does."""

    kind: DocumentKind
    id: UUID
    title: str
    body: str
    tags: frozenset[str]


class Order:
    """The order of hits: the exact name, where the words stand, nearness, heads, then by name.

    Words as typed also stand where there are others with their stem: *arquitecta* in *Arquitecto*.
    """

    def __init__(self, meaning: Meaning, vicinity: Vicinity) -> None:
        """Take the words and the place that hits are compared with."""
        self._name = fold(spelled(meaning.text))
        self._forms = [term.forms for term in meaning.terms]
        self._kin = [(*term.forms, *_stems(term.word)) for term in meaning.terms]
        typed = " ".join(term.word for term in meaning.terms)
        self._phrase = f" {typed}" if len(meaning.terms) > 1 else ""
        self._vicinity = vicinity

    def __call__(self, hit: Hit) -> tuple[object, ...]:
        """The key of one hit."""
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

    def _is_whole(self, hit: Hit) -> bool:
        """Whether each word is a whole one of the name, not only the beginning of one."""
        have = set(hit.title.split())
        return all(len(forms[0]) == 1 or not have.isdisjoint(forms) for forms in self._forms)


def _stems(word: str) -> list[str]:
    """What a word may be cut to, the longest first; not so short that it begins anything."""
    cut = {stem(word, language) for language in LANGUAGES} - {word}
    return sorted((each for each in cut if len(each) >= STEM_LETTERS), key=len, reverse=True)


def _place(forms: Sequence[str], title: str, body: str) -> tuple[int, int]:
    """Where a word stands, in the name or beside it or nowhere, and in which of its forms."""
    for place, text in enumerate((title, body)):
        for number, form in enumerate(forms):
            if f" {form}" in text:
                return place, number
    return NOWHERE


def fits(hit: Hit, meaning: Meaning) -> bool:
    """Whether every word stands in it, in one of its forms."""
    return all(
        _place(term.forms, f" {hit.title}", f" {hit.body}") != NOWHERE for term in meaning.terms
    )


def by_name(hits: Iterable[Hit]) -> Iterator[Hit]:
    """Hits in the order of the alphabet, without accents."""
    yield from sorted(hits, key=lambda hit: (hit.title, hit.id))
