"""What development needs is fetched at first use, by one of the processes that want it."""

import threading
from concurrent.futures import ThreadPoolExecutor

from tools.programs import exclusive

TOGETHER = 4


def test_of_several_who_want_to_fetch_one_does_and_the_others_find_it(monkeypatch, tmp_path):
    monkeypatch.setattr("tools.programs.ROOT", tmp_path)
    ready, fetched = threading.Barrier(TOGETHER), tmp_path / "fetched"

    def fetch(_number):
        ready.wait()
        with exclusive("fetching"):
            if is_mine := not fetched.exists():
                threading.Event().wait(0.02)  # it takes a while
                fetched.touch(exist_ok=False)
            return is_mine

    with ThreadPoolExecutor(TOGETHER) as pool:
        assert sum(pool.map(fetch, range(TOGETHER))) == 1


def test_what_is_fetched_for_one_purpose_does_not_wait_for_another(monkeypatch, tmp_path):
    monkeypatch.setattr("tools.programs.ROOT", tmp_path)

    with exclusive("one"), exclusive("another"):
        pass
    with exclusive("one"):
        pass
