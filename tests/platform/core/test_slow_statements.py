"""What is slow in the database is told by the operation's name, without what people write."""

import threading
import time

import pytest
from sqlalchemy import select, text

from intranet.extensions import db
from intranet.organisation.people.models import Person
from intranet.platform.core import slow_statements
from intranet.platform.core.operation import doing
from intranet.platform.core.process_metrics import lock_waits
from intranet.platform.core.unit_of_work import unit_of_work
from tests.delivery.realtime.clients import PATIENCE


@pytest.fixture
def all_is_slow(monkeypatch):
    monkeypatch.setattr(slow_statements, "SLOW_SECONDS", 0.0)


def slow_in(lines, message):
    return [line for line in lines if line["message"] == message]


@pytest.mark.both
def test_a_statement_is_told_with_its_operation_and_without_its_values(
    app_context, log_lines, all_is_slow
):
    with doing("directory.people"):
        names = ["a private word", "another", "a third"]
        db.session.scalars(select(Person.id).where(Person.name.in_(names))).all()

    line = slow_in(log_lines, "slow statement")[-1]
    assert line["operation"] == "directory.people"
    assert line["statement"].startswith("SELECT people.id FROM people WHERE people.name IN (")
    assert "private" not in str(line)
    assert line["statement"].count(", …") == 1


def test_a_statement_that_takes_no_half_second_is_not_told(app_context, log_lines, monkeypatch):
    assert slow_statements.SLOW_SECONDS == 0.5
    monkeypatch.setattr(
        slow_statements, "SLOW_SECONDS", PATIENCE
    )  # of a busy machine half a second is little
    db.session.scalars(select(Person.id)).all()

    assert log_lines == []


@pytest.mark.both
def test_a_statement_that_takes_longer_is_told_with_its_time(app_context, log_lines):
    if app_context.config["SETTINGS"].on_sqlite:
        raw = db.session.connection().connection.driver_connection
        assert raw
        raw.create_function("pg_sleep", 1, time.sleep)
    began = time.perf_counter()
    db.session.execute(text("SELECT pg_sleep(0.55)"))
    most = (time.perf_counter() - began) * 1_000

    (line,) = slow_in(log_lines, "slow statement")
    assert 550 <= line["milliseconds"] <= most


def test_a_request_s_slow_statements_carry_its_id(client, log_lines, all_is_slow):
    client.get("/signin")
    answer = client.get("/health/ready")

    assert answer.status_code == 200
    line = slow_in(log_lines, "slow statement")[-1]
    assert line["operation"] == "health.ready"
    assert line["request_id"]


@pytest.mark.slow
def test_of_a_transaction_is_told_how_long_it_waited_and_how_long_it_held(
    app, cast, log_lines, monkeypatch
):
    """One has the row, the other waits for it; the first goes on once the other waits."""
    monkeypatch.setattr(slow_statements, "SLOW_SECONDS", 0.05)
    holds, waits = threading.Event(), threading.Event()

    def change(name, *, first):
        with app.app_context(), doing(name):
            if not first:
                holds.wait()
                waits.set()
            with unit_of_work() as work:
                work.lock(db.session.get_one(Person, cast.ana.id))
                if first:
                    holds.set()
                    waits.wait()
                    threading.Event().wait(0.6)  # the other comes to wait for some of it

    lock = "writer" if app.config["SETTINGS"].on_sqlite else "row"
    waited_before = lock_waits.labels(lock)._sum.get()
    threads = [
        threading.Thread(target=change, args=(name,), kwargs={"first": name == "first"})
        for name in ("first", "second")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    told = {line["operation"]: line for line in slow_in(log_lines, "slow transaction")}
    second = told["second"]
    assert told["first"]["held_milliseconds"] >= 600
    assert second["waited_milliseconds"] >= 100
    assert second["held_milliseconds"] < second["waited_milliseconds"]
    assert lock_waits.labels(lock)._sum.get() - waited_before >= 0.1


def test_filling_an_empty_site_logs_nothing_as_slow(app_context, log_lines, all_is_slow):
    with slow_statements.expected(), unit_of_work():
        db.session.execute(text("SELECT 1"))
    assert slow_in(log_lines, "slow statement") == []
    assert slow_in(log_lines, "slow transaction") == []
    with unit_of_work():
        db.session.execute(text("SELECT 1"))
    assert slow_in(log_lines, "slow statement")
    assert slow_in(log_lines, "slow transaction")
