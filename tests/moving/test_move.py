"""An installation moves from SQLite to PostgreSQL and back while people go on."""

import re
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing, contextmanager
from uuid import UUID, uuid4

import psycopg
import pytest
from click.testing import CliRunner
from sqlalchemy import text, update

from intranet.app import create_app
from intranet.cli.doctor import doctor
from intranet.cli.moving import STOPPED
from intranet.config import BadSettingError
from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.models import Message
from intranet.moving import steps
from intranet.moving.postgresql_target import BUILT
from intranet.moving.tables import MoveError
from intranet.platform.core import outbox_figures, read_only, schema, slow_statements
from intranet.platform.core.read_only import ReadOnly
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.index.models import SearchDocument
from tests.cast import Browser, sign_in
from tests.cli.processes import environment
from tests.conftest import close, settings_for
from tests.messaging.messages.helpers import channel_of, read_english, say
from tests.moving.conftest import path_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.only_on("sqlite", reason="both databases take part in each"),
]

AWKWARD = "a\tb\\c\nd\\N\r\b\f\v\x1f\x7f '\"{}%s 🙂 ñ \\"
STEPS = ("rows", "indexes", "People", "Comparing")


def test_what_is_written_meanwhile_arrives_and_goes_on(house):
    """Rows are added, changed and deleted, and a unique value changes hands, while it copies."""
    with house.app.app_context():
        first = say(house.cast.ana, channel_of(house.cast.urban_planning)).id
        second = say(house.cast.ana, channel_of(house.cast.urban_planning)).id
    written: list[tuple[UUID, int, str]] = []
    steps: Counter[str] = Counter()

    def go_on(step):
        steps[step] += 1
        if step not in {"rows", "indexes"} or steps[step] not in {1, 20, 50}:
            return
        with house.app.app_context():
            channel = channel_of(house.cast.urban_planning)
            message = say(house.cast.carles, channel, f"Meanwhile {len(written)}")
            written.append((message.id, message.rev, message.body))
            if (step, steps[step]) == ("indexes", 20):
                swap(first, second)
                with unit_of_work() as work:
                    work.delete(db.session.get_one(Message, written.pop(0)[0]))

    moved = house.move(during=go_on)
    assert len(written) > 2
    assert moved.sums["messages"].rows == len(written) + 2
    app = create_app(settings_for(house.target, house.settings.data_dir))
    with app.app_context():
        assert schema.is_current(app)
        assert db.session.get_one(Message, first).body == AWKWARD
        for number, rev, body in written:
            found = db.session.get_one(Message, number)
            assert (found.rev, found.body) == (rev, body)
        again = say(
            house.cast.ana, db.session.get_one(Conversation, found.conversation_id), "Onward"
        )
        assert again.rev == max(rev for _number, rev, _body in written) + 1
        db.session.execute(text("SELECT nextval(pg_get_serial_sequence('search_documents', 'id'))"))
        newest = db.session.query(SearchDocument).filter_by(subject_id=again.id).one()
        assert newest.id == db.session.query(db.func.max(SearchDocument.id)).scalar()
        expected = built(house.target)
    close(app)

    back = f"sqlite:///{house.settings.data_dir / 'back.sqlite'}"
    returned = house.move(since=house.target, to=back)
    assert returned.sums["messages"].rows == moved.sums["messages"].rows + 1
    same = {name for name in moved.sums if moved.sums[name] == returned.sums[name]}
    assert {"people", "accounts", "posts", "reactions", "functions"} <= same
    app = create_app(settings_for(back, house.settings.data_dir))
    with app.app_context():
        assert db.session.get_one(Message, again.id).body == "Onward"
        words = "SELECT count(*) FROM search_fts WHERE search_fts MATCH 'onward'"
        assert db.session.scalar(text(words)) == 1
    close(app)
    assert expected == built(migrated(house))


def swap(first, second):
    """Give each of two messages the unique value of the other, and one a text full of signs."""
    with unit_of_work() as work:
        ours, theirs = (db.session.get_one(Message, one) for one in (first, second))
        our_number, their_number = ours.client_id, theirs.client_id
        ours.client_id = uuid4()
        work.flush()
        theirs.client_id = our_number
        work.flush()
        ours.client_id, ours.body = their_number, AWKWARD


