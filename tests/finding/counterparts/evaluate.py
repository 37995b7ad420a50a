"""How well counterparts are found: nDCG@10 and recall@10 by class and language of the query.

    .venv/bin/python -m tests.finding.counterparts.evaluate [--sealed] [--beside-demonstration]
        [--worst NUMBER]

The agencies and posts of the judged set are created in an empty installation, or beside the
demonstration, and each query is answered as the page and the REST interface answer it. One post in
six has a holder, who writes of themselves. BM25 ranks the same posts by their titles and units. The
intervals are of 95 %, by a bootstrap over the queries.
"""

import argparse
import math
import random
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from uuid import UUID

from flask import Flask

from intranet.app import close_app, create_app
from intranet.extensions import db
from intranet.finding.counterparts.search import counterparts_for, counterparts_of
from intranet.organisation.agencies.models import Agency, AgencyKind, Post, Unit
from intranet.organisation.agencies.operations.agencies import create_agency, root_unit
from intranet.organisation.agencies.operations.posts import PostSpec, create_posts
from intranet.organisation.agencies.operations.units import create_unit
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.appointments import AppointmentSpec, appoint_all
from intranet.organisation.people.operations.people import (
    ProfileContents,
    create_people,
    create_person,
)
from intranet.platform.core import clock
from intranet.platform.core.text import fold
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from tests.conftest import settings_for
from tests.finding.counterparts.judged_set import (
    LANGUAGES,
    JudgedPost,
    JudgedQuery,
    read_agencies,
    read_posts,
    read_queries,
)

SHOWN = 10
RESAMPLES = 1_000

Finder = Callable[[JudgedQuery], Sequence[str]]


@dataclass(frozen=True)
class Measured:
    """NDCG@10 and recall@10 of one query, the recall of at most ten that could be shown."""

    ndcg: float
    recall: float


@contextmanager
def installation(folder: Path) -> Iterator[Flask]:
    """Yield an application on an empty SQLite database."""
    app = create_app(settings_for(f"sqlite:///{folder / 'judged.db'}", folder))
    with app.app_context():
        db.create_all()
        yield app
    close_app(app)


def create_posts_of_the_set() -> dict[UUID, str]:
    """Create the agencies and posts of the set; return their keys by id.

    Posts with words of a holder get one, the others are vacant.
    """
    keys = {}
    every = read_posts()
    for number, row in enumerate(read_agencies()):
        with unit_of_work():
            agency = create_agency(
                code=f"JUDGED-{number}",
                code_scheme="local",
                handle=row.key,
                name=Localized({row.languages[0]: row.name}),
                kind=AgencyKind(row.kind),
                languages=list(row.languages),
                territory=row.territory,
            )
            posts = [post for post in every if post.agency == row.key]
            units = _units(root_unit(agency), posts)
            specs = [
                PostSpec(unit=units[post.unit], title=Localized({post.language: post.title}))
                for post in posts
            ]
            made = create_posts(None, agency, specs)
            _appoint_writers(agency, dict(zip(made, posts, strict=True)))
        keys.update({post.id: judged.key for post, judged in zip(made, posts, strict=True)})
    return keys


def _appoint_writers(agency: Agency, posts: Mapping[Post, JudgedPost]) -> None:
    written = {post: judged.own_words for post, judged in posts.items() if judged.own_words}
    profiles = [
        (f"Titular {number}", ProfileContents(about=own_words))
        for number, own_words in enumerate(written.values())
    ]
    people = create_people(None, agency, profiles)
    today = clock.today(agency.time_zone)
    holders = [
        AppointmentSpec(post=post, person=person, starts_on=today)
        for post, person in zip(written, people, strict=True)
    ]
    appoint_all(None, agency, holders)


def _units(root: Unit, posts: Sequence[JudgedPost]) -> dict[tuple[str, ...], Unit]:
    units: dict[tuple[str, ...], Unit] = {(): root}
    for post in posts:
        for depth in range(1, len(post.unit) + 1):
            path = post.unit[:depth]
            if path not in units:
                name = Localized({post.language: path[-1]})
                units[path] = create_unit(None, units[path[:-1]], name)
    return units


def create_viewer() -> Person:
    """Create the person who asks, of an agency without posts."""
    with unit_of_work():
        agency = create_agency(
            code="ASKING",
            code_scheme="local",
            handle="asking",
            name=Localized({"es": "Quien pregunta"}),
            kind=AgencyKind.STATE,
            languages=["es"],
        )
        return create_person(None, agency, "Quien pregunta", ProfileContents())


def finder(viewer: Person, keys: Mapping[UUID, str], *, judged_only: bool = False) -> Finder:
    """Return the finder under test; what is not of the set takes its place in vain.

    Args:
        judged_only: posts that nobody judged leave their places to the next instead, as they may
            well answer the query.
    """
    ids = {key: post_id for post_id, key in keys.items()}

    def find(query: JudgedQuery) -> list[str]:
        if query.post:
            found = counterparts_of(viewer, db.session.get_one(Post, ids[query.post]))
        else:
            found = counterparts_for(viewer, query.text)
        shown = (keys.get(fit.candidate.post_id, "") for fit in found.ranked)
        return [key for key in shown if key or not judged_only][:SHOWN]

    return find


