"""From a counterpart to a talk that says why; by mail to who has no account yet."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.conversations.models import Conversation
from intranet.messaging.messages.models import Message
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.accounts.operations.sign_in_names import change_sign_in_names
from intranet.organisation.people.models import Appointment, Person
from intranet.organisation.people.operations.appointments import end_now
from intranet.platform.core import clock
from intranet.platform.core.outbox import run_due
from intranet.platform.core.unit_of_work import unit_of_work
from tests.letters import text_of


@pytest.fixture
def write(cast, client_of, elsewhere):
    """Begin a talk as Bieito; the address of it."""

    def begin(*post_ids, **more):
        answer = client_of(cast.bieito).submit(
            "/counterparts/talks", {"post_id": [str(each) for each in post_ids], **more}
        )
        assert answer.status_code == 303, answer.text
        assert answer.location.endswith("#write-here")
        return answer.location.removesuffix("#write-here")

    return begin


@pytest.fixture
def post_office(app, letters):
    """Send what is owed; the mails to who has no account."""

    def send():
        with app.app_context():
            while run_due():
                pass
        return [mail for mail in letters() if mail["To"] == "maialen@urdintza.example"]

    return send


def found_in(pattern, text):
    """What a group of the pattern holds."""
    found = re.search(pattern, text)
    assert found, text
    return found[1]


def say(client, talk, body, number=1):
    answer = client.submit(
        f"{talk}/messages",
        {"body": body, "client_id": f"0192b5c8-0000-7000-8000-00000000000{number}"},
    )
    assert answer.status_code in {201, 303}, answer.text


@pytest.mark.slow
def test_both_see_why_in_their_language_and_the_words_are_ready(
    app, cast, client_of, elsewhere, write
):
    talk = write(elsewhere.vallserena_0)

    mine = client_of(cast.bieito).get(f"{talk}?lang=en").text
    assert "You found this counterpart: Secretari interventor" in mine
    assert "Same level: head of a department or service" in mine
    ready = found_in(r'name="body"[^>]*>([^<]+)</textarea>', mine)
    assert "Secretaría-Intervención" in ready
    say(client_of(cast.bieito), talk, ready)
    assert ready not in client_of(cast.bieito).get(talk).text.split("<textarea")[1][:600]

    with app.app_context():
        quim = db.session.get_one(Person, elsewhere.quim)
        db.session.expunge(quim)
    theirs = client_of(quim).get(f"{talk}?lang=es").text
    assert "Bieito Lourido" in theirs
    assert "Diputaci" not in theirs
    assert "talk-opening" in theirs
    stranger = client_of(cast.ana).get(talk)
    assert stranger.status_code == 404


@pytest.mark.slow
def test_who_was_found_by_words_reads_them_and_only_what_is_true_of_both(
    app, cast, client_of, elsewhere, write
):
    talk = write(elsewhere.vallserena_1, q="quién hace las nóminas")

    mine = client_of(cast.bieito).get(f"{talk}?lang=en").text
    with app.app_context():
        mireia = db.session.get_one(Person, elsewhere.mireia)
        db.session.expunge(mireia)
    theirs = client_of(mireia).get(f"{talk}?lang=en").text
    for page in (mine, theirs):
        opening = page.split("talk-opening", 1)[1].split("</ul>")[0]
        assert "quién hace las nóminas" in opening
        assert "Same type of agency: municipality" in opening
        assert "Same function" not in opening
        assert "counterpart" not in opening
    assert "Bieito Lourido found this post" in theirs
    ready = found_in(r'name="body"[^>]*>([^<]+)</textarea>', mine)
    assert "Trabajamos en lo mismo" not in ready


@pytest.mark.both
def test_several_are_asked_together_and_a_vacant_post_as_a_post(
    app, cast, client_of, elsewhere, write
):
    together = write(elsewhere.vallserena_0, elsewhere.robledal_0)
    vacant = write(elsewhere.urdintza_1, q="nominas")

    with app.app_context():
        talks = {str(row.id): row for row in db.session.scalars(select(Conversation))}
        first = talks[together.split("/")[-1]]
        assert first.opening
        assert len(first.opening["reasons"]) > 1
        assert talks[vacant.split("/")[-1]].post_id == elsewhere.urdintza_1
    nobody = client_of(cast.bieito).submit("/counterparts/talks", {"next": "/counterparts"})
    assert nobody.location.endswith("/counterparts")


@pytest.mark.slow
@pytest.mark.both
def test_who_has_no_account_gets_a_mail_and_answers_once_by_its_link(
    cast, client_of, post_office, write, request
):
    client, elsewhere = (request.getfixturevalue(name) for name in ("client", "elsewhere"))
    app = client.application
    talk = write(elsewhere.urdintza_0)
    page = client_of(cast.bieito).get(f"{talk}?lang=en").text
    assert "Maialen has no account yet" in page
    say(client_of(cast.bieito), talk, "Nola egiten duzue <b>kontratazioa</b>?")
    say(client_of(cast.bieito), talk, "Beste galdera bat.", number=2)
    (letter,) = post_office()
    text = text_of(letter)
    assert "Nola egiten duzue" in text
    assert letter["Content-Language"] == "eu"
    path = found_in(r"https?://[^/\s]+(/answer/\S+)", text).split("?")[0]

    shown = client.get(f"{path}?lang=en")
    assert shown.status_code == 200
    assert "Nola egiten duzue" in shown.text
    assert "Beste galdera bat" not in shown.text  # that one message, and nothing else
    assert shown.headers["Referrer-Policy"] == "strict-origin"
    assert client.submit(path, {"body": " "}).status_code == 422
    done = client.submit(path, {"body": "Hemen azaltzen dizut."})
    assert done.status_code == 200
    assert client.get(path).status_code == 404
    assert client.submit(path, {"body": "Berriro."}).status_code == 404
    assert "Hemen azaltzen dizut." in client_of(cast.bieito).get(talk).text
    with app.app_context():
        answers = db.session.scalars(
            select(Message).where(Message.author_id == elsewhere.maialen)
        ).all()
        assert [row.body for row in answers] == ["Hemen azaltzen dizut."]

    say(client_of(cast.bieito), talk, "Eskerrik asko.", number=3)
    assert len(post_office()) == 2


@pytest.mark.slow
def test_a_link_ends_after_two_weeks_and_when_its_person_comes_in(
    cast, client_of, post_office, write, request
):
    client, elsewhere = (request.getfixturevalue(name) for name in ("client", "elsewhere"))
    app = client.application
    talk = write(elsewhere.urdintza_0)
    say(client_of(cast.bieito), talk, "Kaixo.")
    text = text_of(post_office()[-1])
    path = found_in(r"https?://[^/\s]+(/answer/\S+)", text).split("?")[0]
    assert client.get(path).status_code == 200

    with clock.freeze(clock.now() + timedelta(days=15)):
        assert client.get(path).status_code == 404
    with app.app_context(), unit_of_work() as work:
        account = db.session.scalars(
            select(Account).where(Account.person_id == elsewhere.maialen)
        ).one()
        account.state = AccountState.ACTIVE
        work.add(account)
    assert client.get(path).status_code == 404
    assert client.get("/answer/nonsense").status_code == 404


@pytest.mark.slow
def test_a_link_that_went_to_a_wrong_mailbox_leads_nowhere_once_it_is_corrected(
    cast, client_of, post_office, write, request
):
    names = ("client", "elsewhere", "letters")
    client, elsewhere, letters = map(request.getfixturevalue, names)
    app = client.application
    talk = write(elsewhere.urdintza_0)
    say(client_of(cast.bieito), talk, "Kaixo.")
    text = text_of(post_office()[-1])
    path = found_in(r"https?://[^/\s]+(/answer/\S+)", text).split("?")[0]
    assert client.get(path).status_code == 200

    with app.app_context():
        account = db.session.scalars(
            select(Account).where(Account.person_id == elsewhere.maialen)
        ).one()
        change_sign_in_names(None, account, email="right@urdintza.example", staff_number=None)
    assert client.get(path).status_code == 404
    assert client.submit(path, {"body": "Ni ez naiz."}).status_code == 404

    say(client_of(cast.bieito), talk, "Kaixo berriro.", number=2)
    post_office()
    right = [mail for mail in letters() if mail["To"] == "right@urdintza.example"]
    assert ["/answer/" in text_of(mail) for mail in right] == [False, True]  # told, then written to


@pytest.mark.slow
def test_a_link_leads_nowhere_once_its_person_has_left(
    cast, client_of, post_office, write, request
):
    client, elsewhere = (request.getfixturevalue(name) for name in ("client", "elsewhere"))
    app = client.application
    talk = write(elsewhere.urdintza_0)
    say(client_of(cast.bieito), talk, "Kaixo.")
    text = text_of(post_office()[-1])
    path = found_in(r"https?://[^/\s]+(/answer/\S+)", text).split("?")[0]
    assert client.get(path).status_code == 200

    with app.app_context(), unit_of_work():
        end_now(
            db.session.scalars(
                select(Appointment).where(Appointment.person_id == elsewhere.maialen)
            ).one()
        )
    assert client.get(path).status_code == 404
    assert client.submit(path, {"body": "Agur."}).status_code == 404
    say(client_of(cast.bieito), talk, "Hor zaude?", number=2)
    assert len(post_office()) == 1
    page = client_of(cast.bieito).get(f"{talk}?lang=en").text
    assert "Maialen has no account yet" not in page
