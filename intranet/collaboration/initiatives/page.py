"""Contexts of the page of an initiative, in the reader's language."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from markupsafe import Markup

from intranet.collaboration.initiatives import queries
from intranet.collaboration.initiatives.access import adopters, head_post_of, may_change
from intranet.collaboration.initiatives.body import FACT_NAMES, FACTS, HEADINGS, PARTS
from intranet.collaboration.initiatives.filters import MINE, own_sizes
from intranet.collaboration.initiatives.labels import STAGE_TONES, USE_TONES, stage_words, use_words
from intranet.collaboration.initiatives.models import (
    IN_USE,
    Adoption,
    Initiative,
    InitiativeTranslation,
    InitiativeUpdate,
    Stage,
    StageChange,
    Use,
)
from intranet.finding.directory.faces import Face, faces_of
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.organisation.people.speakers import answering
from intranet.platform.core import clock
from intranet.platform.core.html import render_page
from intranet.platform.core.i18n import ngettext
from intranet.platform.core.web import current_language
from intranet.platform.index.tags import size_band
from intranet.publishing.publications import page as publication_page
from intranet.publishing.publications.versions import get_version
from intranet.publishing.publications.view_models import text_of

MAX_USES, MAX_STOPPED = 12, 3
ORDER = {Use.ADAPTED: 0, Use.ADOPTED: 0, Use.CONSIDERING: 1, Use.GAVE_UP: 2}


@dataclass(frozen=True)
class InitiativeStep:
    """A stage in the progress bar: the day on which it last began, and its note."""

    name: str
    text: str
    state: str
    since_on: date | None
    note: str


@dataclass(frozen=True)
class InitiativeContactPost:
    """A post with its title, and the person who acts for it; None where it is vacant."""

    post: Post
    title: str
    place: str
    face: Face | None


@dataclass(frozen=True)
class InitiativeUseLine:
    """An agency's use as a line of the list of uses."""

    row: Adoption
    agency: str
    language: str
    use: str
    tone: str
    contact: InitiativeContactPost

    @property
    def population(self) -> int | None:
        """The number of inhabitants that the agency serves."""
        return self.row.agency.population


@dataclass(frozen=True)
class InitiativeSection:
    """A part of the description, under its heading."""

    name: str
    heading: str
    html: Markup


def initiative_context(
    person: Person, initiative: Initiative, language: str, size: str = ""
) -> dict[str, Any]:
    """Return the context of an initiative.

    Args:
        language: the language that the reader chose, if any.
        size: `mine` for uses by agencies of the same size as the reader's.
    """
    publication = initiative.publication
    context = publication_page.publication_context(person, publication, language)
    own = publication.agency.language
    changes = queries.stages_of(initiative)
    everything = queries.adoptions(initiative)
    partners, contacts = queries.partners_of(initiative), queries.contacts_of(initiative)
    ordered = sorted(everything, key=lambda row: ORDER[row.use])
    alike = _alike(person, ordered)
    some = (alike if size == MINE else ordered)[:MAX_USES]
    asked = queries.posts_by_id({row.contact_id for row in some})
    answers = _answers(person, [publication.post, *(row.post for row in contacts), *asked])
    return context | {
        "initiative": initiative,
        **_told(initiative, language),
        "steps": steps_of(initiative, changes),
        "changes": changes,
        "stage_names": stage_words(),
        "stage_tone": STAGE_TONES[initiative.stage.value],
        "is_network": publication.visibility in {Visibility.NETWORK, Visibility.PUBLIC},
        "lead": text_of(publication.agency.name, own),
        "owner": answers[publication.post_id],
        "contacts": [answers[row.post_id] for row in contacts],
        "partners": [row.agency for row in partners],
        "facts": [
            (FACT_NAMES[name], text) for name in FACTS if (text := getattr(initiative, name))
        ],
        "lines": _lines(some, answers),
        "size": size,
        "counts": {"all": len(ordered), "alike": len(alike)},
        "ledger_sentence": ledger_sentence(everything),
        "stopped": [
            (text_of(row.agency.name, row.agency.language), row.changed)
            for row in ordered
            if row.use == Use.GAVE_UP
        ][:MAX_STOPPED],
        "updates": [_update(update) for update in queries.updates_of(initiative)],
        "may_change": may_change(person, initiative),
        **_own_say(person, initiative, everything),
    }


def _told(initiative: Initiative, language: str) -> dict[str, Any]:
    """Return the description in `language`, else in the reader's, the agency's or any language."""
    texts = queries.texts_of(initiative)
    own = initiative.publication.agency.language
    wanted = (language, current_language(), own, *texts)
    tag = next((each for each in wanted if each in texts), own)
    text = texts.get(tag)
    return {
        "told_language": tag,
        "told_languages": list(texts),
        "purpose": text.purpose if text else "",
        "sections": _sections(text) if text else [],
    }


