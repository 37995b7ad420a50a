"""Notes that packages above add to the page of a post, for those whom they concern."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person


@dataclass(frozen=True)
class PostNote:
    """A sentence on the page of a post, and where it leads."""

    text: str
    link_words: str
    href: str


Notes = Callable[[Person, Post], Sequence[PostNote]]
_notes: list[Notes] = []


def adds_notes(notes: Notes) -> Notes:
    """Register what is noted on the page of a post for a viewer."""
    if notes not in _notes:
        _notes.append(notes)
    return notes


def notes_on(viewer: Person, post: Post) -> list[PostNote]:
    """Return the notes on a post for a viewer."""
    return [note for notes in _notes for note in notes(viewer, post)]
