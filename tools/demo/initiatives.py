"""The initiatives of the story, with their later steps and adoptions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any
from uuid import UUID

from intranet.collaboration.initiatives.body import FACTS, InitiativeFacts, InitiativeWording
from intranet.collaboration.initiatives.models import Initiative, Stage, Use
from intranet.collaboration.initiatives.operations.adopting import (
    InitiativeUseDetails,
    record_adoption,
)
from intranet.collaboration.initiatives.operations.describing import create_initiative
from intranet.collaboration.initiatives.operations.equipping import (
    add_contact,
    add_partner,
)
from intranet.collaboration.initiatives.operations.moving import move_initiative, post_update
from intranet.collaboration.initiatives.queries import current_adoption
from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.posting import post_message
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core import clock
from intranet.platform.core.ids import uuid7
from intranet.publishing.publications.follows import FollowKind
from intranet.publishing.publications.operations.following import follow
from intranet.publishing.publications.placement import PublicationPlacement, posts_of, spaces_of
from tools.demo.files import read, stream
from tools.demo.settling import LoadedStory

UNLIMITED_POSTS_PER_10S = 10_000

Step = tuple[str, str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Undertaken:
    """An initiative of the story, with its later steps as the story has them."""

    at: str
    by: str
    said: dict[str, Any]

    def steps(self) -> Iterator[Step]:
        """Yield the later steps: time, sort and details."""
        for sort in ("moves", "updates", "uses", "said"):
            for one in self.said.get(sort, []):
                yield one["at"], sort, one


@cache
def initiatives() -> tuple[Undertaken, ...]:
    """Return all initiatives, as the story has them."""
    return tuple(
        Undertaken(said["at"], said["by"], said) for said in read("initiatives.toml")["initiative"]
    )


def undertake(one: Undertaken, settled: LoadedStory) -> None:
    """Create an initiative, its later steps in the order of time, and its followers."""
    with clock.freeze(settled.calendar.instant(one.at)):
        initiative = _started(one, settled)
    steps: list[tuple[datetime, str, dict[str, Any]]] = sorted(
        ((settled.calendar.instant(at), sort, how) for at, sort, how in one.steps()),
        key=lambda step: step[0],
    )
    for at, sort, how in steps:
        with clock.freeze(at):
            _DOES[sort](initiative, one, how, settled)
    for person in one.said.get("followers", []):
        subject = initiative.publication_id.hex
        follow(settled.people[person], FollowKind.PUBLICATION, subject)


def _started(one: Undertaken, settled: LoadedStory) -> Initiative:
    author = settled.people[one.by]
    said = one.said
    initiative = create_initiative(
        author,
        PublicationPlacement(spaces_of(author)[0], posts_of(author)[0], Visibility.NETWORK),
        {language: InitiativeWording(**text) for language, text in said["texts"].items()},
        InitiativeFacts(
            [(value, label) for value, label in said.get("figures", [])],
            **{name: said[name] for name in FACTS if name in said},
        ),
        stage=Stage(said["stage"]),
        topics=said["topics"],
        file_ids=[
            store_upload(author, BytesIO(stream(name)), name).id for name in said.get("files", [])
        ],
    )
    for agency in said.get("partners", []):
        add_partner(author, initiative, settled.agencies[agency])
    for post in said.get("contacts", []):
        add_contact(author, initiative, settled.posts[post])
    return initiative


def _move(
    initiative: Initiative, one: Undertaken, how: dict[str, Any], settled: LoadedStory
) -> None:
    move_initiative(settled.people[one.by], initiative, Stage(how["to"]), note=how["note"])


def _update(
    initiative: Initiative, one: Undertaken, how: dict[str, Any], settled: LoadedStory
) -> None:
    post_update(settled.people[one.by], initiative, how["text"])


def _use(
    initiative: Initiative, _one: Undertaken, how: dict[str, Any], settled: LoadedStory
) -> None:
    agency = settled.agencies[how["agency"]]
    known = current_adoption(initiative.publication_id, agency.id)
    told = InitiativeUseDetails(
        Use(how["use"]),
        settled.calendar.day(how["since"]),
        how.get("cost", ""),
        how.get("took", ""),
        how.get("changed", ""),
        _contact(how, settled),
    )
    replaces = known.id if known else None
    record_adoption(settled.people[how["by"]], initiative, agency, told, replaces=replaces)


def _say(
    initiative: Initiative, _one: Undertaken, how: dict[str, Any], settled: LoadedStory
) -> None:
    talk = db.session.get_one(Conversation, initiative.publication.conversation_id)
    author = settled.people[how["by"]]
    # Messages of later times exist already and would count against the limit.
    post_message(
        author, talk.id, how["text"], client_id=uuid7(), posts_per_10s=UNLIMITED_POSTS_PER_10S
    )


def _contact(how: dict[str, Any], settled: LoadedStory) -> UUID | None:
    return settled.posts[how["contact"]].id if "contact" in how else None


_DOES = {"moves": _move, "updates": _update, "uses": _use, "said": _say}
