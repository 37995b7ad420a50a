"""Erasure: two agree, what was the person's goes, what posts have written stays without a name."""

import io
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.finding.directory.operations import change_photo
from intranet.messaging.conversations.operations import start_direct_message
from intranet.messaging.messages.forwarding import forward_message
from intranet.messaging.messages.models import Forward, Message, SavedMessage
from intranet.messaging.messages.operations import edit_message
from intranet.messaging.messages.saving import save_message
from intranet.organisation.accounts.models import Account
from intranet.organisation.agencies.operations.administrations import give_role
from intranet.organisation.agencies.roles import AgencyRole
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.appointments import appoint
from intranet.organisation.people.operations.people import ProfileContents, edit_profile
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, NotFound
from intranet.platform.core.ids import uuid7
from intranet.platform.core.outbox import Pace, run_due
from intranet.platform.index.models import SearchDocument
from intranet.records.own_data.erasure_blocks import LAST_ADMINISTRATOR
from intranet.records.own_data.erasures import (
    agree,
    ask_for_erasure,
    ask_for_own_erasure,
    withdraw,
)
from intranet.records.own_data.sweeping import rewrite_mentions
from tests.delivery.files.samples import picture
from tests.messaging.messages.helpers import channel_of, say
from tests.records.own_data.helpers import dump, erase, latest, leave, made_for

PHONE = "981 555 0147"
ABOUT = "Fanego las zarzas de los planos."


def lived(cast):
    """Xoel has a profile, wrote, was called, forwarded, saved and drafted about."""
    xoel, channel = cast.xoel, channel_of(cast.urban_planning)
    edit_profile(xoel, xoel, ProfileContents(about=ABOUT, phone=PHONE), version=None)
    change_photo(xoel, picture())
    called = say(cast.carles, channel, f"Pregunta a @[X](person:{xoel.id}), por favor.")
    edit_message(
        cast.carles, called, f"Pregunta mejor a @[X](person:{xoel.id}).", body_rev=called.body_rev
    )
    own = say(xoel, channel, "El plano está revisado.")
    talk = start_direct_message(cast.carles, [cast.rosa])
    forward_message(cast.carles, own, [talk.id], client_id=uuid7())
    save_message(xoel, called)
    store_upload(xoel, io.BytesIO(b"borrador de Xoel"), "borrador.txt")
    made_for(xoel)
    return called, own


@pytest.mark.both
def test_nothing_in_the_database_or_the_files_names_an_erased_person(officer, cast):
    lived(cast)
    xoel = cast.xoel
    account = cast.account_of(xoel)
    needles = [xoel.name, account.email, PHONE, ABOUT]
    assert all(any(each in value for _where, value in dump()) for each in needles)

    erase(cast, xoel)
    run_due()

    found = [(where, each) for where, value in dump() for each in needles if each in value]
    assert found == []


@pytest.mark.both
def test_words_of_posts_stay_and_mentions_carry_the_pseudonym(officer, cast):
    called, own = lived(cast)
    name, xoel_id = cast.xoel.name, cast.xoel.id
    last_line = db.session.scalar(select(AuditLine.hash).order_by(AuditLine.id))

    erase(cast, cast.xoel)

    person = db.session.get_one(Person, xoel_id)
    assert person.name != name
    assert person.erased_at
    called = db.session.get_one(Message, called.id)
    assert called.body == f"Pregunta mejor a @[{person.name}](person:{xoel_id})."
    assert f"@{person.name}</a>" in called.html
    assert [each["text"] for each in called.mentions] == [person.name]
    assert db.session.get_one(Message, own.id).body == "El plano está revisado."
    assert db.session.scalars(select(Forward.author_name)).one() == person.name
    assert db.session.scalars(select(SavedMessage)).all() == []
    assert db.session.scalar(select(Account).where(Account.person_id == xoel_id)) is None
    assert db.session.scalar(select(AuditLine.hash).order_by(AuditLine.id)) == last_line


def test_search_finds_the_pseudonym_and_not_the_name(officer, cast):
    lived(cast)
    folded = cast.xoel.name.lower().split()[-1]
    erase(cast, cast.xoel)

    words = " ".join(
        f"{row.title} {row.body}" for row in db.session.scalars(select(SearchDocument))
    )
    assert folded not in words
    left = db.session.scalar(
        text("select count(*) from search_words where word = :word").bindparams(word=folded)
    )
    assert left == 0


def test_one_person_alone_erases_nobody(officer, cast):
    leave(cast.xoel)
    asked = ask_for_erasure(cast.dorleta, cast.monteclaro, cast.xoel)
    with pytest.raises(Forbidden):
        agree(cast.dorleta, asked)
    with pytest.raises(Forbidden):
        agree(cast.carles, asked)
    with pytest.raises(Forbidden):
        agree(cast.guillem, asked)
    assert db.session.get_one(Person, cast.xoel.id).erased_at is None


