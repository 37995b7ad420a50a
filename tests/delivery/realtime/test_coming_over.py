"""From polling to a WebSocket: nothing is lost, and an upgrade that hangs does no harm."""

import json
import threading
import time

import pytest

from intranet.delivery.realtime import push_to
from tests.delivery.realtime.clients import SEPARATOR, PollingClient, wait_until
from tests.delivery.realtime.polls import polling, wait_for_poll


def test_an_upgrade_that_hangs_leaves_polling_as_it_is(app, ana, cast, pushing):
    hanging = ana.upgrading()  # a proxy said yes, and carries nothing
    with polling(ana) as answers:
        wait_for_poll(app, ana)
        time.sleep(0.3)
        assert answers == []
        push_to([cast.ana.id], "test:told", {"n": 1})
    assert answers[0].text == '42["test:told",{"n":1}]'
    hanging.shutdown()
    assert ana.ask("test:nothing", {}) == {"ok": True}


def test_a_probe_that_stays_unanswered_ends_alone(app, ana, monkeypatch):
    monkeypatch.setattr("intranet.delivery.realtime.transport.UPGRADE_SECONDS", 0.3)
    hanging = ana.upgrading()
    hanging.send("2probe")
    assert hanging.recv() == "3probe"
    assert hanging.recv() == ""  # no "5" came

    assert ana.ask("test:nothing", {}) == {"ok": True}
    hanging.shutdown()
    again = ana.upgrading()
    again.send("5")  # without a probe it is nothing
    assert again.recv() == ""
    assert ana.ask("test:nothing", {}) == {"ok": True}
    again.shutdown()


def test_a_poll_that_waits_makes_way_for_the_upgrade_and_what_waited_comes_over(
    app, ana, cast, pushing
):
    over = ana.upgrading()
    with polling(ana) as answers:
        wait_for_poll(app, ana)
        over.send("2probe")
        assert over.recv() == "3probe"
    assert answers[0].text == "6"
    for number in range(3):
        push_to([cast.ana.id], "test:told", {"n": number})
    over.send("5")

    assert [json.loads(over.recv()[2:])[1]["n"] for _ in range(3)] == [0, 1, 2]
    push_to([cast.ana.id], "test:told", {"n": 3})
    assert json.loads(over.recv()[2:])[1]["n"] == 3
    assert ana.get().json()["code"] == 3
    assert ana.post('421["test:nothing",{}]').json()["code"] == 3
    over.send('429["test:echo",{}]')
    assert json.loads(over.recv()[3:])[0]["person"] == str(cast.ana.id)
    over.close(timeout=1)
    over.shutdown()
    wait_until(lambda: app.extensions["realtime"].places.held == 0)


def test_what_is_written_while_a_client_comes_over_is_neither_lost_nor_out_of_order(app, ana, cast):
    written = 400

    def write():
        with app.app_context():
            for number in range(written):
                push_to([cast.ana.id], "test:told", {"n": number})

    thread = threading.Thread(target=write)
    over = ana.upgrading()
    thread.start()
    over.send("2probe")
    assert over.recv() == "3probe"
    polled = ana.get().text.split(SEPARATOR)
    over.send("5")
    told = [json.loads(packet[2:])[1]["n"] for packet in polled if packet != "6"]
    while len(told) < written:
        told.append(json.loads(over.recv()[2:])[1]["n"])
    thread.join()
    over.shutdown()

    assert told == list(range(written))


@pytest.mark.slow
def test_who_says_who_they_are_while_they_come_over_stays(app, address, cast, cookie, monkeypatch):
    monkeypatch.setattr("intranet.delivery.realtime.session.IDENTIFIED_WITHIN_SECONDS", 1)
    client = PollingClient(address, cookie=cookie(cast.ana), comes=False)
    over = client.upgrading()
    client.send("40")
    over.send("2probe")
    over.recv()
    client.get()
    over.send("5")
    time.sleep(1.3)
    over.send('421["test:nothing",{}]')
    while not (said := over.recv()).startswith("431"):
        assert said
    over.shutdown()
    client.close()
