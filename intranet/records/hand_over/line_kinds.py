"""The registry of what a hand-over lists and what can be left to nobody: each kind declares itself.

A kind says what of it belongs to a post or to its leaver (`lines`), what accepting a line does
(`take`), which of it has nobody responsible (`left`), and how it is given to a post (`give`). The
kinds are in the modules named `…_lines`, which `all_kinds` imports.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from flask import url_for

from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.people.models import Appointment, Person
from intranet.platform.core.errors import Words
from intranet.platform.core.i18n import _l
from intranet.platform.core.unit_of_work import Work

MAX_LINES = 200
"""The most lines of a kind that a hand-over shows, and the most things left that are listed."""

UNSEEN = _l("You may not see this, so another administrator has to give it to your post.")
Way = tuple[str, Mapping[str, Any]]
"""The endpoint of a page with its values: addresses are built only where there is a request."""


def way(endpoint: str, **values: object) -> Way:
    """Return the way to a page."""
    return endpoint, values


def _address(way: Way | None) -> str:
    return url_for(way[0], **way[1]) if way else ""


class HandOverSection(StrEnum):
    """A heading of the dossier, in this order."""

    CHECKS = "checks"
    TALKS = "talks"
    PUBLISHED = "published"
    WORKS = "works"
    GIVEN = "given"


@dataclass(frozen=True)
class HandOverScope:
    """A hand-over as one person reads it: the ended appointment, and the reader.

    `heir` is the post to which things go: the post itself, or one of the reader's if it has ended.
    """

    appointment: Appointment
    viewer: Person
    heir: Post | None
    accepted: Mapping[str, Collection[UUID]] = field(default_factory=dict)
    offered: Mapping[str, Collection[UUID]] = field(default_factory=dict)

    @property
    def post(self) -> Post:
        """The post that is handed over."""
        return self.appointment.post

    @property
    def leaver(self) -> Person:
        """The person whose appointment ends."""
        return self.appointment.person

    @property
    def moves(self) -> bool:
        """Whether things of the post go to another post, because it has ended."""
        return self.heir is not None and self.heir.id != self.post.id

    def settled(self, kind: str) -> Collection[UUID]:
        """Return the ids of the accepted things of a kind, which stay listed."""
        return self.accepted.get(kind, ())


@dataclass(frozen=True)
class HandOverItem:
    """A line: a thing to read and accept. `when` is the instant that it waits for, if any."""

    kind: str
    thing_id: UUID
    title: str
    about: str = ""
    way: Way | None = None
    icon: str = ""
    when: datetime | None = None
    day: date | None = None
    is_late: bool = False

    @property
    def href(self) -> str:
        """The address of its page; empty if the reader may not open it."""
        return _address(self.way)


@dataclass(frozen=True)
class LeftThing:
    """A thing that has nobody: its post, or the person whose it was, and where it is seen."""

    kind: str
    thing_id: UUID
    title: str
    post_id: UUID | None = None
    person_id: UUID | None = None
    way: Way | None = None

    @property
    def href(self) -> str:
        """The address of its page, if it has one that administrators may open."""
        return _address(self.way)


Lines = Callable[[HandOverScope], Sequence[HandOverItem]]
Take = Callable[[Work, HandOverScope, UUID], None]
Left = Callable[[Agency], Sequence[LeftThing]]
Give = Callable[[Work, UUID, Post, Person], None]
Seen = Callable[[Person, Collection[UUID]], Collection[UUID]]


@dataclass(frozen=True, kw_only=True)
class LineKind:
    """The declaration of a kind of thing that a post or its leaver can leave."""

    name: str
    word: Words
    icon: str
    section: HandOverSection = HandOverSection.WORKS
    lines: Lines | None = None
    take: Take | None = None
    """Passes the thing on in the caller's transaction; None where it belongs to the post."""
    is_chosen: bool = False
    """Whether the leaver chooses which of them to give: they are the leaver's own."""
    left: Left | None = None
    give: Give | None = None
    """Gives the thing to a post in the caller's transaction; None where another page does."""
    seen: Seen | None = None
    """Returns which of these things a person may know by name; None if the name tells nothing.

    To give something to a post, or to receive it as the head, is no way to read it: nobody gives
    to their own post what they may not see, or accepts it there, and no list names it to them.
    """
    give_words: Words = ""
    """What to do instead, where `give` is None."""
    give_at: str = ""
    """The endpoint of administration that does, where `give` is None."""


_kinds: dict[str, LineKind] = {}


def declare(kind: LineKind) -> LineKind:
    """Add a kind to the registry."""
    _kinds[kind.name] = kind
    return kind


def declared() -> Sequence[LineKind]:
    """Return every kind, in the order of `all_kinds`."""
    return tuple(_kinds.values())


def line_kind(name: str) -> LineKind | None:
    """Return the kind with this name, if there is one."""
    return _kinds.get(name)


def hidden_from(
    viewer: Person, things: Collection[tuple[LineKind, UUID]]
) -> frozenset[tuple[str, UUID]]:
    """Return the things, by the name of their kind and id, that a person may not know by name."""
    hidden: set[tuple[str, UUID]] = set()
    for kind in declared():
        ids = {thing_id for one, thing_id in things if one is kind}
        if ids and kind.seen:
            hidden.update((kind.name, each) for each in ids - set(kind.seen(viewer, ids)))
    return frozenset(hidden)
