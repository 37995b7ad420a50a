"""Contexts of the pages of questions and criteria."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import request
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.datastructures import MultiDict

from intranet.collaboration.questions import asked_people as inquiries
from intranet.collaboration.questions import queries, view_models
from intranet.collaboration.questions.access import authorities, is_asker
from intranet.collaboration.questions.forms import AskForm
from intranet.collaboration.questions.limits import DEFAULT_PER_WEEK, MAX_PER_WEEK
from intranet.collaboration.questions.models import (
    QUESTION,
    Answer,
    Criterion,
    Question,
    QuestionState,
)
from intranet.collaboration.questions.operations.asking import QuestionAddressee, likely_topics
from intranet.collaboration.questions.operations.confirming import renewed_by
from intranet.collaboration.questions.queries import PAGE_SIZE, QuestionFilters, QuestionView
from intranet.config import LANGUAGES
from intranet.delivery.files.request_files import kept_file_ids
from intranet.extensions import db
from intranet.finding.finder.filters import FilterReader
from intranet.messaging.conversations.faces import faces_of
from intranet.messaging.conversations.post_readers import answer_of
from intranet.messaging.messages.access import EDIT_WITHIN
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.agencies.labels import function_names
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.agencies.territories import PlaceKind, all_territories
from intranet.organisation.people.access import closed_agency_ids
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.private_data import Passage, passages
from intranet.platform.core.rest import after_time, read_time
from intranet.platform.core.web import current_language
from intranet.publishing.publications import access as rights
from intranet.publishing.publications import placement as spaces
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.nearest import nearest
from intranet.publishing.publications.nearest_views import nearest_context, text_to_compare
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.page import discussion_context, publication_context
from intranet.publishing.publications.versions import get_version
from intranet.publishing.publications.view_models import name_of_space, row, text_of

WORDS_LIMIT = 200
OPEN_STATES = {QuestionState.OPEN, QuestionState.ANSWERED}


def list_context(person: Person) -> dict[str, Any]:
    """Return the context of a page of questions."""
    asked = request.args.get("view", "")
    view = QuestionView(asked) if asked in set(QuestionView) else QuestionView.ALL
    narrowing = read_narrowing(person)
    before = read_time(request.args.get("before", ""))
    found = queries.questions(person, view, narrowing, before, PAGE_SIZE + 1)
    last = found[PAGE_SIZE - 1].question if len(found) > PAGE_SIZE else None
    is_asked = view == QuestionView.ASKED
    agreed = (
        inquiries.allowances([person.id]).get(person.id, DEFAULT_PER_WEEK) if is_asked else None
    )
    return {
        "view": view.value,
        "rows": view_models.question_rows(found[:PAGE_SIZE]),
        "next_before": after_time(last.asked_at, last.publication_id) if last else None,
        "waiting": queries.waiting_count(person),
        "narrowing": narrowing,
        "a_week": agreed,
        "a_week_choices": [(number, str(number)) for number in range(MAX_PER_WEEK + 1)],
        **_filters(person),
    }


def criteria_context(person: Person) -> dict[str, Any]:
    """Return the context of a page of criteria."""
    narrowing = read_narrowing(person)
    before = read_time(request.args.get("before", ""))
    standing_only = request.args.get("view") == "standing"
    found = queries.criteria(person, narrowing, before, PAGE_SIZE + 1, standing_only=standing_only)
    last = found[PAGE_SIZE - 1].criterion if len(found) > PAGE_SIZE else None
    return {
        "rows": view_models.criterion_rows(found[:PAGE_SIZE]),
        "next_before": after_time(last.confirmed_at, last.publication_id) if last else None,
        "waiting": queries.waiting_count(person),
        "standing_only": standing_only,
        "narrowing": narrowing,
        **_filters(person),
    }


def read_narrowing(person: Person) -> QuestionFilters:
    """Read the filters of a list from the request; unknown values are ignored."""
    given = FilterReader(request.args)
    return QuestionFilters(
        topic=given.one_of("topic", function_names()),
        agency=given.agency(person),
        words=given.text("q", WORDS_LIMIT),
    )


def question_context(person: Person, question: Question) -> dict[str, Any]:
    """Return the context of a question, with the actions of the viewer."""
    publication = question.publication
    context = publication_context(person, publication, request.args.get("in", ""))
    routes = queries.routes_of(publication.id)
    own = view_models.request_to(routes, person.id)
    answers = queries.answers_of(publication.id)
    asks = is_asker(person, question)
    writes = context["writes"]
    is_open = context["is_open"] and question.state != QuestionState.JOINED
    people = {answer.person_id for answer in answers}
    accepted = question.accepted_message
    if writes:
        people |= {route.person_id for route in routes}
    return {
        **context,
        "question": question,
        "discussion": discussion_context(person, publication, request.args),
        "asks": asks,
        "moderates": writes and not asks,
        "route": own,
        "why": view_models.why_asked(own) if own else "",
        "waits_for_me": own is not None and own.is_waiting and question.state in OPEN_STATES,
        "routes": routes,
        "answers": answers,
        "faces": faces_of(people, person),
        "first_answer": view_models.first_answer(question),
        "criteria": view_models.criterion_rows(queries.criteria_of(person, publication.id)),
        "joined": queries.joined_to(publication.id),
        "may_confirm": is_open
        and question.accepted_message_id is not None
        and bool(authorities(person, question)),
        "whose": view_models.agency_of(publication),
        "is_hiding": publication.is_unnamed and asks,
        # The sanitiser returned this HTML.
        "accepted_html": Markup(accepted.html) if accepted else "",  # noqa: S704
        "answers_found": _pointed_out(person, answers),
    }


def _pointed_out(person: Person, answers: Sequence[Answer]) -> str:
    """Return what looks like private data in the viewer's answers that are still editable."""
    since = clock.now() - EDIT_WITHIN
    found = [
        passage.text
        for answer in answers
        if answer.person_id == person.id and answer.answered_at > since
        for passage in passages(answer.message.body)
    ]
    return ", ".join(dict.fromkeys(found))


