"""The conversations of the story with their messages, all references resolved."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from tools.demo import chance
from tools.demo.files import names_in, read
from tools.demo.model import StoryOrganisation
from tools.demo.population import story

MENTION = re.compile(r"@\{([^}]+)\}")
POST = "post:"


@dataclass(frozen=True, slots=True)
class StoryMessage:
    """A message; `reply_to` is the index of its parent in the conversation."""

    at: str
    by: str
    text: str
    language: str
    reply_to: int | None
    reactions: tuple[tuple[str, tuple[str, ...]], ...]
    is_pinned: bool
    was: str | None


@dataclass(frozen=True, slots=True)
class StoryConversation:
    """A conversation: a channel of a unit, direct messages, or messages to a post."""

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
    messages: tuple[StoryMessage, ...]

    def members(self, organisation: StoryOrganisation) -> tuple[str, ...]:
        """Return the keys of the members, by their posts or as guests."""
        if self.post:
            held = (row.person for row in organisation.appointments if row.post == self.post)
            return (*self.people, *held)
        if self.unit is None:
            return self.people
        invited = (
            guest for room in conversations() if room.unit == self.unit for guest in room.guests
        )
        return tuple(dict.fromkeys([*organisation.people_under(self.unit), *invited]))


@cache
def conversations() -> tuple[StoryConversation, ...]:
    """Return all conversations, in the order of their keys."""
    found = (said for name in names_in("rooms") for said in read(name)["room"])
    return tuple(sorted(map(_room, found), key=lambda room: room.key))


def mentioned(text: str) -> list[str]:
    """Return the keys that a text mentions: of a person, or of a post after `post:`."""
    return MENTION.findall(text)


def _room(said: dict[str, Any]) -> StoryConversation:
    places = {one["id"]: place for place, one in enumerate(said["messages"]) if "id" in one}
    return StoryConversation(
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


def _message(room: dict[str, Any], said: dict[str, Any], places: dict[str, int]) -> StoryMessage:
    reactions = ((emoji, _who(room, said, who)) for emoji, who in said.get("react", {}).items())
    return StoryMessage(
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
    """Return the keys of people; `+12` stands for twelve more members."""
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
