"""The filters of a list of posts, read from its address; invalid values filter nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute

from intranet.extensions import db
from intranet.finding.directory import queries
from intranet.finding.finder.filters import FilterReader, Filters, sent_as
from intranet.finding.finder.properties import LEVEL_CODES
from intranet.organisation.agencies.models import Agency, Function, Post, PostFunction, Unit
from intranet.organisation.agencies.queries import subtree
from intranet.organisation.people.models import Person
from intranet.organisation.people.queries import has_word
from intranet.platform.core.text import fold
from intranet.platform.core.types import Localized

QUERY_CHARACTERS = 100
MAX_WORDS = 6
HEADS, VACANT = "heads", "vacant"


@dataclass(frozen=True)
class PostListFilters(Filters):
    """The filters of a list of posts of an agency."""

    query: str = field(default="", metadata=sent_as("q"))
    unit: Unit | None = None
    function: Function | None = None
    level: int | None = None
    only: str | None = None

    @classmethod
    def read(cls, sent: Mapping[str, str], agency: Agency) -> "PostListFilters":
        """Read the filters from an address, as far as they exist in this agency."""
        given = FilterReader(sent)
        unit_id, level = given.id("unit"), given.one_of("level", LEVEL_CODES)
        unit = db.session.get(Unit, unit_id) if unit_id else None
        return cls(
            query=given.text("q", QUERY_CHARACTERS),
            unit=unit if unit and unit.agency_id == agency.id and unit.parent_id else None,
            function=given.function("function"),
            level=int(level) if level else None,
            only=given.one_of("only", {HEADS, VACANT}) or None,
        )


class Condition:
    """A filter as SQL conditions for holders and vacant posts; `only` is applied elsewhere."""

    def __init__(self, narrowed: PostListFilters) -> None:
        """Store the filter, and find the functions that its words name."""
        self._filter = narrowed
        self._words = fold(narrowed.query).split()[:MAX_WORDS]
        functions = queries.all_functions() if self._words else ()
        self._codes = {word: _called(functions, word) for word in self._words}

    @property
    def has_words(self) -> bool:
        """Whether the filter has words to match with names."""
        return bool(self._words)

    @property
    def is_open(self) -> bool:
        """Whether the filter lets everything through."""
        return replace(self._filter, only=None) == PostListFilters()

    def people(self) -> ColumnElement[bool]:
        """Return the condition for a select that joins `Post`, `Unit` and `Person`."""
        found = [or_(_holds(Person.sort_key, word), self._names_post(word)) for word in self._words]
        return and_(self._posts(), *found)

    def vacancies(self) -> ColumnElement[bool]:
        """Return the condition for a select that joins `Post` and `Unit`."""
        return and_(self._posts(), *(self._names_post(word) for word in self._words))

    def _posts(self) -> ColumnElement[bool]:
        narrowed = self._filter
        parts: list[ColumnElement[bool]] = []
        if narrowed.query and not self._words:
            parts.append(false())  # signs alone name nobody
        if narrowed.unit:
            parts.append(subtree(narrowed.unit.path))
        if narrowed.function:
            parts.append(Post.id.in_(_posts_with([narrowed.function.code])))
        if narrowed.level:
            parts.append(Post.level == narrowed.level)
        return and_(true(), *parts)

    def _names_post(self, word: str) -> ColumnElement[bool]:
        named = or_(_holds(Post.sort_key, word), _holds(Unit.sort_key, word))
        codes = self._codes[word]
        return or_(named, Post.id.in_(_posts_with(codes))) if codes else named


def _holds(column: InstrumentedAttribute[str], beginning: str) -> ColumnElement[bool]:
    """Match a word of a sort key by its beginning; `n` also matches ñ, a special form in keys."""
    return has_word(func.replace(column, "nzz", "n") if "n" in beginning else column, beginning)


def _called(functions: Iterable[Function], word: str) -> list[str]:
    """Return codes of the functions with a word that begins like this, in any language."""
    return [
        function.code
        for function in functions
        if any(part.startswith(word) for part in _parts(function.name))
    ]


def _parts(name: Localized) -> list[str]:
    return [part for text in name.values() for part in fold(text).split()]


def _posts_with(codes: list[str]) -> Select[UUID]:
    return select(PostFunction.post_id).where(PostFunction.function_code.in_(codes))
