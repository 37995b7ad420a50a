"""What agencies share, by the thousand: groups, initiatives and questions like the demonstration's.

Each is a copy with words of its own, drawn from all that the demonstration says in that language:
what is common there stays common.
"""

import random
from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from itertools import product
from typing import Any
from urllib.parse import quote
from uuid import UUID

from flask import Flask
from sqlalchemy import inspect, select, text

from intranet.agencies.models import Function
from intranet.bench.pages import Reader, demonstration
from intranet.core import clock
from intranet.core.database import store_rows
from intranet.core.ids import uuid7
from intranet.core.text import sort_key
from intranet.core.types import Localized
from intranet.core.unit_of_work import unit_of_work
from intranet.extensions import db
from intranet.groups.models import Group, GroupTopic
from intranet.index.operations import put
from intranet.initiatives.models import Initiative
from intranet.people.models import Person
from intranet.publications.documents import publication_document
from intranet.publications.models import (
    Publication,
    PublicationTopic,
    PublicationVersion,
)
from intranet.questions.models import Question
from intranet.spaces.models import Reach, Space, SpaceKind, SpaceMember, Why

CHANCE = random.Random()  # noqa: S311 - it draws words
GROUPS, INITIATIVES, QUESTIONS = 2_000, 20_000, 100_000
PEOPLE_IN_A_GROUP = 12
TITLE_WORDS, BODY_WORDS = 6, 60
AT_ONCE = 1_000
PARTS = 20
Like = tuple[Any, list[tuple[dict[str, Any], dict[str, Any], dict[str, Any]]]]
DAY = 60 * 24
AS_ONE_TYPES = (
    *("pad", "padrón", "padrón sin papeles", "licencia de obra menor en un día"),
    *("contrato", "contrato menor prórroga plazo", "cita previa sin certificado"),
    *("arxiu electrònic", "subvencions a entitats", "contractació menor de serveis"),
    *("kontratu txikia", "udal artxiboa", "lizentzia", "actas do pleno", "padrón de habitantes"),
    *(
        "public procurement of small works",
        "¿Quién firma si falta el secretario?",
        "agua",
        "zzyzzy",
    ),
)


