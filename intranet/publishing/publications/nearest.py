"""Search for publications similar to a text, by its words and topics.

A text has words and, by the vocabulary of functions (`agencies.vocabulary`), functions that are the
same in every language. Rare words weigh more. All publications with a rare word are scored. A
publication without one is scored only if it has several common words, so that common words cost no
more than rare ones.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import log10
from uuid import UUID

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.finding.counterparts.query_parser import read
from intranet.organisation.agencies.filler_words import FRAME_WORDS
from intranet.organisation.agencies.functions import plain_words
from intranet.organisation.agencies.stems import LANGUAGES, stem
from intranet.organisation.people.models import Person
from intranet.platform.index import tags
from intranet.platform.index.expressions import All, Expression, Tag, Word
from intranet.platform.index.models import SearchDocument
from intranet.platform.index.queries import matching_each
from intranet.publishing.publications.queries import PublicationItem, versions_now
from intranet.publishing.publications.readable_ids import published_among

MAX_TEXT_CHARACTERS = 400
MAX_WORDS, MIN_WORD_LETTERS = 10, 3
MAX_RARE_WORDS, MAX_COMMON_TERMS, MAX_PAIRED_TERMS = 6, 4, 3
MAX_FUNCTIONS, FUNCTION_WEIGHT = 2, 0.4
MAX_ROWS_PER_TERM, MAX_ROWS_PER_GROUP, MAX_ROWS_SCORED = 150, 40, 150
BODY_CHARACTERS = 1_500
TITLE_WEIGHT = 1.5
MIN_WEIGHT_SHARE = 0.4
"""The share of a text's weight that a similar publication has to match."""
MAX_SHOWN = 5
MAX_ACCESS_CHECKS = 40


@dataclass(frozen=True)
class _Term:
    """A search term: a word with its stem, or the code of a function."""

    said: str
    stem: str = ""
    function: str = ""

    def expression(self) -> Expression:
        """Return the term as a query of the index."""
        return Tag(tags.function(self.function)) if self.function else Word(self.stem)

    def is_in(self, words: str, tagged: Collection[str]) -> bool:
        """Return whether a document has the term, in folded words after spaces or in tags."""
        if self.function:
            return tags.function(self.function) in tagged
        return f" {self.stem}" in words


@dataclass(frozen=True)
class Fit:
    """A match of a publication with a text: its score, and the words and functions they share."""

    publication_id: UUID
    score: float
    words: tuple[str, ...]
    functions: tuple[str, ...]


@dataclass(frozen=True)
class NearbyPublication:
    """A similar publication as its reader sees it."""

    item: PublicationItem
    fit: Fit


def nearest(
    person: Person,
    kind: str,
    text: str,
    *,
    leaving_out: UUID | None = None,
    limit: int = MAX_SHOWN,
) -> list[NearbyPublication]:
    """List the publications of a kind nearest to a text that the person may read, nearest first.

    Args:
        text: a text being written, in any language.
        leaving_out: the publication being written.
    """
    found = {fit.publication_id: fit for fit in fits(kind, text)}
    found.pop(leaving_out, None)  # type: ignore[arg-type] # there is no such key
    if not found:
        return []
    readable = published_among(person, list(found)[:MAX_ACCESS_CHECKS])
    chosen = [publication_id for publication_id in found if publication_id in readable][:limit]
    items = {item.publication.id: item for item in versions_now(chosen)}
    return [NearbyPublication(items[each], found[each]) for each in chosen if each in items]


