"""Column types: aware instants, localised text, enumerations stored as words."""

import json
from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    BindParameter,
    ColumnElement,
    DateTime,
    Dialect,
    Enum,
    Integer,
    Text,
    Uuid,
    bindparam,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from intranet.platform.core import clock


class UTCDateTime(TypeDecorator[datetime]):
    """An aware instant, stored as UTC; SQLite would return it naive."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Refuse a naive time, store any other as UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the instant aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Localized(dict[str, str]):
    """A text in one or more languages, by BCP 47 tag; the first is the original."""

    def text(self, *languages: str) -> str:
        """Return the text in the first of these languages that it has, else the original."""
        for language in languages:
            if found := self.get(language):
                return found
        return next(iter(self.values()), "")

    def language(self, *languages: str) -> str:
        """Return the tag of the language that `text` returns."""
        for language in languages:
            if self.get(language):
                return language
        return next(iter(self), "")


class LocalizedType(TypeDecorator[Localized]):
    """Localised text in a JSON column; the order of its languages is kept."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002 - SQLAlchemy's signature
        """Store pairs, so that the order survives PostgreSQL as well."""
        return None if value is None else [[tag, text] for tag, text in value.items()]

    def process_result_value(self, value: Any, dialect: Dialect) -> Localized | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Return the localised text."""
        return None if value is None else Localized(_pairs(value))


def _pairs(value: Iterable[list[str]]) -> list[tuple[str, str]]:
    return [(tag, text) for tag, text in value]


def enum_column(enumeration: type[StrEnum]) -> Enum:
    """Return the type of an enumeration stored by value as short text, checked in Python."""
    return Enum(
        enumeration,
        native_enum=False,
        create_constraint=False,
        length=20,
        values_callable=lambda members: [member.value for member in members],
    )


def ago(time: timedelta) -> ColumnElement[datetime]:
    """Return a parameter for the instant this long before its prepared statement is executed."""
    return bindparam(None, callable_=lambda: clock.now() - time, type_=UTCDateTime)


NOW = bindparam("now", callable_=lambda: clock.now(), type_=UTCDateTime)  # noqa: PLW0108 - tests set the clock
"""The instant at which a prepared statement is executed."""

Instant = datetime | ColumnElement[datetime]
Id = UUID | ColumnElement[UUID]


def id_parameter(name: str) -> ColumnElement[UUID]:
    """Return the placeholder of an id in a prepared statement.

    Building a statement takes five times as long as executing it, so those that every message
    needs are built once.
    """
    return bindparam(name, type_=Uuid)


def ids_parameter(name: str) -> BindParameter[UUID]:
    """Return the placeholder of several ids in a prepared statement, for `in_`."""
    return bindparam(name, type_=Uuid, expanding=True)


class ValueList(TypeDecorator[Collection[Any]]):
    """Many values as a single parameter: an array on PostgreSQL, JSON on SQLite.

    Both are written here: the driver of PostgreSQL would look for a way to write each value.
    """

    impl = Text
    cache_ok = True
    kind: TypeEngine[Any]

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type of the database."""
        of_it: TypeEngine[Any] = Text() if dialect.name == "sqlite" else ARRAY(self.kind)
        return dialect.type_descriptor(of_it)

    def bind_processor(self, dialect: Dialect) -> Callable[[Collection[Any] | None], str | None]:
        """Return what writes the values as the database takes them."""
        on_sqlite = dialect.name == "sqlite"

        def written(values: Collection[Any] | None) -> str | None:
            if values is None:
                return None
            plain = self.plain(values)
            return json.dumps(plain) if on_sqlite else f"{{{','.join(self.in_array(plain))}}}"

        return written

    def plain(self, values: Collection[Any]) -> list[Any]:
        """Return the values as JSON has them."""
        return list(values)

    def in_array(self, plain: list[Any]) -> Iterable[str]:
        """Return each as it stands in an array of PostgreSQL."""
        return map(str, plain)


class IdList(ValueList):
    """Many ids."""

    cache_ok = True
    kind = Uuid()

    def plain(self, values: Collection[UUID]) -> list[str]:
        """Return the ids as SQLite stores them."""
        return [each.hex for each in values]


class TextList(ValueList):
    """Many texts."""

    cache_ok = True
    kind = Text()

    def in_array(self, plain: list[str]) -> Iterable[str]:
        """Return each text in quotes."""
        return ['"' + each.replace("\\", r"\\").replace('"', r"\"") + '"' for each in plain]


class NumberList(ValueList):
    """Many whole numbers."""

    cache_ok = True
    kind = BigInteger()


class Among(FunctionElement[bool]):
    """The condition that a column has one of many values, written for each database.

    It has no type: SQLAlchemy would compare a boolean function with 1, and SQLite find no index.
    """

    name = "among"
    inherit_cache = True


@compiles(Among, "sqlite")
def _among_on_sqlite(element: Among, compiler: Any, **how: Any) -> str:
    column, ids = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - compiled parts


@compiles(Among, "postgresql")
def _among_on_postgresql(element: Among, compiler: Any, **how: Any) -> str:
    column, ids = (compiler.process(part, **how) for part in element.clauses)
    return f"{column} = ANY({ids})"


Listed = Collection[Any] | str
"""Several values, or the name of their parameter in a prepared statement."""


def among(column: Any, listed: Listed) -> ColumnElement[bool]:
    """Return the condition on a column that it has one of many values.

    They are ids, whole numbers or texts, as the column is.

    They are a single parameter: with hundreds of parameters, writing them out took longer than
    the statement itself.
    """
    lists: dict[type[TypeEngine[Any]], type[TypeDecorator[Any]]] = {
        Uuid: IdList,
        Integer: NumberList,
    }
    values = next(
        (each() for kind, each in lists.items() if isinstance(column.type, kind)), TextList()
    )
    if isinstance(listed, str):
        return Among(column, bindparam(listed, type_=values))
    return Among(column, bindparam(None, listed, type_=values))
