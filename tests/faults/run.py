"""One run of a fault: people talk, something breaks, all comes to rest, and it is judged."""

import os
import random
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests

from tests.delivery.realtime.clients import wait_until
from tests.faults.history import History, Killed, Left, Message, Noted
from tests.faults.judge import End, Verdicts, judge
from tests.faults.site import LEAVER, MEMBERS, OUTSIDER, Site, Stage
from tests.faults.tabs import GONE, Tab

PATIENCE_SECONDS = 120
LIVE_AGAIN_SECONDS = 60
MOMENT_SECONDS = 0.4


@dataclass
class Run:
    """What a fault has in its hands: the site, who talks there, and what is written down."""

    site: Site
    stage: Stage
    dice: random.Random
    history: History = field(default_factory=History)
    tabs: list[Tab] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)
    threads: list[threading.Thread] = field(default_factory=list)
    figures: dict[str, float] = field(default_factory=dict)
    enough: int = 6
    """How many posts are acknowledged before and after what goes wrong."""
    away_seconds: float = 2
    redis_away_seconds: tuple[float, float] = (0, 2)
    """At least and at most."""
    busy_seconds: float = 2
    crowd: int = 30
    missed: int = 500

    def add(self, person: str, number: int, *, talks: bool = True) -> Tab:
        """A further tab of somebody, not yet open."""
        tab = Tab(
            f"{person}/{number}",
            self.site.address,
            self.site.cookies[person],
            self.stage.conversation_id,
            self.history,
            talks=talks,
            dice=random.Random(self.dice.random()),
        )
        self.history.people[tab.name] = person
        self.tabs.append(tab)
        return tab

    def open_all(self) -> None:
        """Five people with two tabs each, one whose right will end, and one who has none."""
        for person in (*MEMBERS, LEAVER):
            self.add(person, 1)
            self.add(person, 2, talks=person == MEMBERS[0])
        self.history.outsiders.add(OUTSIDER)
        self.add(OUTSIDER, 1)
        for tab in self.tabs:
            self.let_live(tab)

    def add_crowd(self, sockets_each: int) -> list[Tab]:
        """Further people of the unit, with so many tabs each, not yet open."""
        people = self.site.add_crowd(self.stage, -(-self.crowd // sockets_each))
        return [
            self.add(people[number // sockets_each], number, talks=False)
            for number in range(self.crowd)
        ]

    def let_live(self, tab: Tab) -> None:
        """Have a tab live on a thread of its own."""
        thread = threading.Thread(target=tab.live_until, args=(self.stop,), daemon=True)
        self.threads.append(thread)
        thread.start()

    @property
    def readers(self) -> list[Tab]:
        """The tabs of those who may read to the end."""
        gone = {left.person for left in self.history.of(Left)} | self.history.outsiders
        return [tab for tab in self.tabs if self.history.people[tab.name] not in gone]

    @property
    def acknowledged(self) -> int:
        """How many posts were acknowledged so far."""
        return sum(tab.acknowledged for tab in self.tabs)

    def go_on(self, enough: int | None = None) -> None:
        """Wait until so many more are acknowledged: a run without would prove nothing."""
        wanted = self.acknowledged + (enough or self.enough)
        wait_until(lambda: self.acknowledged >= wanted, PATIENCE_SECONDS)

    def moment(self, most: float = MOMENT_SECONDS, *, least: float = 0) -> None:
        """Wait until a moment that nobody knows."""
        threading.Event().wait(self.dice.uniform(least, most))

    @contextmanager
    def silence(self) -> Iterator[None]:
        """Nobody says anything of their own accord; all that was said is answered."""
        talkers = [tab for tab in self.tabs if tab.talks]
        for tab in talkers:
            tab.talks = False
        wait_until(lambda: not any(tab.waiting for tab in talkers), PATIENCE_SECONDS)
        try:
            yield
        finally:
            for tab in talkers:
                tab.talks = True

    def note(self, record: Any) -> None:
        """Write something down."""
        self.history.note(record, time.monotonic())

    def fault(self, verdict: str, what: str) -> None:
        """Say what only the fault could see."""
        self.note(Noted(verdict, what))

    def kill_worker(self) -> None:
        """End one of the processes that serve, and wait for the one that takes its place."""
        before = self.site.worker_pids()
        victim = self.dice.choice(before)
        os.kill(victim, signal.SIGKILL)
        self.wait_for_another(victim)

    def wait_for_another(self, victim: int) -> None:
        """Wait until a worker that was ended has a successor."""
        wait_until(lambda: victim not in self.site.worker_pids(), PATIENCE_SECONDS)
        wait_until(lambda: len(self.site.worker_pids()) == self.site.workers, PATIENCE_SECONDS)
        self.note(Killed(victim, self.site.worker_pids()[-1]))

    def kill_site(self, meanwhile: Callable[[], object] = bool) -> None:
        """End the whole server and start it again."""
        before = self.site.kill()
        meanwhile()
        self.site.start()
        self.note(Killed(before, self.site.process.pid))

    def end_rights(self) -> None:
        """End the leaver's appointment as the administrator does, and note the moment."""
        answer = self.administrator("PATCH", self.stage.appointment_id, {"ended": True})
        assert answer.ok, answer.text
        at = time.monotonic()
        self.note(Left(LEAVER, at, self.site.rev(self.stage.conversation_id)))

    def administrator(self, method: str, appointment_id: str, body: object) -> requests.Response:
        """Ask something of the served site about an appointment."""
        return requests.request(
            method,
            f"{self.site.address()}/api/v1/admin/appointments/{appointment_id}",
            json=body,
            headers={"Authorization": f"Bearer {self.site.token}"},
            timeout=PATIENCE_SECONDS,
        )

    def through(self, act: Callable[["Run"], None], *, kills: bool) -> Verdicts:
        """Let everybody talk, let something go wrong, come to rest and decide."""
        self.open_all()
        try:
            act(self)
        except (AssertionError, *GONE) as error:
            self.fault("STUCK", f"{type(error).__name__}: {error}")
        return self.finish(kills=kills)

    def finish(self, *, kills: bool) -> Verdicts:
        """Come to rest and decide."""
        self.stop.set()
        for thread in self.threads:
            thread.join(PATIENCE_SECONDS)
        for tab, thread in zip(self.tabs, self.threads, strict=False):
            if thread.is_alive():
                self.fault("STUCK", f"{tab.name} waits for an answer still")
        self._last_words()
        rows = self.site.rows(self.stage.conversation_id)
        people = {self.history.people[tab.name] for tab in self.tabs} & set(MEMBERS)
        end = End(
            rows,
            {tab.name: tab.known for tab in self.readers},
            self._rest_of(people),
        )
        return judge(self.history, end, kills=kills)

    def _last_words(self) -> None:
        """Say something more: whoever lacks anything sees it by that, live, and asks for it."""
        readers = self.readers
        self._insist_all(Tab.come_back)
        first = readers[0]
        first.new_post()
        self._insist(first, Tab.settle)
        until = time.monotonic() + LIVE_AGAIN_SECONDS
        for tab in readers:
            while tab.rev < first.rev and time.monotonic() < until:
                self._insist(tab, lambda tab: tab.listen(up_to=first.rev), until)
            if tab.rev < first.rev:
                self.fault("MISSED", f"{tab.name} stays at {tab.rev} of {first.rev}")
        self._insist_all(Tab.look_again)
        for tab in self.tabs:
            tab.hang_up()

    def _insist_all(self, do: Callable[[Tab], None]) -> None:
        """Have all tabs do something, with one patience for all: it may be that nobody serves."""
        until = time.monotonic() + PATIENCE_SECONDS
        for tab in self.tabs:
            self._insist(tab, do, until)

    def _insist(self, tab: Tab, do: Callable[[Tab], None], until: float | None = None) -> None:
        """Have a tab do something, over another connection if one is lost."""
        until = until or time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                tab.come_back()
                do(tab)
                return
            except GONE:
                tab.hang_up()
            if time.monotonic() > until:
                self.fault("STUCK", f"{tab.name} does not get through")
                return
            threading.Event().wait(0.2)

    def _rest_of(self, people: set[str]) -> dict[str, list[Message]]:
        try:
            return {person: self.rest(person) for person in sorted(people)}
        except OSError as error:
            self.fault("STUCK", f"REST: {error}")
            return {}

    def rest(self, person: str) -> list[Message]:
        """The whole conversation, as REST answers it to somebody."""
        name, _, value = self.site.cookies[person].partition("=")
        address = f"{self.site.address()}/api/v1/conversations/{self.stage.conversation_id}"
        found: list[Message] = []
        asked: dict[str, Any] = {"after_seq": 0, "limit": 200}
        while True:
            answer = requests.get(
                f"{address}/messages", params=asked, cookies={name: value}, timeout=PATIENCE_SECONDS
            )
            answer.raise_for_status()
            page = answer.json()
            found += page["items"]
            if not page["next_cursor"]:
                return found
            asked["cursor"] = page["next_cursor"]


@contextmanager
def running(site: Site, seed: object, **sizes: Any) -> Iterator[Run]:
    """A run on a stage of its own, whose threads end with it."""
    run = Run(site, site.new_stage(), random.Random(str(seed)), **sizes)
    try:
        yield run
    finally:
        run.stop.set()
        for tab in run.tabs:
            tab.waiting.clear()
        for thread in run.threads:
            thread.join(PATIENCE_SECONDS)
        for tab in run.tabs:
            tab.hang_up()
