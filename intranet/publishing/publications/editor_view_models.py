"""View models of the editor: the working copy, and its audience in numbers and words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from intranet.config import LANGUAGES
from intranet.extensions import db
from intranet.messaging.conversations.post_readers import PostResponders, answers_of
from intranet.messaging.spaces.audience import Audience
from intranet.messaging.spaces.audience_text import atom_words, sentence
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Post, PostKind
from intranet.organisation.people.bylines import person_lines
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import vacancies
from intranet.organisation.worktime.queries import when_reached
from intranet.organisation.worktime.sender_notes import reached_note
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid, Words
from intranet.platform.core.i18n import _
from intranet.publishing.publications import queries, view_models
from intranet.publishing.publications.approval import is_mere_author, needs_approval, widest_reach
from intranet.publishing.publications.article_choices import reach_of, reaches_of, topics_offered
from intranet.publishing.publications.attached_files import files_in_work
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.publishing import require_sense
from intranet.publishing.publications.reach import (
    AudienceCounts,
    audience_of,
    frozen,
    measured,
    people_of,
    reached,
    version_of,
)
from intranet.publishing.publications.texts import minutes, words_in
from intranet.publishing.publications.translations import older_in_work
from intranet.publishing.publications.versions import make_version, require_ready
from intranet.publishing.publications.voices import PublicationVoice, voices_for

SAMPLE_SIZE = 8
MAX_UNITS_SHOWN = 6
MAX_PEOPLE_FORECAST = 2_000
"""The largest audience for which the times of notification are forecast."""


@dataclass(frozen=True)
class Chip:
    """A condition of an audience in words; `index` is its position in the expression."""

    index: int
    text: str
    is_exception: bool


@dataclass(frozen=True)
class Preview:
    """A preview of the audience before publishing."""

    chips: Sequence[Chip]
    sentence: str
    reached: AudienceCounts | None
    vacant: int
    unexpected: Sequence[tuple[Person, str]]
    vacancies: Sequence[PostResponders] = ()
    """The vacant posts that it names, with who reads for each."""

    @property
    def count(self) -> int:
        """The number of people."""
        return self.reached.count if self.reached else 0

    @property
    def units(self) -> list[tuple[str, int]]:
        """The units with the most people, by name."""
        if self.reached is None:
            return []
        shown_units = self.reached.by_unit[:MAX_UNITS_SHOWN]
        return [(view_models.text_of(unit.name, ""), number) for unit, number in shown_units]

    @property
    def other_units(self) -> int:
        """The number of units beyond those shown."""
        return max(0, len(self.reached.by_unit) - MAX_UNITS_SHOWN) if self.reached else 0


def preview_of(publication: Publication) -> Preview:
    """Count the audience by unit and by means of delivery, and name its unexpected people."""
    audience = audience_of(publication)
    if audience is None:
        return Preview((), "", None, 0, ())
    now = clock.now()
    if publication.published_at:
        found = frozen(publication)
        return Preview(chips_of(audience), sentence(audience), found, 0, ())
    found = measured(audience, publication.space, now)
    day = now.astimezone(ZoneInfo(publication.agency.time_zone)).date()
    vacant = vacancies([unit.id for unit, _number in found.by_unit], now, day)
    return Preview(
        chips=chips_of(audience),
        sentence=sentence(audience),
        reached=found,
        vacant=sum(vacant.values()),
        unexpected=_unexpected(audience, publication.space, now),
        vacancies=_vacancies(audience),
    )


def chips_of(audience: Audience) -> list[Chip]:
    """List the conditions of an audience, in order."""
    return [
        Chip(index, atom_words(atom), is_exception=is_exception)
        for is_exception, atoms in ((False, audience.any), (True, audience.excepted))
        for index, atom in enumerate(atoms)
    ]


def sample_of(publication: Publication, now: datetime, limit: int = SAMPLE_SIZE) -> list[Person]:
    """List some of the people, by name."""
    people = people_of(publication, now).subquery()
    asked = (
        select(Person)
        .join(people, people.c.person_id == Person.id)
        .order_by(Person.sort_key, Person.id)
        .limit(limit)
    )
    return list(db.session.scalars(asked))


def editor_context(
    person: Person, publication: Publication, errors: Mapping[str, Words] | None = None
) -> dict[str, Any]:
    """Return the working copy with all its choices."""
    agency = publication.agency
    texts = {text.language: text for text in publication.texts}
    order = [tag for tag in (*agency.languages, *LANGUAGES) if tag in texts]
    tags = list(dict.fromkeys(order))
    words = max((words_in(text.body) for text in publication.texts), default=0)
    return {
        "publication": publication,
        "state": publication.state(clock.now()),
        "tags": tags,
        "missing": [
            tag
            for tag in dict.fromkeys((*agency.languages, *tags))
            if not _is_written(texts.get(tag))
        ],
        "older": older_in_work(publication),
        "addable": [tag for tag in LANGUAGES if tag not in texts],
        "texts": texts,
        "words": words,
        "minutes": minutes(words),
        "files": files_in_work(publication),
        "voices": [voice_option(voice) for voice in voices_for(person, publication.kind)],
        "voice": f"{publication.space_id}:{publication.post_id}",
        "needs_approval": needs_approval(person, publication),
        "choices": choices_as_fields(publication),
        "preview": preview_of(publication),
        "reaches": reaches_of(publication, widest_reach(person, publication))
        if publication.is_article
        else [],
        "may_pin": not is_mere_author(person, publication),
        "reach": reach_of(publication),
        "topics_offered": topics_offered(),
        "errors": errors or {},
    }


def choices_as_fields(publication: Publication) -> dict[str, Any]:
    """Return the choices as fields of a form, with days and times in the agency's time zone."""
    zone = ZoneInfo(publication.agency.time_zone)

    def local(instant: datetime | None) -> tuple[str, str]:
        if instant is None:
            return "", ""
        there = instant.astimezone(zone)
        return there.date().isoformat(), there.strftime("%H:%M")

    announcement, pinned = publication.announcement, publication.pinned_until
    last_pinned = (pinned.astimezone(zone) - clock.SECOND).date().isoformat() if pinned else ""
    return {
        "later": publication.scheduled_at is not None,
        "scheduled": local(publication.scheduled_at),
        "asks": announcement.due_on is not None,
        "due_on": announcement.due_on.isoformat() if announcement.due_on else "",
        "counts_newcomers": announcement.counts_newcomers,
        "reaches_out": not announcement.is_only_here,
        "is_pinned": pinned is not None,
        "pinned_on": last_pinned,
        "ends": publication.expires_at is not None,
        "ending": local(publication.expires_at),
        "is_urgent": announcement.is_urgent,
        "urgent_reason": announcement.urgent_reason,
        "visibility": publication.visibility.value if publication.visibility else "",
        "has_discussion": publication.has_discussion,
        "topics": [row.function_code for row in publication.topics],
    }


