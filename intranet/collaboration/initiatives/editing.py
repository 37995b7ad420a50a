"""Contexts of the pages on which an initiative is edited."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, select
from werkzeug.datastructures import MultiDict

from intranet.collaboration.initiatives import queries
from intranet.collaboration.initiatives.body import (
    FACTS,
    PARTS,
    InitiativeFacts,
    InitiativeWording,
)
from intranet.collaboration.initiatives.forms import facts_in, texts_by_language
from intranet.collaboration.initiatives.labels import stage_words
from intranet.collaboration.initiatives.models import INITIATIVE, Initiative, Stage
from intranet.collaboration.initiatives.operations.describing import FIGURES_LIMIT
from intranet.collaboration.initiatives.page import title_of
from intranet.config import LANGUAGES
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.agencies.models import Post
from intranet.organisation.agencies.queries import in_force
from intranet.organisation.people.agency_search import find_agencies
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import has_word
from intranet.platform.core import clock
from intranet.platform.core.parsing import printable
from intranet.platform.core.refused import refused_form
from intranet.platform.core.text import sort_key
from intranet.platform.core.web import current_language
from intranet.publishing.publications.article_choices import topics_offered
from intranet.publishing.publications.nearest_views import nearest_context, text_to_compare
from intranet.publishing.publications.operations.drafting import TOPICS_LIMIT
from intranet.publishing.publications.placement import placement_context, posts_of, visibilities_of
from intranet.publishing.publications.versions import with_working_copy
from intranet.publishing.publications.view_models import attached

MAX_HITS = 12
WORDS_LIMIT = 80


def new_context(person: Person, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context of a new initiative's form, with similar initiatives."""
    said = texts_by_language(sent) or {_language(person, sent): InitiativeWording("")}
    return {
        **_form(said, facts_in(sent), _topics(sent)),
        **placement_context(person, sent, visibility=Visibility.NETWORK),
        **nearest_context(person, INITIATIVE, text_to_compare(sent)),
        "languages": _languages(person),
        "stage": sent.get("stage", Stage.IDEA.value),
        "stage_on": sent.get("stage_on", ""),
        "today": clock.today("Europe/Madrid"),
        **refused_form(),
    }


def in_language(sent: Mapping[str, Any], language: str) -> Mapping[str, Any]:
    """Return the values of a single-language form, its fields renamed to another language.

    An unknown language changes nothing.
    """
    if language not in LANGUAGES:
        return sent
    said = texts_by_language(sent)
    names = (f"{name}_{tag}" for name in ("title", "purpose", *PARTS) for tag in said)
    moved = {f"{name.rsplit('_', 1)[0]}_{language}": sent.get(name, "") for name in names}
    kept = {name: value for name, value in sent.items() if name.rsplit("_", 1)[-1] not in said}
    return MultiDict({**kept, **moved, "in": language, "topics": _topics(sent)})


def edit_context(initiative: Initiative, sent: Mapping[str, Any]) -> dict[str, Any]:
    """Return the context of an existing initiative's form: as stored, or as typed."""
    publication = with_working_copy(initiative.publication)
    said = texts_by_language(sent)
    is_typed = bool(said)
    if not is_typed:
        titles = {row.language: row.title for row in publication.texts}
        said = {
            tag: InitiativeWording(
                titles.get(tag, ""), row.purpose, *(getattr(row, name) for name in PARTS)
            )
            for tag, row in queries.texts_of(initiative).items()
        }
    if (tag := sent.get("add", "")) in LANGUAGES:
        said.setdefault(tag, InitiativeWording(""))
    facts = facts_in(sent) if is_typed else _facts_of(initiative)
    topics = _topics(sent) if is_typed else [row.function_code for row in publication.topics]
    visibility = publication.visibility or Visibility.NETWORK
    return {
        **_form(said, facts, topics),
        **frame(initiative),
        "edition": sent.get("edition", publication.edition),
        "visibility": sent.get("visibility", visibility.value),
        "visibilities": visibilities_of(publication.space, visibility)[::-1],
        "addable": [tag for tag in LANGUAGES if tag not in said],
    }