def new_question_context(
    person: Person, sent: MultiDict[str, str], found: Sequence[Passage], to_post: Post | None
) -> dict[str, Any]:
    """Return the context of a new question's form."""
    begins_with = _visibility_for(person, sent, to_post)
    return {
        **spaces.placement_context(person, sent, visibility=begins_with),
        **choices_of_functions(),
        "sent": sent,
        "found": found,
        "territories": [code for code in sent.getlist("territories") if code],
        "provinces": [("", "—"), *((one.code, one.name) for one in _provinces())],
        "language": sent.get("language") or current_language(),
        "to_post": to_post,
        "to_post_name": spaces.full_name_of(to_post) if to_post else "",
        "file_ids": kept_file_ids(),
        **nearest_context(person, QUESTION, text_to_compare(sent)),
    }


def people_to_ask_context(
    person: Person, form: AskForm, place: spaces.PublicationPlacement, to: QuestionAddressee
) -> dict[str, Any]:
    """Return the context of `questions/_asked.html`: the people to ask now, and the topic."""
    said = Written(form.title, form.body)
    found = inquiries.people_to_ask_now(
        inquiries.Inquiry(
            asker=person,
            text=f"{form.title} {form.body}",
            space=place.space,
            visibility=place.visibility,
            addressee=to.addressee,
            function=to.function,
            territories=to.territories,
            post=to.post,
        )
    )
    people = {
        one.id: one
        for one in db.session.scalars(
            select(Person).where(Person.id.in_([each.person_id for each in found]))
        )
    }
    posts = {
        one.id: one
        for one in db.session.scalars(
            select(Post)
            .where(Post.id.in_([each.post_id for each in found]))
            .options(joinedload(Post.unit).joinedload(Unit.agency))
        )
    }
    topics = [form.topic] if form.topic else likely_topics(to, said)
    return {
        "is_known": True,
        "asked_people": [(people[one.person_id], posts[one.post_id]) for one in found],
        "fingerprint": fingerprint(found),
        "asked_topic": function_names().get(topics[0], "") if topics else "",
        "reaches": place.visibility.value,
        "asked_space": name_of_space(place.space),
        "is_to_post": to.post is not None,
        "post_answer": answer_of(to.post) if to.post else None,
    }


def nobody_yet() -> dict[str, Any]:
    """Return the context of `questions/_asked.html` while there is no question yet."""
    return {"is_known": False, "fingerprint": ""}


def fingerprint(found: Sequence[inquiries.QuestionCandidate]) -> str:
    """Return the number of people to ask, and a digest of their ids and posts."""
    named = sorted(f"{one.person_id}:{one.post_id}" for one in found)
    return f"{len(found)}-{sha256(' '.join(named).encode()).hexdigest()[:16]}"


