"""The same figures, asked of the product: made as an import makes them, found by the index."""

from collections import defaultdict
from datetime import date
from uuid import UUID

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.finding.counterparts.search import counterparts_for, counterparts_of
from intranet.organisation.agencies.functions import classify
from intranet.organisation.agencies.models import Post, Unit
from intranet.organisation.agencies.operations.storing import (
    AgencyRow,
    PostRow,
    UnitRow,
    store_agencies,
    store_posts,
    store_units,
)
from intranet.platform.core.ids import uuid7
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from tests.finding.counterparts.evaluate import Measures, measure, read_posts, read_queries


@pytest.mark.both
def test_the_product_finds_as_well_as_the_ranking_by_itself(app, cast):
    posts = read_posts()
    with app.app_context():
        with unit_of_work():
            numbers = _load(posts)
        results: dict[str, Measures] = defaultdict(Measures)
        for query in read_queries("dev", posts):
            if query.post:
                post = db.session.get_one(Post, numbers[query.post.number])
                found = counterparts_of(cast.bieito, post)
            else:
                found = counterparts_for(cast.bieito, query.text)
            by_post = {post_id: number for number, post_id in numbers.items()}
            ids = [
                posts[by_post[fit.candidate.post_id]].candidate.post_id
                for fit in found.ranked
                if fit.candidate.post_id in by_post
            ]
            for group in ("all", f"language {query.language}"):
                results[group].add(*measure(query, ids, posts))
    figures = {group: each.mean() for group, each in results.items()}
    assert min(figures["all"]) >= 0.8, figures
    assert min(min(each) for each in figures.values()) >= 0.7, figures


def _load(posts) -> dict[int, UUID]:
    """Make agencies, units and posts; ids of the posts by their number in the set."""
    agencies: dict[str, AgencyRow] = {}
    for post in posts:
        agencies.setdefault(
            post.agency,
            AgencyRow(
                id=uuid7(),
                code=f"EV{len(agencies)}",
                name=Localized({post.language: post.agency}),
                kind=post.kind,
                languages=[post.language],
                territory=post.territory or None,
                population=post.population,
            ),
        )
    store_agencies(list(agencies.values()))
    roots = {
        unit.agency_id: unit
        for unit in db.session.scalars(select(Unit).where(Unit.parent_id.is_(None)))
    }
    units: dict[tuple[str, str], UnitRow] = {}
    rows, numbers = [], {}
    for post in posts:
        agency = agencies[post.agency]
        root = roots[agency.id]
        names = [name for name in post.unit.split(" > ") if name] or [post.agency]
        if (post.agency, post.unit) not in units:
            units[post.agency, post.unit] = UnitRow(
                id=uuid7(),
                agency_id=agency.id,
                language=post.language,
                parent_id=root.id,
                parent_path=root.path,
                code=f"U{len(units)}",
                name=Localized({post.language: names[-1]}),
                valid_from=date(2020, 1, 1),
            )
        unit = units[post.agency, post.unit]
        found = classify(post.title, post.language, units=tuple(reversed(names)))
        numbers[post.number] = uuid7()
        rows.append(
            PostRow(
                id=numbers[post.number],
                agency_id=agency.id,
                language=post.language,
                unit_id=unit.id,
                code=f"P{post.number}",
                title=Localized({post.language: post.title}),
                level=found.level,
                functions=dict(zip(found.functions, found.strengths, strict=True)),
            )
        )
    store_units(list(units.values()))
    store_posts(rows)
    return numbers
