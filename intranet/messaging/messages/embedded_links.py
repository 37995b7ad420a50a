"""Draw the linked object in place of a message that is nothing but its link.

Polls are in a layer above messages, so they register here how to draw one (`register_embedded`).
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from uuid import UUID

from markupsafe import Markup

from intranet.messaging.messages.models import Message
from intranet.organisation.people.models import Person

Draw = Callable[[Person, Collection[UUID]], Mapping[UUID, Markup]]

_ID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ALONE = re.compile(rf'<p><a href="/([a-z]+)/({_ID})"[^>]*>[^<]*</a></p>\s*')
_drawn: dict[str, Draw] = {}


def register_embedded(section: str, draw: Draw) -> None:
    """Register how to draw the objects at `/SECTION/ID` in messages, if the reader may see them."""
    _drawn[section] = draw


def draw_embedded(messages: Sequence[Message], viewer: Person) -> dict[UUID, Markup]:
    """Draw the objects that these messages link to alone, by message id, in few queries."""
    wanted: dict[str, dict[UUID, UUID]] = {}
    for message in messages:
        if not message.deleted_at and (found := _ALONE.fullmatch(message.html)):
            wanted.setdefault(found[1], {})[message.id] = UUID(found[2])
    cards: dict[UUID, Markup] = {}
    for section, ids in wanted.items():
        if draw := _drawn.get(section):
            found_cards = draw(viewer, set(ids.values()))
            cards |= {each: found_cards[row] for each, row in ids.items() if row in found_cards}
    return cards
