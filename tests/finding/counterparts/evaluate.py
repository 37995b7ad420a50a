"""How well counterparts are found: nDCG@10 and recall@10 by language and by kind of query.

    .venv/bin/python tests/finding/counterparts/evaluate.py [--held-out] [--all]

Posts: `evaluation/by_hand.csv`, written by hand in six languages, and `evaluation/published.csv`,
excerpts of what administrations publish (Spanish state, City of Chicago, regional units: DIR3).
What fits is said by rules that know nothing of the classifier: topics by hand, or the patterns of
`evaluation/topics.csv` over published titles and units. BM25 ranks the same posts in the same run.
"""

import csv
import math
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID, uuid5

from intranet.finding.counterparts.query_parser import read, stems_of
from intranet.finding.counterparts.ranking import CounterpartCandidate, CounterpartTarget, rank
from intranet.organisation.agencies.functions import level_of, plain_words, weigh
from intranet.organisation.agencies.models import AgencyKind
from intranet.platform.core.text import fold

HERE = Path(__file__).parent / "evaluation"
NAMES = UUID("5b8f1f0e-3a53-4c39-9c3e-0d9a3a8f7c11")
SHOWN = 10
# Titles with no subject, and such as their unit explains; each is asked for as a post.
POSTS_ASKED = (
    *("Deputy Director|Human Resources", "Deputy Director|Commercial", "Team Leader|Employment"),
    *("Grade 7|Flood", "Cap del Servei|Organisme", "Cap de Secció|Compres", "Atalburua|Erosketak"),
    *("Zerbitzuburua|Zerga", "Xefe do Servizo|Recadación", "Xefe de servizo|Orzamentos"),
    *(
        "Jefe de Servicio|Asistencia",
        "Subdirectora|Recaudación",
        "Teknikaria|Laneko",
        "Zuzendaria|",
    ),
    *("Secretari interventor|", "Secretario-interventor|", "Idazkari kontu-hartzailea|"),
    *("Secrétaire de mairie|", "Town Clerk|", "Directeur adjoint|Systèmes", "Cheffe de service|"),
    *("Udaltzainburua|", "Tècnica d'igualtat|", "Acheteuse publique|", "Axente de igualdade|"),
    *("Fontainier|", "Library Assistant|", "Xefa de negociado|Persoal", "Jefa de Sección|Central"),
)


@dataclass
class Post:
    """A post of the set, with the topics that a rule says it has."""

    number: int
    agency: str
    kind: AgencyKind
    language: str
    title: str
    unit: str
    population: int | None = None
    territory: str = ""
    topics: frozenset[str] = frozenset()
    level: int | None = None
    candidate: CounterpartCandidate = field(init=False)

    def __post_init__(self) -> None:
        """Classify it, as an import would."""
        units = tuple(reversed([name for name in self.unit.split(" > ") if name]))
        strengths = dict(list(weigh(self.title, self.language, units=units).items())[:2])
        self.candidate = CounterpartCandidate(
            post_id=uuid5(NAMES, str(self.number)),
            agency_id=uuid5(NAMES, self.agency),
            functions=strengths,
            level=level_of(self.title, self.language),
            kind=self.kind,
            population=self.population,
            places=tuple(self.territory[:length] for length in (8, 5) if self.territory),
            languages=frozenset({self.language}),
            words=stems_of(plain_words(self.title), self.language),
            near_words=stems_of(plain_words(self.unit), self.language),
        )


@dataclass(frozen=True)
class Query:
    """Something asked, and which topics answer it."""

    language: str
    kind: str
    text: str
    topics: frozenset[str]
    level: int | None = None
    post: Post | None = None

    def grade(self, post: Post) -> int:
        """2 fits, 1 fits two levels apart or more, 0 does not; one's own agency never does."""
        if self.post and self.post.agency == post.agency:
            return 0
        if not self.topics & post.topics:
            return 0
        level = post.level or post.candidate.level
        return 1 if self.level and abs(self.level - level) > 1 else 2


@dataclass
class Measures:
    """Sums over queries."""

    ndcg: float = 0
    recall: float = 0
    count: int = 0

    def add(self, ndcg: float, recall: float) -> None:
        """One query more."""
        self.ndcg, self.recall, self.count = self.ndcg + ndcg, self.recall + recall, self.count + 1

    def mean(self) -> tuple[float, float]:
        """Both means."""
        return self.ndcg / self.count, self.recall / self.count


def read_posts() -> list[Post]:
    """The posts of both files."""
    patterns = [
        (row["topic"], re.compile(row["pattern"], re.IGNORECASE)) for row in _rows("topics")
    ]
    posts = [
        Post(
            number,
            row["agency"],
            AgencyKind(row["kind"]),
            row["language"],
            row["title"],
            row["unit"],
            int(row["population"]) if row["population"] else None,
            row["territory"],
            frozenset(row["topics"].split()),
            int(row["level"]),
        )
        for number, row in enumerate(_rows("by_hand"))
    ]
    for number, row in enumerate(_rows("published"), len(posts)):
        said = row["title"] if row["source"] in {"age_titles", "dir3_head"} else ""
        text = said or f"{row['title']} {row['unit']}"
        topics = frozenset(topic for topic, pattern in patterns if pattern.search(text))
        posts.append(
            Post(
                number,
                row["agency"],
                AgencyKind(row["kind"]),
                row["language"],
                row["title"],
                row["unit"],
                topics=topics,
            )
        )
    return posts


