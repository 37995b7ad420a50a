"""A mail to somebody without an account says truly from where it comes."""

from uuid import uuid4

import pytest

from intranet.extensions import db
from intranet.messaging.conversations.operations import start_direct_message
from intranet.messaging.messages.forwarding import forward_message
from intranet.messaging.messages.posting import post_message
from intranet.organisation.accounts.operations.accounts import invite_person
from intranet.organisation.agencies.models import Agency, MailContent, Post
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.appointments import appoint
from intranet.platform.core.unit_of_work import unit_of_work
from tests import cast as casting
from tests.letters import text_of
from tests.messaging.messages.helpers import say


@pytest.mark.slow
@pytest.mark.parametrize("content", MailContent)
def test_forwarded_words_leave_by_mail_as_their_authors_agency_allows(
    app_context, cast, mail, content
):
    with unit_of_work():
        db.session.get_one(Agency, cast.monteclaro.id).mail_content = content
    said = say(
        cast.carles, start_direct_message(cast.carles, [cast.bieito]), "El expediente es de López."
    )
    town = db.session.get_one(Agency, cast.monteclaro.id)
    new = invite_person(
        None, town, "Noa Prieto", email="noa@monteclaro.example", staff_number=None
    ).person
    post = db.session.get_one(Post, cast.officer_post.id)
    appoint(None, post, new, starts_on=casting.LONG_AGO)
    talk = start_direct_message(cast.bieito, [new])
    forward_message(cast.bieito, said, [talk.id], comment="Mira:", client_id=uuid4())
    letter = next(text_of(one) for one in mail() if "Mira:" in text_of(one))
    assert ("López" in letter) == (content == MailContent.TEXT)


@pytest.fixture
def mail_of(app, cast, mail):
    """The mail that somebody new at Monteclaro gets of what a person writes to them."""

    def written_by(author):
        with app.app_context():
            town = db.session.get_one(Agency, cast.monteclaro.id)
            new = invite_person(
                None, town, "Noa Prieto", email="noa@monteclaro.example", staff_number=None
            ).person
            post = db.session.get_one(Post, cast.officer_post.id)
            appoint(None, post, new, starts_on=casting.LONG_AGO)
            writer = db.session.get_one(Person, author.id)
            talk = start_direct_message(writer, [new])
            post_message(writer, talk.id, "Hola, Noa.", client_id=uuid4())
        return next(letter for letter in mail() if "Hola, Noa." in text_of(letter))

    return written_by


@pytest.mark.slow
def test_a_colleague_is_a_colleague(cast, mail_of):
    mail = mail_of(cast.carles)

    assert mail["Subject"] == "Carles Roig te escribe"
    assert "otra administración" not in text_of(mail)
    assert "alguien de tu administración" in text_of(mail)


def test_somebody_of_another_administration_is_that(cast, mail_of):
    mail = mail_of(cast.bieito)

    assert "desde otra administración" in mail["Subject"]
    assert "otra administración" in text_of(mail)
