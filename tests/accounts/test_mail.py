"""The one door for mail: a real SMTP server, or a folder; at least once, never injected into."""

import mailbox
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.accounts import letters
from intranet.core import clock, outbox
from intranet.core.jobs import Clockwork, Job
from intranet.core.mail import Mail, post
from intranet.core.outbox import OutboxRow, run_due
from intranet.core.unit_of_work import unit_of_work
from intranet.extensions import db

ANA = Mail(
    to="ana@monteclaro.example", subject="Hola", text="Buenos días,\n¿qué tal?", language="es"
)


def owe(app, letter=ANA):
    with app.app_context(), unit_of_work() as work:
        post(work, letter)


def text_of(letter):
    return letter.get_content().strip().replace("\r\n", "\n")


def test_a_mail_is_plain_text_with_all_it_needs(app, mail, letterbox):
    owe(app)
    (letter,) = mail()

    assert letter["From"] == "intranet@monteclaro.example"
    assert letter["To"] == "ana@monteclaro.example"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["Message-ID"].endswith("@monteclaro.example>")
    assert letter["Content-Language"] == "es"
    assert letter["Date"]
    assert letter.get_content_type() == "text/plain"
    assert text_of(letter) == ANA.text


def test_nothing_is_sent_before_the_commit_and_nothing_without_it(app, mail):
    def operation():
        with unit_of_work() as work:
            post(work, ANA)
            raise RuntimeError

    with app.app_context(), pytest.raises(RuntimeError):
        operation()
    assert mail() == []


@pytest.mark.parametrize(
    "subject",
    ["Hola\r\nBcc: evil@x.example", "Hola\nX-Evil: 1", "Hola\r\n\r\n<script>", "a\u2028b"],
)
def test_a_subject_adds_no_header(app, mail, subject):
    owe(app, replace(ANA, subject=subject))
    (letter,) = mail()

    assert letter["Bcc"] is None
    assert letter["X-Evil"] is None
    assert text_of(letter) == ANA.text
    assert letter["Subject"] == " ".join(subject.split())


@pytest.mark.parametrize(
    "to",
    [
        "ana@x.example\r\nBcc: evil@x.example",
        "ana@x.example, evil@x.example",
        "ana@x.example evil@x.example",
        "Ana <ana@x.example>",
        "ana",
        "",
    ],
)
def test_an_address_names_one_reader_or_nothing_is_sent(app, mail, to):
    owe(app, replace(ANA, to=to))
    assert mail() == []
    with app.app_context():
        row = db.session.scalars(select(OutboxRow)).one()
        assert row.done_at is None
        assert row.last_error == "ValueError"


def test_what_a_server_refuses_is_tried_again_later_and_given_up_at_last(app, mail, letterbox):
    owe(app)
    letterbox.refuses = True
    now = clock.now()
    with clock.freeze(now):
        assert mail() == []
    letterbox.refuses = False
    with clock.freeze(now + timedelta(seconds=1)):
        assert mail() == []
    with clock.freeze(now + timedelta(seconds=3)):
        assert len(mail()) == 1
        assert mail() == []


def test_after_eight_refusals_a_mail_is_given_up(app, mail, letterbox):
    owe(app)
    letterbox.refuses = True
    now = clock.now()
    for day in range(outbox.ATTEMPTS + 2):
        with clock.freeze(now + timedelta(days=day)):
            assert mail() == []
    with app.app_context():
        row = db.session.scalars(select(OutboxRow)).one()
        assert row.attempts == outbox.ATTEMPTS
        assert row.failed_at is not None


def test_what_was_sent_is_not_kept(app, mail):
    owe(app)
    mail()
    with app.app_context():
        assert db.session.scalars(select(OutboxRow)).one().payload == {}
        with clock.freeze(clock.now() + timedelta(days=8)):
            outbox.forget_done()
        assert db.session.scalars(select(OutboxRow)).all() == []


def test_without_a_server_mail_goes_into_a_folder(app):
    owe(app)
    with app.app_context():
        assert run_due() == 1
    folder = mailbox.Maildir(app.config["SETTINGS"].data_dir / "mail", create=False)
    (letter,) = folder.values()
    assert letter["To"] == "ana@monteclaro.example"


def test_two_workers_send_a_mail_once(app, mail):
    owe(app)
    barrier = threading.Barrier(4)
    done = []

    def work():
        barrier.wait()
        with app.app_context():
            done.append(run_due())
            db.session.remove()

    threads = [threading.Thread(target=work) for _worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [0, 0, 0, 1]


def test_letters_come_in_the_readers_language_and_hold_names_as_text(app, cast):
    with app.app_context():
        account = cast.account_of(cast.ana)
        with unit_of_work() as work:
            person = cast.ana
            person.name = "{{7*7}} %s {0.__class__} <b>&"
            account.locale = "en"
            work.add(person, account)
        letter = letters.invitation(account, "SECRET")

    assert letter.language == "en"
    assert "{{7*7}} %s {0.__class__} <b>&" in letter.text
    assert "http://127.0.0.1:8000/invitation/SECRET" in letter.text
    assert "Ayuntamiento de Monteclaro" in letter.text
    assert "ana@monteclaro.example" in letter.text


def test_the_clockwork_empties_the_outbox_and_runs_each_job(app, letterbox):
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], smtp_url=letterbox.url)
    owe(app)
    ran = threading.Event()
    failed = threading.Event()

    def fails():
        failed.set()
        raise RuntimeError("a job that fails stops no other")

    jobs = [
        Job("fails", timedelta(hours=1), fails),
        Job("runs", timedelta(hours=1), ran.set),
    ]
    clockwork = Clockwork(app, jobs)
    clockwork.start()
    assert failed.wait(10)
    assert ran.wait(10)
    assert letterbox.arrived.wait(10)
    clockwork.stop()
    assert [letter["To"] for letter in letterbox.letters] == ["ana@monteclaro.example"]


def test_every_job_of_the_schedule_runs(app):
    from intranet.schedule import JOBS

    assert len({job.name for job in JOBS}) == len(JOBS)
    with app.app_context():
        for job in JOBS:
            job.run()
