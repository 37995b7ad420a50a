"""Pages are read from a replica that has all that was committed, and from the primary else."""

import re
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import delete, event, select

from intranet.app import close_app, create_app
from intranet.extensions import db
from intranet.organisation.accounts.models import SignIn
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.operations.appointments import end_appointment
from intranet.platform.core import clock, replica
from intranet.platform.core.unit_of_work import unit_of_work
from tests.cast import Cast, sign_in
from tests.conftest import make_house
from tests.services import PostgreSQL

pytestmark = [
    pytest.mark.slow,
    pytest.mark.only_on("postgresql", reason="SQLite has no replicas"),
]


@pytest.fixture
def app(replicated, standby, tmp_path):
    with make_house(replicated, tmp_path, replica_url=standby.like(replicated.url)) as made:
        yield made
        replica.close(made)


@pytest.fixture
def cast(app, replicated):
    return Cast(app, replicated.ids)


@pytest.fixture
def ana(app, cast):
    return sign_in(app.test_client(), cast.ana)


def outcomes():
    """How many pages were answered how, so far."""
    return {
        name: REGISTRY.get_sample_value("intranet_replica_pages_total", {"outcome": name}) or 0
        for name in (replica.READ, replica.LATE, replica.AWAY, replica.UNFIT, replica.RESTS)
    }


def told(action):
    """What an action returns, and how its pages were answered."""
    before = outcomes()
    found = action()
    return found, {
        name: now - before[name] for name, now in outcomes().items() if now > before[name]
    }


def write(app, person, words):
    """Commit a sentence of a person about themselves."""
    with app.app_context(), unit_of_work() as work:
        work.locked(type(person), person.id).about = words


def test_marked_pages_say_the_same_and_ask_the_primary_for_who_asks_and_its_position(
    app, cast, ana
):
    asked: list[str] = []
    with app.app_context():
        event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    addresses = [
        *(f"/people/{cast.ana.id}", f"/people/{cast.carles.id}", "/agencies"),
        *("/agencies/L01990012", "/agencies/L01990012/list", f"/units/{cast.licences.id}"),
        *(f"/posts/{cast.officer_post.id}", "/directory?q=ana", "/counterparts", "/search?q=plan"),
        *("/search/suggestions?q=from:an", "/switcher?q=an", "/publications", "/groups"),
        *("/api/v1/search?q=plan", "/api/v1/directory?q=ana", "/api/v1/counterparts"),
    ]
    for address in addresses:
        ana.get(address)
        asked.clear()
        answer, how = told(lambda: ana.get(address))  # noqa: B023 - called at once
        of_primary = list(asked)
        by_primary, how_then = resting(app, ana, address)

        assert answer.status_code in {200, 303}, address
        assert (how, how_then) == ({replica.READ: 1}, {replica.RESTS: 1}), address
        assert without_tokens(answer) == without_tokens(by_primary), address
        assert len(of_primary) <= 3, of_primary
        assert of_primary[-1] == replica.PRIMARY
    marked = [name for name, view in app.view_functions.items() if hasattr(view, replica.MARK)]
    assert len(addresses) - 1 == len(marked)  # /people/… twice


def test_a_write_is_in_the_next_page_however_late_the_replica_is(app, cast, ana, standby):
    for seconds in (0, 0.02, 0.3):
        standby.lag(seconds)
        for number in range(15):
            words = f"words {seconds} {number}"
            write(app, cast.ana, words)
            assert words in ana.get(f"/people/{cast.ana.id}").text
            end_rest(app)
    assert outcomes()[replica.READ] >= 15


def test_a_replica_an_hour_behind_is_left_alone_and_nothing_is_missing(app, cast, ana, standby):
    ana.get("/groups")
    standby.run("SELECT pg_wal_replay_pause()")
    write(app, cast.ana, "written since")
    address = f"/people/{cast.ana.id}"

    first, how = told(lambda: ana.get(address))
    second, how_then = told(lambda: ana.get(address))

    assert "written since" in first.text
    assert "written since" in second.text
    assert (how, how_then) == ({replica.LATE: 1}, {replica.RESTS: 1})
    standby.run("SELECT pg_wal_replay_resume()")
    assert reads_again(app, ana, address)


