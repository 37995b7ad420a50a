"""Boxes and ideas as pages show them, in the reader's language."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from markupsafe import Markup

from intranet.collaboration.ideas.models import Idea, IdeaAnswer, IdeaBox, IdeaStatus
from intranet.collaboration.ideas.queries import IdeaListEntry
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Words
from intranet.platform.core.i18n import _l, lazy_pgettext
from intranet.publishing.publications import view_models
from intranet.publishing.publications.queries import PublicationItem

STATUS_WORDS: dict[IdeaStatus, Words] = {
    IdeaStatus.NEW: _l("New"),
    IdeaStatus.STUDY: _l("Under consideration"),
    IdeaStatus.ACCEPTED: _l("Accepted"),
    IdeaStatus.STARTED: _l("In progress"),
    IdeaStatus.DONE: lazy_pgettext("idea", "Done"),
    IdeaStatus.DECLINED: _l("Not accepted"),
}
STATUS_TONES = {
    IdeaStatus.NEW: "plain",
    IdeaStatus.STUDY: "accent",
    IdeaStatus.ACCEPTED: "ok",
    IdeaStatus.STARTED: "accent",
    IdeaStatus.DONE: "ok",
    IdeaStatus.DECLINED: "plain",
}


@dataclass(frozen=True)
class IdeaListLine:
    """An idea in a list, with the state of its answer."""

    row: view_models.PublicationRow
    author: str
    status: IdeaStatus
    supports: int
    is_mine: bool
    due_on: date
    answered_at: datetime | None
    is_late: bool


@dataclass(frozen=True)
class IdeaBoxCard:
    """The fields of an idea box that a card shows."""

    id: UUID
    name: str
    purpose: str
    language: str
    place: str
    post: str
    term_days: int
    is_open: bool
    is_late: bool


@dataclass(frozen=True)
class IdeaAnswerView:
    """An official answer, with its author and post."""

    post: str
    by: Person
    at: datetime
    language: str
    html: Markup


def answer_view(row: IdeaAnswer) -> IdeaAnswerView:
    """Return an answer for a page; its text is taken to be in the first language of the agency."""
    own = row.post.unit.agency.language
    html = Markup(row.html)  # noqa: S704 - out of the sanitiser's door
    return IdeaAnswerView(view_models.text_of(row.post.title, own), row.by, row.at, own, html)


def line(listed: IdeaListEntry, *, is_mine: bool, now: datetime) -> IdeaListLine:
    """Return an idea as a line of a list; `is_mine` says that the reader supports it."""
    idea, by = listed.idea, listed.publication.published_by
    return IdeaListLine(
        row=view_models.row(PublicationItem(listed.publication, listed.version)),
        author=by.name if by else "",
        status=idea.status,
        supports=idea.supports,
        is_mine=is_mine,
        due_on=idea.due_on,
        answered_at=idea.answered_at,
        is_late=is_late(idea, now),
    )


def is_late(idea: Idea, now: datetime) -> bool:
    """Whether the term passed without an answer."""
    return idea.answered_at is None and idea.joined_into_id is None and idea.due_at <= now


def box(row: IdeaBox, *, is_late: bool = False) -> IdeaBoxCard:
    """Return a box for a page; `is_late` says that ideas in it are past their term."""
    own = row.space.agency.language
    return IdeaBoxCard(
        id=row.id,
        name=row.name,
        purpose=row.purpose,
        language=own,
        place=view_models.name_of_space(row.space),
        post=view_models.text_of(row.post.title, own),
        term_days=row.term_days,
        is_open=row.closed_at is None,
        is_late=is_late,
    )