def choices_typed(sent: MultiDict[str, str]) -> dict[str, Any]:
    """Return the choices as typed, for a form that was refused."""

    def pair(name: str) -> tuple[str, str]:
        return sent.get(f"{name}_on", ""), sent.get(f"{name}_time", "")

    switches = ("asks", "counts_newcomers", "reaches_out", "is_pinned", "ends", "is_urgent")
    return {
        "later": sent.get("when") == "later",
        "scheduled": pair("scheduled"),
        "ending": pair("ends"),
        **{name: sent.get(name, "") for name in ("due_on", "pinned_on", "urgent_reason")},
        **{name: bool(sent.get(name)) for name in (*switches, "has_discussion")},
        "visibility": sent.get("visibility", ""),
        "topics": [code for code in sent.getlist("topics") if code],
    }


def preview_context(person: Person, publication: Publication, language: str) -> dict[str, Any]:
    """Return the working copy as its readers will see it, in one of its languages."""
    version = make_version(publication, person, publication.version + 1, clock.now())
    row = view_models.row(queries.PublicationItem(publication, version))
    return {
        "publication": publication,
        "row": row,
        "article": view_models.article(publication, version, publication.attached, language),
        "author": person,
        "author_line": person_lines([person.id], clock.now()).get(person.id),
    }


def review_context(person: Person, publication: Publication) -> dict[str, Any]:
    """Return the audience, the times and what is still missing, for review."""
    context = editor_context(person, publication)
    reasons: dict[str, Words] = {}
    checks: list[Callable[[], object]] = [lambda: require_ready(publication)]
    if not publication.published_at:
        checks.append(lambda: require_sense(publication, clock.now()))
    for check in checks:
        try:
            check()
        except Invalid as reason:
            reasons |= reason.errors
    now = clock.now()
    audience = audience_of(publication)
    people = sample_of(publication, now) if audience else []
    lines = person_lines([one.id for one in people], now)
    return context | {
        "told_note": _told_note(publication, audience, now) if audience else "",
        "reasons": reasons,
        "audience_version": "" if publication.published_at else version_of(publication, now),
        "sample": [(one, lines[one.id]) for one in people],
        "title": view_models.text_of(publication.titles, publication.agency.language),
    }


def _vacancies(audience: Audience) -> list[PostResponders]:
    """Return the vacant posts that an audience names, with who reads for each."""
    ids = {atom.post for atom in audience.any if atom.post}
    posts = db.session.scalars(select(Post).where(Post.id.in_(ids))).all() if ids else ()
    answers = answers_of(posts).values()
    return [answer for answer in answers if answer.covering or not answer.is_read]


def _told_note(publication: Publication, audience: Audience, now: datetime) -> str:
    """Return a note on when people off duty will be notified, or "" where none is needed.

    For more than `MAX_PEOPLE_FORECAST` people it gives no times.
    """
    announcement = publication.announcement
    if announcement.is_urgent or announcement.is_only_here or publication.published_at:
        return ""
    at = max(now, publication.scheduled_at or now)
    people = reached(audience, publication.space, at).subquery()
    ids = db.session.scalars(select(people.c.person_id).limit(MAX_PEOPLE_FORECAST + 1)).all()
    if len(ids) > MAX_PEOPLE_FORECAST:
        return _("Each person will be notified during their working hours.")
    return reached_note(when_reached(ids, at), at)


def voice_option(voice: PublicationVoice) -> tuple[str, str]:
    """Return a voice as an option of a form: the post, and how far it reaches."""
    own = voice.agency.language
    post, place = (view_models.text_of(text, own) for text in (voice.post.title, voice.place))
    return f"{voice.space.id}:{voice.post.id}", f"{post} · {place}"


def _is_written(text: Any) -> bool:
    return bool(text and text.title and text.body)


def _unexpected(audience: Audience, space: Space, now: datetime) -> list[tuple[Person, str]]:
    """List some people that the writer may not expect: elected or external."""
    is_other = Post.kind.in_((PostKind.ELECTED, PostKind.EXTERNAL))
    people = reached(audience, space, now, is_other).subquery()
    rows = db.session.execute(
        select(Person, Post.kind)
        .join(people, people.c.person_id == Person.id)
        .join(Post, Post.id == people.c.post_id)
        .order_by(Person.sort_key, Person.id)
        .limit(SAMPLE_SIZE)
    )
    return [(person, kind.value) for person, kind in rows]
