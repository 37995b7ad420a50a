"""Search expressions, and their form in the query language of each database.

Words are folded first, so that nothing a person types is ever taken as syntax.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from intranet.platform.core.text import fold
from intranet.platform.index.models import DocumentKind
from intranet.platform.index.plurals import numbers
from intranet.platform.index.tags import KIND, PUBLISHED


class Expression(ABC):
    """A condition that a document matches or not."""

    @abstractmethod
    def fts5(self) -> str:
        """Return the query for SQLite's FTS5."""

    @abstractmethod
    def tsquery(self) -> str:
        """Return the query for PostgreSQL's `to_tsquery`, for the configuration `simple`."""

    def kinds(self) -> frozenset[str] | None:
        """Return the kinds that a matching document can have, by its tags; None for any."""
        return None

    def whole(self) -> "Expression":
        """Return the expression with whole words and their plurals in place of prefixes."""
        return self


@dataclass(frozen=True)
class Word(Expression):
    """A word or a prefix, in title and body or in the title alone."""

    text: str
    prefix: bool = True
    in_title: bool = False

    def fts5(self) -> str:
        """Return the query for SQLite."""
        where = "title" if self.in_title else "{title body}"
        return f'{where} : "{_one_word(self.text)}"{"*" if self.prefix else ""}'

    def tsquery(self) -> str:
        """Return the query for PostgreSQL."""
        flags = ("*" if self.prefix else "") + ("A" if self.in_title else "AB")
        return f"'{_one_word(self.text)}':{flags}"

    def whole(self) -> Expression:
        """Return the forms of the word in place of its prefix."""
        if not self.prefix:
            return self
        word = _one_word(self.text)
        forms = dict.fromkeys((word, f"{word}a", *numbers(word)))  # *the* such, in Basque
        return Any(*(Word(form, prefix=False, in_title=self.in_title) for form in forms))


@dataclass(frozen=True)
class Phrase(Expression):
    """Words that stand side by side."""

    text: str

    def fts5(self) -> str:
        """Return the query for SQLite."""
        return f'{{title body}} : "{fold(self.text)}"'

    def tsquery(self) -> str:
        """Return the query for PostgreSQL."""
        return "(" + " <-> ".join(f"'{word}':AB" for word in fold(self.text).split()) + ")"


@dataclass(frozen=True)
class Tag(Expression):
    """A tag of `intranet.platform.index.tags`."""

    name: str

    def fts5(self) -> str:
        """Return the query for SQLite."""
        return f'tags : "{self.name}"'

    def tsquery(self) -> str:
        """Return the query for PostgreSQL."""
        return f"'{self.name}':D"

    def kinds(self) -> frozenset[str] | None:
        """Return the kind that the tag names, if it names one."""
        if self.name.startswith(PUBLISHED):
            return frozenset({DocumentKind.PUBLICATION})
        return frozenset({self.name.removeprefix(KIND)}) if self.name.startswith(KIND) else None


class All(Expression):
    """A conjunction. A part may be `Not`, but at least one must not be."""

    def __init__(self, *parts: Expression) -> None:
        self.parts = parts

    def fts5(self) -> str:
        """Return the query for SQLite."""
        wanted = " AND ".join(part.fts5() for part in self.parts if not isinstance(part, Not))
        unwanted = [part.part.fts5() for part in self.parts if isinstance(part, Not)]
        if not wanted:
            raise ValueError("nothing but what is not wanted")
        for each in unwanted:
            wanted = f"({wanted}) NOT {each}"
        return f"({wanted})"

    def tsquery(self) -> str:
        """Return the query for PostgreSQL."""
        return "(" + " & ".join(part.tsquery() for part in self.parts) + ")"

    def whole(self) -> Expression:
        """Return the conjunction with whole words in every part."""
        return All(*(part.whole() for part in self.parts))

    def kinds(self) -> frozenset[str] | None:
        """Return the kinds that every part allows."""
        named = [kinds for part in self.parts if (kinds := part.kinds()) is not None]
        return frozenset.intersection(*named) if named else None


class Any(Expression):
    """A disjunction."""

    def __init__(self, *parts: Expression) -> None:
        self.parts = parts

    def fts5(self) -> str:
        """Return the query for SQLite."""
        return "(" + " OR ".join(part.fts5() for part in self.parts) + ")"

    def tsquery(self) -> str:
        """Return the query for PostgreSQL."""
        return "(" + " | ".join(part.tsquery() for part in self.parts) + ")"

    def whole(self) -> Expression:
        """Return the disjunction with whole words in every part."""
        return Any(*(part.whole() for part in self.parts))

    def kinds(self) -> frozenset[str] | None:
        """Return the kinds that some part allows."""
        named = [part.kinds() for part in self.parts]
        known = [kinds for kinds in named if kinds is not None]
        return frozenset.union(*known) if known and len(known) == len(named) else None


@dataclass(frozen=True)
class OfKinds(Expression):
    """An expression whose matches can only be of known kinds, so that their tags are not needed."""

    part: Expression
    known: frozenset[str]

    def fts5(self) -> str:
        """Return the query for SQLite."""
        return self.part.fts5()

    def tsquery(self) -> str:
        """Return the query for PostgreSQL."""
        return self.part.tsquery()

    def whole(self) -> Expression:
        """Return the expression with whole words."""
        return OfKinds(self.part.whole(), self.known)

    def kinds(self) -> frozenset[str] | None:
        """Return the known kinds."""
        return self.known


@dataclass(frozen=True)
class LaterWords(Expression):
    """Stands in a statement that is built once, for the expression that each execution gives it."""

    known: frozenset[str] | None

    def fts5(self) -> str:
        """Raise ValueError: the words come with the execution."""
        raise ValueError(self)

    def tsquery(self) -> str:
        """Raise ValueError, as `fts5` does."""
        raise ValueError(self)

    def kinds(self) -> frozenset[str] | None:
        """Return the known kinds."""
        return self.known


@dataclass(frozen=True)
class Not(Expression):
    """A part of `All` that must not match."""

    part: Expression

    def fts5(self) -> str:
        """Raise ValueError: SQLite excludes within `All` only."""
        raise ValueError("only within All")

    def tsquery(self) -> str:
        """Return the query for PostgreSQL."""
        return f"!{self.part.tsquery()}"


def in_any_number(word: str, *, prefix: bool = True) -> Expression:
    """Match a word or prefix, in its singular and its plural forms."""
    others = other_numbers(word, prefix=prefix)
    asked = Word(word, prefix=prefix)
    return Any(asked, *(Word(form, prefix=False) for form in others)) if others else asked


def all_words(text: str, limit: int, *, prefix_from: int = 1) -> list[Expression]:
    """Match each of the first words of a text, as a prefix if it has `prefix_from` letters."""
    words = fold(text).split()[:limit]
    return [in_any_number(word, prefix=len(word) >= prefix_from) for word in words]


def other_numbers(word: str, *, prefix: bool) -> list[str]:
    """Return the singulars and plurals of a word that its prefix does not match already."""
    return [form for form in numbers(word) if not (prefix and form.startswith(word))]


def _one_word(text: str) -> str:
    """Return the folded form of a single word.

    Raises:
        ValueError: it is empty, or several words.
    """
    words = fold(text).split()
    if len(words) != 1:
        raise ValueError(f"{len(words)} words where one is asked for")
    return words[0]
