"""Faults: processes that are ended, services that go away, disks that are full, wrong clocks."""

import os
import resource
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

import requests

from tests.delivery.realtime.clients import wait_until
from tests.faults.history import OK, Answered, Asked, Killed
from tests.faults.registry import fault
from tests.faults.run import PATIENCE_SECONDS, Run
from tests.faults.switches import POINTS, arm, turn_on

TWO_WORKERS = "it needs several workers, and those PostgreSQL"
ANSWERS_WITHIN_SECONDS = 2
BACK_WITHIN_SECONDS = 10


@fault("quiet")
def quiet(run: Run) -> None:
    """Nothing goes wrong: what is found here is wrong at any time."""
    run.go_on()


@fault("worker-killed", kills=True)
def worker_killed(run: Run) -> None:
    """A serving process is gone in the middle of posts."""
    run.go_on()
    run.moment()
    run.kill_worker()
    run.go_on()


@fault("server-killed", kills=True)
def server_killed(run: Run) -> None:
    """The whole server is gone and started again."""
    run.go_on()
    run.moment()
    run.kill_site()
    run.go_on()


def _killed_at(point: str) -> None:
    @fault(f"killed-{point}", kills=True, switched=True)
    def killed(run: Run) -> None:
        """A process ends at one point of a post, whichever post comes there first."""
        run.go_on()
        before = run.site.worker_pids()
        armed = arm(run.site.switch, point)
        wait_until(lambda: not armed.exists(), 20)
        wait_until(lambda: any(pid not in run.site.worker_pids() for pid in before), 20)
        [victim] = [pid for pid in before if pid not in run.site.worker_pids()]
        run.wait_for_another(victim)
        run.go_on()


for _point in POINTS:
    _killed_at(_point)


@fault("redis-killed", kills=True, only="postgresql", why=TWO_WORKERS)
def redis_killed(run: Run) -> None:
    """Redis is gone and comes back empty; people are served meanwhile, and live again after."""
    assert run.site.redis
    run.go_on()
    before = run.site.redis.pid
    run.site.redis.stop()
    least, most = run.redis_away_seconds
    try:
        run.moment(most, least=least)
        run.go_on()
    finally:
        run.site.redis.start()
    run.note(Killed(before, run.site.redis.pid))
    heard = sum(tab.heard_live for tab in run.tabs)
    wait_until(lambda: sum(tab.heard_live for tab in run.tabs) > heard + 40, 30)


@fault("redis-paused", only="postgresql", why=TWO_WORKERS)
def redis_paused(run: Run) -> None:
    """Redis takes what is sent and answers nothing: nobody hangs."""
    assert run.site.redis
    then = time.monotonic()
    run.go_on()
    before = slowest_twentieth(run, then)
    then = time.monotonic()
    os.kill(run.site.redis.pid, signal.SIGSTOP)
    least, most = run.redis_away_seconds
    try:
        run.moment(most, least=least)
        run.go_on()
    finally:
        os.kill(run.site.redis.pid, signal.SIGCONT)
    took = slowest_twentieth(run, then)
    run.figures["longer_by_s"] = took - before
    if took > ANSWERS_WITHIN_SECONDS + before:
        run.fault("STUCK", f"a twentieth of the posts took {took:.1f} s, {before:.1f} s before")
    run.go_on()


@fault("postgresql-killed", kills=True, only="postgresql", why="there is no server with SQLite")
def postgresql_killed(run: Run) -> None:
    """The database's server is gone with all its processes, and started again."""
    assert run.site.postgresql
    then = time.monotonic()
    run.go_on()
    usual = time.monotonic() - then
    run.moment()
    before = run.site.postgresql.kill()
    run.moment(run.away_seconds)
    run.site.postgresql.start()
    then = time.monotonic()
    run.note(Killed(before, run.site.postgresql.pid))
    run.go_on(1)
    run.figures["back_s"] = time.monotonic() - then
    if run.figures["back_s"] > BACK_WITHIN_SECONDS + 5 * usual:
        run.fault("STUCK", f"posts went on after {run.figures['back_s']:.1f} s only")
    run.go_on()


@fault("disk-full")
def disk_full(run: Run) -> None:
    """No file can grow: no acknowledgement and no half upload, reading goes on, then all works."""
    run.go_on()
    with no_room(run):
        run.moment()
        before = run.acknowledged
        pause = threading.Event()
        for _ in range(5):
            pause.wait(0.1)
            if (status := _upload(run)) not in (0, 503, 507):
                run.fault("REJECTED", f"an upload was answered {status}")
        if not run.site.postgresql:
            run.rest("carles")  # raises where it does not answer
        run.figures["meanwhile"] = run.acknowledged - before
    if run.site.postgresql is None and run.figures["meanwhile"] > 2:
        run.fault("VOID", "the disk was not full")
    run.go_on()
    if (status := _upload(run)) != 201:
        run.fault("REJECTED", f"with room again an upload was answered {status}")


@contextmanager
def no_room(run: Run) -> Iterator[None]:
    """No process can write a file beyond its first byte; PostgreSQL's own disk is full."""
    with ExitStack() as stack:
        for pid in run.site.worker_pids():
            limits = resource.prlimit(pid, resource.RLIMIT_FSIZE)
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, limits[1]))
            stack.enter_context(suppress(ProcessLookupError))
            stack.callback(resource.prlimit, pid, resource.RLIMIT_FSIZE, limits)
        if run.site.postgresql:
            stack.callback(run.site.postgresql.make_room)
            run.site.postgresql.fill_disk()
        yield


def _upload(run: Run) -> int:
    """Upload something; give the status, 0 where nobody answered."""
    try:
        return requests.post(
            f"{run.site.address()}/api/v1/files",
            files={"file": ("plano.txt", os.urandom(20_000).hex().encode())},
            headers={"Authorization": f"Bearer {run.site.token}"},
            timeout=PATIENCE_SECONDS,
        ).status_code
    except requests.ConnectionError:
        return 0


@fault("wrong-clock", switched=True)
def wrong_clock(run: Run) -> None:
    """The clock goes back an hour, or on by a day; with several workers it may be one's alone."""
    run.go_on()
    for seconds in (-3600, 86_400):
        pids = ["", *map(str, run.site.worker_pids())] if run.site.workers > 1 else [""]
        turn_on(run.site.switch, f"clock {seconds} {run.dice.choice(pids)}")
        run.go_on()
    turn_on(run.site.switch)
    run.go_on()


def slowest_twentieth(run: Run, since: float) -> float:
    """How long the slowest twentieth of the posts asked since then took at least."""
    asked = {}
    took = []
    for at, record in list(run.history.records):
        if isinstance(record, Asked) and at >= since:
            asked[record.client_id] = at
        elif isinstance(record, Answered) and record.outcome == OK and record.client_id in asked:
            took.append(at - asked[record.client_id])
    return sorted(took)[int(len(took) * 0.95)] if took else 0.0
