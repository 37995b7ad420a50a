"""`intranet dev`: reload, debugger, and mail in the browser; nothing of it on a real site."""

import io
import re
from contextlib import closing
from pathlib import Path

import pytest
import requests

from intranet.cli import dev, dev_mail
from intranet.config import read_settings
from intranet.platform.core.mail import Mail, send
from tests.cli.processes import intranet, running
from tests.conftest import close
from tests.delivery.realtime.clients import PATIENCE, Client, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET = "<h1>Come in</h1>"


@pytest.fixture
def developed(tmp_path):
    """The application as `dev` makes it, on an empty folder."""
    app = dev.make_app(read_settings({"INTRANET_DATA_DIR": str(tmp_path)}))
    yield app
    close(app)


@pytest.fixture
def sent(developed):
    """Two mails that would have been sent, the second one as HTML too."""
    with developed.app_context():
        send(Mail(to="ana@town.example", subject="First", text="One.", language="en"))
        page = f"<html><head></head><body>{SECRET}</body></html>"
        send(Mail(to="bea@town.example", subject="Next", text="Two.", language="en", html=page))
    return developed.test_client()


def test_a_site_has_no_page_of_mails(app, client):
    for address in ("/dev/mail", "/dev/mail/1", "/dev/mail/1/html", "/dev/"):
        assert client.get(address).status_code == 404
    assert "dev_mail" not in app.blueprints
    assert not app.debug


def test_mails_are_shown_newest_first(sent):
    page = sent.get("/dev/mail").text

    assert page.index("Next") < page.index("First")
    assert "ana@town.example" in page


def test_a_mail_is_shown_as_text_and_in_a_frame_of_its_own(sent):
    address = mail_called("Next", sent)

    page = sent.get(address)
    frame = sent.get(f"{address}/html")

    assert "Two." in page.text
    assert f'src="{address}/html"' in page.text
    assert SECRET in frame.text
    assert '<base target="_top">' in frame.text
    assert frame.headers["Content-Security-Policy"] == dev_mail.POLICY
    assert "<iframe" not in sent.get(mail_called("First", sent)).text


def mail_called(subject, client):
    found = re.search(rf'href="(/dev/mail/[^"]+)">{subject}<', client.get("/dev/mail").text)
    assert found
    return found[1]


@pytest.mark.slow
def test_a_mail_that_is_not_there_is_not_found(developed):
    client = developed.test_client()

    assert "No mail yet" in client.get("/dev/mail").text
    assert client.get("/dev/mail/1.M1P1Q1.x").status_code == 404


def test_a_fault_reaches_the_debugger(developed):
    developed.add_url_rule("/fails", "fails", lambda: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        developed.test_client().get("/fails")


def test_refusals_are_pages_as_on_a_site(developed):
    assert developed.test_client().get("/no-such-page").status_code == 404


def test_templates_and_static_files_are_read_again(developed):
    assert developed.debug
    assert developed.jinja_env.auto_reload


def test_a_failing_start_is_shown_and_does_not_end_it(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(dev, "make_app", lambda _settings: 1 / 0)

    app, clockwork = dev._make(read_settings({"INTRANET_DATA_DIR": str(tmp_path)}))

    assert clockwork is None
    status = []
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "wsgi.errors": io.StringIO()}
    b"".join(app(environ, lambda line, *_more: status.append(line)))
    assert status == ["500 INTERNAL SERVER ERROR"]
    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.slow
def test_a_folder_that_is_in_use_is_refused(tmp_path):
    settings = read_settings({"INTRANET_DATA_DIR": str(tmp_path)})
    # The lock is the process's own: another process has to ask.
    with closing(dev._hold(settings)):
        done = intranet("dev", "--port=0", f"--folder={tmp_path}")

    assert done.returncode == 1
    assert "serves from" in done.stderr


@pytest.mark.slow
def test_it_serves_the_demonstration_with_sockets_and_starts_again_after_a_change(tmp_path):
    command = ("dev", "--port=0", f"--folder={tmp_path}")
    with running(*command, smtp_url="smtp://203.0.113.1", bad_name="1") as server:
        server.line("Demonstration: sign in")
        email = server.line("  ").split()[0]
        address = server.line("Serving on ").split()[2]
        assert requests.get(f"{address}/dev/mail", timeout=PATIENCE).status_code == 200
        with Client(address, cookie=cookie_of(email, address)) as socket:
            assert socket.next("hello")
        (worker,) = server.workers()

        (ROOT / "intranet" / "wsgi.py").touch()

        assert server.line("Serving on ").split()[2] == address
        wait_until(lambda: server.workers() not in ([], [worker]))
        assert requests.get(f"{address}/signin", timeout=PATIENCE).status_code == 200
        server.process.terminate()
        server.process.wait(PATIENCE)


def cookie_of(email, address):
    """Sign in with a browser's form; give the cookie."""
    with requests.Session() as browser:
        page = browser.get(f"{address}/signin", timeout=PATIENCE).text
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert found
        form = {"email": email, "password": "vilaverde", "csrf_token": found[1]}
        browser.post(f"{address}/signin", data=form, timeout=PATIENCE)
        return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
