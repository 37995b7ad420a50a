"""Tags that filter documents inside the index, before any document is read.

Typed words never match tags.
"""

from functools import lru_cache
from uuid import UUID

from intranet.platform.core.text import fold
from intranet.platform.index.models import DocumentKind

SIZES = (1_000, 5_000, 20_000, 100_000, 500_000)
"""The limits between the sizes of agencies, in inhabitants."""

KIND = "xk"
"""Prefix of the tag for a document's kind."""

PUBLISHED = "xq"
"""Prefix of the tag for a publication's kind."""

FUNCTION = "xf"
"""Prefix of the tag for a post's function."""

TRAITS = ("xl", "xt", "xz", "xp")
"""Prefixes of tags that combine with a function: level, kind, size and place of the agency."""

HAS_FILE = "xhasfile"
"""The message has a file."""

DISCUSSION = "xdiscussion"
"""The message is in a discussion. A query cannot name each discussion that a person can read."""

HEAD, VACANT, NETWORK, OPEN = "xhead", "xvacant", "xnetwork", "xopen"
"""The post heads a unit · is vacant · is visible to the network · its holder takes questions."""


def kind(of: DocumentKind) -> str:
    """Return the tag of a document's kind: a person, a post, a unit, an agency."""
    return f"{KIND}{of.value}"


def published(as_what: str) -> str:
    """Return the tag of a publication of this kind."""
    return f"{PUBLISHED}{_plain(as_what)}"


def agency(agency_id: UUID) -> str:
    """Return the tag of what belongs to an agency."""
    return f"xa{agency_id.hex}"


def agency_kind(of: str) -> str:
    """Return the tag of what belongs to an agency of this kind."""
    return f"xt{_plain(of)}"


def topic(agency_id: UUID, word: str) -> str:
    """Return the tag of a person who takes questions about a topic from their agency."""
    return f"xm{agency_id.hex}{_plain(word)}"


def unit(unit_id: UUID) -> str:
    """Return the tag of what belongs directly to a unit."""
    return f"xu{unit_id.hex}"


def function(code: str) -> str:
    """Return the tag of a post with a function."""
    return f"{FUNCTION}{code.lower()}"


def doing(function_tag: str, trait: str) -> str:
    """Return the tag of a post with both a function and one of the `TRAITS`."""
    return f"xy{function_tag.removeprefix(FUNCTION)}{trait[1:]}"


def level(of: int) -> str:
    """Return the tag of one of the five levels."""
    return f"xl{of}"


def territory(code: str) -> str:
    """Return the tag of a place of any size."""
    return f"xp{_plain(code)}"


def size(population: int) -> str:
    """Return the tag of the agency size for this many inhabitants."""
    return size_of(size_band(population))


def size_of(band: int) -> str:
    """Return the tag of one of the six agency sizes."""
    return f"xz{band}"


def size_band(population: int) -> int:
    """Return which of the six agency sizes a population has, from 0 to 5."""
    return sum(population >= limit for limit in SIZES)


def language(tag: str) -> str:
    """Return the tag of an agency's working language."""
    return f"xg{_plain(tag.split('-', maxsplit=1)[0])}"


def stage(of: str) -> str:
    """Return the tag of a stage, such as that of an initiative."""
    return f"xs{_plain(of)}"


def publication_kind(of: str) -> str:
    """Return the tag of an item of this kind on the public site."""
    return f"xb{_plain(of)}"


def is_inherited(tag: str) -> bool:
    """Return whether what belongs to an agency inherits a tag of its document.

    It inherits all tags but those of the document's kind and of prefixes of its words.
    """
    return not tag.startswith((KIND, "xi", "xj"))


def titled(beginning: str) -> str:
    """Return the tag of a title in which a word has this prefix, as when typing “M.J. Pérez”."""
    return f"xi{_plain(beginning)}"


def described(beginning: str) -> str:
    """Return the tag of a document in which a word outside the title has this prefix."""
    return f"xj{_plain(beginning)}"


def conversation(conversation_id: UUID) -> str:
    """Return the tag of what belongs to a conversation."""
    return f"xc{conversation_id.hex}"


def author(person_id: UUID) -> str:
    """Return the tag of what a person wrote."""
    return f"xw{person_id.hex}"


@lru_cache(4096)
def _plain(text: str) -> str:
    return fold(text).replace(" ", "")
