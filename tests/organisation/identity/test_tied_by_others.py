"""An administrator ties another's account, or unties it, only with a second person."""

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.conversations.operations import start_direct_message
from intranet.organisation.accounts.letters import what_changes
from intranet.organisation.accounts.models import SignIn, TalksCut
from intranet.organisation.accounts.operations.sensitive_changes import approve
from intranet.organisation.identity import queries
from intranet.organisation.identity.models import Provider, RefusedArrival
from intranet.organisation.identity.operations import refused_arrivals, tying_others
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, NotFound
from tests.cast import PASSWORD
from tests.letters import text_of
from tests.messaging.messages.helpers import say
from tests.organisation.accounts.doors import is_signed_in
from tests.organisation.identity.helpers import go, set_up
from tests.security.takeover import (
    A_DAY,
    ANA,
    TOWN,
    answer,
    confirmed,
    dorleta,
    go_by,
    nadia,
    waiting,
)

__all__ = ["dorleta", "nadia"]

STRANGER = "evil@elsewhere.example"


@pytest.fixture
def provider_id(app, cast, certified, domain):
    """Monteclaro's provider, switched on."""
    return set_up(app, cast, certified)


@pytest.fixture
def refused(app, visitor, provider_id):
    """The provider vouched for somebody whose address is of no proven domain."""
    assert go(app.test_client(), visitor, STRANGER).status_code == 403
    return f"{provider_id} {STRANGER}"


def ask(client, cast, arrival, person=None):
    """Ask to connect Ana's account with somebody who was not let in, as the page does."""
    person = person or cast.ana
    page = client.get(f"{TOWN}/people/{person.id}").text
    assert f'value="{arrival}"' in page
    return confirmed(client, f"{TOWN}/people/{person.id}/account/tie", {"arrival": arrival})


def tied(app, cast, person=None):
    with app.app_context():
        account = cast.account_of(person or cast.ana)
        return [identity.subject for identity in queries.identities_of(account)]


@pytest.mark.both
def test_alone_it_never_holds_and_its_person_hears_of_it(
    app, cast, client_of, dorleta, *, refused, mail, visitor
):
    ana = client_of(cast.ana)
    mail()
    assert ask(dorleta, cast, refused).status_code == 303

    (told,) = [letter for letter in mail() if letter["To"] == ANA]
    assert "/not-me/" in text_of(told)
    assert STRANGER in text_of(told)
    assert "asked to connect your account" in ana.get("/notifications?lang=en").text
    assert STRANGER in ana.get("/me/waiting").text
    answer(app, dorleta, cast, "approve")
    for days in (1.5, 8):
        go_by(app, A_DAY * days)
    assert tied(app, cast) == []
    assert not is_signed_in(_by(app, visitor, STRANGER))


@pytest.mark.both
def test_a_second_administrator_ties_it_a_day_later_and_earlier_talks_close(
    app, cast, dorleta, nadia, *, refused, mail, visitor
):
    with app.app_context():
        say(cast.xoel, start_direct_message(cast.xoel, [cast.ana]), "Entre nosotros")
    ask(dorleta, cast, refused)
    assert answer(app, nadia, cast, "approve").status_code == 303
    assert tied(app, cast) == []
    mail()
    go_by(app)

    assert tied(app, cast) == [STRANGER]
    with clock.freeze(clock.now() + A_DAY):
        subjects = [text_of(letter) for letter in mail() if letter["To"] == ANA]
        assert any("Entrada" in text for text in subjects)
    assert is_signed_in(_by(app, visitor, STRANGER))
    with app.app_context():
        assert db.session.get(TalksCut, cast.account_of(cast.ana).id)
        assert db.session.scalars(select(RefusedArrival)).all() == []
        acts = select(AuditLine).where(AuditLine.act == "account.tie")
        (line,) = db.session.scalars(acts)
        assert (line.actor_id, line.detail["by"]) == (None, "administrator")


