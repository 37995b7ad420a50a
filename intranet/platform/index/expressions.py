"""What is asked of the index, and how each database wants to hear it.

Words are folded when they are taken, so nothing that a person types is ever syntax.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from intranet.platform.core.text import fold
from intranet.platform.index.models import DocumentKind
from intranet.platform.index.plurals import numbers
from intranet.platform.index.tags import KIND, PUBLISHED


class Expression(ABC):
    """Something that a document fits or does not."""

    @abstractmethod
    def fts5(self) -> str:
        """As SQLite's FTS5 reads it."""

    @abstractmethod
    def tsquery(self) -> str:
        """As PostgreSQL's `to_tsquery` reads it, without any configuration of a language."""

    def kinds(self) -> frozenset[str] | None:
        """Of which kinds a document is that fits, as its tags say; None: of any."""
        return None

    def whole(self) -> "Expression":
        """The same with whole words, and what they are in the plural, in place of beginnings."""
        return self


@dataclass(frozen=True)
class Word(Expression):
    """A word, or one that begins so; anywhere but among the tags, or in the title alone."""

    text: str
    prefix: bool = True
    in_title: bool = False

    def fts5(self) -> str:
        """For SQLite."""
        where = "title" if self.in_title else "{title body}"
        return f'{where} : "{_one_word(self.text)}"{"*" if self.prefix else ""}'

    def tsquery(self) -> str:
        """For PostgreSQL."""
        flags = ("*" if self.prefix else "") + ("A" if self.in_title else "AB")
        return f"'{_one_word(self.text)}':{flags}"

    def whole(self) -> Expression:
        """What is no beginning stays as it is."""
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
        """For SQLite."""
        return f'{{title body}} : "{fold(self.text)}"'

    def tsquery(self) -> str:
        """For PostgreSQL."""
        return "(" + " <-> ".join(f"'{word}':AB" for word in fold(self.text).split()) + ")"


@dataclass(frozen=True)
class Tag(Expression):
    """One of `intranet.platform.index.tags`."""

    name: str

    def fts5(self) -> str:
        """For SQLite."""
        return f'tags : "{self.name}"'

    def tsquery(self) -> str:
        """For PostgreSQL."""
        return f"'{self.name}':D"

    def kinds(self) -> frozenset[str] | None:
        """The one that it names."""
        if self.name.startswith(PUBLISHED):
            return frozenset({DocumentKind.PUBLICATION})
        return frozenset({self.name.removeprefix(KIND)}) if self.name.startswith(KIND) else None


class All(Expression):
    """Every part fits. A part may be `Not`, but one must not."""

    def __init__(self, *parts: Expression) -> None:
        self.parts = parts

    def fts5(self) -> str:
        """For SQLite."""
        wanted = " AND ".join(part.fts5() for part in self.parts if not isinstance(part, Not))
        unwanted = [part.part.fts5() for part in self.parts if isinstance(part, Not)]
        if not wanted:
            raise ValueError("nothing but what is not wanted")
        for each in unwanted:
            wanted = f"({wanted}) NOT {each}"
        return f"({wanted})"

    def tsquery(self) -> str:
        """For PostgreSQL."""
        return "(" + " & ".join(part.tsquery() for part in self.parts) + ")"

    def whole(self) -> Expression:
        """Of every part."""
        return All(*(part.whole() for part in self.parts))

    def kinds(self) -> frozenset[str] | None:
        """Those that every part lets in."""
        named = [kinds for part in self.parts if (kinds := part.kinds()) is not None]
        return frozenset.intersection(*named) if named else None


class Any(Expression):
    """At least one part fits."""

    def __init__(self, *parts: Expression) -> None:
        self.parts = parts

    def fts5(self) -> str:
        """For SQLite."""
        return "(" + " OR ".join(part.fts5() for part in self.parts) + ")"

    def tsquery(self) -> str:
        """For PostgreSQL."""
        return "(" + " | ".join(part.tsquery() for part in self.parts) + ")"

    def whole(self) -> Expression:
        """Of every part."""
        return Any(*(part.whole() for part in self.parts))

    def kinds(self) -> frozenset[str] | None:
        """Those that some part lets in."""
        named = [part.kinds() for part in self.parts]
        known = [kinds for kinds in named if kinds is not None]
        return frozenset.union(*known) if known and len(known) == len(named) else None


@dataclass(frozen=True)
class OfKinds(Expression):
    """What fits is of these kinds without being asked by their tags, which half of all have."""

    part: Expression
    known: frozenset[str]

    def fts5(self) -> str:
        """For SQLite."""
        return self.part.fts5()

    def tsquery(self) -> str:
        """For PostgreSQL."""
        return self.part.tsquery()

    def whole(self) -> Expression:
        """Of the part."""
        return OfKinds(self.part.whole(), self.known)

    def kinds(self) -> frozenset[str] | None:
        """Those that are known."""
        return self.known


@dataclass(frozen=True)
class Not(Expression):
    """A part of `All` that must not fit."""

    part: Expression

    def fts5(self) -> str:
        """For SQLite."""
        raise ValueError("only within All")

    def tsquery(self) -> str:
        """For PostgreSQL."""
        return f"!{self.part.tsquery()}"


def in_any_number(word: str, *, prefix: bool = True) -> Expression:
    """Fit a word, or one that begins so, and what it is in the singular or in the plural."""
    others = other_numbers(word, prefix=prefix)
    asked = Word(word, prefix=prefix)
    return Any(asked, *(Word(form, prefix=False) for form in others)) if others else asked


def other_numbers(word: str, *, prefix: bool) -> list[str]:
    """The singulars and plurals of a word that do not begin with it, where that fits anyway."""
    return [form for form in numbers(word) if not (prefix and form.startswith(word))]


def _one_word(text: str) -> str:
    """The word as the index has it.

    Raises:
        ValueError: it is none, or several.
    """
    words = fold(text).split()
    if len(words) != 1:
        raise ValueError(f"{len(words)} words where one is asked for")
    return words[0]
