"""Confirming functions, saving and judging posts, starting conversations with counterparts."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.finding.counterparts import conversation_openings
from intranet.finding.counterparts.access import get_post
from intranet.finding.counterparts.models import CounterpartOpinion, KeptPost
from intranet.finding.counterparts.opinions import MAX_OPINIONS, OpinionSubject
from intranet.finding.counterparts.ranking_models import CounterpartReason
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.operations import (
    TALK_LIMIT,
    start_direct_message,
    start_post_conversation,
)
from intranet.organisation.agencies.models import Post
from intranet.organisation.agencies.operations.functions import confirm_functions
from intranet.organisation.people.access import own_agency_ids
from intranet.organisation.people.events import ProfileChanged
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments, today_of
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_line, optional_text
from intranet.platform.core.unit_of_work import unit_of_work

MAX_FUNCTIONS = 5
MAX_KEPT_POSTS = 500
LIST_CHARACTERS, NOTE_CHARACTERS = 60, 500


@dataclass(frozen=True)
class CounterpartAddressee:
    """A post to write to, one of its holders, and what the writer shares with it."""

    post: Post
    person: Person | None
    reasons: Sequence[CounterpartReason]


def confirm_own_functions(
    person: Person, post: Post, codes: Collection[str], *, is_open: bool, is_suggested: bool = True
) -> None:
    """Confirm the functions of a post the person holds, and whether they take questions.

    Raises:
        Forbidden: the person does not hold the post.
        Invalid: no function, too many, or an unknown one.
    """
    if not codes:
        raise Invalid({"functions": _l("Choose at least one function.")})
    if len(codes) > MAX_FUNCTIONS:
        raise Invalid({"functions": _l("Choose at most five functions.")})
    with unit_of_work():
        held = current_appointments(person.id)
        if post.id not in {row.post_id for row in held}:
            raise Forbidden(_l("Only the holder of a post can describe its work."))
        confirm_functions(person, post, codes)
        show_oneself(person, is_open=is_open, is_suggested=is_suggested)


def show_oneself(person: Person, *, is_open: bool, is_suggested: bool) -> None:
    """Set whether a person takes questions and may be suggested, and record the day.

    The day counts as the person's last confirmation.
    """
    with unit_of_work() as work:
        work.lock(person)
        person.open_to_questions, person.is_suggested = is_open, is_suggested
        person.confirmed_on = today_of(person.id)
        person.version += 1
        work.publish(ProfileChanged(person.id))


def start_conversation(
    writer: Person,
    addressees: Sequence[CounterpartAddressee],
    search: conversation_openings.CounterpartSearch | None = None,
) -> Conversation:
    """Start or return the conversation with these counterparts, and say why they were found.

    A single vacant post is written to as a post. A conversation that already exists keeps its
    opening.

    Raises:
        Invalid: there are no addressees, too many people, or several posts that are all vacant.
        Forbidden: the writer holds no post.
        TooMany: the writer has begun twenty conversations within a day.
    """
    people = [each.person for each in addressees if each.person]
    if not addressees or (len(addressees) > 1 and not people):
        raise Invalid({"post_id": _l("Choose someone to write to.")})
    if len(people) >= TALK_LIMIT:
        raise Invalid({"post_id": _l("A direct message can have at most 20 people.")})
    with unit_of_work() as work:
        first = addressees[0].post
        talk = (
            start_direct_message(writer, people)
            if people
            else start_post_conversation(writer, first)
        )
        work.lock(talk)
        if talk.opening is None and not talk.last_seq:
            talk.opening = conversation_openings.opening_data(
                writer,
                [each.post for each in addressees],
                people,
                _true_of_all(addressees),
                search or conversation_openings.CounterpartSearch(),
            )
    return talk


def _true_of_all(addressees: Sequence[CounterpartAddressee]) -> list[CounterpartReason]:
    """Return the reasons that the writer shares with every addressee."""
    first, *others = addressees
    told = [{(each.why, each.about) for each in other.reasons} for other in others]
    return [each for each in first.reasons if all((each.why, each.about) in some for some in told)]


def save_post(
    person: Person, post: Post, *, list_name: str = "", note: str = "", follow: bool = False
) -> KeptPost:
    """Save a post for the person, or change its list, its note and whether it is followed.

    Raises:
        Invalid: a text is too long, or the person has saved five hundred posts already.
    """
    list_name = optional_line(list_name, "list_name", LIST_CHARACTERS)
    note = optional_text(note, "note", NOTE_CHARACTERS)
    with unit_of_work() as work:
        work.lock(person)
        row = saved_post(person, post.id)
        if row is None:
            count = select(func.count()).where(KeptPost.person_id == person.id)
            if (db.session.scalar(count) or 0) >= MAX_KEPT_POSTS:
                raise Invalid(
                    {"post_id": _l("You have already saved 500 posts. Remove one first.")}
                )
            row = KeptPost(person_id=person.id, post_id=post.id)
            work.add(row)
        row.list_name, row.note = list_name, note
        if not follow:
            row.followed_at = None
        elif row.followed_at is None:
            row.followed_at = clock.now()
    return row


def let_go(person: Person, post_id: UUID) -> None:
    """Remove a post from the person's saved posts."""
    with unit_of_work() as work:
        if row := saved_post(person, post_id):
            work.delete(row)