def test_the_identifier_is_shown_beside_the_address_that_the_provider_says(app, cast, provider_id):
    """Only the identifier is tied; whoever runs the provider gives any address to it."""
    with app.app_context():
        provider = db.session.get_one(Provider, provider_id)
        refused_arrivals.note(provider, "evil-7", ANA, "Ana Castro")
        account = cast.account_of(cast.ana)
        change = tying_others.ask_to_tie(cast.dorleta, account, provider, "evil-7")
        assert what_changes(change).endswith(f"Entrada, {ANA} (evil-7)")


def test_her_own_word_ties_it_at_once_and_cuts_nothing(app, cast, client_of, dorleta, refused):
    ana = client_of(cast.ana)
    ask(dorleta, cast, refused)
    (change_id,) = waiting(app, cast)
    where = f"/me/waiting/changes/{change_id}"

    assert ana.submit(where, {"password": "wrong"}).status_code == 422
    assert ana.submit(where, {"password": PASSWORD}).status_code == 303
    assert tied(app, cast) == [STRANGER]


def test_neither_another_agency_nor_a_provider_of_one_nor_one_s_own(
    app, cast, client_of, dorleta, refused
):
    guillem = client_of(cast.guillem)
    for place in (TOWN, f"/admin/{cast.altamar.code}"):
        where = f"{place}/people/{cast.ana.id}/account/tie"
        assert guillem.submit(where, {"arrival": refused}).status_code == 404
    sent = {"arrival": refused}
    own = f"{TOWN}/people/{cast.dorleta.id}/account/tie"
    assert 'name="arrival"' not in dorleta.get(f"{TOWN}/people/{cast.dorleta.id}").text
    assert confirmed(dorleta, f"{TOWN}/people/{cast.ana.id}/account/tie", sent).status_code == 303
    dorleta.submit(own, sent)
    assert waiting(app, cast, cast.dorleta) == []
    with app.app_context():
        account = cast.account_of(cast.guillem)
        provider = db.session.scalars(select(Provider)).one()
        with pytest.raises(NotFound):
            tying_others.ask_to_tie(None, account, provider, STRANGER)


def test_what_is_another_account_s_is_not_tied_nor_taken_meanwhile(
    app, cast, dorleta, *, nadia, refused, visitor
):
    ask(dorleta, cast, refused)
    ask_again = {"arrival": refused}
    dorleta.submit(f"{TOWN}/people/{cast.xoel.id}/account/tie", ask_again)
    answer(app, nadia, cast, "approve")
    answer(app, nadia, cast, "approve", cast.xoel)
    go_by(app)

    assert sorted([*tied(app, cast), *tied(app, cast, cast.xoel)]) == [STRANGER]
    with app.app_context():
        provider = db.session.scalars(select(Provider)).one()
        account = cast.account_of(cast.nadia)
        with pytest.raises(Conflict):
            tying_others.ask_to_tie(None, account, provider, STRANGER)


def test_an_administrator_s_account_is_tied_in_the_same_way(
    app, cast, dorleta, *, nadia, visitor, provider_id
):
    """The rule of e-mails never ties it; two others do."""
    name = "nadia@monteclaro.example"
    assert go(app.test_client(), visitor, name).status_code == 403
    ask(dorleta, cast, f"{provider_id} {name}", cast.nadia)
    answer(app, nadia, cast, "approve", cast.nadia)
    go_by(app)
    assert tied(app, cast, cast.nadia) == []

    with app.app_context():
        account = cast.account_of(cast.nadia)
        provider = db.session.get_one(Provider, provider_id)
        approve(None, tying_others.ask_to_tie(cast.dorleta, account, provider, name))
    go_by(app)
    assert tied(app, cast, cast.nadia) == [name]


def test_somebody_named_anew_replaces_the_earlier_name_and_its_sign_ins_end(
    app, cast, dorleta, *, nadia, visitor, refused
):
    before = _by(app, visitor, ANA)
    assert is_signed_in(before)
    ask(dorleta, cast, refused)
    answer(app, nadia, cast, "approve")
    go_by(app)

    assert tied(app, cast) == [STRANGER]
    assert not is_signed_in(before)


