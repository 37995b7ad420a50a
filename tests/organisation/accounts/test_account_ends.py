"""Accounts with a last day: warned of, renewed, and ended on time."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.models import SignIn
from intranet.organisation.accounts.operations.account_ends import (
    end_due,
    set_last_day,
    warn_ahead,
)
from intranet.organisation.accounts.operations.own_account import create_token
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from tests.letters import text_of
from tests.organisation.accounts.doors import give, is_signed_in

pytestmark = pytest.mark.both


def end_in(app, cast, days, actor=None):
    with app.app_context():
        day = clock.today("Europe/Madrid") + timedelta(days=days)
        return set_last_day(actor or cast.dorleta, cast.monteclaro, [cast.ana.id], day)


@pytest.mark.slow
def test_after_the_last_day_sign_in_devices_and_tokens_end(app, cast, client_of):
    ana = client_of(cast.ana)
    with app.app_context():
        _token, secret = create_token(cast.account_of(cast.ana), "x", scopes=["read"], days=90)
    bearer = {"Authorization": f"Bearer {secret}"}
    end_in(app, cast, 3)
    assert is_signed_in(ana)
    assert app.test_client().get("/api/v1/me", headers=bearer).status_code == 200
    with clock.freeze(clock.now() + timedelta(days=4)):
        assert not is_signed_in(ana)
        assert app.test_client().get("/api/v1/me", headers=bearer).status_code == 401
        assert give(app.test_client(), "ana@monteclaro.example").status_code == 401
        with app.app_context():
            end_due()
            alive = select(SignIn).where(
                SignIn.account_id == cast.account_of(cast.ana).id, SignIn.ended_at.is_(None)
            )
            assert db.session.scalars(alive).all() == []


def test_the_last_day_itself_is_included(app, cast, client_of):
    ana = client_of(cast.ana)
    end_in(app, cast, 0)
    assert is_signed_in(ana)


@pytest.mark.slow
def test_people_and_administrators_are_warned_three_times_each_once(app, cast, mail):
    end_in(app, cast, 40)
    now = clock.now()
    told = []
    for days in range(41):
        for _again in range(2):
            with clock.freeze(now + timedelta(days=days)):
                with app.app_context():
                    warn_ahead()
                told += [(days, letter["To"], letter["Subject"]) for letter in mail()]
    warned = [days for days, to, _words in told if to == "ana@monteclaro.example"]
    assert warned == [10, 33, 39]
    assert [days for days, to, _words in told if to.startswith("dorleta")] == [10, 33, 39]


def test_a_renewed_account_is_warned_of_anew(app, cast, mail):
    end_in(app, cast, 5)
    with app.app_context():
        warn_ahead()
    letters = mail()
    assert "Ana" in " ".join(text_of(letter) for letter in letters if "dorleta" in letter["To"])
    end_in(app, cast, 20)
    with app.app_context():
        warn_ahead()
    assert [letter["To"] for letter in mail() if "ana@" in letter["To"]]


def test_an_account_that_ended_is_renewed_and_works_again(app, cast):
    end_in(app, cast, 1)
    later = clock.now() + timedelta(days=3)
    with clock.freeze(later):
        assert give(app.test_client(), "ana@monteclaro.example").status_code == 401
        end_in(app, cast, 10)
        assert give(app.test_client(), "ana@monteclaro.example").status_code == 303


def test_only_administrators_set_it_not_for_themselves_and_not_in_the_past(app, cast):
    for actor in (cast.ana, cast.guillem):
        with pytest.raises(Forbidden):
            end_in(app, cast, 3, actor)
    with pytest.raises(Invalid):
        end_in(app, cast, -1)
    day = clock.today("Europe/Madrid") + timedelta(days=3)
    with app.app_context(), pytest.raises(Conflict):
        set_last_day(cast.dorleta, cast.monteclaro, [cast.dorleta.id], day)


def test_people_of_another_agency_are_left_alone(app, cast):
    with app.app_context():
        day = clock.today("Europe/Madrid") + timedelta(days=3)
        assert set_last_day(cast.dorleta, cast.monteclaro, [cast.guillem.id], day) == 0
        assert cast.account_of(cast.guillem).expires_on is None
