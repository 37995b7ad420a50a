"""What a door is: what it leads to, with what to knock, and from whom it is hidden."""

from dataclasses import dataclass, field
from enum import Enum
from typing import Any

HOLDERS = ("stranger", "former member", "other administrator")


class Kind(Enum):
    """What stands behind a door, by those from whom it is hidden."""

    ROOM = (*HOLDERS, "without a post")
    DRAFT = (*HOLDERS, "without a post", "member", "administrator")
    OWN = (*HOLDERS, "without a post", "administrator")
    ADMINISTRATION = (*HOLDERS, "without a post", "member")
    PORTRAIT = ("other administrator", "without a post")
    ORGANISATION = ("without a post",)
    MINE = ()


@dataclass(frozen=True)
class Door:
    """A route; `names` says which object stands for which part of its address.

    `refusal` is how it answers where its object is hidden: 404, unless the ids stand only in
    what is sent or asked, and what is wrong with the rest is said first. `refusal_within` is how
    it answers who sends such an object under the code of their own agency.
    """

    kind: Kind
    send: dict[str, Any] | None = None
    query: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    refusal: int = 404
    refusal_within: int = 404


def doors(kind: Kind, *endpoints: str, **more: Any) -> dict[str, Door]:
    return {endpoint: Door(kind, **more) for endpoint in endpoints}
