"""A program that waits for PostgreSQL under gevent, which patches a whole process."""

import sys

from gevent import monkey

monkey.patch_all()

import gevent  # noqa: E402 - after the patches
import psycopg  # noqa: E402

from intranet.platform.core import greenlet_waits  # noqa: E402

SLEEPS = 0.3


def ticks(count: list[int]) -> None:
    """Count how often others get their turn."""
    while True:
        gevent.sleep(0.01)
        count[0] += 1


def main(url: str) -> None:
    """Say how often others had their turn during a long statement, and how a lost one ends."""
    greenlet_waits.install()
    count = [0]
    gevent.spawn(ticks, count)
    with psycopg.connect(url, autocommit=True) as lost, psycopg.connect(url) as other:
        lost.execute("SELECT pg_sleep(%s)", [SLEEPS])
        print("turns" if count[0] >= 5 else f"no turns: {count[0]}")
        print(*(len(row[0]) for row in lost.execute("SELECT repeat('x', 9000000)")))
        waiting = gevent.spawn(lost.execute, "SELECT pg_sleep(60)")
        gevent.sleep(SLEEPS)
        other.execute("SELECT pg_terminate_backend(%s)", [lost.info.backend_pid])
        waiting.join(timeout=10)
        print(type(waiting.exception).__name__)


main(sys.argv[1])
