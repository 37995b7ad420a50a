"""Cards of announcements, articles and all other publications, and of their files."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from sqlalchemy import ColumnElement, func, select

from intranet.collaboration.events.models import EventOccurrence
from intranet.collaboration.ideas.models import Idea
from intranet.collaboration.ideas.shown import STATUS_TONES, STATUS_WORDS
from intranet.collaboration.initiatives.models import Initiative
from intranet.collaboration.initiatives.words import STAGE_TONES, stage_words
from intranet.collaboration.polls.models import Poll
from intranet.collaboration.questions.models import Question, QuestionState
from intranet.delivery.files.models import File
from intranet.extensions import db
from intranet.messaging.messages.cards import LinkCard, LinkTarget
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.dates import day
from intranet.platform.core.i18n import _
from intranet.platform.core.types import UTCDateTime
from intranet.platform.core.web import current_language
from intranet.publishing.publications.access import readable_by
from intranet.publishing.publications.models import Publication, PublicationFile, PublicationVersion
from intranet.publishing.publications.owing import owed_by
from intranet.publishing.publications.queries import confirmations, versions_now
from intranet.publishing.publications.shown import KIND_ICONS, place_of

State = tuple[str, str]


def publication_cards(
    reader: Person, targets: Collection[LinkTarget]
) -> dict[LinkTarget, LinkCard]:
    """Return cards of the published, not withdrawn ones that the reader may read."""
    ids = _readable_ids(reader, {UUID(each.id) for each in targets})
    if not ids:
        return {}
    items = {item.publication.id: item for item in versions_now(ids)}
    publications = [item.publication for item in items.values()]
    states = _states(reader, publications)
    return {
        target: _card(target, item.publication, item.version, states.get(item.publication.id))
        for target in targets
        if (item := items.get(UUID(target.id)))
    }


def files_of_publications(
    reader: Person, file_ids: Collection[UUID]
) -> dict[UUID, tuple[File, str]]:
    """Return these files with the title of their publication, if readable."""
    if not file_ids:
        return {}
    rows = db.session.execute(
        select(File, Publication.id)
        .join(PublicationFile, PublicationFile.file_id == File.id)
        .join(Publication, Publication.id == PublicationFile.publication_id)
        .where(File.id.in_(file_ids), *_stands(), readable_by(reader))
    ).all()
    items = {item.publication.id: item for item in versions_now({row[1] for row in rows})}
    return {
        file.id: (file, _title(items[publication_id].publication, items[publication_id].version)[0])
        for file, publication_id in rows
        if publication_id in items and str(file.id) in items[publication_id].version.file_ids
    }


def _readable_ids(reader: Person, ids: Collection[UUID]) -> set[UUID]:
    asked = select(Publication.id).where(Publication.id.in_(ids), *_stands(), readable_by(reader))
    return set(db.session.scalars(asked))


def _stands() -> tuple[ColumnElement[bool], ...]:
    return Publication.published_at.is_not(None), Publication.withdrawn_at.is_(None)


def _card(
    target: LinkTarget,
    publication: Publication,
    version: PublicationVersion,
    state: State | None,
) -> LinkCard:
    kind = publication.kind.value
    title, language = _title(publication, version)
    due = ""
    if publication.due_on:
        due = _("required reading, confirm by %(day)s", day=day(publication.due_on))
    about = (_kind_words()[kind], due, place_of(publication))
    said, tone = state or ("", "plain")
    return LinkCard(
        target.path, KIND_ICONS[kind], title, tuple(filter(None, about)), said, tone, language
    )


def _title(publication: Publication, version: PublicationVersion) -> tuple[str, str]:
    own = publication.space.agency.language
    language = version.title.language(current_language(), own)
    return version.title.text(language), language


def _kind_words() -> dict[str, str]:
    return {
        "announcement": _("Announcement"),
        "article": _("Article"),
        "initiative": _("Initiative"),
        "question": _("Question"),
        "idea": _("Idea"),
        "poll": _("Poll"),
        "event": _("Event"),
        "model": _("Model text"),
        "criterion": _("Criterion"),
    }


def _states(reader: Person, publications: Iterable[Publication]) -> dict[UUID, State]:
    """Return the status of each publication for the reader, one lookup for each kind."""
    by_kind: dict[str, list[UUID]] = {}
    for publication in publications:
        by_kind.setdefault(publication.kind.value, []).append(publication.id)
    states: dict[UUID, State] = {}
    for kind, look_up in _LOOK_UPS.items():
        if ids := by_kind.get(kind):
            states |= look_up(reader, ids)
    return states


def _of_announcements(reader: Person, ids: Collection[UUID]) -> Mapping[UUID, State]:
    asked = select(Publication.id).where(
        Publication.id.in_(ids), Publication.due_on.is_not(None), owed_by(reader)
    )
    owed = set(db.session.scalars(asked))
    done = confirmations(reader, ids).keys() - owed
    return {each: (_("Not confirmed"), "attn") for each in owed} | {
        each: (_("Confirmed"), "ok") for each in done
    }


def _of_questions(_reader: Person, ids: Collection[UUID]) -> Mapping[UUID, State]:
    words = {
        QuestionState.OPEN: (_("No answer yet"), "attn"),
        QuestionState.ANSWERED: (_("Has answers"), "plain"),
        QuestionState.ACCEPTED: (_("Solved"), "ok"),
        QuestionState.CONFIRMED: (_("Criterion"), "ok"),
    }
    rows = db.session.execute(
        select(Question.publication_id, Question.state).where(Question.publication_id.in_(ids))
    )
    return {row.publication_id: words[row.state] for row in rows if row.state in words}


def _of_polls(_reader: Person, ids: Collection[UUID]) -> Mapping[UUID, State]:
    now = clock.now()
    rows = db.session.scalars(select(Poll).where(Poll.publication_id.in_(ids)))
    return {
        row.publication_id: (_("Voting is open"), "ok")
        if row.is_open(now)
        else (_("Voting has ended"), "plain")
        for row in rows
    }


def _of_ideas(_reader: Person, ids: Collection[UUID]) -> Mapping[UUID, State]:
    rows = db.session.execute(
        select(Idea.publication_id, Idea.status).where(Idea.publication_id.in_(ids))
    )
    return {
        row.publication_id: (str(STATUS_WORDS[row.status]), STATUS_TONES[row.status])
        for row in rows
    }


def _of_initiatives(_reader: Person, ids: Collection[UUID]) -> Mapping[UUID, State]:
    words = stage_words()
    rows = db.session.execute(
        select(Initiative.publication_id, Initiative.stage).where(
            Initiative.publication_id.in_(ids)
        )
    )
    return {row.publication_id: (words[row.stage], STAGE_TONES[row.stage]) for row in rows}


def _of_events(_reader: Person, ids: Collection[UUID]) -> Mapping[UUID, State]:
    """Return the next date of each event, or that it is over."""
    rows = db.session.execute(
        select(
            EventOccurrence.publication_id,
            func.min(EventOccurrence.starts_at, type_=UTCDateTime),
        )
        .where(
            EventOccurrence.publication_id.in_(ids),
            EventOccurrence.ends_at >= clock.now(),
            EventOccurrence.cancelled_at.is_(None),
        )
        .group_by(EventOccurrence.publication_id)
    )
    coming = {publication_id: (day(at), "accent") for publication_id, at in rows}
    return {each: coming.get(each, (_("Past event"), "plain")) for each in ids}


_LOOK_UPS = {
    "announcement": _of_announcements,
    "question": _of_questions,
    "poll": _of_polls,
    "idea": _of_ideas,
    "initiative": _of_initiatives,
    "event": _of_events,
}
