"""Opening a poll, which fixes its options and its voters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, insert, literal, select, update

from intranet.collaboration.polls import counting
from intranet.collaboration.polls.access import MAX_ASKED_BY_MEMBERS, require_may_ask_many
from intranet.collaboration.polls.models import (
    POLL,
    Poll,
    PollKind,
    PollOption,
    PollVoter,
    ResultsWhen,
)
from intranet.collaboration.polls.queries import is_rung
from intranet.extensions import db
from intranet.messaging.spaces.access import require_listable
from intranet.messaging.spaces.audience import Audience, appointments_in
from intranet.messaging.spaces.models import Space, Visibility
from intranet.messaging.spaces.queries import current_members
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.queries import is_current
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid, Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import required_line
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.publishing.publications.events import Concerned
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.contributing import contribute
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.voices import belongs, reaches

MIN_OPTIONS, OPTIONS_LIMIT = 2, 20
TEXT_LIMIT = 200
MAX_DURATION = timedelta(days=366)
MIN_DURATION = timedelta(minutes=5)
MAX_AHEAD = timedelta(days=2 * 366)


@dataclass(frozen=True)
class PollRules:
    """The options of a poll, in order, and its settings.

    `options` are texts, or instants for `PollKind.DATES`; `most` is how many of the texts a voter
    may choose. `closes_at` is UTC; without it the poll is closed by hand. `audience` describes the
    people asked; None for the members of the space.
    """

    options: Sequence[str] | Sequence[datetime]
    kind: PollKind = PollKind.CHOICES
    is_secret: bool = False
    most: int = 1
    results: ResultsWhen = ResultsWhen.VOTED
    closes_at: datetime | None = None
    audience: Audience | None = None


def open_poll(
    author: Person,
    space: Space,
    post: Post,
    texts: Mapping[str, Written],
    rules: PollRules,
    *,
    visibility: Visibility,
    topics: Sequence[str] = (),
    file_ids: Sequence[UUID] = (),
) -> Poll:
    """Open a poll for the people who are in a space, or in an audience, at this moment.

    Raises:
        Forbidden: the author may not contribute to the space or ask so many people, or asks by
            name in a space whose members are not listed.
        Invalid: an option or the end is not allowed, or nobody is asked.
    """
    now = clock.now()
    require_sense(rules, now)
    if not rules.is_secret:
        require_listable(space)
    with unit_of_work() as work:
        publication = contribute(
            author,
            POLL,
            space,
            post,
            texts,
            visibility=visibility,
            topics=topics,
            file_ids=file_ids,
        )
        poll = Poll(
            publication_id=publication.id,
            kind=rules.kind,
            is_secret=rules.is_secret,
            most=rules.most if rules.kind == PollKind.CHOICES else len(rules.options),
            results=rules.results,
            time_zone=space.agency.time_zone,
            audience=rules.audience.as_json() if rules.audience else None,
            closes_at=rules.closes_at,
        )
        rows = _options(publication, rules)
        if rules.is_secret:
            counting.begin(poll, rows)
        work.add(poll)
        work.flush()
        work.add(*rows)
        _fix_roll(work, author, poll, rules.audience)
    return poll


def require_sense(rules: PollRules, now: datetime) -> None:
    """Check the options, the number of choices, and the end of a poll.

    Raises:
        Invalid: there are too few or too many options, or the end is not allowed.
    """
    options = rules.options
    reasons: dict[str, Words] = {}
    if not MIN_OPTIONS <= len(options) <= OPTIONS_LIMIT:
        reasons["options"] = _l("Enter between 2 and %(limit)s options.", limit=OPTIONS_LIMIT)
    elif len(set(options)) != len(options):
        reasons["options"] = _l("Two of the options are the same.")
    elif not 1 <= rules.most <= len(options):
        reasons["most"] = _l("Choose a number from 1 to the number of options.")
    elif any(isinstance(one, datetime) and not now < one < now + MAX_AHEAD for one in options):
        reasons["options"] = _l("Choose days and times within the next two years.")
    if rules.closes_at and rules.closes_at < now + MIN_DURATION:
        reasons["closes_on"] = _l("This time has passed. Choose a later one.")
    elif rules.closes_at and rules.closes_at > now + MAX_DURATION:
        reasons["closes_on"] = _l("Choose a time within the next year.")
    if reasons:
        raise Invalid(reasons)


def _options(publication: Publication, rules: PollRules) -> list[PollOption]:
    if rules.kind == PollKind.DATES:
        return [
            PollOption(poll_id=publication.id, number=number, starts_at=at)
            for number, at in enumerate(sorted(rules.options), 1)
            if isinstance(at, datetime)
        ]
    return [
        PollOption(
            poll_id=publication.id,
            number=number,
            text=required_line(str(text), "options", TEXT_LIMIT),
        )
        for number, text in enumerate(rules.options, 1)
    ]


def _fix_roll(work: Work, author: Person, poll: Poll, audience: Audience | None) -> None:
    """Write the electoral roll, in an order that reveals nothing, and notify the voters."""
    space = poll.publication.space
    people = voter_ids(space, audience, clock.now()).subquery()
    rows = select(
        literal(poll.publication_id, PollVoter.poll_id.type),
        people.c.person_id,
        literal(value=False),
    ).order_by(people.c.person_id)
    db.session.execute(insert(PollVoter).from_select(["poll_id", "person_id", "has_voted"], rows))
    ids = db.session.scalars(
        select(PollVoter.person_id).where(PollVoter.poll_id == poll.publication_id)
    ).all()
    if not ids:
        raise Invalid({"asked": _l("Nobody would be asked to vote. Choose other people.")})
    if audience is not None or len(ids) > MAX_ASKED_BY_MEMBERS:
        require_may_ask_many(author, space)
    is_beyond = audience is not None and not space.is_group
    if is_beyond and poll.publication.visibility == Visibility.MEMBERS:
        words = _l(
            "Some of the people asked to vote cannot read the poll. Allow more people to read it."
        )
        raise Invalid({"visibility": words})
    db.session.execute(
        update(Poll).where(Poll.publication_id == poll.publication_id).values(asked=len(ids))
    )
    rung = db.session.scalars(
        select(PollVoter.person_id).where(
            PollVoter.poll_id == poll.publication_id,
            PollVoter.person_id != author.id,
            is_rung(poll),
        )
    )
    others = tuple(rung)
    if others:
        told = Concerned(poll.publication_id, "poll_open", others, "open", actor_id=author.id)
        work.publish(told)


def voter_ids(space: Space, audience: Audience | None, now: datetime) -> Select[UUID]:
    """Return a query for the ids of the people whom a new poll would ask: `person_id`."""
    if audience is None:
        return current_members(space.id).distinct()
    return (
        appointments_in(audience, now)
        .where(is_current(now), reaches(space), belongs(space))
        .with_only_columns(Appointment.person_id)
        .distinct()
    )