def _sections(text: InitiativeTranslation) -> list[InitiativeSection]:
    return [
        InitiativeSection(name, str(HEADINGS[name]), render_page(getattr(text, name)))
        for name in PARTS
        if getattr(text, name)
    ]


def steps_of(initiative: Initiative, changes: Sequence[StageChange]) -> list[InitiativeStep]:
    """Return the four stages in order; earlier ones are done if the initiative had them."""
    words = stage_words()
    order = list(Stage)
    latest: dict[Stage, StageChange] = {}
    for change in changes:
        latest.setdefault(change.stage, change)
    found = []
    for number, stage in enumerate(order):
        here = order.index(initiative.stage)
        state = "now" if number == here else "done" if number < here else "ahead"
        known = latest.get(stage) if number <= here else None
        found.append(
            InitiativeStep(
                stage.value,
                words[stage.value],
                state,
                known.since_on if known else None,
                known.note if known else "",
            )
        )
    return found


def ledger_sentence(rows: Collection[Adoption]) -> str:
    """Say in words how many agencies use the initiative, consider it, and stopped using it."""
    in_use = sum(row.use in IN_USE for row in rows)
    considering = sum(row.use == Use.CONSIDERING for row in rows)
    stopped = sum(row.use == Use.GAVE_UP for row in rows)
    parts = [
        ngettext("Used by %(num)s administration", "Used by %(num)s administrations", in_use)
        if in_use
        else "",
        ngettext(
            "Being considered by %(num)s administration",
            "Being considered by %(num)s administrations",
            considering,
        )
        if considering
        else "",
        ngettext(
            "No longer used by %(num)s administration",
            "No longer used by %(num)s administrations",
            stopped,
        )
        if stopped
        else "",
    ]
    return ", ".join(part for part in parts if part)


def history_context(person: Person, initiative: Initiative) -> dict[str, Any]:
    """Return the context of all records of use, the latest first."""
    rows = queries.adoptions(initiative, is_history=True)
    answers = _answers(person, queries.posts_by_id({row.contact_id for row in rows}))
    return {"lines": _lines(rows, answers)}


def _lines(
    rows: Sequence[Adoption], answers: dict[UUID, InitiativeContactPost]
) -> list[InitiativeUseLine]:
    words = use_words()
    return [
        InitiativeUseLine(
            row,
            text_of(row.agency.name, row.agency.language),
            row.agency.language,
            words[row.use.value],
            USE_TONES[row.use.value],
            answers[row.contact_id],
        )
        for row in rows
    ]


def _alike(person: Person, rows: Iterable[Adoption]) -> list[Adoption]:
    """Return the uses by agencies of the same size as one of the reader's."""
    sizes = own_sizes(person)
    return [
        row
        for row in rows
        if row.agency.population is not None and size_band(row.agency.population) in sizes
    ]


def _own_say(person: Person, initiative: Initiative, rows: Sequence[Adoption]) -> dict[str, Any]:
    """Return whether the reader may record their agency's use; if not, also the post to ask."""
    may = adopters(person, initiative)
    said = {row.agency_id for row in rows}
    ask = None
    if not may:
        for held in current_appointments(person.id):
            agency = held.post.unit.agency
            if agency.id not in {initiative.agency_id, *said}:
                ask = head_post_of(agency)
                break
    return {
        "may_say": bool(may),
        "has_said": bool(may.keys() & said),
        "ask_post": ask,
    }


def _answers(viewer: Person, posts: Iterable[Post]) -> dict[UUID, InitiativeContactPost]:
    """Return the people who act for these posts, in a constant number of queries."""
    known = {post.id: post for post in posts}
    found = answering(list(known), clock.now(), list(known.values()))
    people = {post_id: answer.people[0] for post_id, answer in found.items() if answer.people}
    faces = faces_of(people.values(), viewer)
    return {
        post_id: InitiativeContactPost(
            post,
            text_of(post.title, post.unit.agency.language),
            _place_of(post),
            faces.get(people[post_id].id) if post_id in people else None,
        )
        for post_id, post in known.items()
    }


def _place_of(post: Post) -> str:
    agency = post.unit.agency
    names = [post.unit.name, agency.name]
    return " · ".join(dict.fromkeys(text_of(name, agency.language) for name in names))


def _update(update: InitiativeUpdate) -> dict[str, Any]:
    return {"id": update.id, "at": update.at, "by": update.by, "html": render_page(update.text)}


def title_of(initiative: Initiative) -> str:
    """Return the title of an initiative, for the pages around it."""
    publication = initiative.publication
    version = get_version(publication, publication.version)
    return version.title.text(current_language(), publication.agency.language) if version else ""