def read_queries(name: str, posts: Sequence[Post]) -> list[Query]:
    """Queries in words, and for the first set those that ask from a post."""
    queries = [
        Query(
            row["language"],
            row["kind"],
            row["query"],
            frozenset(row["topics"].split()),
            int(row["level"]) if row["level"] else None,
        )
        for row in _rows(name)
    ]
    asked = POSTS_ASKED[::2] if name == "dev" else POSTS_ASKED[1::2]
    for key in asked:
        title, unit = key.split("|")
        post = next(each for each in posts if each.title == title and each.unit.startswith(unit))
        queries.append(
            Query(post.language, "post", f"{title}, {post.unit}", post.topics, post.level, post)
        )
    return queries


def find(query: Query, posts: Sequence[Post]) -> list[UUID]:
    """Ids as the finder ranks them."""
    others = [
        post.candidate for post in posts if not query.post or post.agency != query.post.agency
    ]
    return [fit.candidate.post_id for fit in rank(_target(query), others)[:SHOWN]]


def _target(query: Query) -> CounterpartTarget:
    if query.post:
        own = query.post.candidate
        return CounterpartTarget(
            functions=own.functions,
            level=own.level,
            kinds=frozenset({own.kind}),
            population=own.population,
            places=own.places,
            languages=own.languages,
            words=own.words,
        )
    wish = read(query.text)
    return CounterpartTarget(
        functions=wish.functions,
        level=wish.level,
        kinds=wish.kinds,
        largest=wish.largest,
        smallest=wish.smallest,
        places=tuple(wish.territories),
        words=stems_of(wish.words, wish.language or "es"),
    )


def bm25(posts: Sequence[Post]) -> Callable[[Query], list[UUID]]:
    """The usual ranking by words (k1 1.2, b 0.75), over title and unit, accents folded."""
    documents = [(post, Counter(fold(f"{post.title} {post.unit}").split())) for post in posts]
    average = sum(sum(words.values()) for _, words in documents) / len(documents)
    having = Counter(word for _, words in documents for word in words)

    def rarity(word: str) -> float:
        return math.log(1 + (len(documents) - having[word] + 0.5) / (having[word] + 0.5))

    def ranked(query: Query) -> list[UUID]:
        asked = fold(query.text).split()
        scored = []
        for post, words in documents:
            if query.post and post.agency == query.post.agency:
                continue
            length = sum(words.values()) / average
            total = sum(
                rarity(word) * words[word] * 2.2 / (words[word] + 1.2 * (0.25 + 0.75 * length))
                for word in asked
                if word in words
            )
            if total:
                scored.append((-total, post.number, post.candidate.post_id))
        return [post_id for _, _, post_id in sorted(scored)[:SHOWN]]

    return ranked


def measure(query: Query, found: Sequence[UUID], posts: Sequence[Post]) -> tuple[float, float]:
    """NDCG@10 and recall@10, the latter of at most ten that could be shown."""
    grades = {post.candidate.post_id: query.grade(post) for post in posts}
    ideal = sorted(grades.values(), reverse=True)[:SHOWN]
    gained = sum(grades[each] / math.log2(place + 2) for place, each in enumerate(found[:SHOWN]))
    best = sum(grade / math.log2(place + 2) for place, grade in enumerate(ideal))
    fitting = sum(grade > 0 for grade in grades.values())
    right = sum(grades[each] > 0 for each in found[:SHOWN])
    return (gained / best if best else 1.0, right / min(SHOWN, fitting) if fitting else 1.0)


def evaluate(queries: Iterable[Query], posts: Sequence[Post]) -> dict[str, dict[str, Measures]]:
    """Measures of the finder and of BM25: over all, by language, by kind of query."""
    baseline = bm25(posts)
    results: dict[str, dict[str, Measures]] = {
        "finder": defaultdict(Measures),
        "bm25": defaultdict(Measures),
    }
    for query in queries:
        for name, found in (("finder", find(query, posts)), ("bm25", baseline(query))):
            both = measure(query, found, posts)
            for group in ("all", f"language {query.language}", f"kind {query.kind}"):
                results[name][group].add(*both)
    return results


def worst(queries: Iterable[Query], posts: Sequence[Post]) -> list[tuple[float, float, str]]:
    """The queries that are answered worst."""
    return sorted((*measure(query, find(query, posts), posts), query.text) for query in queries)


def _rows(name: str) -> list[dict[str, str]]:
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main() -> None:
    """Print the measures of the queries that one may look at, or of those held out."""
    posts = read_posts()
    names = ["held_out"] if "--held-out" in sys.argv else ["dev"]
    if "--all" in sys.argv:
        names = ["dev", "held_out"]
    queries = [query for name in names for query in read_queries(name, posts)]
    begun = time.perf_counter()
    results = evaluate(queries, posts)
    took = time.perf_counter() - begun
    print(f"{len(posts)} posts, {len(queries)} queries of {', '.join(names)}, {took:.1f} s")
    print(f"{'':24}{'nDCG@10':>9}{'recall@10':>11}{'BM25 nDCG':>11}{'recall':>8}")
    for group in sorted(results["finder"], key=lambda group: (group != "all", group)):
        mine, theirs = results["finder"][group].mean(), results["bm25"][group].mean()
        print(f"{group:24}{mine[0]:9.2f}{mine[1]:11.2f}{theirs[0]:11.2f}{theirs[1]:8.2f}")
    print("The worst:")
    for ndcg, recall, text in worst(queries, posts)[: 5 if "--more" not in sys.argv else 25]:
        print(f"  {ndcg:.2f} {recall:.2f}  {text}")


if __name__ == "__main__":
    main()