@pytest.mark.slow
@pytest.mark.both
@pytest.mark.parametrize("way", ["a second administrator", "the person", "the operator"])
def test_a_wrong_tie_is_undone_and_what_was_signed_in_by_it_ends(
    app, cast, dorleta, client_of, *, nadia, visitor, provider_id, way
):
    wrong = _by(app, visitor, ANA)
    ana = client_of(cast.ana)
    with app.app_context():
        (identity,) = queries.identities_of(cast.account_of(cast.ana))
        sent = {"identity": str(identity.id)}
    if way == "the operator":
        with app.app_context():
            account = cast.account_of(cast.ana)
            (identity,) = queries.identities_of(account)
            tying_others.ask_to_untie(None, account, identity)
    else:
        confirmed(dorleta, f"{TOWN}/people/{cast.ana.id}/account/untie", sent)
        assert is_signed_in(wrong)
        if way == "the person":
            (change_id,) = waiting(app, cast)
            ana.submit(f"/me/waiting/changes/{change_id}", {"password": PASSWORD})
        else:
            answer(app, nadia, cast, "approve")
            go_by(app)
    assert tied(app, cast) == []
    assert not is_signed_in(wrong)
    assert is_signed_in(ana)


def test_without_another_way_in_the_mailbox_gets_a_link_for_a_password(
    app, cast, visitor, *, provider_id, mail
):
    _by(app, visitor, ANA)
    with app.app_context():
        account = cast.account_of(cast.ana)
        account.password_hash = None
        db.session.commit()
        (identity,) = queries.identities_of(account)
        mail()
        tying_others.ask_to_untie(None, account, identity)
    assert [letter["To"] for letter in mail() if "/reset/" in text_of(letter)] == [ANA]


@pytest.mark.parametrize("is_confirmed", [True, False])
def test_who_has_no_password_agrees_after_confirming_in_another_way(
    app, cast, dorleta, *, visitor, provider_id, is_confirmed
):
    ana = _by(app, visitor, ANA)
    with app.app_context():
        account = cast.account_of(cast.ana)
        account.password_hash = None
        identity = str(queries.identities_of(account)[0].id)
        sign_in = db.session.scalars(select(SignIn).where(SignIn.account_id == account.id)).one()
        sign_in.confirmed_at = clock.now() if is_confirmed else None
        db.session.commit()
    confirmed(dorleta, f"{TOWN}/people/{cast.ana.id}/account/untie", {"identity": identity})
    (change_id,) = waiting(app, cast)
    assert 'name="password"' not in ana.get("/me/waiting").text

    done = ana.submit(f"/me/waiting/changes/{change_id}")

    assert done.status_code == (303 if is_confirmed else 403)
    assert tied(app, cast) == ([] if is_confirmed else [ANA])


def test_who_was_not_let_in_is_forgotten_and_never_many(app, cast, provider_id):
    with app.app_context():
        provider = db.session.get_one(Provider, provider_id)
        for number in range(refused_arrivals.MAX_ARRIVALS + 5):
            with clock.freeze(clock.now() + A_DAY / 10_000 * number):
                refused_arrivals.note(provider, f"s-{number}", "x" * 900, "y" * 900)
        kept = refused_arrivals.refused_by([provider])
        assert len(kept) == refused_arrivals.MAX_ARRIVALS
        assert kept[0].subject == f"s-{refused_arrivals.MAX_ARRIVALS + 4}"
    with clock.freeze(clock.now() + refused_arrivals.KEPT_FOR + A_DAY), app.app_context():
        refused_arrivals.forget_old()
        assert db.session.scalars(select(RefusedArrival)).all() == []


def _by(app, visitor, name):
    """A browser that signed in by the provider, or tried."""
    client = app.test_client()
    visitor.session.cookies.clear()
    go(client, visitor, name)
    return client
