"""An urgent announcement's mails, when a process ends in the middle: the last soon, each once."""

import signal
from collections import Counter
from contextlib import ExitStack

import pytest

from intranet.extensions import db
from intranet.messaging.spaces.audience import Atom, Audience
from intranet.organisation.agencies.models import Unit
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.people.models import Person
from intranet.platform.core.types import Localized
from tests.attention.notifications.conftest import announce
from tests.cli.processes import running
from tests.delivery.realtime.clients import PATIENCE, wait_until
from tests.faults.site import Stage

pytestmark = pytest.mark.slow

PEOPLE = 60
LAST_AFTER_SECONDS = 30
"""Most of it is the claim that runs out, where others than the next start take over."""


@pytest.fixture
def site(faulty_house, letterbox):
    """A site of its own with many people of one unit, whose mails come to the letterbox."""
    site = faulty_house.new_site()
    site.smtp_url = letterbox.url
    site.fill()
    with site.house():
        unit = db.session.get_one(Unit, site.ids["urban_planning"])
        post = create_post(
            None, PostSpec(unit=unit, title=Localized({"es": "Guardia"}), places=999)
        )
        stage = Stage("", "", post.id)
    site.add_crowd(stage, PEOPLE)
    yield site
    faulty_house.leave(site)


def announce_urgently(site):
    with site.house():
        unit = db.session.get_one(Unit, site.ids["urban_planning"])
        carles = db.session.get_one(Person, site.ids["carles"])
        announce(
            carles,
            audience=Audience(any=[Atom(unit=unit.id, subtree=True)]),
            is_urgent=True,
            urgent_reason="Rotura de la conducción general.",
        )


def letters_to_many(letterbox):
    """What came for the many; others are told of what else is theirs, such as a hand-over."""
    return [letter for letter in letterbox.letters if "crowd-" in str(letter["To"])]


def reached(letterbox):
    """How often each of the many got it."""
    return Counter(str(letter["To"]) for letter in letters_to_many(letterbox))


def judge(letterbox, *, doubled):
    """All have it soon and each once, but for one that was handed over and not noted yet."""
    wait_until(lambda: len(reached(letterbox)) == PEOPLE, LAST_AFTER_SECONDS)
    sent = [(str(one["To"]), str(one["Message-ID"])) for one in letters_to_many(letterbox)]
    assert len(set(sent)) == PEOPLE
    assert len(sent) - len(set(sent)) <= doubled


@pytest.mark.only_on("sqlite", reason="with PostgreSQL a process of its own sends mails: below")
@pytest.mark.parametrize("way", ["kill", "stop"])
def test_the_next_start_sends_the_rest_at_once(site, letterbox, way):
    site.start()
    announce_urgently(site)
    wait_until(lambda: len(reached(letterbox)) >= 5)
    {"kill": site.kill, "stop": site.stop}[way]()
    assert len(reached(letterbox)) < PEOPLE
    site.start()

    judge(letterbox, doubled=int(way == "kill"))


@pytest.mark.only_on("postgresql", reason="with SQLite there is one process: above")
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_living_neighbour_takes_over_what_a_dead_process_had_claimed(site, letterbox, number):
    settings = {
        name.removeprefix("INTRANET_").lower(): value for name, value in site.settings.items()
    }
    with ExitStack() as stack:
        workers = [stack.enter_context(running("worker", **settings)) for _each in range(2)]
        for worker in workers:
            worker.line("Working")
        announce_urgently(site)
        wait_until(lambda: len(reached(letterbox)) >= 5)
        workers[0].process.send_signal(number)
        workers[0].process.wait(PATIENCE)

        judge(letterbox, doubled=int(number == signal.SIGKILL))
