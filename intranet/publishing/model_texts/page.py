"""View models of the pages of models."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from flask import request, url_for

from intranet.config import LANGUAGES
from intranet.delivery.files.request_files import kept_file_ids
from intranet.finding.finder.filters import FilterReader
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.agencies.labels import function_names
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.private_data import Passage
from intranet.platform.core.rest import after_time, read_time
from intranet.platform.core.web import current_language
from intranet.publishing.model_texts import queries
from intranet.publishing.model_texts.models import ModelText
from intranet.publishing.model_texts.queries import PAGE_SIZE, Offered
from intranet.publishing.publications.forms import working_copy
from intranet.publishing.publications.page import discussion_context, publication_context
from intranet.publishing.publications.placement import placement_context, posts_of
from intranet.publishing.publications.versions import get_version, with_working_copy
from intranet.publishing.publications.view_models import text_of

MAX_QUERY_CHARACTERS = 200


@dataclass(frozen=True)
class ModelRow:
    """A model in a list."""

    id: UUID
    title: str
    language: str
    summary: str
    by: str
    agency: str
    law: str
    version: int
    valid_until: date | None
    has_lapsed: bool
    uses: int

    @property
    def href(self) -> str:
        """The address of the model's page."""
        return url_for("models.show", publication_id=self.id)


def list_context(person: Person) -> dict[str, Any]:
    """Return a page of the list of models."""
    view = "used" if request.args.get("view") == "used" else "all"
    given = FilterReader(request.args)
    topic = given.one_of("topic", function_names())
    words = given.text("q", MAX_QUERY_CHARACTERS)
    found = queries.models(
        person,
        read_time(request.args.get("before", "")),
        PAGE_SIZE + 1,
        topic=topic,
        words=words,
        used_only=view == "used",
    )
    last = found[PAGE_SIZE - 1].model if len(found) > PAGE_SIZE else None
    return {
        "view": view,
        "topic": topic,
        "words": words,
        "rows": [model_row(one) for one in found[:PAGE_SIZE]],
        "next_before": after_time(last.added_at, last.publication_id) if last else None,
        "functions": _functions(),
    }


def model_row(offered: Offered) -> ModelRow:
    """Return a model as a row of a list."""
    model, version = offered.model, offered.version
    publication = model.publication
    own, language = publication.agency.language, current_language()
    return ModelRow(
        id=publication.id,
        title=version.title.text(language, own),
        language=version.title.language(language, own),
        summary=version.summary.text(language, own),
        by=text_of(publication.post.title, own),
        agency=text_of(publication.agency.name, own),
        law=model.law,
        version=publication.version,
        valid_until=model.valid_until,
        has_lapsed=model.has_lapsed(clock.today(publication.agency.time_zone)),
        uses=model.uses,
    )


def model_context(person: Person, model: ModelText) -> dict[str, Any]:
    """Return a model as its readers see it, with its uses and the text to copy."""
    publication = model.publication
    language = request.args.get("in", "")
    context = publication_context(person, publication, language)
    version = get_version(publication, publication.version)
    own_posts = posts_of(person)
    uses = queries.uses_of(publication.id)
    used = {use.post_id for use in uses} & {post.id for post in own_posts}
    shown_in = context["article"]["language"] if context["article"] else ""
    return {
        **context,
        "model": model,
        "discussion": discussion_context(person, publication, request.args),
        "it": model_row(Offered(model, version)) if version else None,
        "to_copy": version.body.get(shown_in, "") if version else "",
        "uses": [
            {
                "post": text_of(use.post.title, use.agency.language),
                "agency": text_of(use.agency.name, use.agency.language),
                "since": use.since,
                "is_older": use.version < publication.version,
                "is_mine": use.post_id in used,
            }
            for use in uses
        ],
        "using": [post for post in own_posts if post.id in used],
        "not_using": [
            (post.id, f"{text_of(post.title, own)} · {text_of(post.unit.agency.name, own)}")
            for post in own_posts
            for own in [post.unit.agency.language]
            if post.id not in used
        ],
    }


def form_context(
    person: Person, sent: Mapping[str, Any], found: Sequence[Passage] = ()
) -> dict[str, Any]:
    """Return what the form of a model needs."""
    posts = posts_of(person)
    own = [tag for tag in (posts[0].unit.agency.languages if posts else ()) if tag in LANGUAGES]
    return {
        **placement_context(person, sent, visibility=Visibility.NETWORK),
        "functions": _functions(),
        "languages": list(dict.fromkeys([*own, *LANGUAGES])),
        "sent": sent,
        "found": found,
        "file_ids": kept_file_ids(),
    }


def fields_of(model: ModelText) -> dict[str, Any]:
    """Return a model as the fields of its form."""
    publication = with_working_copy(model.publication)
    return {
        **working_copy(publication),
        "law": model.law,
        "valid_until": model.valid_until or "",
        "topic": publication.topics[0].function_code if publication.topics else "",
    }


def _functions() -> list[tuple[str, str]]:
    return sorted(function_names().items(), key=lambda pair: pair[1].casefold())
