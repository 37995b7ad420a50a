"""What a page asks of the database, and how much the database looks at for it."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from flask import Flask
from sqlalchemy import event, func, select

from intranet.delivery.realtime.client_events import greetings
from intranet.extensions import db
from intranet.organisation.accounts.access import cookie_name
from tools.bench.country.loader import readers
from tools.bench.country.pages import pages_of, request_of
from tools.bench.site import sign_in_again

ALIKE = 1
"""So many of the addresses of a page that are alike."""
STEPS = 50
"""SQLite is asked so often how far it is: after so many of its instructions."""


@dataclass
class Looked:
    """What a page looks at: tables read whole, and how much in all.

    `amount` is in blocks of PostgreSQL, in instructions of SQLite's machine.
    """

    whole: set[tuple[str, str]] = field(default_factory=set)
    amount: int = 0


@cache
def look(app: Flask, reader: str) -> Mapping[str, Looked]:
    """By name each hot path: the pages of the bench and the greeting, as a reader has them."""
    with app.app_context():
        person = readers()[reader]
        pages = pages_of(person)
        cookie = cookie_name(), sign_in_again(person)
    client = app.test_client()
    client.set_cookie(*cookie)
    for address in ("/", "/messages"):
        client.get(address)  # what the first page fills: caches that are the same everywhere
    found = {}
    for name, addresses in pages.items():
        for address in addresses[:ALIKE]:
            with recorded(app) as asked:
                assert client.open(**request_of(address)).status_code in {200, 303}, address
            found[f"{name} {address}"] = explained(app, asked)
    with app.app_context():
        person = readers()[reader]
        with recorded(app) as asked:
            greetings(person)
    found["greeting"] = explained(app, asked)
    return found


def growing(small: Flask, large: Flask, least: int) -> set[str]:
    """The tables that are larger in the larger country, and large enough to be read by index."""
    counts = []
    for app in (small, large):
        with app.app_context():
            counts.append(
                {
                    name: db.session.scalar(select(func.count()).select_from(table)) or 0
                    for name, table in db.metadata.tables.items()
                }
            )
    before, after = counts
    return {name for name, count in after.items() if count > max(3 * before[name], least)}


@contextmanager
def recorded(app: Flask) -> Iterator[list[tuple[str, Any]]]:
    with app.app_context():
        engine = db.engine
    asked: list[tuple[str, Any]] = []
    here = threading.get_ident()

    def note(_connection, _cursor, statement, parameters, _context, many):
        if threading.get_ident() == here and not many:
            asked.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(engine, "before_cursor_execute", note)


def explained(app: Flask, asked: list[tuple[str, Any]]) -> Looked:
    looked = Looked()
    with app.app_context():
        connection = db.engine.raw_connection()
        driver: Any = connection.driver_connection
        explain = _on_sqlite if db.engine.dialect.name == "sqlite" else _on_postgresql
        for statement, parameters in asked:
            if statement.lstrip("( \n").upper().startswith(("SELECT", "WITH")):
                explain(driver, statement, parameters, looked)
        connection.close()
    return looked


def _on_postgresql(driver: Any, statement: str, parameters: Any, looked: Looked) -> None:
    rows = driver.execute(
        f"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {statement}", parameters
    )
    [[plans]] = rows.fetchall()
    plan = (json.loads(plans) if isinstance(plans, str) else plans)[0]["Plan"]
    looked.amount += plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    for node in _nodes(plan):
        if node["Node Type"] == "Seq Scan" and node["Actual Loops"]:
            looked.whole.add((node["Relation Name"], statement))


def _nodes(plan: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _on_sqlite(driver: Any, statement: str, parameters: Any, looked: Looked) -> None:
    for *_ids, detail in driver.execute(f"EXPLAIN QUERY PLAN {statement}", parameters):
        words = detail.split()
        if words[0] == "SCAN" and "INDEX" not in words:
            looked.whole.add((words[1], statement))
    steps = 0

    def count() -> None:
        nonlocal steps
        steps += STEPS

    driver.set_progress_handler(count, STEPS)
    driver.execute(statement, parameters).fetchall()
    driver.set_progress_handler(None, STEPS)
    looked.amount += steps