def load(app: Flask, share: float = 1) -> Reader:
    """Fill an empty site with this share of it all; Ana reads."""
    who = demonstration(app)
    CHANCE.seed(1)  # the same site on each database
    with app.app_context():
        words = _vocabulary()
        kinds = (
            (_like(Question), "asked_at", int(QUESTIONS * share) // PARTS),
            (_like(Initiative), "changed_at", int(INITIATIVES * share) // PARTS),
        )
        for part, (like, moment, count) in product(range(PARTS), kinds):  # each has some new ones
            _copy(like, moment, count, words, part)
        _copy_groups(int(GROUPS * share), words)
        db.session.execute(text("ANALYZE"))
        db.session.commit()
        return Reader(who.cookie, _addresses())


def _addresses() -> dict[str, str | list[str]]:
    group_id = db.session.scalar(
        select(Group.space_id)
        .join(Space, Space.id == Group.space_id)
        .where(Space.reach == Reach.NETWORK, Group.is_listed)
        .limit(1)
    )
    initiative_id = db.session.scalar(
        select(Initiative.publication_id).order_by(Initiative.changed_at.desc()).limit(1)
    )
    question_id = db.session.scalar(
        select(Question.publication_id).order_by(Question.answers.desc()).limit(1)
    )
    return {
        "home": "/",
        "groups": "/groups",
        "groups, words": "/groups?q=padrón",
        "groups, topic": "/groups?topic=PRO",
        "group": f"/groups/{group_id}",
        "group, published": f"/groups/{group_id}/published",
        "initiatives": "/initiatives",
        "initiatives, words": "/initiatives?q=padrón+papeles",
        "initiatives, stage": "/initiatives?stage=running",
        "initiative": f"/initiatives/{initiative_id}",
        "questions": "/questions",
        "questions, open": "/questions?view=open",
        "questions, words": "/questions?q=contrato+menor",
        "questions, topic": "/questions?topic=LIC",
        "question": f"/questions/{question_id}",
        "criteria": "/criteria",
        "models": "/models",
        "ideas": "/ideas",
        "polls": "/polls",
        "events": "/events",
        "moderation": "/moderation/mine",
        "search": "/search?q=padrón+papeles",
        **{
            f"nearest {kind}": [
                f"/publications/nearest?kind={kind}&q={quote(typed)}" for typed in AS_ONE_TYPES
            ]
            for kind in ("question", "initiative")
        },
    }


def _vocabulary() -> dict[str, list[str]]:
    """By language all the words of all that is published, as often as they are there."""
    words: dict[str, list[str]] = defaultdict(list)
    for version in db.session.scalars(select(PublicationVersion)):
        for said in (version.title, version.body):
            for language, body in said.items():
                words[language] += [word for word in body.split() if word.strip(".,;:()").isalpha()]
    return words


def _columns(row: Any) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in inspect(type(row)).column_attrs}


def _said(words: Sequence[str], count: int) -> str:
    return " ".join(CHANCE.choices(words, k=count))


def _like(kept: Any) -> Like:
    """What is published of a kind."""
    asked = select(kept, PublicationVersion).join(
        PublicationVersion, PublicationVersion.publication_id == kept.publication_id
    )
    rows = [
        (_columns(one.publication), _columns(one), _columns(version))
        for one, version in db.session.execute(asked).unique()
        if one.publication.published_at and not one.publication.withdrawn_at
    ]
    return kept, rows


def _copy(like: Like, moment: str, count: int, words: dict[str, list[str]], part: int) -> None:
    """So many of a kind, the older parts first, each about up to two functions."""
    kept, samples = like
    functions = db.session.scalars(select(Function)).all()
    now = clock.now()
    for start in range(0, count, AT_ONCE):
        rows: dict[Any, list[dict[str, Any]]] = defaultdict(list)
        documents = []
        for number in range(start, min(start + AT_ONCE, count)):
            publication, beside, version = (dict(one) for one in CHANCE.choice(samples))
            key, at = uuid7(), now - timedelta(days=PARTS - part, minutes=-number / count * DAY)
            publication |= {"id": key, "published_at": at, "conversation_id": None, "version": 1}
            beside |= {"publication_id": key, moment: at}
            version |= {"publication_id": key, "number": 1, **_words(version, words)}
            about = CHANCE.sample(functions, CHANCE.randint(0, 2))
            topics = [{"publication_id": key, "function_code": one.code} for one in about]
            for model, some in (
                (Publication, [publication]),
                (PublicationVersion, [version]),
                (kept, [beside]),
                (PublicationTopic, topics),
            ):
                rows[model] += some
            shown = Publication(**publication), PublicationVersion(**version)
            documents.append(publication_document(*shown, (), about))
        db.session.expunge_all()
        functions = db.session.scalars(select(Function)).all()
        with unit_of_work():
            for model, some in rows.items():
                store_rows(model, some)
        put(documents)


def _words(version: dict[str, Any], words: dict[str, list[str]]) -> dict[str, Any]:
    languages = list(version["title"])
    return {
        "title": Localized({tag: _said(words[tag], TITLE_WORDS) for tag in languages}),
        "body": {tag: _said(words[tag], BODY_WORDS) for tag in languages},
    }


def _copy_groups(count: int, words: dict[str, list[str]]) -> None:
    """So many groups, with people of any agency and up to two topics."""
    codes = db.session.scalars(select(Function.code)).all()
    people = db.session.scalars(select(Person.id)).all()
    like = [(_columns(group.space), _columns(group)) for group in db.session.scalars(select(Group))]
    rows: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for _number in range(count):
        space, group = (dict(one) for one in CHANCE.choice(like))
        key: UUID = uuid7()
        name = _said(words[group["language"]], 3)
        space |= {"id": key, "kind": SpaceKind.GROUP, "name": Localized({group["language"]: name})}
        rows[Space].append({**space, "hides_people": False, "archived_at": None})
        rows[Group].append({**group, "space_id": key, "sort_key": sort_key(name)})
        rows[GroupTopic] += [
            {"space_id": key, "function_code": code} for code in CHANCE.sample(codes, 2)
        ]
        rows[SpaceMember] += [
            {"id": uuid7(), "space_id": key, "person_id": person_id, "why": Why.HAND}
            for person_id in CHANCE.sample(people, PEOPLE_IN_A_GROUP)
        ]
    with unit_of_work():
        for model, some in rows.items():
            store_rows(model, some)
