"""Compile the words of occupations into the compact form that the intranet ships.

    .venv/bin/python tools/occupation_words.py

`tools/occupations/` has, for each occupation and language, its titles, its other names, the units
where it is done, its tasks, and its things: tools, documents, materials. A word or a pair of words
points to the occupations that have it, with weights as in BM25F: more for a title than for a task,
less for a word that many occupations share. Occupations with similar words are neighbours, like
those of a ward, whatever their ISCO groups are.
"""

import csv
import math
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from intranet.organisation.agencies.functions import plain_words
from intranet.organisation.agencies.occupation_words import FACTOR, PAIRS, VERSION, WORDS, digest
from intranet.organisation.agencies.occupations import FILE, unit_vector
from intranet.organisation.agencies.stems import LANGUAGES, stem

SOURCE = Path(__file__).parent / "occupations"
FIELD_WEIGHTS = {"title": 3.0, "alias": 2.5, "task": 1.2, "thing": 0.8, "unit": 0.7}
SATURATION = 0.6
"""How soon further terms with the same word stop to add weight: k1 of BM25."""
RARITY_POWER = 3
MAX_OCCUPATIONS = 40
"""The most occupations to which one word points."""
MAX_NEIGHBOURS, NEIGHBOUR_TERMS = 5, {"title": 2, "alias": 2, "unit": 2, "task": 1, "thing": 1}
"""Neighbours of an occupation are those with the most similar words, so many times each."""

Row = dict[str, str]
Weights = dict[str, dict[tuple[str, str], float]]


def read() -> list[Row]:
    """Return the rows of all files, by code."""
    rows: list[Row] = []
    for path in sorted(SOURCE.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows += csv.DictReader(file)
    return sorted(rows, key=lambda row: row["code"])


def named(rows: Sequence[Row]) -> Iterator[list[str]]:
    """Yield the lines of the file of occupations: the first title in each language is the name.

    The last column has the neighbours with their similarity in thousandths, the nearest first.
    """
    yield ["code", "role", "functions", *LANGUAGES, "neighbours"]
    near = neighbours(rows)
    for row in rows:
        if row["kind"] == "title":
            names = (row[language].split("|", maxsplit=1)[0] for language in LANGUAGES)
            found = " ".join(f"{code}:{round(FACTOR * much)}" for code, much in near[row["code"]])
            yield [row["code"], row["role"], row["functions"], *names, found]


def neighbours(rows: Sequence[Row]) -> dict[str, list[tuple[str, float]]]:
    """Return the nearest neighbours of each occupation: cosines of the usual TF-IDF vectors."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        for language in LANGUAGES:
            for each in _stems(row[language].replace("|", " "), language):
                counts[row["code"]][f"{each} {language}"] += NEIGHBOUR_TERMS[row["kind"]]
    having = Counter(word for words in counts.values() for word in words)
    vectors = {
        code: unit_vector(
            {
                word: (1 + math.log(much)) * (1 + math.log(len(counts) / having[word]))
                for word, much in words.items()
                if having[word] > 1
            }
        )
        for code, words in counts.items()
    }
    having_word: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for code, vector in vectors.items():
        for word, value in vector.items():
            having_word[word].append((code, value))
    found = {}
    for code, vector in vectors.items():
        alike: dict[str, float] = defaultdict(float)
        for word, value in vector.items():
            for other, same in having_word[word]:
                alike[other] += value * same
        del alike[code]
        found[code] = sorted(alike.items(), key=lambda pair: (-pair[1], pair[0]))[:MAX_NEIGHBOURS]
    return found


def _stems(text: str, language: str) -> list[str]:
    return [stem(word, language) for word in plain_words(text)]


def weigh(rows: Sequence[Row]) -> tuple[Weights, Weights]:
    """Return how much of a word, and of a pair of words, each field of each occupation has."""
    words: Weights = defaultdict(lambda: defaultdict(float))
    pairs: Weights = defaultdict(lambda: defaultdict(float))
    for row in rows:
        field = row["code"], row["kind"]
        for language in LANGUAGES:
            for term in row[language].split("|"):
                stems = _stems(term, language)
                for each in set(stems):
                    words[each][field] += 1 / math.sqrt(len(stems))
                for first, second in pairwise(stems):
                    pairs[f"{first}_{second}"][field] += 1
    return words, pairs


def lines(weights: Weights, count: int) -> Iterator[str]:
    """Yield a line for each word: the word, and the codes of occupations with their weights."""
    for word in sorted(weights):
        points = _saturated(weights[word])
        best = max(points.values())
        shared_by = sum(points.values()) / best
        rarity = math.log(1 + count / shared_by) / math.log(1 + count)
        ranked = sorted(points.items(), key=lambda pair: (-pair[1], pair[0]))[:MAX_OCCUPATIONS]
        factor = FACTOR * rarity**RARITY_POWER
        yield " ".join((word, *(f"{c}:{round(w * factor)}" for c, w in ranked)))


def _saturated(fields: Mapping[tuple[str, str], float]) -> dict[str, float]:
    points: dict[str, float] = defaultdict(float)
    for (code, kind), much in fields.items():
        saturated = much / (much + SATURATION) * (1 + SATURATION) / 2
        points[code] += FIELD_WEIGHTS[kind] * saturated
    return points


def main() -> None:
    """Write the three files, and a higher version if the words changed."""
    rows = read()
    with FILE.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(named(rows))
    count = len({row["code"] for row in rows})
    for path, weights in zip((WORDS, PAIRS), weigh(rows), strict=True):
        text = "".join(f"{line}\n" for line in lines(weights, count))
        path.write_text(text, encoding="utf-8")
    version, compiled = VERSION.read_text(encoding="utf-8").split()
    if compiled != digest():
        VERSION.write_text(f"{int(version) + 1} {digest()}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
