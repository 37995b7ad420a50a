"""What was said, read from the story: rooms with their messages, every reference resolved."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from intranet.demo import chance
from intranet.demo.files import names_in, read
from intranet.demo.model import Organisation
from intranet.demo.population import story

MENTION = re.compile(r"@\{([^}]+)\}")
POST = "post:"


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `reply_to` is the place of its parent in the room, counted from 0."""

    at: str
    by: str
    text: str
    language: str
    reply_to: int | None
    reactions: tuple[tuple[str, tuple[str, ...]], ...]
    is_pinned: bool
    was: str | None


@dataclass(frozen=True, slots=True)
class Room:
    """A conversation: a channel of a unit, a direct talk, or what `people` write to a post."""

    key: str
    language: str
    unit: str | None
    post: str | None
    title: str | None
    people: tuple[str, ...]
    speakers_only: bool
    speakers: tuple[str, ...]
    guests: tuple[str, ...]
    unread: dict[str, int]
    messages: tuple[Message, ...]

    def members(self, organisation: Organisation) -> tuple[str, ...]:
        """Who reads along: by their posts, or as invited."""
        if self.post:
            held = (row.person for row in organisation.appointments if row.post == self.post)
            return (*self.people, *held)
        if self.unit is None:
            return self.people
        invited = (guest for room in rooms() if room.unit == self.unit for guest in room.guests)
        return tuple(dict.fromkeys([*organisation.people_under(self.unit), *invited]))


@cache
def rooms() -> tuple[Room, ...]:
    """All conversations, in the order of their keys."""
    found = (said for name in names_in("rooms") for said in read(name)["room"])
    return tuple(sorted(map(_room, found), key=lambda room: room.key))


def mentioned(text: str) -> list[str]:
    """Keys that a text mentions: of a person, or of a post after `post:`."""
    return MENTION.findall(text)


def _room(said: dict[str, Any]) -> Room:
    places = {one["id"]: place for place, one in enumerate(said["messages"]) if "id" in one}
    return Room(
        key=said["key"],
        language=said["language"],
        unit=said.get("unit"),
        post=said.get("post"),
        title=said.get("title"),
        people=tuple(said.get("people", ())),
        speakers_only=said.get("posting") == "speakers",
        speakers=tuple(said.get("speakers", ())),
        guests=tuple(said.get("guests", ())),
        unread=said.get("read", {}),
        messages=tuple(_message(said, one, places) for one in said["messages"]),
    )


def _message(room: dict[str, Any], said: dict[str, Any], places: dict[str, int]) -> Message:
    reactions = ((emoji, _who(room, said, who)) for emoji, who in said.get("react", {}).items())
    return Message(
        at=said["at"],
        by=said["by"],
        text=said["text"].strip(),
        language=said.get("lang", room["language"]),
        reply_to=places[said["re"]] if "re" in said else None,
        reactions=tuple(reactions),
        is_pinned=said.get("pinned", False),
        was=said.get("was"),
    )


def _who(room: dict[str, Any], message: dict[str, Any], said: list[str]) -> tuple[str, ...]:
    """People by their keys; `+12` is twelve more who read the room."""
    people = [one for one in said if not one.startswith("+")]
    more = sum(int(one) for one in said if one.startswith("+"))
    if more:
        about = (room["key"], message["at"], message["text"])
        readers = chance.shuffled(_readers(room["unit"]), *about)
        named = {message["by"], *people}
        people += [one for one in readers if one not in named][:more]
    return tuple(people)


@cache
def _readers(unit: str) -> tuple[str, ...]:
    return tuple(story().people_under(unit))
