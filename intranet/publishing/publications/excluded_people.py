"""People of an audience who will not receive a publication or cannot read it yet, and why."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, func, literal, not_, or_, select, union_all

from intranet.extensions import db
from intranet.messaging.spaces.audience import Atom, Audience, appointments_in
from intranet.messaging.spaces.audience_keys import key_of, keys_of_appointments
from intranet.messaging.spaces.audience_text import atom_words
from intranet.messaging.spaces.models import Space
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.access import is_open_to
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_current, is_not_over
from intranet.platform.core import clock
from intranet.platform.core.i18n import _, _l
from intranet.publishing.publications.reach import is_reached, people_reached
from intranet.publishing.publications.voices import belongs


class ExclusionReason(StrEnum):
    """The reason why a person does not receive a publication. The first that applies counts."""

    EXCEPTED = "excepted"
    LATER = "later"
    ELSEWHERE = "elsewhere"
    BEYOND = "beyond"
    NO_ACCOUNT = "no_account"
    DISABLED = "disabled"


REASONS = tuple(ExclusionReason)
IN_WORDS = {
    ExclusionReason.EXCEPTED: _l("Excluded by an exception"),
    ExclusionReason.LATER: _l("Will take up the post later and see the announcement then"),
    ExclusionReason.ELSEWHERE: _l("In another administration, which this post cannot reach"),
    ExclusionReason.BEYOND: _l("Beyond the reach of this post"),
    ExclusionReason.NO_ACCOUNT: _l("Included, but has never signed in: tell them in person"),
    ExclusionReason.DISABLED: _l("Included, but cannot sign in because the account is disabled"),
}


def excluded(
    viewer: Person, audience: Audience, space: Space | None, now: datetime
) -> Select[UUID, int]:
    """Select the ids of people left out of the audience, once each, with their index in `REASONS`.

    People beyond the space's reach are omitted if their agency is closed to the viewer.

    Args:
        space: where the viewer publishes; None if they publish nowhere, and so reach nobody.
    """
    left_out = union_all(*_left_out(viewer, audience, space, now)).subquery()
    once = select(left_out.c.person_id, func.min(left_out.c.reason).label("reason"))
    if space is None:
        return once.group_by(left_out.c.person_id)
    reached = people_reached(audience, space, now).subquery()
    return select(
        union_all(
            once.where(left_out.c.person_id.not_in(select(reached.c.person_id))).group_by(
                left_out.c.person_id
            ),
            *_unable(select(reached.c.person_id)),
        ).subquery()
    )


def counts_by_reason(
    viewer: Person, audience: Audience, space: Space | None, now: datetime
) -> dict[ExclusionReason, int]:
    """Count the people for each reason."""
    people = excluded(viewer, audience, space, now).subquery()
    rows = db.session.execute(
        select(people.c.reason, func.count()).group_by(people.c.reason).order_by(people.c.reason)
    )
    return {REASONS[place]: number for place, number in rows}


def exceptions_of(audience: Audience, person_ids: Collection[UUID]) -> dict[UUID, Sequence[Atom]]:
    """Return the exceptions that exclude each of these people."""
    rows = db.session.scalars(
        select(Appointment).where(Appointment.person_id.in_(person_ids), is_not_over(clock.now()))
    ).all()
    keys = keys_of_appointments(rows)
    held: dict[UUID, set[str]] = {}
    for row in rows:
        held.setdefault(row.person_id, set()).update(keys[row.id])
    return {
        person_id: [atom for atom in audience.excepted if key_of(atom) in theirs]
        for person_id, theirs in held.items()
    }


def reason_words(reason: ExclusionReason, exceptions: Sequence[Atom] = ()) -> str:
    """Return the label of a reason, with the exceptions where known."""
    if reason == ExclusionReason.EXCEPTED and exceptions:
        return _(
            "Excluded by this exception: %(whom)s", whom=_("; ").join(map(atom_words, exceptions))
        )
    return str(IN_WORDS[reason])


def _left_out(
    viewer: Person, audience: Audience, space: Space | None, now: datetime
) -> Iterator[Select[UUID, int]]:
    """Yield one query per reason for people whom the audience names but who are not reached."""
    named = appointments_in(audience, now)
    if space is None:
        yield _as(ExclusionReason.BEYOND, named.where(is_current(now), is_open_to(viewer)))
        return
    is_in_reach = is_reached(space)
    if audience.excepted:
        whole = appointments_in(Audience(any=audience.any), now)
        yield _as(
            ExclusionReason.EXCEPTED, whole.where(is_current(now), is_in_reach, belongs(space))
        )
    yield _as(
        ExclusionReason.LATER, named.where(not_(is_current(now)), is_in_reach, belongs(space))
    )
    outside = named.where(
        is_current(now), or_(not_(is_in_reach), not_(belongs(space))), is_open_to(viewer)
    )
    if not space.is_group:
        yield _as(ExclusionReason.ELSEWHERE, outside.where(Post.agency_id != space.agency_id))
        outside = outside.where(Post.agency_id == space.agency_id)
    yield _as(ExclusionReason.BEYOND, outside)


def _unable(reached: Select[UUID]) -> Iterator[Select[UUID, int]]:
    """Yield one query per reason for recipients whose account does not let them sign in."""
    state = func.coalesce(Account.state, AccountState.INVITED)
    for reason, asked in (
        (ExclusionReason.NO_ACCOUNT, AccountState.INVITED),
        (ExclusionReason.DISABLED, AccountState.DISABLED),
    ):
        yield (
            select(Person.id.label("person_id"), literal(REASONS.index(reason)).label("reason"))
            .outerjoin(Account, Account.person_id == Person.id)
            .where(Person.id.in_(reached), state == asked)
        )


def _as(reason: ExclusionReason, named: Select[Appointment]) -> Select[UUID, int]:
    return named.with_only_columns(
        Appointment.person_id.label("person_id"), literal(REASONS.index(reason)).label("reason")
    )
