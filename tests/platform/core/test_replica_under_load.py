"""Under load, late and killed, a replica hides from nobody what they have just written."""

import itertools
import threading
import time
from dataclasses import dataclass

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from tests.faults.site import MEMBERS, Site, token_of
from tests.services import Redis

pytestmark = [
    pytest.mark.slow,
    pytest.mark.only_on("postgresql", reason="SQLite has no replicas"),
]

SECONDS = 20


@dataclass
class Replicated(Site):
    """A site that reads from a replica."""

    replica_url: str = ""

    @property
    def settings(self):
        return super().settings | {"INTRANET_REPLICA_URL": self.replica_url}


@pytest.fixture
def site(primary, standby, tmp_path):
    redis = Redis(own=True)
    redis.start()
    url = primary.new_database()
    made = Replicated(tmp_path, url, redis, primary, replica_url=standby.like(url))
    try:
        made.fill()
        made.start()
        yield made
    finally:
        made.let_go()
        redis.remove()


def test_nobody_misses_what_they_wrote_while_the_replica_is_late_and_killed(site, standby):
    stage = site.new_stage()
    with site.house():
        tokens = [token_of(site.ids[name]) for name in MEMBERS]
    ends = time.monotonic() + SECONDS
    written, missed, failed = itertools.count(), [], []

    def talk(number, token):
        said = requests.Session()
        said.headers["Authorization"] = f"Bearer {token}"
        there = f"{site.address()}/api/v1"
        for turn in itertools.count():
            if time.monotonic() > ends:
                return
            word = f"palabra{number}x{turn}"
            post = said.post(
                f"{there}/conversations/{stage.conversation_id}/messages",
                json={"body": word, "client_id": f"{number:08x}-0000-4000-8000-{turn:012x}"},
                timeout=30,
            )
            found = said.get(f"{there}/search", params={"q": word}, timeout=30)
            if (post.status_code, found.status_code) != (201, 200):
                failed.append((post.status_code, found.status_code, found.text[:200]))
            elif word not in found.text:
                missed.append(word)
            next(written)

    threads = [threading.Thread(target=talk, args=each) for each in enumerate(tokens)]
    for thread in threads:
        thread.start()
    time.sleep(SECONDS / 3)
    undisturbed = outcomes(site)
    for seconds in (0.02, 0.5):
        standby.lag(seconds)
        time.sleep(SECONDS / 6)
        standby.kill()
        time.sleep(0.5)
        standby.start()
    for thread in threads:
        thread.join()

    count = next(written)
    how = outcomes(site)
    print(f"{count} written and looked for, at first {undisturbed}, then {how}")
    assert (missed, failed) == ([], [])
    assert count > 50
    assert undisturbed["read"] > 10
    assert how["away"] > 0


def outcomes(site):
    """How pages were answered, by the figures of all processes."""
    text = requests.get(f"{site.address()}/metrics", timeout=30).text
    return {
        sample.labels["outcome"]: sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == "intranet_replica_pages_total"
    }
