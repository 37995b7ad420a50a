"""An account that others changed does not read what its owner said in private before.

At every door, until its owner confirms: with what they had before, or in person before two
administrators.
"""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.conversations.operations import start_direct_message
from intranet.messaging.messages.saving import save_message
from intranet.organisation.accounts.models import SensitiveChange, TalksCut
from intranet.organisation.accounts.operations.sensitive_changes import apply_due, approve, ask_for
from intranet.organisation.accounts.operations.sign_in_names import change_sign_in_names
from intranet.organisation.agencies.operations.administrations import make_administrator
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.case_files.operations import make_case_file
from tests.cast import PASSWORD, sign_in
from tests.delivery.files.samples import picture
from tests.messaging.messages.helpers import channel_of, say
from tests.organisation.accounts.doors import give
from tests.organisation.accounts.test_second_factor import set_up
from tests.security.test_rights_end import address, connect

THEIRS = "dorleta.private@mail.example"
WORD = "zarzamora"
DAY = timedelta(hours=25)
API = "/api/v1"

__all__ = ["address", "connect"]


@pytest.fixture
def said(app, cast):
    """What Xoel wrote to Ana in private, and what she made of it."""
    from intranet.delivery.files.operations import store_upload

    with app.app_context():
        talk = start_direct_message(cast.xoel, [cast.ana])
        file = store_upload(cast.xoel, picture(), f"{WORD}.png")
        message = say(cast.xoel, talk, f"{WORD} secreta", file_ids=[file.id])
        say(cast.ana, talk, f"Contesto a la {WORD}")
        save_message(cast.ana, message)
        made = make_case_file(cast.ana, talk, [1], "es")
        say(cast.uxia, channel_of(cast.licences), f"Una {WORD} para la sección")
        return {
            "talk": str(talk.id),
            "message": str(message.id),
            "file": str(file.id),
            "case_file": made.code,
        }


def taken_over(app, cast, email=THEIRS):
    """Change Ana's address by two others, without her own word."""
    with app.app_context():
        change = ask_for("address", cast.account_of(cast.ana), {"email": email}, cast.dorleta)
        approve(None, change)
    with clock.freeze(clock.now() + DAY), app.app_context():
        apply_due()
        assert cast.account_of(cast.ana).email == email


DOORS = {
    "page": "/c/{talk}",
    "message": "/c/{talk}/m/1",
    "REST": API + "/conversations/{talk}",
    "REST messages": API + "/conversations/{talk}/messages",
    "file": "/files/{file}",
    "REST file": API + "/files/{file}",
    "thread": "/c/{talk}/m/1/thread",
    "export": "/c/{talk}/case-file",
    "made export": "/case-files/{case_file}/case-file.pdf",
}
LISTS = (
    "/messages",
    "/messages/saved",
    f"/search?q={WORD}",
    f"{API}/search?q={WORD}",
    f"{API}/conversations",
    "/notifications",
    f"{API}/notifications",
    "/",
    "/switcher?q=Xoel",
)


def opened(client, said):
    """The doors behind which the talk is seen, and the lists in which it stands."""
    doors = {
        name for name, path in DOORS.items() if client.get(path.format(**said)).status_code == 200
    }
    lists = set()
    for path in LISTS:
        text = client.get(path).text
        if f"{WORD} secreta" in text or said["talk"] in text:
            lists.add(path)
    return doors, lists


@pytest.mark.slow
@pytest.mark.both
def test_no_door_shows_it_and_each_shows_it_again_once_its_owner_confirms(
    app, cast, said, client_of, mail
):
    mail()
    ana = client_of(cast.ana)
    before = opened(ana, said)
    assert before[0] >= {"page", "message", "REST messages", "file", "export", "made export"}
    assert before[1] >= {"/messages", "/messages/saved", f"/search?q={WORD}"}

    taken_over(app, cast)
    mail()
    assert opened(ana, said) == (set(), set())
    assert "sección" in ana.get(f"/search?q={WORD}").text  # what is said in channels stays

    assert ana.submit("/me/waiting/talks", {"proof": "wrong"}).status_code == 422
    assert ana.submit("/me/waiting/talks", {"proof": PASSWORD}).status_code == 303
    after = opened(ana, said)
    assert after[0] == before[0]
    assert after[1] >= before[1] - {"/notifications", f"{API}/notifications", "/"}


@pytest.mark.slow
def test_who_took_over_with_a_new_password_proves_nothing_with_it(app, cast, said, client_of):
    taken_over(app, cast)
    with app.app_context():
        from intranet.organisation.accounts.models import LinkPurpose
        from intranet.organisation.accounts.operations.links import new_link, reset_password

        secret = new_link(LinkPurpose.PASSWORD, cast.account_of(cast.ana).id)
        reset_password(secret, "lluvia sobre el tejado")
    thief = app.test_client()
    assert give(thief, THEIRS, "lluvia sobre el tejado").status_code == 303

    sent = {"proof": "lluvia sobre el tejado"}
    assert thief.submit("/me/waiting/talks", sent).status_code == 422
    assert thief.get(f"/c/{said['talk']}").status_code == 404
    assert thief.submit("/me/waiting/talks", {"proof": PASSWORD}).status_code == 303


