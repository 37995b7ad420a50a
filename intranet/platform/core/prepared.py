"""Execute statements that are built once, with little between the caller and the driver.

SQLAlchemy compiles such a statement once too, but then spends three times as long as the driver on
each execution: on keys of its cache, contexts and cursors. Here it compiles the statement, converts
values and rows, and wraps errors; what lies between is left out.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import (
    BindParameter,
    Connection,
    Dialect,
    Executable,
    Float,
    IteratorResult,
    Numeric,
    Result,
    Uuid,
)
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.types import TypeEngine

Row = Mapping[str, Any]

MAX_IDS = 20_000
"""So many ids are kept as objects, of 200 bytes: a page reads a thousand, half of them again."""

MAX_SHAPES = 8
"""For so many lengths of its lists a statement is prepared, for the first ones that come."""

MAX_LISTED = 30
"""Longer lists hardly have the same length again."""

MAX_PARAMETERS = 100
"""Up to so many, rows are inserted together; more rows are left to a pipeline of the driver."""

MAX_INSERTS = 200

_INSERT = re.compile(
    r"(?P<into>INSERT INTO .+? VALUES )(?P<row>\(.+?\))(?P<rest>( ON CONFLICT .+)?)", re.DOTALL
)
_PARAMETER = re.compile(r"%\((\w+)\)s")


def query(connection: Connection, statement: Executable, given: Row) -> Result[Any]:
    """Execute a query of columns, with these values for its parameters.

    The first time SQLAlchemy does it: only what is executed again is worth preparing. Lists are
    written out as SQLAlchemy does, so a statement is prepared for the first lengths that they have.
    """
    prepared = _prepared(connection.dialect, statement, (), given)
    if prepared is None or not prepared.returns_rows:
        return connection.execute(statement, given)
    return prepared.query(connection, given)


def write(connection: Connection, statement: Executable, rows: Sequence[Row]) -> None:
    """Execute a statement without a result once for each of these rows; all have the same keys."""
    prepared = _prepared(connection.dialect, statement, tuple(rows[0]), {})
    if prepared is None:
        connection.execute(statement, rows[0] if len(rows) == 1 else rows)
    else:
        prepared.write(connection, rows)


class _Ran:
    """One execution: what listeners get as its context, and may note something on."""


class PreparedStatement:
    """A statement in the words of one driver, and how values and rows are converted for it."""

    def __init__(self, dialect: Dialect, compiled: Any, given: Row) -> None:
        """Look up once what each execution needs, with lists as long as those that are given."""
        self._sql: str = compiled.string
        self._order: Sequence[str] | None = compiled.positiontup
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        self._fixed: dict[str, Any] = {}
        self._lists: list[tuple[BindParameter[Any], Sequence[tuple[str, Any]]]] = []
        written_out = compiled.post_compile_params | compiled.literal_execute_params
        if written_out:
            self._write_out(written_out, compiled, given)
            binds = {name: bind for name, bind in binds.items() if bind not in written_out}
        bound = [name for name in dict.fromkeys(self._order or binds) if name in binds]
        self._is_in_order = self._order is not None and len(bound) == len(self._order)
        converts = compiled._bind_processors  # noqa: SLF001 - SQLAlchemy has no other way
        self._values = [(name, binds[name], converts.get(name)) for name in bound]
        self._defaults = [
            (column.key, column.default.arg, column.default.is_callable)
            for column in compiled.insert_prefetch
        ]
        columns = compiled._result_columns or ()  # noqa: SLF001 - as above
        self.returns_rows = bool(columns)
        results: list[Any] = [_reading(each.type, dialect) for each in columns]
        names = [each.keyname for each in columns]
        self._shape = SimpleResultMetaData(names, _processors=results if any(results) else None)
        insert = _INSERT.fullmatch(self._sql)
        is_of_rows = insert and set(_PARAMETER.findall(insert["row"])) == set(binds)
        self._insert = insert if is_of_rows and dialect.name == "postgresql" else None

    def _write_out(
        self, written_out: Iterable[BindParameter[Any]], compiled: Any, given: Row
    ) -> None:
        """Write lists and literals of the statement out: SQLAlchemy does so at each execution."""
        names = compiled.bind_names
        values = {names[each]: _value_of(each, given) for each in written_out}
        expanded = compiled._process_parameters_for_postcompile(values)  # noqa: SLF001 - as above
        self._sql, self._order = expanded.statement, expanded.positiontup
        for each in compiled.post_compile_params:
            listed = expanded.parameter_expansion[names[each]]
            named = [(one, expanded.processors.get(one)) for one in listed]
            if each.unique:
                for (one, convert), value in zip(named, each.value, strict=True):
                    self._fixed[one] = convert(value) if convert else value
            elif named:
                self._lists.append((each, named))

    def query(self, connection: Connection, given: Row) -> Result[Any]:
        """Return all rows."""
        rows = self._run(connection, self._sql, self._bound(given))
        return IteratorResult(self._shape, iter(rows))

    def write(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Execute it for each row.

        A single row is executed without a pipeline, which would double its cost in psycopg. So it
        would for a few rows to insert, which are one statement; those of an upsert have to differ.
        """
        bound = [self._bound(row) for row in rows]
        if len(bound) == 1:
            self._run(connection, self._sql, bound[0])
        elif self._insert and len(bound) * len(bound[0]) <= MAX_PARAMETERS:
            together = {
                f"{name}_{number}": value
                for number, row in enumerate(bound)
                for name, value in row.items()
            }
            self._run(connection, _inserting(self._insert, len(bound)), together)
        else:
            self._run(connection, self._sql, bound, is_many=True)

    def _bound(self, given: Row) -> Any:
        values = dict(self._fixed)
        if self._defaults:
            # SQLAlchemy has wrapped every function to take a context; ours ask nothing of it.
            made = {key: made(None) if calls else made for key, made, calls in self._defaults}
            given = {**made, **given}
        for name, bind, convert in self._values:
            value = _value_of(bind, given)
            values[name] = convert(value) if convert else value
        for bind, named in self._lists:
            for (name, convert), value in zip(named, _value_of(bind, given), strict=True):
                values[name] = convert(value) if convert else value
        if self._is_in_order:
            return tuple(values.values())
        return values if self._order is None else tuple(values[name] for name in self._order)

    def _run(
        self, connection: Connection, sql: str, bound: Any, *, is_many: bool = False
    ) -> Sequence[Any]:
        cursor = connection.connection.cursor()
        ran = (cursor, sql, bound, _Ran(), is_many)
        try:
            for listener in connection.dispatch.before_cursor_execute:
                listener(connection, *ran)
            run = cursor.executemany if is_many else cursor.execute
            run(sql, bound)
            for listener in connection.dispatch.after_cursor_execute:
                listener(connection, *ran)
            rows = cursor.fetchall() if self.returns_rows else []
        except BaseException as error:
            # It wraps the error, and gives up a connection that is lost.
            connection._handle_dbapi_exception(error, sql, bound, cursor, None)  # noqa: SLF001 - as above
            raise
        cursor.close()
        return rows


