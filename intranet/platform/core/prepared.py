"""Execute statements that are built once, with little between the caller and the driver.

SQLAlchemy compiles such a statement once too, but then spends three times as long as the driver on
each execution: on keys of its cache, contexts and cursors. Here it compiles the statement, converts
values and rows, and wraps errors; what lies between is left out.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Dialect, Executable, Float, IteratorResult, Numeric, Result
from sqlalchemy.engine.result import SimpleResultMetaData

Row = Mapping[str, Any]


def query(connection: Connection, statement: Executable, given: Row) -> Result[Any]:
    """Execute a query of columns, with these values for its parameters.

    The first time SQLAlchemy does it, as always where the number of parameters varies: only what
    is executed again is worth preparing.
    """
    prepared = _prepared(connection.dialect, statement, ())
    if prepared is None or not prepared.returns_rows:
        return connection.execute(statement, given)
    return prepared.query(connection, given)


def write(connection: Connection, statement: Executable, rows: Sequence[Row]) -> None:
    """Execute a statement without a result once for each of these rows; all have the same keys."""
    prepared = _prepared(connection.dialect, statement, tuple(rows[0]))
    if prepared is None:
        connection.execute(statement, rows[0] if len(rows) == 1 else rows)
    else:
        prepared.write(connection, rows)


class _Ran:
    """One execution: what listeners get as its context, and may note something on."""


class PreparedStatement:
    """A statement in the words of one driver, and how values and rows are converted for it."""

    def __init__(self, dialect: Dialect, compiled: Any) -> None:
        """Look up once what each execution needs."""
        self._sql: str = compiled.string
        self._order: Sequence[str] | None = compiled.positiontup
        binds = {name: bind for bind, name in compiled.bind_names.items()}
        self._fixed: dict[str, Any] = {}
        if compiled.post_compile_params:
            self._write_out_lists(compiled)
            binds = {
                name: bind
                for name, bind in binds.items()
                if bind not in compiled.post_compile_params
            }
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
        results = [each.type._cached_result_processor(dialect, None) for each in columns]  # noqa: SLF001 - as above
        names = [each.keyname for each in columns]
        self._shape = SimpleResultMetaData(names, _processors=results if any(results) else None)

    def _write_out_lists(self, compiled: Any) -> None:
        """Write the constant lists of the statement out: SQLAlchemy does so at each execution."""
        lists = {compiled.bind_names[each]: each.value for each in compiled.post_compile_params}
        expanded = compiled._process_parameters_for_postcompile(lists)  # noqa: SLF001 - as above
        self._sql, self._order = expanded.statement, expanded.positiontup
        for name, value in expanded.additional_parameters.items():
            convert = expanded.processors.get(name)
            self._fixed[name] = convert(value) if convert else value

    def query(self, connection: Connection, given: Row) -> Result[Any]:
        """Return all rows."""
        rows = self._run(connection, self._bound(given))
        return IteratorResult(self._shape, iter(rows))

    def write(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Execute it for each row.

        A single row is executed without a pipeline, which would double its cost in psycopg.
        """
        bound = [self._bound(row) for row in rows]
        is_one = len(bound) == 1
        self._run(connection, bound[0] if is_one else bound, is_many=not is_one)

    def _bound(self, given: Row) -> Any:
        values = dict(self._fixed)
        if self._defaults:
            # SQLAlchemy has wrapped every function to take a context; ours ask nothing of it.
            made = {key: made(None) if calls else made for key, made, calls in self._defaults}
            given = {**made, **given}
        for name, bind, convert in self._values:
            value = given[bind.key] if bind.required or bind.key in given else bind.effective_value
            values[name] = convert(value) if convert else value
        if self._is_in_order:
            return tuple(values.values())
        return values if self._order is None else tuple(values[name] for name in self._order)

    def _run(self, connection: Connection, bound: Any, *, is_many: bool = False) -> Sequence[Any]:
        cursor = connection.connection.cursor()
        ran = (cursor, self._sql, bound, _Ran(), is_many)
        try:
            for listener in connection.dispatch.before_cursor_execute:
                listener(connection, *ran)
            run = cursor.executemany if is_many else cursor.execute
            run(self._sql, bound)
            for listener in connection.dispatch.after_cursor_execute:
                listener(connection, *ran)
            rows = cursor.fetchall() if self.returns_rows else []
        except BaseException as error:
            # It wraps the error, and gives up a connection that is lost.
            connection._handle_dbapi_exception(error, self._sql, bound, cursor, None)  # noqa: SLF001 - as above
            raise
        cursor.close()
        return rows


Known = dict[tuple[str, ...], PreparedStatement | None]


def _prepared(
    dialect: Dialect, statement: Executable, keys: tuple[str, ...]
) -> PreparedStatement | None:
    """Return the prepared statement; None if it is new, or cannot be prepared."""
    # They are kept at the dialect, since they hold parts of it; and end with it.
    statements = vars(dialect).setdefault("prepared_statements", WeakKeyDictionary())
    known: Known | None = statements.get(statement)
    if known is None:
        statements[statement] = {}
        return None
    if keys not in known:
        known[keys] = _compiled(dialect, statement, keys)
    return known[keys]


def _compiled(
    dialect: Dialect, statement: Executable, keys: tuple[str, ...]
) -> PreparedStatement | None:
    how: dict[str, Any] = {"column_keys": list(keys), "for_executemany": True} if keys else {}
    compiled: Any = cast("Any", statement).compile(dialect=dialect, **how)
    is_fixed = not (
        any(each.required or not each.unique for each in compiled.post_compile_params)
        or compiled.literal_execute_params
        or compiled.update_prefetch
        or not all(
            each.default.is_callable or each.default.is_scalar for each in compiled.insert_prefetch
        )
        # PostgreSQL says with each result how it writes them: as decimals, or as floats.
        or any(isinstance(each.type, (Float, Numeric)) for each in compiled._result_columns or ())  # noqa: SLF001 - as above
    )
    return PreparedStatement(dialect, compiled) if is_fixed else None
