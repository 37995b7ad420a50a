"""The time and the SQL statements that each page takes with the country loaded."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import Engine, event, text

from intranet.delivery.realtime.client_events import greetings
from intranet.extensions import db
from intranet.messaging.conversations.queries import standings
from intranet.messaging.messages.posting import post_message
from intranet.organisation.accounts.access import cookie_name
from intranet.organisation.people import directory_limit
from intranet.organisation.people.models import Person
from intranet.platform.core.health_sampler import pulse
from intranet.platform.core.load_shedding import load
from intranet.platform.core.memory import tune_interpreter
from tools.bench.chat import percentile
from tools.bench.country.loader import readers
from tools.bench.country.pages import (
    Pages,
    administration_of,
    exports_of,
    pages_of,
    request_of,
)
from tools.bench.site import sign_in_again

MILLI, NANO = 1_000, 1_000_000_000
HTTP_OK = (200, 204, 303)
UNLIMITED_PEOPLE_PER_HOUR = 10**12
EXPORT_ROUNDS = 2


@dataclass(frozen=True)
class Times:
    """The measurements of one kind of page, in seconds.

    `worked` is the processor time in this process, and in PostgreSQL where that runs on this
    machine: on a busy machine it is more accurate than the elapsed time.
    """

    reader: str
    name: str
    seconds: Sequence[float]
    worked: Sequence[float]
    in_database: float
    statements: float
    kib: float
    about: str

    @property
    def key(self) -> tuple[str, str]:
        """The reader and the kind of page."""
        return self.reader, self.name

    def line(self, before: "Times | None" = None) -> str:
        """Return the line of the report, with the growth since `before`."""
        p50, p95 = (percentile(self.seconds, share) * MILLI for share in (0.5, 0.95))
        worked = percentile(self.worked, 0.95) * MILLI
        growth = f"× {worked / (percentile(before.worked, 0.95) * MILLI):.2f}" if before else ""
        return (
            f"  {self.reader:<8} {self.name:<26} {p50:8.1f} {p95:8.1f} {worked:8.1f}"
            f" {self.in_database * MILLI:8.1f} {self.statements:6.1f} {self.kib:6.0f}"
            f"  {growth:<7} {self.about[:70]}"
        )


HEAD = (
    f"  {'who':<8} {'page':<26} {'p50 ms':>8} {'p95 ms':>8} {'CPU p95':>8} {'database':>8}"
    f" {'asked':>6} {'KiB':>6}"
)


class CountryProcessorTime:
    """A meter of the processor seconds of this thread and of its database processes."""

    def __init__(self, app: Flask) -> None:
        self._worked: dict[Path, int] = {}
        with app.app_context():
            if db.engine.dialect.name != "postgresql":
                return
            rows = db.session.execute(
                text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
            )
            self._worked = {Path(f"/proc/{pid}/schedstat"): 0 for (pid,) in rows}

    def database(self) -> float:
        """Return the processor time of the database, with that of processes that have ended."""
        for file in self._worked:
            with suppress(OSError):
                self._worked[file] = int(file.read_text().split()[0])
        return sum(self._worked.values()) / NANO

    def all(self) -> float:
        """Return the processor time of this thread and of the database."""
        return time.thread_time() + self.database()


def measure(app: Flask, *, rounds: int) -> Iterator[Times]:
    """Open every page `rounds` times as each of the readers."""
    directory_limit.PEOPLE_PER_HOUR = UNLIMITED_PEOPLE_PER_HOUR
    pulse.off_beat(load.beat)  # no load shedding while measuring
    app.config["WTF_CSRF_METHODS"] = ()
    with app.app_context():
        people = readers()
        plan = [(name, pages_of(one), rounds) for name, one in people.items()]
        if head := people.get("head"):
            plan.append(("head", administration_of(head), rounds))
            plan.append(("head", exports_of(head), EXPORT_ROUNDS))
        ids = {name: one.id for name, one in people.items()}
        cookies = {name: (cookie_name(), sign_in_again(one)) for name, one in people.items()}
    tune_interpreter()
    for name, person_id in ids.items():
        yield _greeted(app, name, person_id, rounds)
        yield _posted(app, name, person_id, rounds)
    for name, pages, often in plan:
        yield from _opened(app, name, cookies[name], pages, often)


def _greeted(app: Flask, reader: str, person_id: UUID, rounds: int) -> Times:
    """Measure the greeting of a client: its person's read position in each conversation."""
    told = []

    def greet() -> int:
        with app.app_context():
            said = greetings(db.session.get_one(Person, person_id))
        told.append(f"{len(said['conversations'])} conversations")
        return 0

    return _timed(app, (reader, "greeting"), {"": greet}, rounds, about=lambda: told[-1])


def _posted(app: Flask, reader: str, person_id: UUID, rounds: int) -> Times:
    """Measure posting a message in the busiest channel, with the commit."""

    def post() -> int:
        with app.app_context():
            person = db.session.get_one(Person, person_id)
            conversations = [row.conversation for row in standings(person)]
            busiest = max(conversations, key=lambda row: row.last_seq)
            post_message(person, busiest.id, "Recibido.", client_id=uuid4())
        return 0

    return _timed(app, (reader, "posting"), {"": post}, rounds)


def _opened(
    app: Flask, reader: str, cookie: tuple[str, str], pages: Pages, rounds: int
) -> Iterator[Times]:
    client = app.test_client()
    client.set_cookie(*cookie)

    def opening(address: str) -> Callable[[], int]:
        asked = request_of(address)

        def open_it() -> int:
            answer = client.open(**asked)
            if answer.status_code not in HTTP_OK:
                raise RuntimeError(f"{address}: {answer.status_code}")
            return len(answer.data)

        return open_it

    for name, addresses in pages.items():
        yield _timed(app, (reader, name), {each: opening(each) for each in addresses}, rounds)


def _timed(
    app: Flask,
    key: tuple[str, str],
    calls: Mapping[str, Callable[[], int]],
    rounds: int,
    about: Callable[[], str] | None = None,
) -> Times:
    with app.app_context():
        engine = db.engine
    taken: list[tuple[float, float, str]] = []
    size = 0
    for call in calls.values():  # the first round fills caches
        size = call()
    work = CountryProcessorTime(app)
    in_database = work.database()
    with counted(engine) as statements:
        for _round in range(rounds):
            for address, call in calls.items():
                began, before = time.perf_counter(), work.all()
                size = call()
                taken.append((work.all() - before, time.perf_counter() - began, address))
    dearest = max(taken)
    return Times(
        *key,
        seconds=[seconds for _worked, seconds, _address in taken],
        worked=[worked for worked, _seconds, _address in taken],
        in_database=(work.database() - in_database) / len(taken),
        statements=statements[0] / len(taken),
        kib=size / 1024,
        about=about() if about else dearest[2] if len(calls) > 1 else "",
    )


@contextmanager
def counted(engine: Engine) -> Iterator[list[int]]:
    """Count the SQL statements of the block, in the first item of the yielded list."""
    count = [0]

    def add(*_about: object) -> None:
        count[0] += 1

    event.listen(engine, "before_cursor_execute", add)
    try:
        yield count
    finally:
        event.remove(engine, "before_cursor_execute", add)