def test_who_lost_their_post_or_account_sees_nothing_from_a_replica_that_knows_of_neither(
    app, cast, client_of, standby
):
    ana, carles, stranger = map(client_of, (cast.ana, cast.nadia, cast.xoel))
    address = f"/people/{cast.rosa.id}"
    for client in (ana, carles, stranger):
        assert client.get(address).status_code == 200
    standby.run("SELECT pg_wal_replay_pause()")
    with app.app_context():
        today = clock.today("Europe/Madrid")
        for held in db.session.scalars(
            select(Appointment).where(Appointment.person_id == cast.ana.id)
        ).all():
            end_appointment(None, held, last_day=today - timedelta(days=1))
        with unit_of_work():
            db.session.execute(delete(SignIn))

    assert ana.get(address).status_code == 303
    assert carles.get("/search?q=plan").status_code == 303
    again = client_of(cast.ana)
    assert again.get(address).status_code == 404
    assert again.get("/agencies").status_code == 404


def test_a_promoted_server_and_one_of_others_are_not_read_from(app, cast, ana, standby):
    assert reads_again(app, ana)
    standby.run("SELECT pg_promote()")
    write(app, cast.ana, "only on the primary")

    answer, how = told(lambda: ana.get(f"/people/{cast.ana.id}"))

    assert "only on the primary" in answer.text
    assert how == {replica.UNFIT: 1}
    foreign = PostgreSQL(durable=True)
    foreign.start()
    try:
        url = foreign.new_database()
        other = create_app(replace(app.config["SETTINGS"], replica_url=url))
        client = sign_in(other.test_client(), cast.ana)
        assert told(lambda: client.get("/groups"))[1] == {replica.UNFIT: 1}
        close_app(other)
    finally:
        foreign.remove()


def test_a_replica_that_ends_while_it_is_read_from_costs_nobody_an_answer(app, cast, ana, standby):
    assert reads_again(app, ana)
    engine = app.extensions[replica.EXTENSION].engine
    kills = iter([standby.kill])

    @event.listens_for(engine, "before_cursor_execute")
    def kill(*given):
        if given[2] != replica.REPLICA and (act := next(kills, None)):
            act()

    answer, how = told(lambda: ana.get(f"/people/{cast.ana.id}"))
    assert answer.status_code == 200
    assert "Ana" in answer.text
    assert how == {replica.AWAY: 1}
    assert told(lambda: ana.get("/groups"))[1] == {replica.RESTS: 1}
    end_rest(app)
    assert told(lambda: ana.get("/groups"))[1] == {replica.AWAY: 1}  # refused
    standby.start()
    end_rest(app)
    assert reads_again(app, ana)


def test_a_page_is_whole_at_whatever_statement_the_replica_fails(app, cast, ana, standby):
    address = f"/people/{cast.ana.id}"
    asked: list[str] = []
    fails_at: list[int] = []

    @event.listens_for(app.extensions[replica.EXTENSION].engine, "before_cursor_execute")
    def cut_off(_connection, cursor, statement, *_more):
        asked.append(statement)
        if len(asked) in fails_at:
            standby.run(f"SELECT pg_terminate_backend({cursor.connection.info.backend_pid})")

    assert reads_again(app, ana, address)
    asked.clear()
    expected = without_tokens(ana.get(address))
    count = len(asked)
    for number in range(1, count + 1):
        asked.clear()
        fails_at[:] = [number]
        answer, how = told(lambda: ana.get(address))
        assert (without_tokens(answer), how) == (expected, {replica.AWAY: 1}), asked[-1]
        end_rest(app)
    assert count > 10


def test_a_replica_that_stands_still_holds_nobody_up_for_long(app, cast, ana, standby, monkeypatch):
    monkeypatch.setattr(replica, "ANSWERS_WITHIN_SECONDS", 0.5)
    assert reads_again(app, ana)
    standby.stand_still()
    try:
        answer, how = told(lambda: ana.get("/groups"))
    finally:
        standby.stand_still(still=False)

    assert answer.status_code == 200
    assert how == {replica.AWAY: 1}


def reads_again(app, client, address="/groups"):
    """Whether the replica answers in the end: it has to receive what was written meanwhile."""
    for _attempt in range(50):
        end_rest(app)
        if told(lambda: client.get(address))[1] == {replica.READ: 1}:
            return True
        time.sleep(0.1)
    return False


def end_rest(app):
    app.extensions[replica.EXTENSION]._breaker.note_success()


def resting(app, client, address):
    breaker = app.extensions[replica.EXTENSION]._breaker
    breaker.note_failure()
    found = told(lambda: client.get(address))
    breaker.note_success()
    return found


def without_tokens(answer):
    return re.sub(r"[\w.-]{60,}|dur=[\d.]+", "", answer.text)