@pytest.mark.slow
@pytest.mark.both
def test_a_socket_catches_up_with_nothing_and_hears_nothing(app, cast, said, connect, client_of):
    ana = connect(client_of(cast.ana))
    ana.next("hello")
    taken_over(app, cast)

    assert ana.next("conversation:left")["conversation_id"] == said["talk"]
    synced = ana.ask("conversation:sync", {"conversations": [{"id": said["talk"], "rev": 0}]})
    assert WORD not in str(synced)
    with app.app_context():
        talk = start_direct_message(cast.xoel, [cast.ana])
        say(cast.xoel, talk, f"Otra {WORD}")
    assert WORD not in str(
        ana.ask("conversation:sync", {"conversations": [{"id": said["talk"], "rev": 0}]})
    )


@pytest.mark.slow
def test_what_comes_meanwhile_is_neither_mailed_nor_notified(app, cast, said, mail):
    taken_over(app, cast)
    mail()
    with app.app_context():
        say(cast.xoel, start_direct_message(cast.xoel, [cast.ana]), f"Otra {WORD}")
    with clock.freeze(clock.now() + timedelta(hours=2)):
        assert WORD not in "".join(str(letter) for letter in mail())


@pytest.mark.slow
def test_writing_to_the_same_people_says_what_to_do(app, cast, said, client_of):
    taken_over(app, cast)
    ana = client_of(cast.ana)
    answer = ana.post(
        f"{API}/conversations",
        json={"person_ids": [str(cast.xoel.id)]},
        headers={"X-CSRF-Token": ana.token()},
    )
    assert answer.status_code == 403
    assert ana.post(
        f"{API}/conversations",
        json={"person_ids": [str(cast.carles.id)]},
        headers={"X-CSRF-Token": ana.token()},
    ).status_code in {200, 201}


@pytest.mark.slow
def test_a_second_factor_of_before_proves_it_and_the_password_does_not(app, cast, said, client_of):
    with clock.freeze(clock.now() - timedelta(minutes=5)):
        phone, codes = set_up(client_of(cast.ana))
    taken_over(app, cast)
    ana = client_of(cast.ana)

    for wrong in (PASSWORD, "000000", "AAAAA-AAAAA"):
        assert ana.submit("/me/waiting/talks", {"proof": wrong}).status_code == 422
    assert ana.submit("/me/waiting/talks", {"proof": codes[0]}).status_code == 303
    taken_over(app, cast, "other@mail.example")
    with clock.freeze(clock.now() + timedelta(minutes=5)):
        assert ana.submit("/me/waiting/talks", {"proof": phone.at(clock.now())}).status_code == 303


@pytest.mark.slow
def test_a_second_change_leaves_the_proofs_of_the_first_owner(app, cast, said):
    taken_over(app, cast)
    with app.app_context():
        account = cast.account_of(cast.ana)
        stored = db.session.get_one(TalksCut, account.id).proofs
    taken_over(app, cast, "other@mail.example")
    with app.app_context():
        assert db.session.get_one(TalksCut, cast.account_of(cast.ana).id).proofs == stored


@pytest.mark.slow
@pytest.mark.both
def test_two_administrators_vouch_in_person_and_not_one(app, cast, said, client_of):
    with app.app_context():
        make_administrator(None, cast.monteclaro, cast.head_of_procurement_post)
    taken_over(app, cast)
    dorleta, nadia, ana = (client_of(each) for each in (cast.dorleta, cast.nadia, cast.ana))
    town = f"/admin/{cast.monteclaro.code}"
    assert dorleta.submit(f"{town}/people/{cast.ana.id}/account/vouch").status_code == 303
    with app.app_context():
        kind = select(SensitiveChange.id).where(SensitiveChange.kind == "talks")
        where = f"{town}/approvals/{db.session.scalars(kind).one()}"

    assert "<code" not in dorleta.submit(where, {"do": "print"}).text
    assert "<code" not in nadia.submit(where, {"do": "print"}).text
    nadia.submit(where, {"do": "approve"})
    assert "<code" not in nadia.submit(where, {"do": "print"}).text
    with clock.freeze(clock.now() + DAY):
        with app.app_context():
            apply_due()
        for client, person in ((dorleta, cast.dorleta), (nadia, cast.nadia), (ana, cast.ana)):
            sign_in(client, person)
        assert ana.get(f"/c/{said['talk']}").status_code == 404
        assert "<code" not in dorleta.submit(where, {"do": "print"}).text
        (code,) = re.findall(
            r"<code[^>]*>([\w-]+)</code>", nadia.submit(where, {"do": "print"}).text
        )
        assert ana.submit("/me/waiting/talks", {"handed": "AAAA-AAAA-AAAA"}).status_code == 422
        assert ana.submit("/me/waiting/talks", {"handed": code}).status_code == 303
        assert ana.get(f"/c/{said['talk']}").status_code == 200