def _visibility_for(person: Person, sent: Mapping[str, Any], to_post: Post | None) -> Visibility:
    """Return the narrowest visibility that reaches the addressee in the address."""
    if sent.get("function") and not to_post:
        return Visibility.NETWORK
    own = next(iter(spaces.posts_of(person)), None)
    if to_post is None or own is None or to_post.unit_id == own.unit_id:
        return Visibility.MEMBERS
    return Visibility.AGENCY if to_post.agency_id == own.agency_id else Visibility.NETWORK


def join_context(person: Person, question: Question) -> dict[str, Any]:
    """Return the context of the questions into which a question could be merged."""
    publication = question.publication
    title = title_of(person, publication.id)
    found = nearest(person, QUESTION, title, leaving_out=publication.id)
    return {"question": question, "title": title, "near": [row(one.item) for one in found]}


def criterion_context(person: Person, criterion: Criterion) -> dict[str, Any]:
    """Return the context of a criterion."""
    publication = criterion.publication
    context = publication_context(person, publication, request.args.get("in", ""))
    version = get_version(publication, publication.version)
    newer = renewed_by(criterion)
    return {
        **context,
        "criterion": criterion,
        "it": view_models.criterion_row(criterion, version) if version else None,
        "asked": title_of(person, criterion.question_id),
        "older": title_of(person, criterion.renews_id) if criterion.renews_id else None,
        "newer": title_of(person, newer.publication_id) if newer else None,
        "newer_id": newer.publication_id if newer else None,
        "agency_name": text_of(publication.agency.name, publication.agency.language),
    }


def confirm_context(
    person: Person, question: Question, sent: Mapping[str, Any], found: Sequence[Passage] = ()
) -> dict[str, Any]:
    """Return the context of the form that confirms, changes or renews a criterion."""
    voices = authorities(person, question)
    return {
        **choices_of_functions(),
        "question": question,
        "asked": title_of(person, question.publication_id),
        "answer": question.accepted_message,
        "posts": spaces.names_of_posts([voice.post for voice in voices]),
        "sent": sent,
        "found": found,
        "languages": _own_first(voices[0].agency.languages if voices else ()),
    }


def title_of(person: Person, publication_id: UUID) -> str:
    """Return the title of a publication; empty where the person may not read it."""
    publication = db.session.get(Publication, publication_id)
    if publication is None or not _reads(person, publication):
        return ""
    version = get_version(publication, publication.version)
    return version.title.text(current_language(), publication.agency.language) if version else ""


def choices_of_functions() -> dict[str, Any]:
    """Return all functions, by name."""
    named = sorted(function_names().items(), key=lambda pair: pair[1].casefold())
    return {"functions": named}


def may_moderate(person: Person, question: Question) -> bool:
    """Whether the person leads the space of the question, and did not ask it."""
    return rights.may_write(person, question.publication) and not is_asker(person, question)


def get_target(person: Person, text: str) -> Question:
    """Return the question that an address or an id names.

    Raises:
        NotFound: there is no such question that the person may read.
    """
    named = text.split("?", maxsplit=1)[0].rstrip("/").rsplit("/", 1)[-1]
    return rights.get_of_kind(person, Question, UUID(named))


def _reads(person: Person, publication: Publication) -> bool:
    asked = select(Publication.id).where(
        Publication.id == publication.id, rights.readable_by(person)
    )
    return db.session.scalar(asked) is not None and not rights.is_hidden_from(person, publication)


def _filters(person: Person) -> dict[str, Any]:
    closed = closed_agency_ids(person)
    agencies = db.session.scalars(
        select(Agency).where(Agency.in_directory, Agency.id.not_in(closed)).limit(500)
    )
    named = [(one.code, text_of(one.name, one.language)) for one in agencies]
    return {**choices_of_functions(), "agencies": sorted(named, key=lambda one: one[1].casefold())}


def _provinces() -> list[Any]:
    return sorted(all_territories(PlaceKind.PROVINCE), key=lambda one: one.name.casefold())


def _own_first(own: Sequence[str]) -> list[str]:
    return [
        *(tag for tag in own if tag in LANGUAGES),
        *(tag for tag in LANGUAGES if tag not in own),
    ]
