"""Faults: clients that are slow, many, impatient, or say the same thing again."""

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any
from uuid import UUID, uuid4

import websocket

from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.models import Message
from intranet.platform.core import clock
from intranet.platform.core.database import store_rows
from intranet.platform.core.unit_of_work import unit_of_work
from tests.delivery.realtime.clients import name_of
from tests.faults.history import INFO, OK, Answered, Asked
from tests.faults.registry import fault
from tests.faults.run import Run
from tests.faults.tabs import GONE, Tab

BIG = "&" * 9_000  # five times as long as HTML
BOUND_BYTES = 1_200_000
"""What a reader that reads nothing can be sent: the buffers of two kernels, and what is parked."""
QUIET_SECONDS = 60
SOCKETS_EACH = 40
CAUGHT_UP_SECONDS = 90
TIMES = 10


@fault("slow-reader")
def slow_reader(run: Run) -> None:
    """One reads nothing while much is said elsewhere: cut off within a bound, whole, back again."""
    run.go_on()
    slow, loud = run.add("carles", 3), run.add("ana", 3)
    slow.come_back()
    slow.take_pushes()
    loud.come_back()
    talk = run.site.talk_of("ana", "carles")
    pushed, last = 0, ""
    while pushed < 1.5 * BOUND_BYTES:
        last = str(uuid4())
        post = {"conversation_id": talk, "client_id": last, "body": BIG}
        pushed += len(json.dumps(loud.client.ask("message:post", post)))
        loud.take_pushes()
    taken, is_cut = read_to_the_end(slow, last)
    run.figures["read_kb"] = taken / 1000
    if not is_cut:
        run.fault("UNBOUNDED", f"{taken} bytes were kept for somebody who read nothing")
    slow.hang_up()
    run.go_on()
    slow.come_back()


def read_to_the_end(tab: Tab, last: str) -> tuple[int, bool]:
    """What is still to be read, up to a message: its bytes, and whether it was cut off before."""
    taken = 0
    tab.client.socket.settimeout(QUIET_SECONDS)
    try:
        while True:
            message = tab.client.socket.recv()
            taken += len(message)
            if name_of(message):
                _event, payload = json.loads(message[2:])
                if payload.get("message", {}).get("client_id") == last:
                    return taken, False
    except (websocket.WebSocketConnectionClosedException, ConnectionError):
        return taken, True


@fault("reconnect-storm", kills=True)
def reconnect_storm(run: Run) -> None:
    """Many come back at once after a restart: all caught up in time, others can post meanwhile."""
    run.go_on()
    crowd = run.add_crowd(SOCKETS_EACH)
    run.kill_site()
    began = time.monotonic()
    with ThreadPoolExecutor(max_workers=20) as pool:
        late = [tab.name for tab in pool.map(_return(began), crowd) if not tab.known]
    run.figures["back_s"] = time.monotonic() - began
    if late:
        run.fault("MISSED", f"{len(late)} had not caught up after {CAUGHT_UP_SECONDS} s")
    run.go_on()
    for tab in crowd:
        tab.hang_up()
        run.tabs.remove(tab)


def _return(began: float) -> Callable[[Tab], Tab]:
    def come(tab: Tab) -> Tab:
        pause = threading.Event()
        while not tab.known and time.monotonic() < began + CAUGHT_UP_SECONDS:
            try:
                tab.come_back()
                tab.take_pushes()
            except GONE:
                tab.hang_up()
                pause.wait(tab.dice.uniform(0.1, 1))
        return tab

    return come


@fault("same-id-at-once")
def same_id_at_once(run: Run) -> None:
    """The same post ten times at once, over connections to all workers: stored once."""
    run.go_on()
    tabs = [run.add("ana", 10 + number, talks=False) for number in range(TIMES)]
    for tab in tabs:
        tab.come_back()
    ready = threading.Barrier(TIMES)
    for _ in range(3):
        client_id, body = tabs[0].new_post()
        tabs[0].waiting.clear()

        def send(tab: Tab, client_id: str = client_id, body: str = body) -> None:
            ready.wait(20)
            answer = tab.client.ask("message:post", tab.payload(client_id, body))
            tab.take_answer(client_id, answer)
            tab.take_pushes()

        with ThreadPoolExecutor(max_workers=TIMES) as pool:
            list(pool.map(send, tabs))
    run.go_on()


@fault("id-collision")
def id_collision(run: Run) -> None:
    """An id used again for another text or another room is refused, and nothing is stored."""
    run.go_on()
    tab = run.add("ana", 3)
    tab.come_back()
    client_id, body = tab.new_post()
    tab.post()
    elsewhere = run.site.elsewhere
    for payload in (
        tab.payload(client_id, f"{body} otherwise"),
        {**tab.payload(client_id, body), "conversation_id": elsewhere},
    ):
        answer = tab.client.ask("message:post", payload)
        if answer["ok"] or answer["error"]["status"] != 409:
            run.fault("COLLISION", f"answered {answer}")
    if any(row.client_id == client_id for row in run.site.rows(elsewhere)):
        run.fault("COLLISION", "stored in the other room as well")
    tab.take_pushes()
    run.go_on()


