"""The doctor asks as a client that polls, whose every request may come to another machine."""

import threading
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle

import pytest
from werkzeug.serving import make_server

from intranet.app import create_app
from intranet.cli.doctor_findings import Patient, WrongError
from intranet.cli.socket_checks import polling
from tests.conftest import close
from tests.delivery.realtime.clients import QuietHandler, served
from tests.services import free_port


@contextmanager
def in_turn(apps):
    """Requests go to these in turn, as a proxy sends them that looks at nothing."""
    turns = cycle(apps)
    lock = threading.Lock()

    def either(environ, start_response):
        with lock:
            chosen = next(turns)
        return chosen(environ, start_response)

    server = make_server("127.0.0.1", 0, either, threaded=True, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def patient(app, address):
    return Patient(app, replace(app.config["SETTINGS"], base_url=address), 1)


def test_all_is_well_where_requests_reach_their_session(app):
    with served(app) as address:
        assert "reach" in polling(patient(app, address))


def test_it_says_what_to_do_where_they_come_to_several_machines(app, tmp_path):
    # Another machine has a folder of its own: nothing is handed from process to process.
    other = create_app(replace(app.config["SETTINGS"], data_dir=tmp_path / "other"))
    try:
        with served(app), served(other), in_turn([app, other]) as address:
            with pytest.raises(WrongError, match="INTRANET_MACHINE"):
                polling(patient(app, address))
            app.extensions["realtime"].shut_down()
            other.extensions["realtime"].shut_down()
    finally:
        close(other)


def test_nobody_who_serves_is_nothing_wrong(app):
    assert "nobody serves" in polling(patient(app, f"http://127.0.0.1:{free_port()}"))
