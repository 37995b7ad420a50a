"""What remains of words is the same however many ask at once."""

import sys
import threading

import pytest

from intranet.organisation.agencies.stems import stem

WORDS = ("procurement", "licensing", "generational", "urbanization", "hopefulness", "archives")
THREADS, TIMES = 8, 250


@pytest.fixture
def forced_switching():
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("forced_switching")
def test_many_threads_get_what_one_gets():
    uncached = stem.__wrapped__
    expected = {word: uncached(word, "en") for word in WORDS}
    wrong, start = [], threading.Barrier(THREADS)

    def ask():
        start.wait()
        for number in range(TIMES):
            word = WORDS[number % len(WORDS)]
            try:
                found = uncached(word, "en")
            except IndexError as error:
                found = repr(error)
            if found != expected[word]:
                wrong.append((word, found))

    threads = [threading.Thread(target=ask) for _thread in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
