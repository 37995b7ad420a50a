"""How many votes a second a poll takes, and whether each counts once: through the operation.

    python -m tests.collaboration.polls.rate [URL of an empty PostgreSQL database]

Without an address on SQLite, in a file. It prints votes a second, the time of one vote and
processor time for each, of a poll by names and of one by totals only.
"""

import statistics
import sys
import tempfile
import threading
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import func, select

from intranet.app import create_app
from intranet.collaboration.polls.models import Poll, PollOption, PollVoter, Suits
from intranet.collaboration.polls.operations.voting import close_poll, vote
from intranet.extensions import db
from intranet.organisation.agencies.models import Post
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.appointments import appoint
from intranet.organisation.people.operations.people import create_person
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict
from intranet.platform.core.unit_of_work import unit_of_work
from tests import cast as cast_module
from tests.collaboration.polls.helpers import opened
from tests.conftest import settings_for

VOTERS, THREADS, TWICE, COMMITS = 1_000, 16, 50, 200


def main(url: str | None) -> None:
    """Measure on one database."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        app = create_app(settings_for(url or f"sqlite:///{folder / 'rate.sqlite'}", folder))
        with app.app_context():
            db.create_all()
            with unit_of_work():
                cast = cast_module.Cast(app, cast_module.build())
                people = _crowd(cast)
            ids = [person.id for person in people]
            for is_secret in (False, True):
                print(f"{db.engine.dialect.name:10} bare commits {_bare():.0f} a second")
                _measure(app, cast, ids, is_secret=is_secret)
        app.extensions["dispatcher"].stop()


def _crowd(cast: cast_module.Cast) -> list[Person]:
    post = db.session.get_one(Post, cast.officer_post.id)
    post.places = 2 * VOTERS
    made = [create_person(None, cast.monteclaro, f"Persona {n:04}") for n in range(VOTERS)]
    began = clock.now().date() - timedelta(days=30)
    for person in made:
        appoint(None, cast.officer_post, person, starts_on=began)
    return made


def _bare() -> float:
    """How often a second one connection alone changes a row and commits: the disk's pace."""
    with db.engine.connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.execute("CREATE TABLE IF NOT EXISTS pace (n INTEGER)")
        raw.execute("INSERT INTO pace VALUES (0)")
        raw.commit()
        began = time.perf_counter()
        for _ in range(COMMITS):
            raw.execute("BEGIN")
            raw.execute("UPDATE pace SET n = n + 1")
            raw.execute("COMMIT")
        took = time.perf_counter() - began
        raw.execute("DROP TABLE pace")
        raw.commit()
    return COMMITS / took


def _measure(app: Flask, cast: cast_module.Cast, ids: list[UUID], *, is_secret: bool) -> None:
    poll_id = opened(cast.carles, cast.urban_planning, is_secret=is_secret).publication_id
    wanted = [(one, 1 + number % 3) for number, one in enumerate(ids)]
    work = [*wanted, *((one, 3) for one in ids[:TWICE])]  # some try again, otherwise
    times: list[float] = []
    refused: list[object] = []
    lock, start = threading.Lock(), threading.Barrier(THREADS + 1)

    def run() -> None:
        with app.app_context():
            start.wait()
            while True:
                with lock:
                    if not work:
                        return
                    person_id, number = work.pop(0)
                person = db.session.get_one(Person, person_id)
                began = time.perf_counter()
                try:
                    vote(person, poll_id, {number: Suits.YES})
                    times.append(time.perf_counter() - began)
                except Conflict as problem:
                    refused.append(problem)
                finally:
                    db.session.remove()

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    start.wait()
    began, worked = time.perf_counter(), time.process_time()
    for thread in threads:
        thread.join()
    took, worked = time.perf_counter() - began, time.process_time() - worked
    db.session.remove()
    close_poll(cast.carles, db.session.get_one(Poll, poll_id))
    votes = db.session.scalars(
        select(PollOption.votes).where(PollOption.poll_id == poll_id).order_by(PollOption.number)
    ).all()
    said = db.session.scalar(
        select(func.count()).where(PollVoter.poll_id == poll_id, PollVoter.has_voted.is_(True))
    )
    expected = [sum(number == n for _one, number in wanted) for n in (1, 2, 3)]
    assert list(votes) == expected, (votes, expected)
    assert said == VOTERS == len(times), (said, len(times))
    assert len(refused) == TWICE, len(refused)
    ordered = sorted(times)
    print(
        f"{db.engine.dialect.name:10} {'totals only' if is_secret else 'with names':11}"
        f" {VOTERS / took:6.0f} votes/s, p50 {statistics.median(times) * 1000:.1f} ms,"
        f" p95 {ordered[int(len(ordered) * 0.95)] * 1000:.1f} ms,"
        f" {worked / (VOTERS + TWICE) * 1000:.2f} ms of processor each, {THREADS} threads,"
        f" results {list(votes)}, {len(refused)} second votes refused"
    )


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
