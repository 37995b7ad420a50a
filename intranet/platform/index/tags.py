"""Short words by which documents are narrowed inside the index, before anything is read.

A person's words never look among tags, so nobody finds anything by typing one.
"""

from uuid import UUID

from intranet.platform.core.text import fold
from intranet.platform.index.models import DocumentKind

SIZES = (1_000, 5_000, 20_000, 100_000, 500_000)
"""Where one size of agency ends and the next begins, in inhabitants."""

KIND = "xk"
"""What sort of thing it is follows."""

PUBLISHED = "xq"
"""As what it is published follows."""

FUNCTION = "xf"
"""What a post does follows."""

TRAITS = ("xl", "xt", "xz", "xp")
"""What is asked of who does something: their level, the kind, size and place of their agency."""

HAS_FILE = "xhasfile"
"""A message that holds a file."""

DISCUSSION = "xdiscussion"
"""Was said in a discussion: there are too many of these to name each one that somebody reads."""

HEAD, VACANT, NETWORK, OPEN = "xhead", "xvacant", "xnetwork", "xopen"
"""Heads a unit · nobody holds it · others may find it · its holder takes questions."""


def kind(of: DocumentKind) -> str:
    """A person, a post, a unit, an agency."""
    return f"{KIND}{of.value}"


def published(as_what: str) -> str:
    """Is a publication of this kind."""
    return f"{PUBLISHED}{_plain(as_what)}"


def agency(agency_id: UUID) -> str:
    """Belongs to an agency."""
    return f"xa{agency_id.hex}"


def agency_kind(of: str) -> str:
    """Belongs to an agency of this kind."""
    return f"xt{_plain(of)}"


def topic(agency_id: UUID, word: str) -> str:
    """Wants to be asked about something of which this is a word, by colleagues of this agency."""
    return f"xm{agency_id.hex}{_plain(word)}"


def unit(unit_id: UUID) -> str:
    """Stands right in a unit."""
    return f"xu{unit_id.hex}"


def function(code: str) -> str:
    """Has a function."""
    return f"{FUNCTION}{code.lower()}"


def doing(function_tag: str, trait: str) -> str:
    """Has a function, and one of the `TRAITS` besides."""
    return f"xy{function_tag.removeprefix(FUNCTION)}{trait[1:]}"


def level(of: int) -> str:
    """Stands on one of the five levels."""
    return f"xl{of}"


def territory(code: str) -> str:
    """Lies in a place, whichever its size."""
    return f"xp{_plain(code)}"


def size(population: int) -> str:
    """Serves about so many inhabitants: one of six sizes."""
    return size_of(size_band(population))


def size_of(band: int) -> str:
    """Is of one of the six sizes."""
    return f"xz{band}"


def size_band(population: int) -> int:
    """Which of the six sizes, 0 to 5."""
    return sum(population >= limit for limit in SIZES)


def language(tag: str) -> str:
    """Works in a language."""
    return f"xg{_plain(tag.split('-', maxsplit=1)[0])}"


def stage(of: str) -> str:
    """Is so far in its life, as initiatives are."""
    return f"xs{_plain(of)}"


def publication_kind(of: str) -> str:
    """Is a publication of this kind."""
    return f"xb{_plain(of)}"


def is_inherited(tag: str) -> bool:
    """Whether a tag of an agency holds for everything in it: not its own kind and beginnings."""
    return not tag.startswith((KIND, "xi", "xj"))


def titled(beginning: str) -> str:
    """Has a title in which a word begins so: what one types of "M.J. Pérez"."""
    return f"xi{_plain(beginning)}"


def described(beginning: str) -> str:
    """Has a word that begins so beside its title."""
    return f"xj{_plain(beginning)}"


def conversation(conversation_id: UUID) -> str:
    """Stands in a conversation."""
    return f"xc{conversation_id.hex}"


def author(person_id: UUID) -> str:
    """Was written by somebody."""
    return f"xw{person_id.hex}"


def _plain(text: str) -> str:
    return fold(text).replace(" ", "")
