"""Correct typing mistakes in names and titles by known words that look alike."""

from collections.abc import Collection, Iterable

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.platform.core.text import fold
from intranet.platform.index.models import SearchTrigram, SearchWord

MIN_WORD_CHARACTERS, MAX_WORD_CHARACTERS = 3, 40
MAX_CANDIDATES = 60
SHORT_WORD_CHARACTERS = 5
LAST_LETTER = "\uffff"
# At least this share of a word's trigrams survives one wrong letter.
MIN_SHARE = 0.3


def is_learnt(word: str) -> bool:
    """Return whether a folded word belongs in the dictionary: not too short, not a number."""
    return MIN_WORD_CHARACTERS <= len(word) <= MAX_WORD_CHARACTERS and not word.isdecimal()


def trigrams(word: str) -> list[str]:
    """Return the trigrams of a word; two spaces give its beginning more weight."""
    padded = f"  {word} "
    return list(dict.fromkeys(padded[at : at + 3] for at in range(len(padded) - 2)))


def corrections(word: str, most: int = 5) -> list[str]:
    """Return known words that `word` may have been meant to be, the most alike first.

    One letter may differ in a short word and two in a longer one; two swapped letters count as one
    difference.
    """
    word = fold(word)
    if " " in word or not is_learnt(word):
        return []
    allowed = 1 if len(word) <= SHORT_WORD_CHARACTERS else 2
    parts = trigrams(word)
    shared = func.count()
    rows = db.session.scalars(
        select(SearchTrigram.word)
        .where(
            SearchTrigram.trigram.in_(parts),
            SearchTrigram.size.between(len(word) - allowed, len(word) + allowed),
        )
        .group_by(SearchTrigram.word)
        .having(shared >= max(1, int(len(parts) * MIN_SHARE)))
        .order_by(shared.desc(), SearchTrigram.word)
        .limit(MAX_CANDIDATES)
    )
    return _alike(word, rows, allowed)[:most]


def words_beginning(start: str, most: int) -> list[str]:
    """Return known words with a prefix, in alphabetical order."""
    return list(
        db.session.scalars(
            select(SearchWord.word)
            .where(SearchWord.word >= start, SearchWord.word < start + LAST_LETTER)
            .order_by(SearchWord.word)
            .limit(most)
        )
    )


def known_words(words: Collection[str]) -> frozenset[str]:
    """Return those of these words that are known."""
    if not words:
        return frozenset()
    return frozenset(db.session.scalars(select(SearchWord.word).where(SearchWord.word.in_(words))))


def _alike(word: str, candidates: Iterable[str], allowed: int) -> list[str]:
    measured = [(distance(word, candidate), candidate) for candidate in candidates]
    near = [(far, each) for far, each in measured if 0 < far <= allowed]
    return [each for _far, each in sorted(near, key=lambda one: (one[0], one[1][0] != word[0]))]


def distance(one: str, other: str) -> int:
    """Return how many letters differ: inserted, deleted, replaced, or swapped with the next.

    Source: optimal string alignment, a restricted Damerau-Levenshtein distance.
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one, start=1):
        earlier, before, row = before, row, [at]
        for place, wanted in enumerate(other, start=1):
            cost = min(
                before[place] + 1,
                row[place - 1] + 1,
                before[place - 1] + (letter != wanted),
            )
            if earlier and place > 1 and letter == other[place - 2] and one[at - 2] == wanted:
                cost = min(cost, earlier[place - 2] + 1)
            row.append(cost)
    return row[-1]