def fits(kind: str, text: str) -> list[Fit]:
    """List the matches of a text, the nearest first. The caller applies the access rule."""
    of_kind = Tag(tags.published(kind))
    every = _terms(text)
    known = _known(of_kind, every)
    terms = sorted((term for term in every if known[term]), key=lambda term: len(known[term]))
    words = [term for term in terms if term.stem][:MAX_RARE_WORDS]
    terms = words + [term for term in terms if term.function]
    weights = {term: _weight(term, len(known[term])) for term in terms}
    promise: dict[int, float] = {}
    for term in terms:
        for row_id in known[term]:
            promise[row_id] = promise.get(row_id, 0) + weights[term]
    common = [term for term in terms if len(known[term]) == MAX_ROWS_PER_TERM]
    for row_id, together in _meeting(of_kind, common, weights):
        promise[row_id] = max(promise.get(row_id, 0), together)
    looked_at = sorted(promise, key=lambda row_id: (-promise[row_id], -row_id))[:MAX_ROWS_SCORED]
    return _scored(looked_at, terms, weights)


def _terms(text: str) -> list[_Term]:
    text = text[:MAX_TEXT_CHARACTERS]
    wish = read(text)
    language = wish.language if wish.language in LANGUAGES else LANGUAGES[0]
    words: dict[str, _Term] = {}
    for word in plain_words(text):
        if word not in FRAME_WORDS and len(word) >= MIN_WORD_LETTERS:
            root = stem(word, language)
            root = root if len(root) > MIN_WORD_LETTERS else word
            words.setdefault(root, _Term(word, stem=root))
    functions = list(wish.functions)[:MAX_FUNCTIONS]
    return [
        *list(words.values())[:MAX_WORDS],
        *(_Term(code, function=code) for code in functions),
    ]


def _known(of_kind: Expression, terms: Sequence[_Term]) -> dict[_Term, list[int]]:
    """Return rows with each term, at most `MAX_ROWS_PER_TERM` of each, in one query."""
    found: dict[_Term, list[int]] = {term: [] for term in terms}
    if terms:
        asked = [All(of_kind, term.expression()) for term in terms]
        for place, row_id in db.session.execute(
            matching_each(asked, SearchDocument.id, most=MAX_ROWS_PER_TERM)
        ):
            found[terms[place]].append(row_id)
    return found


def _meeting(
    of_kind: Expression, common: Sequence[_Term], weights: dict[_Term, float]
) -> list[tuple[int, float]]:
    """Return rows that have several of the common terms, with their total weight, in one query."""
    some = sorted(common, key=lambda term: not term.function)[:MAX_COMMON_TERMS]
    groups = [*combinations(some, 3), *combinations(some[:MAX_PAIRED_TERMS], 2)]
    if len(some) > 3:  # noqa: PLR2004 - of three, all is one of the threes
        groups.append(tuple(some))
    if not groups:
        return []
    asked = [All(of_kind, *(term.expression() for term in group)) for group in groups]
    return [
        (row_id, sum(weights[term] for term in groups[place]))
        for place, row_id in db.session.execute(
            matching_each(asked, SearchDocument.id, most=MAX_ROWS_PER_GROUP)
        )
    ]


def _scored(
    row_ids: Sequence[int], terms: Sequence[_Term], weights: dict[_Term, float]
) -> list[Fit]:
    rows = db.session.execute(
        select(
            SearchDocument.subject_id,
            SearchDocument.title,
            func.substr(SearchDocument.body, 1, BODY_CHARACTERS),
            SearchDocument.tags,
        ).where(SearchDocument.id.in_(row_ids))
    )
    most = sum(weights.values())
    found = []
    for subject_id, title, body, tagged in rows:
        in_title, everywhere, tag_set = f" {title}", f" {title} {body}", set(tagged.split())
        there = [term for term in terms if term.is_in(everywhere, tag_set)]
        share = sum(weights[term] for term in there)
        titled = sum(weights[term] for term in there if term.stem and term.is_in(in_title, ()))
        if share >= MIN_WEIGHT_SHARE * most:
            found.append(
                Fit(
                    subject_id,
                    share + (TITLE_WEIGHT - 1) * titled,
                    tuple(term.said for term in there if term.stem),
                    tuple(term.function for term in there if term.function),
                )
            )
    return sorted(found, key=lambda fit: (-fit.score, fit.publication_id.int))


def _weight(term: _Term, count: int) -> float:
    return FUNCTION_WEIGHT if term.function else 1 / (1 + log10(count))