def saved_post(person: Person, post_id: UUID) -> KeptPost | None:
    """Return a person's row for a saved post, if there is one."""
    return db.session.scalar(
        select(KeptPost).where(KeptPost.person_id == person.id, KeptPost.post_id == post_id)
    )


def give_opinion(
    person: Person, subject: OpinionSubject, post: Post, *, is_accepted: bool
) -> CounterpartOpinion:
    """Store whether a post is a counterpart for the person's search; replaces an earlier opinion.

    Raises:
        Forbidden: the search is for a post that the person does not hold.
        NotFound: the post is not open to them.
        Invalid: it is in an agency of theirs, or they have given five hundred opinions already.
    """
    with unit_of_work() as work:
        work.lock(person)
        _require_held(person, subject)
        get_post(person, str(post.id))
        if post.agency_id in own_agency_ids(person):
            raise Invalid({"post_id": _l("Counterparts are in other administrations.")})
        row = opinion_on(person, subject, post.id)
        if row is None:
            count = select(func.count()).where(CounterpartOpinion.person_id == person.id)
            if (db.session.scalar(count) or 0) >= MAX_OPINIONS:
                raise Invalid(
                    {"post_id": _l("You have already marked or hidden 500 posts. Undo one first.")}
                )
            row = CounterpartOpinion(
                person_id=person.id,
                subject=subject.key,
                own_post_id=subject.own_post.id if subject.own_post else None,
                words=subject.plain_words,
                post_id=post.id,
            )
            work.add(row)
        row.is_accepted, row.given_at = is_accepted, clock.now()
    return row


def take_opinion_back(person: Person, subject_key: str, post_id: UUID) -> None:
    """Delete a person's opinion, even on a post that they can no longer see."""
    with unit_of_work() as work:
        row = db.session.scalar(
            select(CounterpartOpinion).where(
                CounterpartOpinion.person_id == person.id,
                CounterpartOpinion.subject == subject_key,
                CounterpartOpinion.post_id == post_id,
            )
        )
        if row:
            work.delete(row)


def opinion_on(person: Person, subject: OpinionSubject, post_id: UUID) -> CounterpartOpinion | None:
    """Return a person's opinion on a post for a search, if there is one."""
    return db.session.scalar(
        select(CounterpartOpinion).where(
            CounterpartOpinion.person_id == person.id,
            CounterpartOpinion.subject == subject.key,
            CounterpartOpinion.post_id == post_id,
        )
    )


def _require_held(person: Person, subject: OpinionSubject) -> None:
    if subject.own_post is None:
        return
    if subject.own_post.id not in {row.post_id for row in current_appointments(person.id)}:
        raise Forbidden(_l("Only the holder of a post can judge its counterparts."))
