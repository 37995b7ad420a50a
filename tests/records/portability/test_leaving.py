"""An agency closes here: two administrators, a day of grace, and its words stay in shared rooms."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.messages.models import Message
from intranet.organisation.accounts.models import Account, AccountState
from intranet.organisation.agencies.models import Agency, Post
from intranet.organisation.agencies.operations.administrations import make_administrator
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.queries import is_current
from intranet.platform.audit.queries import first_broken_number
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, NotFound
from intranet.platform.core.outbox import run_due
from intranet.records.portability import leaving


@pytest.fixture
def agreed(app, cast, lived):
    """A fortnight from now, when two administrators agreed that Monteclaro closes."""
    later = clock.now() + timedelta(days=15)
    with app.app_context():
        make_administrator(None, cast.monteclaro, cast.mayor_post)
        with clock.freeze(later):
            leaving.ask_to_leave(cast.dorleta, cast.monteclaro)
            with pytest.raises(Forbidden):
                leaving.agree_to_leave(cast.dorleta, cast.monteclaro)
            leaving.agree_to_leave(cast.rosa, cast.monteclaro)
    return later


def open_accounts(cast) -> list[Account]:
    home = Account.home_agency_id == cast.monteclaro.id
    found = select(Account).where(home, Account.state != AccountState.DISABLED)
    return list(db.session.scalars(found))


def run_all() -> None:
    while run_due():
        pass


@pytest.mark.both
def test_a_day_after_two_agreed_nobody_signs_in_and_words_stay(app, cast, agreed, lived):
    with app.app_context(), clock.freeze(agreed + timedelta(hours=23)):
        run_all()
        assert open_accounts(cast)
    with app.app_context(), clock.freeze(agreed + timedelta(hours=25)):
        run_all()
        assert open_accounts(cast) == []
        held = select(Appointment).join(Post, Post.id == Appointment.post_id)
        of_town = held.where(Post.agency_id == cast.monteclaro.id, is_current(clock.now()))
        assert db.session.scalars(of_town).all() == []
        town = db.session.get_one(Agency, cast.monteclaro.id, populate_existing=True)
        assert not town.in_directory
        ours = db.session.get_one(Message, lived.ours)
        assert ours.body == "Palabras de Carles."
        assert "Monteclaro" in ours.caption
        assert first_broken_number(cast.monteclaro.id) is None
        elsewhere = select(Account).where(Account.person_id == cast.elna.id)
        assert db.session.scalars(elsewhere).one().state == AccountState.ACTIVE


def test_any_administrator_withdraws_it_until_it_is_done(app, cast, agreed):
    with app.app_context(), clock.freeze(agreed + timedelta(hours=1)):
        with pytest.raises(NotFound):
            leaving.stay(cast.guillem, cast.monteclaro)
        leaving.stay(cast.rosa, cast.monteclaro)
    with app.app_context(), clock.freeze(agreed + timedelta(hours=25)):
        run_all()
        assert open_accounts(cast)
        with pytest.raises(Conflict):
            leaving.stay(cast.rosa, cast.monteclaro)


def test_the_page_says_what_waits_and_no_other_agency_sees_it(cast, client_of):
    dorleta, guillem = client_of(cast.dorleta), client_of(cast.guillem)
    address = "/admin/L01990012/leave"
    assert guillem.submit(address, {"do": "ask"}).status_code == 404
    assert dorleta.submit(address, {"do": "ask"}).status_code == 303
    page = dorleta.get(f"{address}?lang=en").text
    assert 'value="stay"' in page
    assert 'value="agree"' not in page
    assert dorleta.submit(address, {"do": ["agree", "x"]}).status_code == 303
    assert dorleta.submit(address, {"do": "stay"}).status_code == 303
    assert 'value="ask"' in dorleta.get(address).text
