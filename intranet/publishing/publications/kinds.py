"""The registry of the kinds of publication: what the rest of the intranet needs to know of each.

A kind is declared in the `kind.py` of its package and listed on one page, `intranet/kinds.py`.
Lists, cards, search, notifications and the public site read what differs between kinds from here.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple
from uuid import UUID

from flask import Blueprint
from pydantic import AfterValidator, Field
from sqlalchemy import ColumnElement

from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Words
from intranet.platform.core.types import Id
from intranet.publishing.publications.mail_additions import Enclose
from intranet.publishing.publications.models import VOICED, Publication


class KindState(NamedTuple):
    """The state of a publication in words, in the reader's language."""

    words: str = ""
    tone: str = "plain"
    symbol: str = ""
    facts: str = ""
    """The numbers or times that go with the state."""


States = Callable[[Person, Collection[UUID]], Mapping[UUID, KindState]]
"""Returns the states of publications of a kind for a reader, in a constant number of statements."""


@dataclass(frozen=True, kw_only=True)
class PublicPages:
    """The public side of a kind that agencies can show on the open web."""

    folder: str
    """The folder of its addresses: `/open/articles/…`."""
    position: int
    """Its position in the filter of the catalogue."""
    schema_type: str
    """Its type in the vocabulary of schema.org."""
    facts: Callable[[Publication], dict[str, Any]] = lambda _publication: {}
    """Returns what is shown beside the text; stored when it is approved."""
    without_facts: Callable[[str, str], str] = lambda html, _language: html
    """Takes out of a text, in a language, what is shown beside it."""


@dataclass(frozen=True, kw_only=True)
class PublicationKind:
    """The declaration of a kind of publication: what differs between it and the others."""

    name: str
    """Its key, as stored, as a tag in the index and in JSON."""
    word: Words
    plural: Words
    icon: str
    alert_icon: str = ""
    """The icon of notifications about it; empty: that of all contributions."""
    pages: str = "publications"
    """The name of the blueprint with its page `show`, and of the folder of its addresses."""
    section: str = "publications"
    """The section of the navigation in which its pages are."""
    blueprints: tuple[Blueprint, ...] = ()
    is_of_a_post: bool = False
    """Whether it belongs to the responsible post; otherwise to its author, unless `VOICED`."""
    names_author: bool = True
    """Whether followers of its author and space are notified; not where the author may hide."""
    published_act: str = "published"
    """The key of the sentence that tells of a new one."""
    similar: Words = ""
    """The heading of suggestions while one is written; empty: the usual one."""
    states: States | None = None
    """Its states on link cards."""
    contribution_states: States | None = None
    """Its states on the page of participation, which lists it if this is given."""
    is_listed_as_own: bool = True
    """Whether the page of participation lists it among the reader's own contributions."""
    done_by: Callable[[Id], ColumnElement[bool]] | None = None
    """Returns the condition on `Publication` that the person has done what it asks for."""
    is_merged: ColumnElement[bool] | None = None
    """The condition on `Publication` that it was merged into another of its kind."""
    enclose: Enclose | None = None
    """Returns what is enclosed in mails about it."""
    public: PublicPages | None = None
    expires: Callable[[UUID], None] | None = None
    """Erases what its tables hold of it, beside its texts, when its time of retention is over."""

    def __post_init__(self) -> None:
        """Check the names by which link cards and the icons of notifications are found."""
        if not all(re.fullmatch("[a-z]{1,20}", word) for word in (self.name, self.pages)):
            raise ValueError(
                f"{self.name}, {self.pages}: each is one word of up to 20 letters, a to z"
            )

    @property
    def page(self) -> str:
        """The endpoint of its page, which takes the id as `publication_id`."""
        return f"{self.pages}.show"

    @property
    def folder(self) -> str:
        """The folder in the addresses of its pages, of which messages show cards."""
        return "p" if self.is_voiced else self.pages

    @property
    def is_voiced(self) -> bool:
        """Whether it is written in the editor, in the name of a post that publishes."""
        return self.name in VOICED


_kinds: dict[str, PublicationKind] = {}


def register(kinds: Iterable[PublicationKind]) -> None:
    """Replace the registered kinds by these."""
    new = {kind.name: kind for kind in kinds}
    _kinds.update(new)  # first: other threads never find it empty
    for name in _kinds.keys() - new.keys():
        del _kinds[name]


def registered() -> Collection[PublicationKind]:
    """Return every kind, in the order of `intranet/kinds.py`.

    Raises:
        LookupError: there is no application yet.
    """
    if not _kinds:
        raise LookupError("no kind of publication is registered: `create_app` does so")
    return _kinds.values()


def kind_of(publication: Publication) -> PublicationKind:
    """Return the kind of a publication."""
    return kind_named(publication.kind)


def kind_named(name: str) -> PublicationKind:
    """Return the kind with this name.

    Raises:
        LookupError: there is none.
    """
    registered()
    return _kinds[name]


def names(kinds: Iterable[PublicationKind] | None = None) -> Sequence[str]:
    """Return the names of these kinds, or of all."""
    return [kind.name for kind in (registered() if kinds is None else kinds)]


def of_a_post() -> Sequence[str]:
    """Return the names of the kinds that belong to the responsible post."""
    return names(kind for kind in registered() if kind.is_of_a_post)


def _existing(name: str) -> str:
    if name not in names():
        raise ValueError("there is no such kind")
    return name


def _as_enum(schema: dict[str, Any]) -> None:
    schema["enum"] = list(names())


KindName = Annotated[str, AfterValidator(_existing), Field(json_schema_extra=_as_enum)]
"""The name of a kind in forms and answers."""
