"""The one door for mail: a real SMTP server, or a folder; at least once, never injected into."""

import mailbox
import re
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts import invitation_mails
from intranet.platform.core import clock, outbox, outbox_claims, smtp
from intranet.platform.core.jobs import Clockwork, Job
from intranet.platform.core.mail import Mail, MailDelayedError, mailer, post, send, stable_id
from intranet.platform.core.mail_content import Button, Letter, LetterEntry, Points, Quote, write
from intranet.platform.core.outbox import OutboxRow, run_due
from intranet.platform.core.unit_of_work import unit_of_work
from tests.delivery.realtime.clients import PATIENCE
from tests.letters import html_of, text_of, words_of_html, words_of_text
from tests.services import free_port

ANA = Mail(
    to="ana@monteclaro.example", subject="Hola", text="Buenos días,\n¿qué tal?", language="es"
)


def owe(app, letter=ANA):
    with app.app_context(), unit_of_work() as work:
        post(work, letter)


def row():
    return db.session.scalars(select(OutboxRow)).one()


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
    assert letter["List-Unsubscribe"] is None
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
        assert row().done_at is None
        assert row().failed_at
        assert row().last_error == "MailRefusedError"


def test_what_a_server_does_not_take_now_is_tried_again_later(app, mail, letterbox):
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


@pytest.mark.slow
@pytest.mark.both
def test_a_server_that_is_away_for_two_days_loses_nothing_and_for_four_it_is_given_up(
    app, mail, letterbox
):
    owe(app)
    owe(app, replace(ANA, to="iria@monteclaro.example"))
    letterbox.refuses = True
    now = clock.now()
    for hour in range(1, 48):
        with clock.freeze(now + timedelta(hours=hour)):
            assert mail() == []
    letterbox.refuses = False
    letterbox.unknown["iria@monteclaro.example"] = "450 Mailbox busy"
    with clock.freeze(now + timedelta(hours=49)):
        assert [letter["To"] for letter in mail()] == [ANA.to]
    with clock.freeze(now + timedelta(days=4)):
        assert mail() == []
    with app.app_context():
        waiting = db.session.scalars(select(OutboxRow).where(OutboxRow.done_at.is_(None))).one()
        assert waiting.last_error == "MailDelayedError"
        assert waiting.failed_at
        assert waiting.attempts > outbox.MAX_ATTEMPTS


@pytest.mark.both
def test_a_mailbox_that_does_not_exist_is_given_up_at_once_and_holds_up_no_other(
    app, mail, letterbox
):
    letterbox.unknown["nobody@monteclaro.example"] = "550 No such mailbox"
    owe(app, replace(ANA, to="nobody@monteclaro.example"))
    owe(app)

    assert [letter["To"] for letter in mail()] == [ANA.to]
    with app.app_context():
        refused = db.session.scalars(select(OutboxRow).where(OutboxRow.failed_at.is_not(None)))
        assert [row.last_error for row in refused] == ["MailRefusedError"]
    assert len(letterbox.connections) == 1


@pytest.mark.slow
def test_many_mails_go_over_few_connections(app, mail, letterbox):
    with app.app_context(), mailer():
        for number in range(smtp.MAILS_PER_CONNECTION + 5):
            send(replace(ANA, to=f"a{number}@monteclaro.example"))

    assert len(letterbox.letters) == smtp.MAILS_PER_CONNECTION + 5
    assert len(letterbox.connections) == 2


def test_a_server_that_cannot_be_reached_is_asked_once_for_many_mails(app):
    app.config["SETTINGS"] = replace(
        app.config["SETTINGS"], smtp_url=f"smtp://127.0.0.1:{free_port()}"
    )
    with app.app_context(), mailer():
        faults = []
        for _mail in range(2):
            with pytest.raises(MailDelayedError) as caught:
                send(ANA)
            faults.append(caught.value)
    assert faults[0] is faults[1]


def test_a_mail_sent_again_after_a_crash_is_known_as_the_same(app, mail, letterbox):
    owe(app)
    with app.app_context():
        row = outbox._claim()
        outbox._kinds["mail"].job(row.payload if row else {})  # then it is killed
    with clock.freeze(clock.now() + outbox_claims.CLAIM_LIFETIME + timedelta(seconds=1)):
        before, (again,) = letterbox.letters[0]["Message-ID"], mail()
    assert again["Message-ID"] == before


def test_a_letter_says_the_same_as_text_and_as_html_and_asks_for_nothing_from_outside(app, mail):
    stop = "https://intranet.monteclaro.example/unsubscribe/" + "a" * 90 + "?lang=es"
    with app.app_context():
        written = write(
            Letter(
                subject="Corte de agua <el viernes> & más",
                blocks=(
                    "Hola, Ana:",
                    Quote("Primera línea\n<b>segunda</b> línea"),
                    Points("Por qué:", ["tu unidad", "tu función"]),
                    LetterEntry("Actas de octubre", "https://x.example/1", "Archivo · ayer"),
                    Button("Leer y confirmar", "https://x.example/2"),
                ),
                why="Te llega porque estás en Urbanismo.",
                sender="Ayuntamiento de Monteclaro",
                stop=stop,
            ),
            to=ANA.to,
            language="es",
            message_id=stable_id("announcement", 7, "ana"),
            thread=stable_id("announcement", 7),
        )
    owe(app, written)
    (letter,) = mail()
    html = html_of(letter)

    assert letter.get_content_type() == "multipart/alternative"
    assert words_of_text(text_of(letter)) == words_of_html(html)
    assert 'lang="es"' in html
    assert "&lt;b&gt;segunda&lt;/b&gt;" in html
    assert not re.search(r"<(?:img|link|script)|url\(|@import|src=", html)
    assert "prefers-color-scheme: dark" in html
    assert letter["Message-ID"] == "<announcement.7.ana@monteclaro.example>"
    assert letter["References"] == letter["In-Reply-To"] == "<announcement.7@monteclaro.example>"
    assert letter["List-Unsubscribe"] == f"<{stop}>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


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


@pytest.mark.both
def test_letters_come_in_the_readers_language_and_hold_names_as_text(app, cast):
    with app.app_context():
        account = cast.account_of(cast.ana)
        with unit_of_work() as work:
            person = cast.ana
            person.name = "{{7*7}} %s {0.__class__} <b>&"
            account.locale = "en"
            work.add(person, account)
        letter = invitation_mails.invitation(account, "SECRET")

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
    assert failed.wait(PATIENCE)
    assert ran.wait(PATIENCE)
    assert letterbox.arrived.wait(PATIENCE)
    clockwork.stop()
    assert [letter["To"] for letter in letterbox.letters] == ["ana@monteclaro.example"]


@pytest.mark.slow
@pytest.mark.both
def test_every_job_of_the_schedule_runs(app):
    from intranet.schedule import JOBS

    assert len({job.name for job in JOBS}) == len(JOBS)
    with app.app_context():
        for job in JOBS:
            job.run()