@fault("two-tabs")
def two_tabs(run: Run) -> None:
    """What one tab says and reads, the other tab of the person shows."""
    run.go_on()
    first, second = run.add("uxia", 3, talks=False), run.add("uxia", 4, talks=False)
    for tab in (first, second):
        tab.come_back()
    for _ in range(3):
        first.new_post()
        first.post()
        wanted = first.rev
        until = time.monotonic() + CAUGHT_UP_SECONDS
        while second.rev < wanted and time.monotonic() < until:
            second.listen()
        if second.rev < wanted:
            run.fault("MISSED", "the other tab does not show what was said in this one")
    mark = {"conversation_id": run.stage.conversation_id, "seq": max(_seqs(first))}
    read = first.client.ask("read:mark", mark)
    follow = second.client.next("read:marked")
    while follow["read_seq"] < read["read_seq"]:
        follow = second.client.next("read:marked")
    if follow["conversation_id"] != run.stage.conversation_id:
        run.fault("CONFLICT", "the other tab does not follow what was read")
    run.go_on()


def _seqs(tab: Tab) -> list[int]:
    return [message["seq"] for message in tab.known.values()]


@fault("odd-acknowledgements")
def odd_acknowledgements(run: Run) -> None:
    """Doubled acknowledgements, and none: the connection is gone as soon as the post is sent."""
    run.go_on()
    tab = run.add("nadia", 3, talks=False)
    tab.come_back()
    for number in range(6):
        client_id, body = tab.new_post()
        if number % 2:
            tab.client.send(_frame(tab, 77, client_id, body))
            tab.note(Answered(tab.name, client_id, INFO))
            tab.hang_up()
            tab.come_back()
        else:
            for _ in range(3):
                tab.client.send(_frame(tab, 78, client_id, body))
            for _ in range(3):
                tab.take_answer(client_id, tab.client.acknowledged(78))
            tab.waiting = [(client_id, body)]
        tab.post()
    run.go_on()


@fault("pipelined")
def pipelined(run: Run) -> None:
    """Many posts on one connection, none waited for: stored in the order of sending."""
    run.go_on()
    tab = run.add("xoel", 3, talks=False)
    tab.come_back()
    sent = [tab.new_post() for _ in range(25)]
    for number, (client_id, body) in enumerate(sent):
        tab.client.send(_frame(tab, number + 1, client_id, body))
    for number, (client_id, _body) in enumerate(sent):
        tab.take_answer(client_id, tab.client.acknowledged(number + 1))
    tab.take_pushes()
    run.go_on()


def _frame(tab: Tab, number: int, client_id: str, body: str) -> str:
    return f"42{number}" + json.dumps(["message:post", tab.payload(client_id, body)])


@fault("twenty-writers")
def twenty_writers(run: Run) -> None:
    """Twenty write in one conversation: no place given twice, none seen before those below."""
    for person in ("ana", "carles", "xoel", "uxia", "nadia"):
        for number in (3, 4, 5):
            run.let_live(run.add(person, number))
    run.go_on(60)


@fault("catching-up-races")
def catching_up_races(run: Run) -> None:
    """Tabs come back again and again while others post."""
    run.go_on()
    tabs = [run.add(person, 3, talks=False) for person in ("ana", "carles", "xoel", "uxia")]
    until = time.monotonic() + run.busy_seconds

    def race(tab: Tab) -> None:
        while time.monotonic() < until:
            with suppress(*GONE):
                tab.come_back()
                tab.listen()
            tab.hang_up()

    with ThreadPoolExecutor(max_workers=len(tabs)) as pool:
        list(pool.map(race, tabs))
    run.go_on()


@fault("many-missed")
def many_missed(run: Run) -> None:
    """One was away while thousands were said: all pages, no hole and no double at their borders."""
    run.go_on()
    tab = run.add("carles", 3, talks=False)
    tab.come_back()
    tab.hang_up()
    _say_many(run, run.missed)
    then = time.monotonic()
    tab.come_back()
    run.figures["back_s"] = time.monotonic() - then
    run.go_on()


def _say_many(run: Run, number: int) -> None:
    """Store many messages at once, beside the served process."""
    name = "bulk/1"
    run.history.people[name] = "ana"
    client_ids = [uuid4() for _ in range(number)]
    for place, client_id in enumerate(client_ids):
        run.note(Asked(name, str(client_id), f"{name} {place}"))
    with run.site.house():
        rows: list[dict[str, Any]] = []
        with unit_of_work() as work:
            room = db.session.get_one(Conversation, UUID(run.stage.conversation_id))
            work.lock(room)
            for place, client_id in enumerate(client_ids):
                seq, rev = room.next_place()
                rows.append(
                    {
                        "conversation_id": room.id,
                        "author_id": run.site.ids["ana"],
                        "caption": "",
                        "client_id": client_id,
                        "sent_hash": "",
                        "body": f"{name} {place}",
                        "html": f"<p>{name} {place}</p>",
                        "seq": seq,
                        "rev": rev,
                        "body_rev": rev,
                        "reply_count": 0,
                        "created_at": clock.now(),
                    }
                )
            db.session.flush()
            store_rows(Message, rows)
        ids = {row.client_id: row.shown for row in run.site.rows(run.stage.conversation_id)}
    for client_id in client_ids:
        run.note(Answered(name, str(client_id), OK, ids[str(client_id)]))