def move_context(initiative: Initiative) -> dict[str, Any]:
    """Return the context of the form that moves an initiative to another stage."""
    order = list(Stage)
    following = order[min(order.index(initiative.stage) + 1, len(order) - 1)]
    today = clock.today(initiative.publication.agency.time_zone).isoformat()
    return {
        **frame(initiative, {"stage": following.value, "on": today}),
        "stages": list(stage_words().items()),
    }


def people_context(
    person: Person, initiative: Initiative, sent: Mapping[str, str]
) -> dict[str, Any]:
    """Return the context of files, partners and contacts, with the hits of a search."""
    publication = with_working_copy(initiative.publication)
    partners = [row.agency for row in queries.partners_of(initiative)]
    contacts = [row.post for row in queries.contacts_of(initiative)]
    agency_words = printable(sent.get("agency", ""), WORDS_LIMIT)
    post_words = printable(sent.get("post", ""), WORDS_LIMIT)
    its_agencies = [initiative.agency_id, *(agency.id for agency in partners)]
    return {
        **frame(initiative),
        "files": [attached(held.file) for held in publication.attached],
        "partners": partners,
        "contacts": contacts,
        "agency_words": agency_words,
        "post_words": post_words,
        "agencies_found": [
            one
            for one in find_agencies(person, agency_words, MAX_HITS)
            if one.id not in its_agencies
        ],
        "posts_found": _posts_called(post_words, its_agencies, [post.id for post in contacts]),
    }


def frame(initiative: Initiative, stored: Mapping[str, object] | None = None) -> dict[str, Any]:
    """Return the context of every form of an initiative, with a refused form if there is one."""
    return {
        "initiative": initiative,
        "publication": initiative.publication,
        "title": title_of(initiative),
        **refused_form(stored),
    }


def _form(
    said: dict[str, InitiativeWording], facts: InitiativeFacts, topics: list[str]
) -> dict[str, Any]:
    figures = [*facts.figures, *[("", "")] * FIGURES_LIMIT][:FIGURES_LIMIT]
    return {
        "said": said,
        "figures": figures,
        "facts": {name: getattr(facts, name) for name in FACTS},
        "topics": [*topics, "", "", ""][:TOPICS_LIMIT],
        "topics_offered": topics_offered(),
        "stages": list(stage_words().items()),
    }


def _facts_of(initiative: Initiative) -> InitiativeFacts:
    return InitiativeFacts(
        [(value, label) for value, label in initiative.figures],
        **{name: getattr(initiative, name) for name in FACTS},
    )


def _topics(sent: Any) -> list[str]:
    return [code for code in sent.getlist("topics") if code] if hasattr(sent, "getlist") else []


def _language(person: Person, sent: Mapping[str, Any]) -> str:
    asked_for = sent.get("in", "")
    return asked_for if asked_for in LANGUAGES else _languages(person)[0]


def _languages(person: Person) -> list[str]:
    """Return the languages of the person's agencies first, then the others."""
    own = [tag for post in posts_of(person) for tag in post.unit.agency.languages]
    known = [tag for tag in own if tag in LANGUAGES]
    return list(dict.fromkeys((*known, current_language(), *LANGUAGES)))


def _posts_called(words: str, agency_ids: list[Any], leaving_out: list[Any]) -> list[Post]:
    if not sort_key(words):
        return []
    has = and_(*(has_word(Post.sort_key, word) for word in sort_key(words).split()))
    asked_for = select(Post).where(
        has,
        Post.agency_id.in_(agency_ids),
        Post.id.not_in(leaving_out),
        in_force(Post, clock.today("Europe/Madrid")),
    )
    return list(db.session.scalars(asked_for.order_by(Post.sort_key, Post.id).limit(MAX_HITS)))
