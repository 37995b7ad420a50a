"""No page, error or mail has a word of English or a name of the code in another language.

Every door that is asked with GET is opened, by somebody whom it lets in. What people wrote is
told from our texts by what the database holds.
"""

import pytest
from sqlalchemy import select

from intranet.attention.notifications.mail_texts import letter
from intranet.attention.notifications.models import Notification
from intranet.extensions import db
from intranet.organisation.accounts import invitation_mails, letters
from intranet.organisation.accounts.models import Account
from intranet.organisation.accounts.operations.own_account import set_language
from intranet.platform.core.mail import KIND, Mail
from intranet.platform.core.outbox import OutboxRow
from intranet.platform.core.unit_of_work import unit_of_work
from tests.reading import Reading, Words, unnamed
from tests.security.doors import DOORS
from tests.security.knocking import API, INSIDERS, address_of, doors_of
from tests.security.public import PUBLIC
from tests.security.world import ACTORS
from tools.glossary import OTHERS

LEAST_PAGES = 140
LEAST_ERRORS = 50
LEAST_MAILS = 12
SECRET_OF_LINK = "x" * 43


@pytest.fixture
def words(matrix_app, matrix_cast, world, language):
    """The words of the language, in which everybody reads now."""
    with matrix_app.app_context(), unit_of_work():
        ids = [getattr(matrix_cast, name).id for name in ACTORS.values()]
        for account in db.session.scalars(select(Account).where(Account.person_id.in_(ids))):
            set_language(account, language)
    return Words(language, matrix_app)


def addresses(app, world):
    """Each address that is asked with GET, with a browser of somebody who may."""
    for rule, method in doors_of(app):
        if method != "GET" or rule.rule.startswith(API):
            continue
        if door := DOORS.get(rule.endpoint):
            yield world.clients[INSIDERS[door.kind]], address_of(rule, door, world.ids)
        elif rule.endpoint in PUBLIC and not rule.arguments:
            yield world.clients["signed out"], rule.rule


def strings(value):
    """The sentences of an answer to a program."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name not in ("code", "request_id", "type", "instance"):
                yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)
    elif isinstance(value, str):
        yield value


@pytest.mark.slow
@pytest.mark.parametrize("language", [*OTHERS, "en"])
def test_pages_speak_one_language_and_say_what_buttons_show(matrix_app, world, words, language):
    faults: dict[str, str] = {}
    read = 0
    for client, address in addresses(matrix_app, world):
        with client.get(address, headers={"Accept-Language": language}) as answer:
            if answer.mimetype != "text/html":
                continue
            page = Reading(answer.get_data(as_text=True), language)
        read += 1
        for text in page.texts if language != "en" else []:
            if found := words.foreign(text):
                faults.setdefault(f"{found}: {text[:200]}", address)
        for shown, name in page.buttons:
            if unnamed(shown, name):
                faults.setdefault(f"a button shows “{shown}” and is called “{name}”", address)

    assert faults == {}
    assert read > LEAST_PAGES


@pytest.mark.slow
@pytest.mark.parametrize("language", OTHERS)
def test_errors_for_programs_speak_the_readers_language(matrix_app, world, words, language):
    faults: dict[str, str] = {}
    read = 0
    for rule, method in doors_of(matrix_app):
        door = DOORS.get(rule.endpoint)
        if door is None or not rule.rule.startswith(API) or method == "GET":
            continue
        client = world.clients[INSIDERS[door.kind]]
        address = address_of(rule, door, world.ids)
        answer = client.open(
            address,
            method=method,
            json=["nothing"],
            headers={"X-CSRF-Token": client.token(), "Accept-Language": language},
            buffered=True,
        )
        if answer.status_code < 400:
            continue
        read += 1
        for text in strings(answer.json):
            if found := words.foreign(text):
                faults.setdefault(f"{found}: {text[:200]}", f"{method} {address}")

    assert faults == {}
    assert read > LEAST_ERRORS


def account_letters(account, other_account, agency):
    """Every mail about an account, as it is sent or as it waits to be."""
    yield invitation_mails.invitation(account, SECRET_OF_LINK)
    yield invitation_mails.invitation(account, SECRET_OF_LINK, number=2)
    yield invitation_mails.not_invited(account, ["Dorleta"])
    yield invitation_mails.account_ended(account, [])
    yield letters.new_password(account, SECRET_OF_LINK)
    before = set(db.session.scalars(select(OutboxRow.id)))
    with unit_of_work() as work:
        letters.post_notice(work, account, letters.PASSWORD_CHANGED)
        letters.post_notice(work, account, letters.SECOND_FACTOR_CHANGED)
        letters.post_notice(work, account, letters.SECOND_FACTOR_RESET)
        letters.post_notice(work, account, letters.NUMBER_CHANGED)
        letters.post_address_changed(work, account, account.email)
        letters.post_notice(work, account, letters.CLOSED)
        letters.post_notice(work, account, letters.OPENED)
        letters.post_token_made(work, account, "Ana")
        letters.post_secret_address_made(work, account, "/me/calendar")
        letters.post_offer(work, account, agency, "Ana")
        letters.post_offer_mail(work, account, other_account.person, agency, "Ana")
        letters.post_added(work, account, agency)
    made = select(OutboxRow.payload).where(OutboxRow.id.not_in(before), OutboxRow.kind == KIND)
    for payload in db.session.scalars(made):
        yield Mail(**payload)


@pytest.mark.slow
@pytest.mark.parametrize("language", OTHERS)
def test_mails_speak_their_readers_language(matrix_app, matrix_cast, words, language):
    with matrix_app.app_context():
        ids = [getattr(matrix_cast, name).id for name in ACTORS.values()]
        accounts = {
            account.person_id: account
            for account in db.session.scalars(select(Account).where(Account.person_id.in_(ids)))
        }
        told = db.session.scalars(select(Notification).where(Notification.person_id.in_(accounts)))
        mails = [letter(row, accounts[row.person_id]) for row in told]
        about = accounts[matrix_cast.ana.id], accounts[matrix_cast.carles.id]
        mails += account_letters(*about, matrix_cast.altamar)
    faults: dict[str, str] = {}
    for mail in mails:
        for text in [
            mail.subject,
            *Reading(mail.html or "", language).texts,
            *mail.text.split("\n"),
        ]:
            if found := words.foreign(text):
                faults.setdefault(f"{found}: {text[:200]}", mail.subject)

    assert faults == {}
    assert len(mails) > LEAST_MAILS
