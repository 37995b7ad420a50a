"""Voting: once each, counted in the transaction that marks the person as having voted."""

from typing import Any
from uuid import UUID

from sqlalchemy import delete, select, update

from intranet.collaboration.polls import counting, statements
from intranet.collaboration.polls.counter_masks import VOTES_PER_STEP
from intranet.collaboration.polls.counting import Ballot
from intranet.collaboration.polls.events import PollVoted
from intranet.collaboration.polls.models import (
    Poll,
    PollChoice,
    PollKind,
    PollVoter,
    ResultsWhen,
    Suits,
)
from intranet.collaboration.polls.queries import is_rung
from intranet.extensions import db
from intranet.messaging.spaces.access import require_living, require_unmuted
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.database import store_rows
from intranet.platform.core.errors import Conflict, Forbidden, Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import Work, unit_of_work
from intranet.publishing.publications.access import require_writer
from intranet.publishing.publications.events import Concerned

HAS_VOTED = _l("You have already voted. You can vote only once.")


def vote(person: Person, poll_id: UUID, ballot: Ballot) -> None:
    """Cast a vote. A second vote is refused and changes nothing.

    A person on the roll who is still among the people asked may read the poll, so that access
    is not checked again.

    Raises:
        NotFound: there is no such poll.
        Forbidden: the person is not on the roll, is no longer among the people asked, or is muted.
        Conflict: the person has voted, or the poll is over.
        Invalid: no option, too many or an unknown one was chosen.
    """
    me = person.id
    with unit_of_work() as work:
        work.publish(PollVoted(poll_id))
        rules = _rules_for(me, poll_id, ballot)
        seal = counting.seal_of(poll_id, rules.key_check) if rules.is_secret else None
        if statements.value(statements.TAKE, {"poll": poll_id, "person": me}) is None:
            raise Conflict(HAS_VOTED)
        if seal is None:
            _write(me, poll_id, ballot)
        voted = counting.rise(poll_id, by=1, shown=0 if seal else 1)  # others wait from here on
        if seal is None:
            counting.count_named(poll_id, ballot)
            return
        counting.count_secret(seal, rules.kind, ballot, rules.options, voted)
        if voted % VOTES_PER_STEP == 0 and rules.results != ResultsWhen.END:
            counting.show_next(seal, voted)


def change_vote(person: Person, poll_id: UUID, ballot: Ballot) -> None:
    """Replace a vote in an open poll by name.

    Raises:
        NotFound, Forbidden, Invalid: as in `vote`.
        Conflict: the poll is over or by totals only, or the person has not voted.
    """
    me = person.id
    with unit_of_work() as work:
        work.publish(PollVoted(poll_id))
        rules = _rules_for(me, poll_id, ballot)
        if rules.is_secret:
            raise Conflict(_l("The vote is secret, so your choice cannot be changed."))
        counting.rise(poll_id, by=0, shown=0)
        mine = (PollChoice.poll_id == poll_id, PollChoice.person_id == me)
        asked = select(PollChoice.number, PollChoice.suits).where(*mine)
        before = dict(db.session.execute(asked).all())
        if not before:
            raise Conflict(_l("You have not voted yet."))
        counting.count_named(poll_id, before, by=-1)
        db.session.execute(delete(PollChoice).where(*mine))
        _write(me, poll_id, ballot)
        counting.count_named(poll_id, ballot)


def close_poll(person: Person, poll: Poll) -> None:
    """Close a poll by hand. Idempotent.

    Raises:
        Forbidden: the person neither opened it nor leads the space.
    """
    with unit_of_work() as work:
        work.lock(poll.publication)
        require_writer(person, poll.publication)
        _close(work, poll, person)


def close_due(poll: Poll) -> None:
    """Close a poll whose time has come."""
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
        return  # closed meanwhile by another transaction
    db.session.refresh(poll)
    if poll.is_secret and counting.is_readable(poll):
        counting.unseal(poll)
    people = select(PollVoter.person_id).where(
        PollVoter.poll_id == poll.publication_id, is_rung(poll)
    )
    ids = tuple(db.session.scalars(people.order_by(PollVoter.person_id)))
    work.publish(PollVoted(poll.publication_id))
    if not poll.publication.withdrawn_at:
        by = person.id if person else None
        work.publish(Concerned(poll.publication_id, "poll_closed", ids, "closed", actor_id=by))


def remind(poll: Poll) -> int:
    """Remind the people who have not voted, once; return how many."""
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
            PollVoter.poll_id == poll.publication_id, PollVoter.has_voted.is_(False), is_rung(poll)
        )
        ids = tuple(db.session.scalars(missing.order_by(PollVoter.person_id)))
        if ids:
            work.publish(Concerned(poll.publication_id, "poll_soon", ids, "soon"))
    return len(ids)


def _rules_for(person_id: UUID, poll_id: UUID, ballot: Ballot) -> Any:
    """Return the poll's settings (`statements.RULES`), if the person may cast this vote."""
    rules = statements.run(
        statements.RULES, {"poll": poll_id, "person": person_id, "now": clock.now()}
    ).first()
    if rules is None:
        raise NotFound
    _require_choice(rules, ballot)
    if rules.withdrawn_at:
        raise Conflict(counting.OVER)
    if rules.has_voted is None:
        raise Forbidden(
            _l("The list of voters was fixed when the poll opened, and you are not on it.")
        )
    if rules.is_laid_down:
        require_living(rules.space_id)
    if rules.is_muted:
        require_unmuted(db.session.get_one(Person, person_id), rules.space_id)
    is_of_place = rules.audience is None or rules.is_of_group
    if not (rules.is_in_place if is_of_place else rules.is_in_agency):
        raise Forbidden(_l("You are no longer among the people asked to vote."))
    return rules


def _require_choice(rules: Any, ballot: Ballot) -> None:
    numbers = set(range(1, rules.options + 1))
    if not ballot.keys() <= numbers:
        raise Invalid({"choice": _l("This option is not available here.")})
    if rules.kind == PollKind.DATES:
        if ballot.keys() != numbers:
            raise Invalid({"choice": _l("For each day, say whether it suits you.")})
        return
    if not ballot or any(suits != Suits.YES for suits in ballot.values()):
        raise Invalid({"choice": _l("Choose at least one option.")})
    if len(ballot) > rules.most:
        raise Invalid({"choice": _l("Choose at most %(number)s options.", number=rules.most)})


def _write(person_id: UUID, poll_id: UUID, ballot: Ballot) -> None:
    """Store a vote in a poll by name."""
    rows = [
        {"poll_id": poll_id, "person_id": person_id, "number": number, "suits": suits}
        for number, suits in ballot.items()
    ]
    store_rows(PollChoice, rows)
