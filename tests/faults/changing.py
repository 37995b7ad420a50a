"""Faults: rights that end, changes while one is away, a busy file, an older copy brought back."""

import sqlite3
import threading
import time
from contextlib import closing, suppress
from pathlib import Path

from tests.delivery.realtime.clients import wait_until
from tests.faults.history import Restored
from tests.faults.registry import fault
from tests.faults.run import LIVE_AGAIN_SECONDS, PATIENCE_SECONDS, Run
from tests.faults.site import LEAVER
from tests.faults.tabs import GONE


@fault("rights-end")
def rights_end(run: Run) -> None:
    """A right ends while one is connected, and while one is catching up: nothing after that."""
    run.go_on()
    over = threading.Event()
    tab = run.add(LEAVER, 3, talks=False)

    def come_and_go() -> None:
        while not over.is_set():
            with suppress(*GONE):
                tab.come_back()
                tab.listen()
            tab.hang_up()

    thread = threading.Thread(target=come_and_go, daemon=True)
    thread.start()
    run.moment()
    run.end_rights()
    run.go_on()
    over.set()
    thread.join(20)
    tab.come_back()
    if not tab.is_gone:
        run.fault("LEAK", "the conversation is still there for who left it")
    tab.hang_up()


@fault("changed-while-away")
def changed_while_away(run: Run) -> None:
    """Messages are changed, deleted and given signs while somebody is away."""
    run.go_on()
    away = next(tab for tab in run.tabs if tab.name == "xoel/2")
    busy = run.add("ana", 3)
    busy.come_back()
    for _ in range(6):
        busy.post()
    run.go_on(1)
    away.paused.set()
    wait_until(lambda: away.client is None)
    own = [one for one in busy.known.values() if busy.is_own(one)]
    for message in own[:2]:
        busy.client.ask("message:delete", {"id": message["id"]})
    for message in own[2:4]:
        sign = {"message_id": message["id"], "emoji": "👍", "on": True}
        busy.client.ask("reaction:set", sign)
    for message in own[4:]:
        change = {"id": message["id"], "body": f"{message['body']} · changed"}
        busy.client.ask("message:edit", {**change, "body_rev": message["body_rev"]})
    busy.take_pushes()
    run.go_on()
    away.paused.clear()
    wait_until(lambda: away.client is not None, LIVE_AGAIN_SECONDS)
    run.go_on()


@fault("busy-file", only="sqlite", why="a server has no file to be busy")
def busy_file(run: Run) -> None:
    """Writers, a long reader, a copy being made and a program beside: late, never lost."""
    file = run.site.database_url.removeprefix("sqlite:///")
    until = time.monotonic() + run.busy_seconds
    for person in ("carles", "uxia"):
        run.let_live(run.add(person, 3))

    def read() -> None:
        while time.monotonic() < until:
            with closing(sqlite3.connect(file)) as reader:
                reader.execute("BEGIN")
                reader.execute("SELECT max(rev) FROM messages").fetchall()
                threading.Event().wait(1)

    def copy() -> None:
        target = run.site.folder / "copy.sqlite"
        while time.monotonic() < until:
            with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(target)) as into:
                source.backup(into, pages=64, sleep=0.01)

    def write() -> None:
        while time.monotonic() < until:
            opened = sqlite3.connect(file, isolation_level=None, timeout=PATIENCE_SECONDS)
            with closing(opened) as writer:
                writer.execute("BEGIN IMMEDIATE")
                threading.Event().wait(run.dice.uniform(0, 0.5))
                writer.execute("ROLLBACK")
            run.moment(0.3)

    threads = [threading.Thread(target=one, daemon=True) for one in (read, copy, write)]
    for thread in threads:
        thread.start()
    run.go_on()
    for thread in threads:
        thread.join(30)
    run.go_on()


@fault("older-copy", kills=True, only="sqlite", why="of a server the operator brings it back")
def older_copy(run: Run) -> None:
    """A copy made a while ago takes the place of the database: clients take over what it holds."""
    file = Path(run.site.database_url.removeprefix("sqlite:///"))
    kept = run.site.folder / "kept.sqlite"
    run.go_on()
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(kept)) as into:
        source.backup(into)
    run.go_on()

    def bring_back() -> None:
        run.site.forget_connections()
        for ending in ("-wal", "-shm"):
            file.with_name(file.name + ending).unlink(missing_ok=True)
        kept.replace(file)
        run.note(Restored())

    # Nobody writes until all are back: numbers given anew are the matter of the epoch.
    with run.silence():
        came = {tab.name: tab.connections for tab in run.tabs}
        run.kill_site(bring_back)
        wait_until(lambda: all(tab.connections > came[tab.name] for tab in run.tabs), 20)
    run.go_on()
