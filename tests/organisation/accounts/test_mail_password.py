"""The password of the mail server goes over TLS, or to this machine."""

from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from sqlalchemy import select

from intranet.extensions import db
from intranet.platform.core.mail import Mail, post
from intranet.platform.core.outbox import OutboxRow
from intranet.platform.core.unit_of_work import unit_of_work
from tests.plugins.letters import Letterbox
from tests.services import free_port

ANA = Mail(to="ana@monteclaro.example", subject="Hola", text="Buenos días.", language="es")


def owe(app):
    with app.app_context(), unit_of_work() as work:
        post(work, ANA)


@pytest.fixture
def asks_for_password():
    """A mail server that takes passwords and offers no TLS; what it was given."""
    given = []

    def takes(_server, _session, _envelope, _mechanism, data):
        given.append((data.login, data.password))
        return AuthResult(success=True)

    box = Letterbox()
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=takes,
        auth_require_tls=False,
    )
    controller.start()
    yield box, given, controller.port
    controller.stop()


def test_a_password_is_not_sent_without_tls_and_the_mail_waits(app, mail, asks_for_password):
    box, given, port = asks_for_password
    # The same machine, by an address that might be another one.
    with_smtp(app, f"smtp://ana:secreto@127.1:{port}")
    owe(app)
    mail()
    with app.app_context():
        waiting = db.session.scalars(select(OutboxRow)).one()
        assert waiting.last_error == "MailDelayedError"
        assert waiting.failed_at is None
    assert given == []
    assert box.letters == []


def test_to_this_machine_a_password_goes_as_it_is(app, mail, asks_for_password):
    box, given, port = asks_for_password
    with_smtp(app, f"smtp://ana:secre%40to@127.0.0.1:{port}")
    owe(app)
    mail()
    assert given == [(b"ana", b"secre@to")]
    assert len(box.letters) == 1


def with_smtp(app, url):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_url=url)
