"""Saying what one does, keeping posts, beginning to talk with a counterpart."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select

from intranet.extensions import db
from intranet.finding.counterparts import openings
from intranet.finding.counterparts.models import KeptPost
from intranet.finding.counterparts.ranking import Reason
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.conversations.operations import TALK_LIMIT, start_post_talk, start_talk
from intranet.organisation.agencies.models import Post
from intranet.organisation.agencies.operations.doing import confirm_functions
from intranet.organisation.people.events import ProfileChanged
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments, today_of
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import optional_line, optional_text
from intranet.platform.core.unit_of_work import unit_of_work

FUNCTIONS_AT_MOST = 5
KEPT_AT_MOST = 500
LIST_LIMIT, NOTE_LIMIT = 60, 500


@dataclass(frozen=True)
class Addressee:
    """A post that is written to, with whom of those in it, and what the writer shares with it."""

    post: Post
    person: Person | None
    reasons: Sequence[Reason]


def say_what_one_does(
    person: Person, post: Post, codes: Collection[str], *, is_open: bool, is_suggested: bool = True
) -> None:
    """Confirm what the post does that one stands in, and whether one takes questions on it.

    Raises:
        Forbidden: the person does not stand in the post.
        Invalid: none, too many, or one that is not known.
    """
    if not codes:
        raise Invalid({"functions": _l("Choose at least one function.")})
    if len(codes) > FUNCTIONS_AT_MOST:
        raise Invalid({"functions": _l("Choose at most five functions.")})
    with unit_of_work():
        held = current_appointments(person.id)
        if post.id not in {row.post_id for row in held}:
            raise Forbidden(_l("Only the holder of a post can describe its work."))
        confirm_functions(person, post, codes)
        show_oneself(person, is_open=is_open, is_suggested=is_suggested)


def show_oneself(person: Person, *, is_open: bool, is_suggested: bool) -> None:
    """Say whether one takes questions and may be suggested; it counts as confirmed today."""
    with unit_of_work() as work:
        work.lock(person)
        person.open_to_questions, person.is_suggested = is_open, is_suggested
        person.confirmed_on = today_of(person.id)
        person.version += 1
        work.publish(ProfileChanged(person.id))


def begin_talk(
    writer: Person, addressees: Sequence[Addressee], search: openings.Search | None = None
) -> Conversation:
    """The talk with these counterparts; it says to all of them why they were found.

    One alone whose post is vacant is written to as a post. A talk that there is already stays as
    it began.

    Raises:
        Invalid: nobody, too many, or only posts in which nobody stands.
        Forbidden: the writer holds no post.
        TooMany: twenty new talks today.
    """
    people = [each.person for each in addressees if each.person]
    if not addressees or (len(addressees) > 1 and not people):
        raise Invalid({"post_id": _l("Choose someone to write to.")})
    if len(people) >= TALK_LIMIT:
        raise Invalid({"post_id": _l("A direct message can have at most 20 people.")})
    with unit_of_work() as work:
        first = addressees[0].post
        talk = start_talk(writer, people) if people else start_post_talk(writer, first)
        work.lock(talk)
        if talk.opening is None and not talk.last_seq:
            talk.opening = openings.made(
                writer,
                [each.post for each in addressees],
                people,
                _true_of_all(addressees),
                search or openings.Search(),
            )
    return talk


def _true_of_all(addressees: Sequence[Addressee]) -> list[Reason]:
    """What the writer has in common with each of them."""
    first, *others = addressees
    told = [{(each.why, each.about) for each in other.reasons} for other in others]
    return [each for each in first.reasons if all((each.why, each.about) in some for some in told)]


def keep_post(
    person: Person, post: Post, *, list_name: str = "", note: str = "", follow: bool = False
) -> KeptPost:
    """Keep a post for oneself, or change in which list, with which note, whether one follows it.

    Raises:
        Invalid: a text is too long, or one keeps five hundred already.
    """
    list_name = optional_line(list_name, "list_name", LIST_LIMIT)
    note = optional_text(note, "note", NOTE_LIMIT)
    with unit_of_work() as work:
        work.lock(person)
        row = kept_post(person, post.id)
        if row is None:
            count = select(func.count()).where(KeptPost.person_id == person.id)
            if (db.session.scalar(count) or 0) >= KEPT_AT_MOST:
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
    """Keep a post no longer."""
    with unit_of_work() as work:
        if row := kept_post(person, post_id):
            work.delete(row)


def kept_post(person: Person, post_id: UUID) -> KeptPost | None:
    """What a person keeps of a post."""
    return db.session.scalar(
        select(KeptPost).where(KeptPost.person_id == person.id, KeptPost.post_id == post_id)
    )
