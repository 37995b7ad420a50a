"""The auditors find what is planted for them, so that their silence means something."""

import functools
import http.server
import threading

import pytest

from tests.audits import axe_findings, lighthouse_findings

GOOD = (
    "<!doctype html><html lang=en><meta charset=utf-8><title>Notices</title>"
    "<meta name=viewport content='width=device-width'><meta name=description content=Notices>"
    "<link rel=icon href=data:,><main><h1>Notices</h1><p>Nothing new.</p>{}</main></html>"
)
BAD = "<button></button>"


@pytest.fixture
def served(tmp_path):
    """Serves a page on this machine; gives the function that takes it and returns its address."""
    handler = functools.partial(QuietHandler, directory=str(tmp_path))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()

        def serve(content):
            (tmp_path / "index.html").write_text(content)
            return f"http://127.0.0.1:{server.server_port}/index.html"

        yield serve
        server.shutdown()
        thread.join()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.mark.slow
def test_axe_finds_a_button_without_a_name(page, served):
    page.goto(served(GOOD.format(BAD)))

    (finding,) = axe_findings(page)

    assert finding == "button-name: Buttons must have discernible text: <button></button>"


def test_axe_is_silent_about_a_good_page(page, served):
    page.goto(served(GOOD.format("")))

    assert axe_findings(page) == []


@pytest.mark.slow
def test_lighthouse_scores_a_page_and_names_its_faults(served):
    ((scores, faults),) = lighthouse_findings([served(GOOD.format(BAD))])

    assert scores["accessibility"] < 100
    assert scores["best-practices"] == 100
    assert [fault.split(": [")[0] for fault in faults] == [
        "button-name: Buttons do not have an accessible name"
    ]
