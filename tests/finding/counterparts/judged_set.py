"""The judged set: agencies, posts, queries, and which posts answer each query.

`judged/README.md` tells how it was made. Nothing of it may be used to tune the finder.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent / "judged"
LANGUAGES = ("es", "ca", "gl", "eu", "en", "fr")


@dataclass(frozen=True)
class JudgedAgency:
    """An agency; `kind` is a value of `AgencyKind`, `languages` the most frequent one first."""

    key: str
    name: str
    kind: str
    territory: str
    languages: tuple[str, ...]


@dataclass(frozen=True)
class JudgedPost:
    """A post; `unit` has the names from the top unit to its own."""

    key: str
    agency: str
    language: str
    title: str
    unit: tuple[str, ...]
    own_words: str


@dataclass(frozen=True)
class JudgedQuery:
    """A query of a class, in words or from a post; `gains` by post, from 0.5 to 2."""

    key: str
    language: str
    kind: str
    text: str
    post: str
    gains: dict[str, float]


def read_agencies() -> list[JudgedAgency]:
    """Return the agencies."""
    return [
        JudgedAgency(
            row["agency"],
            row["name"],
            row["kind"],
            row["territory"],
            tuple(row["languages"].split()),
        )
        for row in _rows("agencies")
    ]


def read_posts() -> list[JudgedPost]:
    """Return the posts."""
    return [
        JudgedPost(
            row["id"],
            row["agency"],
            row["language"],
            row["title"],
            tuple(row["unit"].split(" > ")),
            row["own_words"],
        )
        for row in _rows("posts")
    ]


def read_queries(*, sealed: bool = False) -> list[JudgedQuery]:
    """Return the open queries or the sealed ones, without those that no post answers.

    The gain of a post is the mean of both judgements, each 0, 1 or 2.
    """
    gains: dict[str, dict[str, float]] = defaultdict(dict)
    for row in _rows("judgements"):
        gains[row["query"]][row["post"]] = (int(row["first"]) + int(row["second"])) / 2
    return [
        JudgedQuery(
            row["id"],
            row["language"],
            row["class"],
            row["query"],
            row["post"],
            gains[row["id"]],
        )
        for row in _rows("queries")
        if bool(row["sealed"]) is sealed and max(gains[row["id"]].values(), default=0) >= 1
    ]


def agreement() -> float:
    """Return the quadratically weighted kappa of both judges over all queries and posts."""
    rows = [(int(row["first"]), int(row["second"])) for row in _rows("judgements")]
    count = sum(1 for _ in _rows("queries")) * sum(1 for _ in _rows("posts"))
    firsts, seconds = (
        [count - sum(row[side] > 0 for row in rows), *(_count(rows, side, n) for n in (1, 2))]
        for side in (0, 1)
    )
    seen = sum((first - second) ** 2 for first, second in rows)
    by_chance = sum(
        (one - two) ** 2 * firsts[one] * seconds[two] / count
        for one in range(3)
        for two in range(3)
    )
    return 1 - seen / by_chance


def _count(rows: list[tuple[int, int]], side: int, grade: int) -> int:
    return sum(row[side] == grade for row in rows)


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
