"""Beginnings of names, as one types them.

PostgreSQL reads the whole of what its index has on every word that begins so, each time it is
asked: of the 90,000 documents with *mar…* 45 ms. So the shortest beginnings are tags, which it
reads as fast as a word. SQLite keeps beginnings of its own.
"""

from collections.abc import Iterator

from intranet.platform.core.text import fold
from intranet.platform.index import tags
from intranet.platform.index.dialect import on_sqlite
from intranet.platform.index.expressions import Any, Expression, Tag, Word

TITLED, DESCRIBED = (1, 2, 3, 4), (3, 4)
"""So many letters of each word in a title, and of each beside it, are tags."""


def beginning_tags(title: str, body: str = "") -> Iterator[str]:
    """The tags of what is called so; they come more than once."""
    for tag, text, sizes in (
        (tags.titled, title, TITLED),
        (tags.described, body, DESCRIBED),
    ):
        for word in fold(text).split():
            yield from (tag(word[:size]) for size in sizes if len(word) >= size)


def begins(word: str, *, in_title: bool = False) -> Expression:
    """Fits names that have a word which begins so; of a single letter, in the title alone."""
    size = len(word)
    if size == 1:
        return Tag(tags.titled(word))
    if on_sqlite() or size not in TITLED:
        return Word(word, in_title=in_title)
    if in_title:
        return Tag(tags.titled(word))
    beside = Tag(tags.described(word)) if size in DESCRIBED else Word(word, prefix=False)
    return Any(Tag(tags.titled(word)), beside)
