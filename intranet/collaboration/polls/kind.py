"""The declaration of polls."""

from collections.abc import Collection, Mapping
from uuid import UUID

from flask_babel import format_decimal
from sqlalchemy import ColumnElement, delete, exists, select, update

from intranet.collaboration.polls import channel_views, views
from intranet.collaboration.polls.models import POLL, Poll, PollChoice, PollOption, PollVoter
from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.types import Id
from intranet.publishing.publications.kinds import KindState, PublicationKind
from intranet.publishing.publications.models import Publication


def _states(_reader: Person, ids: Collection[UUID]) -> Mapping[UUID, KindState]:
    now = clock.now()
    rows = db.session.scalars(select(Poll).where(Poll.publication_id.in_(ids)))
    return {
        row.publication_id: KindState(_("Voting is open"), "ok")
        if row.is_open(now)
        else KindState(_("Voting has ended"))
        for row in rows
    }


def _contribution_states(reader: Person, ids: Collection[UUID]) -> Mapping[UUID, KindState]:
    polls = db.session.scalars(select(Poll).where(Poll.publication_id.in_(ids)))
    asked = select(PollVoter.poll_id, PollVoter.has_voted).where(
        PollVoter.poll_id.in_(ids), PollVoter.person_id == reader.id
    )
    voted: dict[UUID, bool] = dict(db.session.execute(asked).all())
    return {
        poll.publication_id: _contribution_state(poll, has_voted=voted.get(poll.publication_id))
        for poll in polls
    }


def _contribution_state(poll: Poll, *, has_voted: bool | None) -> KindState:
    voted, asked = format_decimal(poll.voted), format_decimal(poll.asked)
    facts = _("%(voted)s of %(asked)s people have voted", voted=voted, asked=asked)
    if not poll.is_open(clock.now()):
        return KindState(_("Voting has closed"), "plain", "lock", facts)
    if has_voted:
        return KindState(_("You have voted"), "ok", "check", facts)
    if has_voted is not None:
        return KindState(_("You have not voted yet"), "attn", facts=facts)
    return KindState(_("Voting is open"), "accent", facts=facts)


def _has_voted(person_id: Id) -> ColumnElement[bool]:
    return exists().where(
        PollVoter.poll_id == Publication.id,
        PollVoter.person_id == person_id,
        PollVoter.has_voted.is_(True),
    )


def _expire(poll_id: UUID) -> None:
    """Erase the options and who chose what; the counts stay."""
    db.session.execute(delete(PollChoice).where(PollChoice.poll_id == poll_id))
    db.session.execute(update(PollOption).where(PollOption.poll_id == poll_id).values(text=""))


KIND = PublicationKind(
    name=POLL,
    word=_l("Poll"),
    plural=_l("Polls"),
    icon="chart-bar",
    alert_icon="vote",
    pages="polls",
    section="participate",
    blueprints=(views.bp, channel_views.bp),
    states=_states,
    contribution_states=_contribution_states,
    done_by=_has_voted,
    expires=_expire,
)
