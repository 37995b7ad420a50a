"""List what waits for a person: readings, questions, ideas, invitations, requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import url_for

from intranet.collaboration.groups import queries as group_queries
from intranet.collaboration.groups.models import GroupInvitation
from intranet.collaboration.ideas import queries as idea_queries
from intranet.collaboration.ideas.queries import IdeaListEntry
from intranet.collaboration.ideas.view_models import line as idea_line
from intranet.collaboration.questions import queries as question_queries
from intranet.collaboration.questions.view_models import QuestionRow, question_rows
from intranet.messaging.conversations.post_readers import title_of_post
from intranet.organisation.people.models import Person
from intranet.pages.home.waiting_counts import Waiting
from intranet.platform.core import clock
from intranet.platform.core.dates import day
from intranet.platform.core.i18n import _, ngettext
from intranet.publishing.publications.queries import PublicationItem
from intranet.publishing.publications.view_models import PublicationRow, name_of_space, rows
from intranet.records.hand_over.tasks import HandOverTask, tasks_for

MAX_QUESTIONS, MAX_IDEAS, MAX_INVITATIONS, MAX_REQUESTS = 3, 3, 3, 3


@dataclass(frozen=True)
class Due:
    """An item that waits for the person: its title, its date, and the button to deal with it."""

    symbol: str
    title: str
    href: str
    when: str
    about: str
    act: str
    act_label: str
    order: tuple[int, float]
    language: str = ""
    first_act: str = ""
    """Longer label of the button for the first item, which has room; empty uses `act`."""


def due_for(person: Person, owed: Sequence[PublicationItem], waiting: Waiting) -> list[Due]:
    """Return items with a due date, earliest first, then the others, longest waiting first."""
    found = [_reading(row) for row in rows(owed)]
    if waiting.questions:
        asked = question_queries.waiting(person, MAX_QUESTIONS)
        found += [_question(row) for row in question_rows(asked)]
    found += [_hand_over(task) for task in tasks_for(person)]
    if waiting.ideas:
        found += [_idea(row) for row in idea_queries.waiting(person, MAX_IDEAS)]
    if waiting.invitations:
        found += [_invitation(row) for row in group_queries.waiting_for(person)[:MAX_INVITATIONS]]
    if waiting.requests:
        found += [_request(row) for row in group_queries.requests_to(person, MAX_REQUESTS)]
    return sorted(found, key=lambda each: each.order)


def _reading(row: PublicationRow) -> Due:
    due_on: Any = row.due_on
    minutes = ngettext("%(num)s min read", "%(num)s min read", row.minutes)
    return Due(
        symbol="file-check",
        title=row.title,
        href=row.href,
        language=row.language,
        when=_("Until %(day)s", day=day(due_on)),
        about=f"{row.by} · {minutes}",
        act=_("Read"),
        act_label=_("Read and confirm: %(title)s", title=row.title),
        order=(0, _as_number(due_on)),
        first_act=_("Read and confirm"),
    )


def _question(row: QuestionRow) -> Due:
    parts = dict.fromkeys(part for part in (row.by, row.agency) if part)
    return Due(
        symbol="circle-question-mark",
        title=row.title,
        href=row.href,
        language=row.language,
        when=_("Question received on %(day)s", day=day(row.at)),
        about=" · ".join(parts),
        act=_("Answer"),
        act_label=_("Answer: %(title)s", title=row.title),
        order=(1, row.at.timestamp()),
    )


def _hand_over(task: HandOverTask) -> Due:
    row = task.appointment
    post, last = title_of_post(row.post), row.ends_on or row.starts_on
    writes = task.is_to_write
    return Due(
        symbol="stamp",
        title=_("Hand-over of “%(post)s”", post=post),
        href=url_for("hand_over.show", post_id=row.post_id, of=row.id),
        when=_("Until %(day)s", day=day(last)) if writes else "",
        about=_("Write what is worth knowing for those who come next")
        if writes
        else _("Left by %(name)s on %(day)s", name=row.person.name, day=day(last)),
        act=_("Write") if writes else _("View"),
        act_label=_("Write the hand-over") if writes else _("Open the hand-over"),
        order=(0, _as_number(last)),
    )


def _invitation(row: GroupInvitation) -> Due:
    name = name_of_space(row.group.space)
    return Due(
        symbol="mail",
        title=_("%(name)s has invited you to join %(group)s", name=row.asked_by.name, group=name),
        href=url_for("groups.show", space_id=row.space_id),
        when=_("Invited on %(day)s", day=day(row.asked_at)),
        about=row.note,
        act=_("View"),
        act_label=_("View the invitation to %(group)s", group=name),
        order=(1, row.asked_at.timestamp()),
    )


def _idea(found: IdeaListEntry) -> Due:
    line = idea_line(found, is_mine=False, now=clock.now())
    words = _("Answer was due on %(day)s") if line.is_late else _("Answer due by %(day)s")
    supporters = ngettext("%(num)s supporter", "%(num)s supporters", line.supports)
    return Due(
        symbol=line.row.icon,
        title=line.row.title,
        href=f"{line.row.href}#answer",
        language=line.row.language,
        when=words % {"day": day(line.due_on)},
        about=" · ".join(part for part in (line.row.place, line.supports and supporters) if part),
        act=_("Answer"),
        act_label=_("Answer: %(title)s", title=line.row.title),
        order=(0, _as_number(line.due_on)),
    )


def _request(row: GroupInvitation) -> Due:
    name = name_of_space(row.group.space)
    return Due(
        symbol="user-plus",
        title=_("%(name)s has asked to join %(group)s", name=row.person.name, group=name),
        href=url_for("group_lead.members", space_id=row.space_id),
        when=_("Requested on %(day)s", day=day(row.asked_at)),
        about=row.note,
        act=_("Decide"),
        act_label=_("Decide on the request to join %(group)s", group=name),
        order=(1, row.asked_at.timestamp()),
    )


def _as_number(moment: date | datetime) -> float:
    return float(moment.toordinal())