def bm25(posts: Sequence[JudgedPost]) -> Finder:
    """Return the usual ranking by words (k1 1.2, b 0.75), over title and unit, accents folded."""
    by_key = {post.key: post for post in posts}
    documents = {post.key: Counter(_words(post)) for post in posts}
    average = mean(words.total() for words in documents.values())
    having = Counter(word for words in documents.values() for word in words)

    def score(asked: Collection[str], words: Counter[str]) -> float:
        length = words.total() / average
        return sum(
            math.log(1 + (len(documents) - having[word] + 0.5) / (having[word] + 0.5))
            * (words[word] * 2.2 / (words[word] + 1.2 * (0.25 + 0.75 * length)))
            for word in asked
        )

    def find(query: JudgedQuery) -> list[str]:
        own = by_key.get(query.post)
        asked = _words(own) if own else fold(query.text).split()
        scored = [
            (-score(asked, words), key)
            for key, words in documents.items()
            if not own or by_key[key].agency != own.agency
        ]
        return [key for points, key in sorted(scored)[:SHOWN] if points]

    return find


def _words(post: JudgedPost) -> list[str]:
    return fold(" ".join((post.title, *post.unit))).split()


def measure(query: JudgedQuery, found: Sequence[str]) -> Measured:
    """Compare what was found with what was judged to answer the query."""
    ideal = sorted(query.gains.values(), reverse=True)[:SHOWN]
    gained = _discounted([query.gains.get(key, 0) for key in found[:SHOWN]])
    fitting = sum(gain >= 1 for gain in query.gains.values())
    right = sum(query.gains.get(key, 0) >= 1 for key in found[:SHOWN])
    return Measured(gained / _discounted(ideal), right / min(SHOWN, fitting))


def _discounted(gains: Sequence[float]) -> float:
    return sum(gain / math.log2(place + 2) for place, gain in enumerate(gains))


def interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % interval of a mean, by resampling."""
    chance = random.Random(1)
    means = sorted(mean(chance.choices(values, k=len(values))) for _ in range(RESAMPLES))
    return means[RESAMPLES // 40], means[-RESAMPLES // 40]


def table(queries: Sequence[JudgedQuery], results: Mapping[str, Sequence[Measured]]) -> str:
    """Return the figures of each finder over all queries, by class and by language."""
    groups: dict[str, list[int]] = {"all": list(range(len(queries)))}
    kinds = sorted({query.kind for query in queries})
    for kind in kinds:
        groups[kind] = [n for n, query in enumerate(queries) if query.kind == kind]
    for language in LANGUAGES:
        groups[language] = [n for n, query in enumerate(queries) if query.language == language]
    heads = "".join(f"{name + ' nDCG@10':>28}{'recall@10':>11}" for name in results)
    lines = [f"{'':12}{'queries':>8}{heads}"]
    for group, places in groups.items():
        line = f"{group:12}{len(places):>8}"
        for measured in results.values():
            ndcgs = [measured[n].ndcg for n in places]
            low, high = interval(ndcgs)
            recall = mean(measured[n].recall for n in places)
            line += f"{mean(ndcgs):14.3f} [{low:.3f}, {high:.3f}]{recall:9.3f}"
        lines.append(line)
    return "\n".join(lines)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sealed", action="store_true", help="the queries kept for the end")
    parser.add_argument("--beside-demonstration", action="store_true")
    parser.add_argument("--worst", type=int, default=0, help="print so many queries")
    asked = parser.parse_args()
    queries = read_queries(sealed=asked.sealed)
    with tempfile.TemporaryDirectory() as folder, installation(Path(folder)):
        if asked.beside_demonstration:
            from tools.demo.loader import load

            load("a password of the demonstration")
        keys = create_posts_of_the_set()
        viewer = create_viewer()
        finders = {"finder": finder(viewer, keys), "BM25": bm25(read_posts())}
        if asked.beside_demonstration:
            finders["judged only"] = finder(viewer, keys, judged_only=True)
        results, begun = {}, time.perf_counter()
        for name, find in finders.items():
            results[name] = [measure(query, find(query)) for query in queries]
        took = time.perf_counter() - begun
    print(f"{len(keys)} posts, {len(queries)} queries, {took:.1f} s")
    print(table(queries, results))
    worst = sorted(zip(results["finder"], queries, strict=True), key=lambda pair: pair[0].ndcg)
    for measured, query in worst[: asked.worst]:
        print(f"{measured.ndcg:.2f} {measured.recall:.2f} {query.key} {query.text or query.post}")


if __name__ == "__main__":
    main()
