"""One click in a mail stops such mails, without signing in, for the person of the link alone."""

from datetime import timedelta

import pytest

from intranet.platform.core import clock, unsubscribe
from intranet.platform.core.i18n import _l
from intranet.platform.core.unsubscribe import stop_address, stoppable


@pytest.fixture
def turned():
    """What was turned on or off, of a kind that can be stopped."""
    there = []

    @stoppable("tests.reminders", _l("Settings"))
    def turn(person_id, on):
        there.append((person_id, on))

    yield there
    unsubscribe._kinds.pop("tests.reminders")


@pytest.fixture
def link(app, cast, turned):
    """The path of the link in a mail to Ana."""
    with app.app_context():
        address = stop_address(cast.ana.id, "tests.reminders", "es")
        assert address.startswith(app.config["SETTINGS"].base_url + "/unsubscribe/")
        return address.removeprefix(app.config["SETTINGS"].base_url)


def test_the_button_of_a_mail_client_stops_them_without_cookie_or_token(client, cast, link, turned):
    answer = client.post(
        link,
        data={"List-Unsubscribe": "One-Click"},
        headers={"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 200
    assert turned == [(cast.ana.id, False)]
    assert client.post(link).status_code == 200  # twice is as once


def test_looking_at_the_link_stops_nothing_and_says_what_would_stop(client, cast, link, turned):
    page = client.get(link)

    assert page.status_code == 200
    assert 'lang="es"' in page.text
    assert "Ajustes" in page.text
    assert "Ana" not in page.text
    assert turned == []


def test_who_stopped_by_mistake_undoes_it_on_the_same_page(client, cast, link, turned):
    assert 'value="undo"' in client.post(link).text
    client.post(link, data={"do": "undo"})

    assert turned == [(cast.ana.id, False), (cast.ana.id, True)]


def test_only_what_the_site_signed_for_this_person_and_this_kind_opens(app, client, cast, link):
    with app.app_context():
        unknown = stop_address(cast.ana.id, "tests.other", "es").partition("8000")[2]
        iria = stop_address(cast.iria.id, "tests.reminders", "es").partition("8000")[2]
    of_iria, of_ana = iria.rpartition("."), link.rpartition(".")

    for path in (of_iria[0] + "." + of_ana[2], of_ana[0], "/unsubscribe/x", unknown):
        assert client.post(path).status_code == 404
        assert client.get(path).status_code == 404


def test_a_link_lasts_a_year(client, link, turned):
    with clock.freeze(clock.now() + timedelta(days=364)):
        assert client.get(link).status_code == 200
    with clock.freeze(clock.now() + timedelta(days=366)):
        assert client.post(link).status_code == 404
    assert turned == []
