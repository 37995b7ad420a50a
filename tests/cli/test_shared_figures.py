"""Any process of a machine answers `/metrics` for all of them, whoever ends meanwhile."""

import os
import re
import signal

import pytest
import requests

from intranet import schedule
from intranet.cli.shared_metrics import FOLDER, forget_mine
from intranet.delivery.realtime.client_events import client_event_names
from intranet.platform.core import outbox
from tests.cli.processes import running
from tests.delivery.realtime.clients import PATIENCE, wait_until
from tools.demo.looking import LOOK

pytestmark = pytest.mark.slow

SERVE = ("serve", "--empty", "--no-browser", "--port=0", "--workers=2")


@pytest.fixture
def settings(postgresql, redis_url, tmp_path):
    return {
        "data_dir": tmp_path / "data",
        "database_url": postgresql.new_database(),
        "redis_url": redis_url,
    }


def figures(address):
    """Every figure, by name with its labels."""
    text = requests.get(f"{address}/metrics", timeout=PATIENCE).text
    lines = re.findall(r"(?m)^(intranet_\w+(?:\{[^}]*\})?) (\S+)$", text)
    return {name: float(value) for name, value in lines}


def served(address, part="accounts"):
    return figures(address).get(f'intranet_request_seconds_count{{part="{part}"}}', 0)


def sign_in_page(address, times):
    for _ in range(times):  # each on a connection of its own, which either process takes
        assert requests.get(f"{address}/signin", timeout=PATIENCE).status_code == 200


def live(settings):
    """The processes whose gauges are there."""
    files = (settings["data_dir"] / "metrics").glob("*/gauge_livesum_*.db")
    return {int(file.stem.rpartition("_")[2]) for file in files}


def labelled(figure, /, **labels):
    pairs = ",".join(f'{label}="{value}"' for label, value in labels.items())
    return f"{figure}{{{pairs}}}"


def unseen():
    """Figures of what cannot have happened yet, for each value of their labels."""
    yield from (labelled("intranet_sockets_refused_total", why=why) for why in ("full", "origin"))
    yield from (
        labelled("intranet_lock_wait_seconds_count", lock=lock) for lock in ("row", "writer")
    )
    yield labelled("intranet_load_left_out_total", what="typing", why="busy")
    for event in client_event_names():
        yield labelled("intranet_sockets_acknowledged_total", event=event)
        yield labelled("intranet_sockets_failed_total", event=event, status=500)
    for part in ("accounts", "messages", "nothing"):
        yield labelled("intranet_request_faults_total", part=part)


def test_each_figure_is_there_before_its_first_event(settings):
    with running(*SERVE, **settings) as server:
        address = server.line("Serving on ").removeprefix("Serving on ")
        found = figures(address)
        assert {name: found.get(name) for name in unseen()} == dict.fromkeys(unseen(), 0)
        kinds = {name for name in found if name.startswith("intranet_outbox_age_seconds{")}
        assert kinds == {
            labelled("intranet_outbox_age_seconds", kind=kind)
            for kind in outbox.known_kinds()
            if kind != LOOK  # known to tests that load the demonstration
        }
        with running("worker", **settings) as worker:
            worker.line("Working")
            found = figures(address)
    for job in schedule.JOBS:
        assert labelled("intranet_jobs_total", name=job.name, outcome="failed") in found
        assert labelled("intranet_job_done_at_seconds", name=job.name) in found


def test_two_servers_and_a_worker_are_counted_as_one(settings):
    with running(*SERVE, **settings) as server:
        address = server.line("Serving on ").removeprefix("Serving on ")
        wait_until(lambda: (sign_in_page(address, 2), set(server.workers()) <= live(settings))[1])
        before = served(address)
        sign_in_page(address, 20)
        assert served(address) == before + 20
        wait_until(lambda: figures(address)["intranet_processes"] == 2)

        with running("worker", **settings) as worker:
            worker.line("Working")
            wait_until(lambda: figures(address)["intranet_processes"] == 3)
            done = 'intranet_jobs_total{name="publish what is due",outcome="done"}'
            wait_until(lambda: figures(address).get(done, 0) >= 1)

        victim = server.workers()[0]
        os.kill(victim, signal.SIGKILL)
        wait_until(lambda: victim not in server.workers() and len(server.workers()) == 2)
        wait_until(lambda: victim not in live(settings))
        assert served(address) >= before + 20
        server.process.terminate()
        assert server.process.wait(PATIENCE) == 0


def test_a_new_start_forgets_who_ended(settings):
    with running(*SERVE, **settings) as server:
        address = server.line("Serving on ").removeprefix("Serving on ")
        sign_in_page(address, 5)
        server.process.terminate()
        assert server.process.wait(PATIENCE) == 0
    with running(*SERVE, **settings) as server:
        address = server.line("Serving on ").removeprefix("Serving on ")
        assert served(address) == 0
        sign_in_page(address, 1)
        assert served(address) == 1


def test_what_only_prepared_leaves_no_figures(tmp_path, monkeypatch):
    mine, other = (tmp_path / f"counter_{pid}.db" for pid in (os.getpid(), os.getppid()))
    mine.touch()
    other.touch()
    monkeypatch.setenv(FOLDER, str(tmp_path))

    forget_mine()

    assert list(tmp_path.iterdir()) == [other]
