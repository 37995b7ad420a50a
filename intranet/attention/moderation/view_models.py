"""Cases as pages show them: to deciders, authors and reporters."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from markupsafe import Markup

from intranet.attention.moderation import queries
from intranet.attention.moderation.labels import (
    OUTCOME_TONES,
    SUBJECT_ICONS,
    outcome_names,
    reason_names,
    subject_names,
)
from intranet.attention.moderation.models import Case, HouseRules, Subject
from intranet.extensions import db
from intranet.messaging.conversations.access import readable_among
from intranet.messaging.conversations.faces import Face, faces_of
from intranet.messaging.messages.hiding import text_of
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.queries import load_message
from intranet.organisation.people.models import Person
from intranet.platform.core.html import plain_text, render_markdown
from intranet.platform.core.i18n import _
from intranet.platform.core.web import current_language
from intranet.publishing.publications.versions import get_version
from intranet.publishing.publications.view_models import author_of as said_by_whom
from intranet.publishing.publications.view_models import name_of_space

EXCERPT_CHARACTERS = 240


@dataclass(frozen=True)
class ModerationCaseLine:
    """A case in a list. `text` is empty where the decider reads it only by opening the case."""

    id: UUID
    icon: str
    subject: str
    text: str
    author: str
    place: str
    count: int
    reasons: Sequence[tuple[str, int]]
    at: datetime
    outcome: str = ""
    tone: str = "plain"
    is_taken_back: bool = False
    is_appealed: bool = False


@dataclass(frozen=True)
class ModerationMessage:
    """A message around the reported one."""

    author: Face
    caption: str
    html: Markup
    at: datetime
    is_it: bool
    files: Sequence[Any]


def lines(person: Person, cases: Sequence[Case]) -> list[ModerationCaseLine]:
    """Build the case-list rows for a decider, in a constant number of queries."""
    reports = queries.reports_of([case.id for case in cases])
    readable = read_anyhow(person, cases)
    faces = faces_of({case.author_id for case in cases}, person)
    names, outcomes, subjects = reason_names(), outcome_names(), subject_names()
    found = []
    for case in cases:
        counted = Counter(report.reason.value for report in reports.get(case.id, ()))
        found.append(
            ModerationCaseLine(
                id=case.id,
                icon=SUBJECT_ICONS[case.subject.value],
                subject=subjects[case.subject.value],
                text=plain_text(case.said, EXCERPT_CHARACTERS) if case.id in readable else "",
                author=author_of(case) or faces[case.author_id]["name"],
                place=place_of(case),
                count=case.report_count,
                reasons=[(names[reason], number) for reason, number in counted.most_common()],
                at=case.opened_at,
                outcome=outcomes[case.outcome.value] if case.outcome else "",
                tone=OUTCOME_TONES[case.outcome.value] if case.outcome else "plain",
                is_taken_back=case.taken_back_at is not None,
                is_appealed=case.appeal is not None and case.appeal.decided_at is None,
            )
        )
    return found


def read_anyhow(person: Person, cases: Sequence[Case]) -> set[UUID]:
    """Return the ids of the cases whose content the person may read without moderating."""
    rooms = {case.message.conversation_id for case in cases if case.message}
    readable = readable_among(person, rooms) if rooms else {}
    published = queries.readable_publication_ids(
        person, {case.publication_id for case in cases if case.publication_id}
    )
    return {
        case.id
        for case in cases
        if case.subject == Subject.PROFILE
        or (case.message and case.message.conversation_id in readable)
        or case.publication_id in published
    }


def place_of(case: Case) -> str:
    """Return the place of the content, in the reader's language."""
    if case.space:
        return name_of_space(case.space)
    return _("a direct message") if case.subject == Subject.MESSAGE else _("the author’s profile")


def author_of(case: Case) -> str:
    """Return the words for an unnamed author; empty where readers see the author's name.

    The head of the space can look up the name on the publication's page, on the record.
    """
    publication = case.publication
    return said_by_whom(publication) if publication and publication.is_unnamed else ""


def shows_text(case: Case) -> bool:
    """Whether deciders see the content.

    A direct message is shown only while the report or an appeal is undecided.
    """
    is_appealed = case.appeal is not None and case.appeal.decided_at is None
    return not case.is_private or case.is_open or is_appealed


def conversation_of(case: Case, viewer: Person) -> list[ModerationMessage]:
    """Return the reported message with two before it and two after it."""
    if case.message is None:
        return []
    rows = queries.around(case.message)
    faces = faces_of({row.author_id for row in rows}, viewer)
    return [_said(row, case, faces) for row in rows]


def _said(row: Message, case: Case, faces: Mapping[UUID, Face]) -> ModerationMessage:
    is_it = row.id == case.message_id
    html = render_markdown(case.said).html if is_it else Markup(row.html)  # noqa: S704 - sanitised
    files = [held.file for held in load_message(row).files] if is_it else []
    return ModerationMessage(faces[row.author_id], row.caption, html, row.created_at, is_it, files)


def article_of(case: Case) -> Markup:
    """Return a reported publication as HTML, as its readers saw it."""
    publication = case.publication
    version = get_version(publication, publication.version) if publication else None
    if publication is None or version is None:
        return render_markdown(case.said).html
    own = publication.agency.language
    tag = version.title.language(current_language(), own)
    title = Markup("<p><b>{}</b></p>").format(version.title.text(tag))
    return title + Markup(version.html.get(tag, ""))  # noqa: S704 - out of the sanitiser's door


def own_text(case: Case) -> Markup:
    """Return the content as HTML for its author."""
    if case.message:
        return render_markdown(text_of(case.message)).html
    if case.subject == Subject.PUBLICATION:
        return article_of(case)
    return render_markdown(case.said).html


def rules_html(rules: HouseRules, language: str) -> tuple[str, Markup]:
    """Return the rules of an agency in the reader's language, and that language."""
    tag = rules.body.language(language)
    return tag, render_markdown(rules.body.get(tag, "")).html


def deciders(ids: Collection[UUID | None]) -> dict[UUID, Person]:
    """Return the people who decided, by id."""
    wanted = {person_id for person_id in ids if person_id}
    return {person_id: db.session.get_one(Person, person_id) for person_id in wanted}
