"""A forgotten password leads on for those who have none yet, and the page says nothing of it."""

from datetime import timedelta

import pytest

from intranet.organisation.accounts.operations.account_ends import set_last_day
from intranet.platform.core import clock
from tests.letters import text_of
from tests.organisation.accounts.doors import link_in
from tests.organisation.accounts.many import let_out, newcomers, queue


def ask(app, name):
    return app.test_client().submit("/forgotten", {"email": name}).text


@pytest.fixture
def newcomer(app, cast, mail):
    with app.app_context():
        return newcomers(cast, 1)[0]


def test_who_was_never_invited_is_told_whom_to_ask(app, cast, mail, newcomer):
    ask(app, newcomer.email)
    [letter] = mail()
    assert letter["To"] == newcomer.email
    assert "Dorleta" in text_of(letter)
    assert "/invitation/" not in text_of(letter)


@pytest.mark.both
def test_whose_invitation_expired_gets_a_fresh_one(app, cast, mail, newcomer):
    with app.app_context():
        queue(cast)
        let_out()
    with clock.freeze(clock.now() + timedelta(days=20)):
        mail()
        ask(app, newcomer.email)
        [letter] = mail()
        assert app.test_client().get(link_in(letter)).status_code == 200


def test_whose_invitation_waits_for_its_hour_gets_no_link_early(app, cast, mail, newcomer):
    with app.app_context():
        queue(cast, starts_at=clock.now() + timedelta(days=2))
    ask(app, newcomer.email)
    [letter] = mail()
    assert "/invitation/" not in text_of(letter)


def test_whose_account_has_ended_is_told_whom_to_ask(app, cast, mail):
    with app.app_context():
        day = clock.today("Europe/Madrid")
        set_last_day(cast.dorleta, cast.monteclaro, [cast.ana.id], day)
    with clock.freeze(clock.now() + timedelta(days=2)):
        ask(app, "ana@monteclaro.example")
        [letter] = mail()
    assert "Dorleta" in text_of(letter)
    assert "/reset/" not in text_of(letter)


def test_the_page_says_the_same_for_every_name(app, cast, mail, newcomer):
    def plain(page):
        return page.split("<main")[1].split("</main>")[0]

    pages = {
        plain(ask(app, name))
        for name in (newcomer.email, "ana@monteclaro.example", "nobody@monteclaro.example")
    }
    assert len(pages) == 1
