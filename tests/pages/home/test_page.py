"""The first page: what waits as one list by date, with its counts; what is mine at the side."""

import re
from datetime import timedelta

import pytest

from intranet.collaboration.groups.operations.joining import invite, join
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core import clock
from tests.collaboration.events.helpers import planned
from tests.collaboration.groups.helpers import group_of, main_channel
from tests.collaboration.polls.helpers import opened
from tests.messaging.messages.helpers import say
from tests.publishing.publications.helpers import published

DUE = re.compile(r'<ul class="owed">(.*?)</ul>', re.DOTALL)


@pytest.fixture
def ana(client_of, cast):
    return client_of(cast.ana)


def due(page: str) -> list[str]:
    """The titles of what waits, in order."""
    found = DUE.search(page)
    return re.findall(r'owed__title">\s*<a[^>]*>([^<]*)<', found[1]) if found else []


def lead(page: str) -> str:
    """The sentence below the greeting, as text."""
    text = page.split('class="page__lead"')[1].partition(">")[2].partition("</p>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", text)).strip()


@pytest.mark.slow
def test_what_waits_is_one_list_by_date_and_only_its_first_is_primary(app, ana, cast):
    today = clock.today("Europe/Madrid")
    with app.app_context():
        invite(cast.elna, group_of(cast.elna, "Ventanilla"), cast.ana)
        published(cast.carles, "Después", due_on=today + timedelta(days=9))
        published(cast.carles, "Antes", due_on=today + timedelta(days=2))
    page = ana.get("/?lang=en").text
    titles = due(page)

    assert titles[:2] == ["Antes", "Después"]
    assert "has invited you to join Ventanilla" in titles[2]
    assert page.split('<ul class="owed">')[1].partition("</ul>")[0].count("button--primary") == 1
    assert "Waiting for you: 2 texts to confirm as read and 1 invitation." in lead(page)


def test_the_counts_are_links_and_nothing_is_said_of_nothing(ana):
    assert "Waiting for you" not in lead(ana.get("/?lang=en").text)
    assert due(ana.get("/").text) == []


@pytest.mark.slow
def test_a_poll_and_groups_stand_at_the_side(app, ana, cast):
    with app.app_context():
        group = group_of(cast.elna, "Padrón")
        join(cast.ana, group)
        say(cast.elna, main_channel(group), "Hola.")
        opened(cast.uxia, cast.licences, title="¿Cuándo?", visibility=Visibility.MEMBERS)
    page = ana.get("/?lang=en").text
    side = page.split('class="page__side"')[1]

    assert "1 poll" in lead(page)
    assert "Padrón" in side
    assert "¿Cuándo?" in side


@pytest.mark.slow
def test_what_is_new_in_the_unit_stands_under_participate_until_it_is_answered(
    app, ana, client_of, cast
):
    with app.app_context():
        meeting = planned(cast.uxia, cast.licences)
        mine = planned(cast.ana, cast.licences, title="Reparto")
        with clock.freeze(clock.now() - timedelta(days=9)):
            old = planned(cast.uxia, cast.licences, title="Balance")
        new, *others = (str(each.publication_id) for each in (meeting, mine, old))

    def side(reader):
        return reader.get("/?lang=en").text.split("page__side")[1]

    assert new in side(ana)
    assert new not in side(client_of(cast.bieito))
    assert not [each for each in others if each in side(ana)]

    ana.submit(f"/events/{new}/answer", {"answer": "no"})
    assert new not in side(ana)


@pytest.mark.slow
def test_newcomers_of_the_unit_are_named(client_of, cast):
    assert "Iria Souto is new in your unit" in client_of(cast.nadia).get("/?lang=en").text
    assert "is new in your unit" not in client_of(cast.bieito).get("/?lang=en").text


@pytest.mark.slow
def test_the_counts_are_listed_as_each_language_does_it(app, ana, cast):
    with app.app_context():
        published(cast.carles, "Antes", due_on=clock.today("Europe/Madrid") + timedelta(days=2))
        invite(cast.elna, group_of(cast.elna), cast.ana)
        opened(cast.uxia, cast.licences, visibility=Visibility.MEMBERS)

    in_spanish = lead(ana.get("/?lang=es").text)
    assert "Pendiente: 1 lectura obligatoria, 1 encuesta y 1 invitación." in in_spanish
    in_galician = lead(ana.get("/?lang=gl").text)
    assert "Pendente: 1 lectura por confirmar, 1 enquisa e 1" in in_galician
