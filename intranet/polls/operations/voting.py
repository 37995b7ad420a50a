"""Voting: once each, counted in the transaction that says that somebody has."""

from sqlalchemy import delete, select, update

from intranet.core import clock
from intranet.core.errors import Conflict, Forbidden, Invalid
from intranet.core.i18n import _l
from intranet.core.unit_of_work import Work, unit_of_work
from intranet.extensions import db
from intranet.people.models import Person
from intranet.polls import counting
from intranet.polls.access import belongs_still, get_poll, voter_of
from intranet.polls.counting import Ballot
from intranet.polls.models import Poll, PollChoice, PollKind, PollVoter, Suits
from intranet.publications.access import require_writer
from intranet.publications.events import Concerned

HAS_VOTED = _l("You have voted already. Your vote counts once.")


def vote(person: Person, poll: Poll, ballot: Ballot) -> None:
    """Give one's vote. Who has given it already changes nothing.

    Raises:
        NotFound: the person does not read the poll any more.
        Forbidden: they were not among those asked when it was opened.
        Conflict: they have voted, or it is over.
        Invalid: nothing, too much or something else was chosen.
    """
    with unit_of_work() as work:
        poll = get_poll(person, poll.publication_id)
        _require_choice(poll, ballot)
        _require_asked(person, poll)
        _take_once(person, poll)
        voted = counting.rise(poll.publication_id, clock.now())
        if poll.is_secret:
            numbers = [option.number for option in poll.options]
            counting.count_secret(poll, ballot, numbers, voted)
        else:
            _keep(work, person, poll, ballot)
            _count_shown(poll, by=1)


def change_vote(person: Person, poll: Poll, ballot: Ballot) -> None:
    """Choose otherwise, in a poll by name that is open.

    Raises:
        NotFound, Forbidden, Invalid: as for voting.
        Conflict: it is over, the person has not voted, or it is by totals only.
    """
    with unit_of_work() as work:
        poll = get_poll(person, poll.publication_id)
        _require_choice(poll, ballot)
        _require_asked(person, poll)
        if poll.is_secret:
            raise Conflict(_l("Nobody knows what you chose, so it cannot be changed."))
        counting.rise(poll.publication_id, clock.now(), by=0)
        voter = voter_of(person, poll)
        if voter is None or not voter.has_voted:
            raise Conflict(_l("You have not voted yet."))
        mine = (PollChoice.poll_id == poll.publication_id, PollChoice.person_id == person.id)
        asked = select(PollChoice.number, PollChoice.suits).where(*mine)
        before = dict(db.session.execute(asked).tuples().all())
        counting.count_named(poll.publication_id, before, by=-1)
        db.session.execute(delete(PollChoice).where(*mine))
        _keep(work, person, poll, ballot)


def close_poll(person: Person, poll: Poll) -> None:
    """Close it by hand. Twice changes nothing.

    Raises:
        Forbidden: the person neither opened it nor leads the place.
    """
    with unit_of_work() as work:
        work.lock(poll.publication)
        require_writer(person, poll.publication)
        _close(work, poll, person)


def close_due(poll: Poll) -> None:
    """Close what has reached its time."""
    with unit_of_work() as work:
        work.lock(poll.publication)
        _close(work, poll, None)


def _close(work: Work, poll: Poll, person: Person | None) -> None:
    now = clock.now()
    closed = db.session.scalar(
        update(Poll)
        .where(Poll.publication_id == poll.publication_id, Poll.closed_at.is_(None))
        .values(closed_at=now, closed_by_id=person.id if person else None)
        .returning(Poll.publication_id)
        .execution_options(synchronize_session=False)
    )
    if closed is None:
        return  # somebody was faster
    db.session.refresh(poll)
    if poll.is_secret and counting.is_readable(poll):
        counting.unseal(poll)
    people = select(PollVoter.person_id).where(PollVoter.poll_id == poll.publication_id)
    ids = tuple(db.session.scalars(people.order_by(PollVoter.person_id)))
    if not poll.publication.withdrawn_at:
        work.publish(Concerned(poll.publication_id, "poll_closed", ids, "closed"))


def remind(poll: Poll) -> int:
    """Remind who has not voted, once; return how many."""
    with unit_of_work() as work:
        now = clock.now()
        taken = db.session.scalar(
            update(Poll)
            .where(Poll.publication_id == poll.publication_id, Poll.reminded_at.is_(None))
            .values(reminded_at=now)
            .returning(Poll.publication_id)
            .execution_options(synchronize_session=False)
        )
        if taken is None or not poll.is_open(now) or poll.publication.withdrawn_at:
            return 0
        missing = select(PollVoter.person_id).where(
            PollVoter.poll_id == poll.publication_id, PollVoter.has_voted.is_(False)
        )
        ids = tuple(db.session.scalars(missing.order_by(PollVoter.person_id)))
        if ids:
            work.publish(Concerned(poll.publication_id, "poll_soon", ids, "soon"))
    return len(ids)


def _require_choice(poll: Poll, ballot: Ballot) -> None:
    numbers = {option.number for option in poll.options}
    if not ballot.keys() <= numbers:
        raise Invalid({"choice": _l("This cannot be chosen here.")})
    if poll.kind == PollKind.DATES:
        if ballot.keys() != numbers:
            raise Invalid({"choice": _l("Say of each day whether it suits you.")})
        return
    if not ballot or any(suits != Suits.YES for suits in ballot.values()):
        raise Invalid({"choice": _l("Choose something.")})
    if len(ballot) > poll.most:
        words = _l("Choose at most %(number)s.", number=poll.most)
        raise Invalid({"choice": words})


def _require_asked(person: Person, poll: Poll) -> None:
    if poll.publication.withdrawn_at:
        raise Conflict(counting.OVER)
    if voter_of(person, poll) is None:
        raise Forbidden(_l("Who votes here was fixed when it was opened, and you were not asked."))
    if not belongs_still(person, poll):
        raise Forbidden(_l("You no longer belong to those who were asked."))


def _take_once(person: Person, poll: Poll) -> None:
    """Say that the person has voted; of two who say so at once, one waits and is refused."""
    taken = db.session.scalar(
        update(PollVoter)
        .where(
            PollVoter.poll_id == poll.publication_id,
            PollVoter.person_id == person.id,
            PollVoter.has_voted.is_(False),
        )
        .values(has_voted=True)
        .returning(PollVoter.person_id)
        .execution_options(synchronize_session=False)
    )
    if taken is None:
        raise Conflict(HAS_VOTED)


def _keep(work: Work, person: Person, poll: Poll, ballot: Ballot) -> None:
    work.add(
        *(
            PollChoice(poll_id=poll.publication_id, person_id=person.id, number=number, suits=suits)
            for number, suits in ballot.items()
        )
    )
    counting.count_named(poll.publication_id, ballot)


def _count_shown(poll: Poll, by: int) -> None:
    db.session.execute(
        update(Poll)
        .where(Poll.publication_id == poll.publication_id)
        .values(counted=Poll.counted + by)
        .execution_options(synchronize_session=False)
    )
