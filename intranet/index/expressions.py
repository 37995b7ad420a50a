"""What is asked of the index, and how each database wants to hear it.

Words are folded when they are taken, so nothing that a person types is ever syntax.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass

from intranet.core.text import fold


class Expression(ABC):
    """Something that a document fits or does not."""

    @abstractmethod
    def fts5(self) -> str:
        """As SQLite's FTS5 reads it."""

    @abstractmethod
    def tsquery(self) -> str:
        """As PostgreSQL's `to_tsquery` reads it, without any configuration of a language."""


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
    """One of `intranet.index.tags`."""

    name: str

    def fts5(self) -> str:
        """For SQLite."""
        return f'tags : "{self.name}"'

    def tsquery(self) -> str:
        """For PostgreSQL."""
        return f"'{self.name}':D"


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


def _one_word(text: str) -> str:
    """The word as the index has it.

    Raises:
        ValueError: it is none, or several.
    """
    words = fold(text).split()
    if len(words) != 1:
        raise ValueError(f"{len(words)} words where one is asked for")
    return words[0]
