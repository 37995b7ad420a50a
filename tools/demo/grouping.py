"""The groups of the story, with their approvals, members and messages."""

from typing import Any

from sqlalchemy import select

from intranet.collaboration.groups.models import Group, Joining
from intranet.collaboration.groups.operations.founding import GroupDetails, archive, found_group
from intranet.collaboration.groups.operations.joining import (
    answer_invitation,
    invite,
    request_to_join,
)
from intranet.collaboration.groups.operations.sharing import share_with, turn_key
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.bulk_history import PastMessage, write_history
from intranet.messaging.spaces.audience import Audience
from intranet.messaging.spaces.models import Reach
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import administrator_ids, current_appointments
from tools.demo.files import read
from tools.demo.settling import LoadedStory


def groups() -> list[dict[str, Any]]:
    """Return the groups as the story has them."""
    found: list[dict[str, Any]] = read("groups.toml")["group"]
    return found


def found(said: dict[str, Any], settled: LoadedStory) -> Group:
    """Found a group, with its members, invitations, requests and messages."""
    founder = settled.people[said["by"]]
    group = _opened(founder, said, settled)
    for key in said.get("waiting", ()):
        invite(founder, group, settled.people[key])
    for one in said.get("asking", ()):
        request_to_join(settled.people[one["by"]], group, one["note"])
    _talk(group, said, settled)
    if "archived" in said:
        archive(founder, group)
    return group


def _opened(founder: Person, said: dict[str, Any], settled: LoadedStory) -> Group:
    group = found_group(
        founder,
        current_appointments(founder.id)[0].post,
        GroupDetails(
            name=said["name"],
            purpose=said["purpose"],
            joining=Joining(said["joining"]),
            is_listed=True,
            reach=Reach(said["reach"]),
            topics=said.get("topics", ()),
            welcome=said.get("welcome", ""),
            rules=said.get("rules", ""),
        ),
        language=said["language"],
        audience=Audience.parse(said["rule"]) if "rule" in said else None,
    )
    for key in said.get("keys", ()):
        share_with(founder, group, settled.agencies[key], said["shares"])
    for agency in [group.space.agency, *(settled.agencies[key] for key in said.get("keys", ()))]:
        if "keys" in said:
            administrator = db.session.get_one(Person, administrator_ids(agency.id)[0])
            turn_key(administrator, group, agency, None)
    for key in said.get("invited", ()):
        invite(founder, group, settled.people[key])
        answer_invitation(settled.people[key], group, is_accepted=True)
    return group


def _talk(group: Group, said: dict[str, Any], settled: LoadedStory) -> None:
    channel = db.session.scalars(
        select(Conversation).where(Conversation.space_id == group.space_id, Conversation.is_main)
    ).one()
    moments = settled.calendar.moments([message["at"] for message in said["messages"]])
    write_history(
        channel,
        [
            PastMessage(
                author=settled.people[message["by"]],
                body=message["text"],
                at=at,
                answers=message.get("re"),
            )
            for message, at in zip(said["messages"], moments, strict=True)
        ],
        unread={},
    )