def test_the_person_asks_and_two_others_agree(officer, cast):
    asked = ask_for_own_erasure(cast.xoel)
    with pytest.raises(Conflict):
        ask_for_own_erasure(cast.xoel)
    with pytest.raises(Conflict):  # posts first
        agree(cast.dorleta, asked)
    leave(cast.xoel)
    agree(cast.dorleta, asked)
    with pytest.raises(Forbidden):
        agree(cast.dorleta, asked)
    agree(cast.nadia, asked)
    run_due(pace=Pace.LONG)
    assert db.session.get_one(Person, cast.xoel.id).erased_at


def test_nobody_decides_on_themselves_and_the_last_administrator_stays(officer, cast):
    with pytest.raises(Forbidden):
        ask_for_erasure(cast.dorleta, cast.monteclaro, cast.dorleta)
    with pytest.raises(Conflict) as refused:
        ask_for_erasure(cast.nadia, cast.monteclaro, cast.dorleta)
    assert refused.value.detail == LAST_ADMINISTRATOR.words
    with pytest.raises(Forbidden):
        ask_for_erasure(cast.guillem, cast.monteclaro, cast.xoel)
    with pytest.raises(NotFound):
        ask_for_erasure(cast.dorleta, cast.monteclaro, cast.bieito)


def test_a_request_can_be_withdrawn_but_not_one_of_the_agency_by_the_person(officer, cast):
    leave(cast.xoel)
    asked = ask_for_erasure(cast.dorleta, cast.monteclaro, cast.xoel)
    with pytest.raises(Forbidden):
        withdraw(cast.xoel, asked)
    withdraw(cast.nadia, asked)
    with pytest.raises(NotFound):
        agree(cast.nadia, asked)
    own = ask_for_own_erasure(cast.xoel)
    withdraw(cast.xoel, own)
    assert not own.is_open


def test_a_run_that_was_interrupted_goes_on(officer, cast, monkeypatch):
    lived(cast)
    name = cast.xoel.name
    monkeypatch.setattr(
        "intranet.records.own_data.erasing.rewrite_mentions", lambda _traces: 1 // 0
    )
    leave(cast.xoel)
    asked = ask_for_erasure(cast.dorleta, cast.monteclaro, cast.xoel)
    agree(cast.nadia, asked)
    run_due(pace=Pace.LONG)
    assert not latest(cast.xoel).erased_at

    monkeypatch.setattr("intranet.records.own_data.erasing.rewrite_mentions", rewrite_mentions)
    with clock.freeze(clock.now() + timedelta(hours=1)):
        run_due(pace=Pace.LONG)

    db.session.expire_all()
    assert latest(cast.xoel).erased_at
    assert not [where for where, value in dump() if name in value]


def test_what_comes_in_the_way_after_the_second_yes_is_waited_for(officer, cast):
    leave(cast.xoel)
    asked = ask_for_erasure(cast.dorleta, cast.monteclaro, cast.xoel)
    agree(cast.nadia, asked)
    appoint(None, cast.architect_post, cast.xoel, starts_on=clock.today("Europe/Madrid"))
    run_due(pace=Pace.LONG)
    assert not db.session.get_one(Person, cast.xoel.id).erased_at

    leave(cast.xoel)
    with clock.freeze(clock.now() + timedelta(hours=2)):
        run_due(pace=Pace.LONG)
    assert db.session.get_one(Person, cast.xoel.id).erased_at
    with pytest.raises(Conflict):
        appoint(None, cast.architect_post, cast.xoel, starts_on=clock.today("Europe/Madrid"))


def test_two_agree_on_the_page(app, cast, client_of):
    with app.app_context():
        give_role(None, cast.monteclaro, cast.head_of_procurement_post, AgencyRole.RECORDS)
        leave(cast.xoel)
        page = f"/admin/{cast.monteclaro.code}/erasures/{cast.xoel.id}"
    dorleta, nadia = client_of(cast.dorleta), client_of(cast.nadia)

    assert dorleta.get(page).status_code == 200
    assert dorleta.submit(page).status_code == 303
    with app.app_context():
        request_id = latest(cast.xoel).id
    listed = f"/admin/{cast.monteclaro.code}/erasures"
    assert str(cast.xoel.id) in nadia.get(listed).text
    assert "/agree" in nadia.get(page).text
    assert "/agree" not in dorleta.get(page).text
    assert nadia.submit(f"{listed}/requests/{request_id}/agree").status_code == 303
    with app.app_context():
        run_due(pace=Pace.LONG)
        name = db.session.get_one(Person, cast.xoel.id).name
    assert name in dorleta.get(page).text
    assert client_of(cast.carles).get(page).status_code == 404