@pytest.mark.slow
def test_where_there_is_one_administrator_the_operator_vouches_with_them(
    app, cast, said, client_of
):
    taken_over(app, cast)
    with app.app_context():
        approve(None, ask_for("talks", cast.account_of(cast.ana), {}, cast.dorleta))
        kind = select(SensitiveChange.id).where(SensitiveChange.kind == "talks")
        where = f"/admin/{cast.monteclaro.code}/approvals/{db.session.scalars(kind).one()}"
    assert "<code" not in client_of(cast.dorleta).submit(where, {"do": "print"}).text
    with clock.freeze(clock.now() + DAY):
        page = client_of(cast.dorleta).submit(where, {"do": "print"}).text
        (code,) = re.findall(r"<code[^>]*>([\w-]+)</code>", page)
        ana = client_of(cast.ana)
        assert ana.submit("/me/waiting/talks", {"handed": code}).status_code == 303
        assert ana.get(f"/c/{said['talk']}").status_code == 200


@pytest.mark.slow
def test_her_own_word_cuts_nothing(app, cast, said, client_of):
    ana = client_of(cast.ana)
    with app.app_context():
        account = cast.account_of(cast.ana)
        change_id = ask_for("address", account, {"email": "new@mail.example"}, cast.dorleta).id
    assert ana.submit(f"/me/waiting/changes/{change_id}", {"password": PASSWORD}).status_code == 303
    assert ana.get(f"/c/{said['talk']}").status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("way", ["address", "second_factor"])
def test_the_operator_cuts_as_well(app, cast, said, client_of, way):
    from intranet.organisation.accounts.operations.second_factors import reset_second_factor

    if way == "second_factor":
        with clock.freeze(clock.now() - timedelta(minutes=5)):
            set_up(client_of(cast.ana))
    with app.app_context():
        account = cast.account_of(cast.ana)
        if way == "address":
            change_sign_in_names(None, account, email=THEIRS, staff_number=None)
        else:
            reset_second_factor(None, account)
    assert client_of(cast.ana).get(f"/c/{said['talk']}").status_code == 404


@pytest.mark.slow
def test_a_guest_whose_address_is_changed_no_longer_gets_what_was_written_to_them(app, cast, mail):
    """An invited person is mailed what is written to them: not to another mailbox."""
    from intranet.organisation.people.operations.appointments import appoint
    from tests.organisation.accounts.doors import invite

    invited = invite(app, cast)
    with app.app_context():
        appoint(None, cast.officer_post, invited.person, starts_on=clock.today("Europe/Madrid"))
        talk = start_direct_message(cast.xoel, [invited.person])
        say(cast.xoel, talk, f"Antes, {WORD}")
    mail()
    with app.app_context():
        account = cast.account_of(invited.person)
        change_sign_in_names(cast.dorleta, account, email=THEIRS, staff_number=None)
        say(cast.xoel, start_direct_message(cast.xoel, [invited.person]), f"Después, {WORD}")
    assert all(WORD not in str(letter) for letter in mail() if letter["To"] == THEIRS)


@pytest.mark.slow
def test_nor_where_the_address_is_corrected_because_an_invitation_came_back(app, cast, mail):
    from intranet.organisation.accounts.invitation_models import (
        AccountInvitation,
        InvitationState,
    )
    from intranet.organisation.accounts.operations.invitation_fixes import correct_address
    from intranet.organisation.people.operations.appointments import appoint
    from tests.organisation.accounts.doors import invite

    invited = invite(app, cast)
    with app.app_context():
        appoint(None, cast.officer_post, invited.person, starts_on=clock.today("Europe/Madrid"))
        say(cast.xoel, start_direct_message(cast.xoel, [invited.person]), f"Antes, {WORD}")
    mail()
    with app.app_context():
        account = cast.account_of(invited.person)
        with unit_of_work():
            row = db.session.get_one(AccountInvitation, account.id)
            row.state = InvitationState.REFUSED
        correct_address(cast.dorleta, cast.monteclaro, account, THEIRS)
        say(cast.xoel, start_direct_message(cast.xoel, [invited.person]), f"Después, {WORD}")
    letters = [letter for letter in mail() if letter["To"] == THEIRS]
    assert letters, "the invitation itself"
    assert all(WORD not in str(letter) for letter in letters)


def test_who_had_no_talks_is_not_bothered(app, cast):
    taken_over(app, cast)
    with app.app_context():
        assert db.session.get(TalksCut, cast.account_of(cast.ana).id) is None