def migrated(house):
    """A PostgreSQL database that was never filled by a move."""
    url = house.target
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    app = create_app(settings_for(url, house.settings.data_dir))
    schema.upgrade(app)
    close(app)
    return url


CASTS = re.compile(r"::\w+(?: varying)?|[()\[\]]")
"""What PostgreSQL adds to a condition that it has read once more."""


def built(url):
    """Every index, constraint and table of a PostgreSQL database."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        made = connection.execute(BUILT)
        return {*tables.fetchall(), *((*row[:3], CASTS.sub("", row[3])) for row in made)}


def test_people_read_and_nothing_is_written_until_it_is_cancelled(house):
    before = content(house.settings.database_url)
    with house.app.app_context():
        read_english(house.app, house.cast.ana)
        channel = channel_of(house.cast.urban_planning)
        say(house.cast.ana, channel, "Before")
    ana = Browser(house.app)
    sign_in(ana, house.cast.ana)
    kept = content(house.settings.database_url)
    looked = []

    def look(step):
        if not step.startswith("Comparing"):
            return
        house.app.extensions.pop("read_only", None)  # it has looked long ago
        page = ana.get("/")
        assert page.status_code == 200
        assert "you can read but not write" in page.text
        assert ana.get("/messages").status_code == 200
        for refused in (
            ana.submit("/me/status", {"text": "Here", "ends": "30"}),
            ana.submit("/signout"),
            Browser(house.app).submit(
                "/signin?lang=en", {"email": "ana@x.example", "password": "x"}
            ),
        ):
            assert refused.status_code == 503, refused.request.path
            assert "another database" in refused.text
            assert int(refused.headers["Retry-After"]) > 0
        with house.app.app_context():
            with pytest.raises(ReadOnly):
                say(house.cast.ana, channel_of(house.cast.urban_planning), "Too late")
            with read_only.finishing(), pytest.raises(ReadOnly), unit_of_work():
                db.session.execute(update(Message).values(body="By a job"))
            assert outbox_figures.count_claimed() == 0
        looked.append(step)

    house.move(during=look)
    assert looked
    with house.app.app_context(), pytest.raises(ReadOnly):
        say(house.cast.ana, channel_of(house.cast.urban_planning), "Still too late")
    with pytest.raises(MoveError, match="moved to PostgreSQL already"):
        house.move(to=f"sqlite:///{house.settings.data_dir / 'other.sqlite'}")
    assert steps.cancel(house.settings) == "PostgreSQL"
    assert content(house.settings.database_url) == kept
    assert before != kept
    house.app.extensions.pop("read_only")
    with house.app.app_context():
        say(house.cast.ana, channel_of(house.cast.urban_planning), "Again")
    assert "you can read but not write" not in ana.get("/").text


def content(url):
    """All tables, triggers and rows of a file."""
    with closing(sqlite3.connect(path_of(url))) as connection:
        return [line for line in connection.iterdump() if "last_used_at" not in line]


@pytest.mark.parametrize("step", STEPS)
def test_it_goes_on_where_it_was_stopped(house, step):
    with house.app.app_context():
        say(house.cast.ana, channel_of(house.cast.urban_planning), "Before")

    def stop(at):
        if at.startswith(step):
            raise InterruptedError

    with pytest.raises(InterruptedError):
        house.move(during=stop)
    too_early = create_app(settings_for(house.target, house.settings.data_dir))
    with pytest.raises(BadSettingError, match="has not filled this database whole"):
        schema.upgrade(too_early)
    close(too_early)
    house.app.extensions.pop("read_only", None)
    with house.app.app_context():
        last = say(house.cast.ana, channel_of(house.cast.urban_planning), "Between").id
    moved = house.move()
    assert moved.sums["messages"].rows == 2
    app = create_app(settings_for(house.target, house.settings.data_dir))
    with app.app_context():
        assert db.session.get_one(Message, last).body == "Between"
    close(app)


def test_ctrl_c_says_how_it_goes_on(house):
    place = {
        "data_dir": str(house.settings.data_dir),
        "database_url": house.settings.database_url,
    }
    target = house.target.replace("+psycopg", "")
    command = [sys.executable, "-m", "intranet", "move", "--to", target, "--notice", "0"]
    with subprocess.Popen(
        command, env=environment(**place), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as moving:
        assert moving.stdout
        for line in moving.stdout:
            if line.startswith("People"):
                moving.send_signal(signal.SIGINT)
        assert moving.stderr
        said = moving.stderr.read()
    assert moving.returncode == 1
    assert said.splitlines()[-1] == f"Error: {STOPPED}"
    with house.app.app_context():
        say(house.cast.ana, channel_of(house.cast.urban_planning), "Nobody is kept from writing")


def test_what_cannot_be_stored_is_named_before_anything_stops(house):
    with house.app.app_context():
        message = say(house.cast.ana, channel_of(house.cast.urban_planning))
        number = message.id.hex
    steps: list[str] = []
    for body, why in (("a\0b", "NUL"), (b"\xed\xa0\x80", "Unicode")):
        with closing(sqlite3.connect(path_of(house.settings.database_url))) as connection:
            statement = "UPDATE messages SET body = CAST(? AS TEXT) WHERE id = ?"
            connection.execute(statement, [body, number])
            connection.commit()
        with pytest.raises(
            MoveError, match=re.escape(f"A row of messages (id {number})")
        ) as refused:
            house.move(during=steps.append)
        assert why in str(refused.value)
    assert not any(step.startswith("People") for step in steps)
    with house.app.app_context():
        say(house.cast.ana, channel_of(house.cast.urban_planning))


def test_a_place_that_does_not_fit_is_refused(house, monkeypatch, caplog):
    monkeypatch.setattr(slow_statements, "SLOW_SECONDS", 0)
    with psycopg.connect(house.target.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("CREATE TABLE theirs ()")
    with pytest.raises(MoveError, match="holds 1 tables"):
        house.move()
    with pytest.raises(MoveError, match="in use"):
        house.move(to=house.settings.database_url)
    with pytest.raises(MoveError, match="does not answer"):
        house.move(to="postgresql+psycopg:///nowhere?host=/nowhere")
    other = path_of(house.settings.database_url).with_name("other.sqlite")
    other.write_bytes(path_of(house.settings.database_url).read_bytes())
    with pytest.raises(MoveError, match="is there already"):
        house.move(to=f"sqlite:///{other}")
    assert "slow statement" not in caplog.messages  # a command says only what it does
    with pytest.raises(MoveError, match="No move"):
        steps.cancel(house.settings)


HOLD = """
import sys, pathlib
from intranet.cli import server_locks
held = server_locks.lock_move(pathlib.Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@contextmanager
def going_on(data_dir):
    """Another process moves the installation."""
    arguments = [sys.executable, "-c", HOLD, str(data_dir)]
    with subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holding:
        assert holding.stdout
        assert holding.stdout.readline() == "held\n"
        yield
        holding.communicate("")


def test_the_doctor_says_how_people_can_write_again(house):
    place = {
        "INTRANET_DATA_DIR": str(house.settings.data_dir),
        "INTRANET_DATABASE_URL": house.settings.database_url,
    }
    seen: list[str] = []

    def visit(_step=""):
        lines = CliRunner().invoke(doctor, env=place).output.splitlines()
        seen.extend(line for line in lines if line[6:].startswith("writing:"))

    def look(step):
        if step.startswith("Comparing"):
            visit()  # as after a kill: nobody moves
            with going_on(house.settings.data_dir):
                visit()

    visit()
    house.move(during=look)
    visit()
    before, left, under_way, after = seen
    assert before == "ok    writing: people can write"
    assert left.startswith("WRONG")
    assert "`intranet move --cancel` ends it" in left
    assert under_way.startswith("ok    writing: a move is under way")
    assert after.startswith("WRONG writing: all of this moved to PostgreSQL")
    assert "INTRANET_DATABASE_URL" in after
