"""An administrator takes another's lost passkeys away only with a second person."""

import pytest

from intranet.extensions import db
from intranet.messaging.conversations.operations import start_direct_message
from intranet.organisation.accounts.models import Passkey, TalksCut
from intranet.organisation.accounts.operations.lost_passkeys import ask_to_remove
from intranet.organisation.accounts.queries import passkeys_of
from intranet.platform.core import clock
from intranet.platform.core.errors import NotFound
from intranet.platform.core.unit_of_work import unit_of_work
from tests.cast import PASSWORD
from tests.letters import text_of
from tests.messaging.messages.helpers import say
from tests.organisation.accounts.doors import give, is_signed_in, link_in
from tests.organisation.accounts.test_passkeys import device, enter
from tests.security.takeover import (
    A_DAY,
    ANA,
    TOWN,
    answer,
    confirmed,
    dorleta,
    go_by,
    nadia,
    printed,
    waiting,
)

__all__ = ["device", "dorleta", "nadia"]


def keys(app, cast):
    with app.app_context():
        return [str(each.id) for each in passkeys_of(cast.account_of(cast.ana).id)]


def ask(app, client, cast):
    (lost,) = keys(app, cast)
    where = f"{TOWN}/people/{cast.ana.id}"
    assert f'value="{lost}"' in client.get(where).text
    return confirmed(client, f"{where}/account/passkeys", {"passkey_ids": lost})


@pytest.mark.both
def test_alone_it_never_holds_and_its_person_hears_of_it(
    app, cast, client_of, dorleta, *, device, mail
):
    ana = client_of(cast.ana)
    mail()
    assert ask(app, dorleta, cast).status_code == 303

    (told,) = mail()
    assert told["To"] == ANA
    assert "Móbil de Ana" in text_of(told)
    assert "asked to remove your lost passkeys" in ana.get("/notifications?lang=en").text
    assert app.test_client().submit(link_in(told), {"answer": "agree"}).status_code == 404
    answer(app, dorleta, cast, "approve")
    go_by(app, A_DAY * 2)
    assert len(keys(app, cast)) == 1
    assert is_signed_in(ana)


@pytest.mark.both
def test_a_second_administrator_removes_it_a_day_later_and_earlier_talks_close(
    app, cast, client_of, dorleta, *, nadia, device, mail
):
    with app.app_context():
        say(cast.xoel, start_direct_message(cast.xoel, [cast.ana]), "Entre nosotros")
    ana = client_of(cast.ana)
    ask(app, dorleta, cast)
    answer(app, nadia, cast, "approve")
    mail()
    go_by(app)

    assert keys(app, cast) == []
    assert not is_signed_in(ana)
    assert enter(app.test_client(), device)[0].status_code == 401
    with app.app_context():
        account = cast.account_of(cast.ana)
        assert not account.has_passkey
        assert db.session.get(TalksCut, account.id)
    with clock.freeze(clock.now() + A_DAY):
        assert ANA in {letter["To"] for letter in mail()}
        assert give(app.test_client(), ANA).location == "/"


def test_it_was_not_me_stops_it(app, cast, dorleta, nadia, *, device, mail):
    mail()
    ask(app, dorleta, cast)
    (told,) = [letter for letter in mail() if letter["To"] == ANA]
    answer(app, nadia, cast, "approve")

    assert app.test_client().submit(link_in(told), {"answer": "refuse"}).status_code == 303
    go_by(app)
    assert len(keys(app, cast)) == 1


def test_a_printed_code_and_the_password_remove_it_at_once(app, cast, dorleta, device):
    ask(app, dorleta, cast)
    handed = printed(answer(app, dorleta, cast, "print"))
    given = {"email": ANA, "handed": handed}

    assert app.test_client().submit("/handed-code", given).status_code == 422
    right = {**given, "password": PASSWORD}
    assert app.test_client().submit("/handed-code", right).location == "/signin"
    assert keys(app, cast) == []


@pytest.mark.slow
def test_another_agency_and_another_s_passkey_are_refused(app, cast, client_of, dorleta, device):
    (lost,) = keys(app, cast)
    guillem = client_of(cast.guillem)
    for place in (TOWN, f"/admin/{cast.altamar.code}"):
        where = f"{place}/people/{cast.ana.id}/account/passkeys"
        assert guillem.submit(where, {"passkey_ids": lost}).status_code == 404
    xoel = f"{TOWN}/people/{cast.xoel.id}/account/passkeys"
    assert dorleta.submit(xoel, {"passkey_ids": lost}).status_code == 404
    assert waiting(app, cast) == []
    with app.app_context(), pytest.raises(NotFound):
        ask_to_remove(None, cast.account_of(cast.ana), [])


def test_the_only_way_in_is_followed_by_a_link_for_a_password(app, cast, device, mail):
    with app.app_context():
        account = cast.account_of(cast.ana)
        with unit_of_work():
            account.password_hash = None
        mail()
        ask_to_remove(None, account, [row.id for row in db.session.query(Passkey)])
    (link,) = [letter for letter in mail() if "/reset/" in text_of(letter)]
    assert link["To"] == ANA
    done = app.test_client().submit(link_in(link), {"password": "lluvia sobre el tejado"})
    assert done.location == "/signin"
