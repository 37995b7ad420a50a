"""The idea boxes, ideas and polls of the story."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from intranet.collaboration.ideas.models import Idea, IdeaBox, IdeaStatus, IdeaSupport
from intranet.collaboration.ideas.operations.answering import answer, set_status
from intranet.collaboration.ideas.operations.boxes import BoxSettings, open_box
from intranet.collaboration.ideas.operations.merging import join_ideas
from intranet.collaboration.ideas.operations.proposing import propose, support
from intranet.collaboration.polls.models import Poll, PollKind, ResultsWhen, Suits
from intranet.collaboration.polls.operations.opening import PollRules, open_poll
from intranet.collaboration.polls.operations.voting import close_due, vote
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.posting import post_message
from intranet.messaging.spaces.models import Space, Visibility
from intranet.messaging.spaces.queries import current_member_ids, space_of_agency, space_of_unit
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.database import store_rows
from intranet.platform.core.ids import uuid7
from intranet.publishing.publications.operations.drafting import Written
from tools.demo import chance
from tools.demo.files import read
from tools.demo.settling import LoadedStory

FOLLOW_UP_AFTER = timedelta(hours=3)


def take_part(settled: LoadedStory) -> None:
    """Create the boxes, ideas and polls of the story, with supports, answers and votes."""
    said = read("taking_part.toml")
    boxes = {one["key"]: _open_box(one, settled) for one in said["box"]}
    for one in said["idea"]:
        _propose(one, boxes[one["box"]], settled)
    for one in said["poll"]:
        _ask(one, settled)


def _open_box(said: dict[str, Any], settled: LoadedStory) -> IdeaBox:
    settings = BoxSettings(
        said["name"], said["purpose"], settled.posts[said["post"]].id, said["days"]
    )
    with clock.freeze(settled.calendar.instant(said["at"])):
        return open_box(settled.people[said["by"]], _space(said["unit"], settled), settings)


def _propose(said: dict[str, Any], box: IdeaBox, settled: LoadedStory) -> None:
    idea = _written(said, box, settled)
    answering = next(iter(_holders(box.post, settled)))
    happens = [(one["at"], one) for one in said.get("steps", ())]
    if given := said.get("answer"):
        happens.append((given["at"], given))
    for at, one in sorted(happens, key=lambda each: settled.calendar.instant(each[0])):
        with clock.freeze(settled.calendar.instant(at)):
            if "text" in one:
                answer(answering, idea, one["text"])
            else:
                set_status(answering, idea, IdeaStatus(one["status"]), one["note"])
    for twin in said.get("joined", ()):
        other = _written({"key": twin["title"], "body": "", **twin}, box, settled)
        with clock.freeze(settled.calendar.instant(twin["joined_at"])):
            join_ideas(answering, other, idea)
    for remark in said.get("said", ()):
        with clock.freeze(settled.calendar.instant(remark["at"])):
            talk = db.session.get_one(Conversation, idea.publication.conversation_id)
            author = settled.people[remark["by"]]
            post_message(author, talk.id, remark["text"], client_id=uuid7())


def _written(said: dict[str, Any], box: IdeaBox, settled: LoadedStory) -> Idea:
    author, at = settled.people[said["by"]], settled.calendar.instant(said["at"])
    texts = {"es": Written(said["title"], said["body"].strip())}
    with clock.freeze(at):
        post = current_appointments(author.id)[0].post
        idea = propose(author, box, post, texts, visibility=Visibility.NETWORK)
    with clock.freeze(at + FOLLOW_UP_AFTER):
        named = [one for one in said["supports"] if not one.startswith("+")]
        for key in named:
            support(settled.people[key], idea)
        everybody = _people(said["supports"], said["key"], box.space, settled, author)
        _support_too(everybody[len(named) :], idea)
    return idea


def _support_too(people: Sequence[Person], idea: Idea) -> None:
    """Store many supports in bulk: one by one they would take a second."""
    rows = [{"publication_id": idea.publication_id, "person_id": one.id} for one in people]
    store_rows(IdeaSupport, rows)
    mine = Idea.publication_id == idea.publication_id
    number = Idea.supports + len(rows)
    db.session.execute(update(Idea).where(mine).values(supports=number))


def _ask(said: dict[str, Any], settled: LoadedStory) -> None:
    author, calendar = settled.people[said["by"]], settled.calendar
    space, is_of_dates = _space(said["unit"], settled), "dates" in said
    closes_at = calendar.instant(said["closes"])
    options = [calendar.instant(one) for one in said["dates"]] if is_of_dates else said["options"]
    rules = PollRules(
        options=options,
        kind=PollKind.DATES if is_of_dates else PollKind.CHOICES,
        is_secret=said["secrecy"] == "totals",
        most=said.get("most", 1),
        results=ResultsWhen(said["results"]),
        closes_at=closes_at,
    )
    at = calendar.instant(said["at"])
    texts = {"es": Written(said["title"], said["body"])}
    with clock.freeze(at):
        post = current_appointments(author.id)[0].post
        poll = open_poll(author, space, post, texts, rules, visibility=Visibility.AGENCY)
    with clock.freeze(min(at + FOLLOW_UP_AFTER, calendar.now)):
        _vote(said, poll, space, settled)
    if closes_at <= calendar.now:
        with clock.freeze(closes_at):
            close_due(poll)


def _vote(said: dict[str, Any], poll: Poll, space: Space, settled: LoadedStory) -> None:
    known: list[Person] = []
    for key, chosen in said["chosen"].items():
        people = _people([key], said["key"], space, settled, *known)
        known += people
        ballot = (
            {number: Suits(suits) for number, suits in enumerate(chosen, 1)}
            if poll.kind == PollKind.DATES
            else dict.fromkeys(chosen, Suits.YES)
        )
        for person in people:
            vote(person, poll.publication_id, ballot)


def _people(
    keys: Sequence[str], key: str, space: Space, settled: LoadedStory, *others: Person
) -> list[Person]:
    """Return the named people; `+N` adds N random members who are not in `others`."""
    named = [settled.people[one] for one in keys if not one.startswith("+")]
    more = sum(int(one) for one in keys if one.startswith("+"))
    if not more:
        return named
    there, taken = current_member_ids(space), {*named, *others}
    rest = [row for row in settled.people.values() if row.id in there and row not in taken]
    return [*named, *chance.shuffled(rest, key)[:more]]


def _holders(post: Post, settled: LoadedStory) -> list[Person]:
    """Return the people with a post, in the order of the story."""
    return [
        settled.people[held.person]
        for held in settled.story.appointments
        if settled.posts[held.post].id == post.id
    ]


def _space(unit: str, settled: LoadedStory) -> Space:
    row = settled.units[unit]
    found = space_of_unit(row.id) or space_of_agency(row.agency_id)
    if found is None:
        raise ValueError(unit)
    return found