@lru_cache(MAX_INSERTS)
def _inserting(insert: re.Match[str], count: int) -> str:
    """Return the statement for so many rows; each parameter has the number of its row."""
    rows = [_PARAMETER.sub(rf"%(\1_{number})s", insert["row"]) for number in range(count)]
    return f"{insert['into']}{', '.join(rows)}{insert['rest']}"


def _reading(kind: TypeEngine[Any], dialect: Dialect) -> Callable[[Any], Any] | None:
    """Return how values of a column are converted, if they are."""
    if isinstance(kind, Uuid) and kind.as_uuid and dialect.name == "sqlite":
        return _as_uuid
    if isinstance(kind, Float) and not kind.asdecimal:
        return _as_float
    return kind._cached_result_processor(dialect, None)  # noqa: SLF001 - as above


@lru_cache(MAX_IDS)
def _as_uuid(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)


def _as_float(number: Any) -> float | None:
    """Return a number as a float, whether PostgreSQL gives it as that or as a decimal."""
    return None if number is None else float(number)


Shape = tuple[Any, ...]


class PreparedShapes:
    """The prepared forms of a statement: one for each set of written columns and list lengths."""

    def __init__(self) -> None:
        self._known: dict[Shape, PreparedStatement | None] = {}
        self._lists: dict[tuple[str, ...], Sequence[BindParameter[Any]]] = {}

    def get(
        self, dialect: Dialect, statement: Executable, keys: tuple[str, ...], given: Row
    ) -> PreparedStatement | None:
        """Return it prepared; None if it cannot be, or has enough lengths of lists already."""
        compiled = None
        if keys not in self._lists:
            compiled = _compiled(dialect, statement, keys)
            is_fixed = _is_fixed(compiled)
            self._lists[keys] = _lists_of(compiled) if is_fixed else ()
            if not is_fixed:
                self._known[keys] = None
        lengths = tuple(len(_value_of(each, given)) for each in self._lists[keys])
        shape = (*keys, *lengths)
        if shape not in self._known:
            if len(self._known) >= MAX_SHAPES or max(lengths, default=0) > MAX_LISTED:
                return None
            compiled = compiled or _compiled(dialect, statement, keys)
            self._known[shape] = PreparedStatement(dialect, compiled, given)
        return self._known[shape]


def _prepared(
    dialect: Dialect, statement: Executable, keys: tuple[str, ...], given: Row
) -> PreparedStatement | None:
    """Return the prepared statement; None if it is new, or cannot be prepared."""
    # They are kept at the dialect, since they hold parts of it; and end with it.
    statements = vars(dialect).setdefault("prepared_statements", WeakKeyDictionary())
    known: PreparedShapes | None = statements.get(statement)
    if known is None:
        statements[statement] = PreparedShapes()
        return None
    return known.get(dialect, statement, keys, given)


def _compiled(dialect: Dialect, statement: Executable, keys: tuple[str, ...]) -> Any:
    how: dict[str, Any] = {"column_keys": list(keys), "for_executemany": True} if keys else {}
    return cast("Any", statement).compile(dialect=dialect, **how)


def _lists_of(compiled: Any) -> list[BindParameter[Any]]:
    return [each for each in compiled.post_compile_params if not each.unique]


def _value_of(bind: BindParameter[Any], given: Row) -> Any:
    return given[bind.key] if bind.required or bind.key in given else bind.effective_value


def _is_fixed(compiled: Any) -> bool:
    """Return whether nothing but the lengths of lists differs from one execution to the next."""
    return not (
        not all(each.unique for each in compiled.literal_execute_params)
        or any(each.type._is_tuple_type for each in compiled.post_compile_params)  # noqa: SLF001 - as above
        or compiled.update_prefetch
        or not all(
            each.default.is_callable or each.default.is_scalar for each in compiled.insert_prefetch
        )
        # PostgreSQL says with each result how it writes them: as decimals, or as floats.
        or any(_is_decimal(each.type) for each in compiled._result_columns or ())  # noqa: SLF001 - as above
    )


def _is_decimal(kind: TypeEngine[Any]) -> bool:
    return isinstance(kind, Numeric | Float) and kind.asdecimal
