"""The list of groups: what waits, one's own with the last words, and those one could join."""

import pytest

from intranet.collaboration.groups.models import Joining
from intranet.collaboration.groups.operations.founding import archive
from intranet.collaboration.groups.operations.joining import invite, join
from intranet.messaging.spaces.models import Reach
from tests.collaboration.groups.helpers import group_of, main_channel
from tests.messaging.messages.helpers import say


@pytest.fixture
def ana(client_of, cast):
    return client_of(cast.ana)


def parts(page: str) -> tuple[str, str, str]:
    """What waits, what is one's own, what could be joined."""
    above, _, below = page.split("<main")[1].partition('id="mine"')
    mine, _, others = below.partition('id="explore"')
    return above, mine, others


@pytest.mark.slow
def test_an_invitation_stands_first_and_one_group_once(app, ana, cast):
    with app.app_context():
        invite(cast.elna, group_of(cast.elna, "Ventanilla"), cast.ana, "Te necesitamos")
    waits, mine, others = parts(ana.get("/groups?lang=en").text)

    assert "has invited you to join Ventanilla" in waits
    assert "Te necesitamos" in waits
    assert "Ventanilla" not in mine
    assert "Ventanilla" not in others


@pytest.mark.slow
def test_ones_own_have_the_last_words_and_what_is_unread_the_latest_first(app, ana, cast):
    with app.app_context():
        old, new = group_of(cast.elna, "Antiguo"), group_of(cast.elna, "Nuevo")
        for group in (old, new):
            join(cast.ana, group)
        say(cast.elna, main_channel(old), "Primero.")
        say(cast.elna, main_channel(new), "He subido la **tabla**.")
    _, mine, others = parts(ana.get("/groups?lang=en").text)

    assert mine.index("Nuevo") < mine.index("Antiguo")
    assert "He subido la tabla." in mine
    assert "1<span" in mine
    assert "Nuevo" not in others


@pytest.mark.parametrize(
    ("joining", "seen"),
    [
        (Joining.OPEN, ("Open membership", ">Join<")),
        (Joining.REQUEST, ("Membership by request", ">Ask to join<")),
        (Joining.INVITATION, ("By invitation", None)),
    ],
)
def test_how_one_joins_is_a_word_and_a_button_in_place(app, ana, cast, joining, seen):
    word, button = seen
    with app.app_context():
        group_of(cast.elna, "Costas", joining=joining)
    others = parts(ana.get("/groups?lang=en").text)[2]

    assert word in others
    assert ("/join" in others) == bool(button)
    assert button is None or button in others


@pytest.mark.slow
def test_asking_to_join_stays_on_the_list_and_is_said_there(app, ana, cast):
    with app.app_context():
        group = group_of(cast.elna, "Costas", joining=Joining.REQUEST)
    address = f"/groups/{group.space_id}/join"

    assert ana.submit(address, {"ask": "1", "next": "/groups"}).location == "/groups"
    assert "You have asked to join" in parts(ana.get("/groups?lang=en").text)[2]
    assert ana.submit(address, {"ask": "1", "next": "//elsewhere.example"}).location.startswith(
        "/groups/"
    )


def test_what_is_not_known_to_somebody_is_in_no_part(app, ana, cast):
    with app.app_context():
        group_of(cast.elna, "Secretos", is_listed=False)
        group_of(cast.elna, "De Altamar", reach=Reach.AGENCY)
    page = ana.get("/groups").text

    assert "Secretos" not in page
    assert "De Altamar" not in page


@pytest.mark.slow
def test_the_agency_narrows_and_old_addresses_go_on_working(app, ana, cast):
    with app.app_context():
        group_of(cast.carles, "Del ayuntamiento")
        group_of(cast.elna, "De fuera")
        gone = group_of(cast.elna, "Acabado")
        join(cast.ana, gone)
        archive(cast.elna, gone)

    own = ana.get("/groups?of=agency").text
    assert "Del ayuntamiento" in own
    assert "De fuera" not in own
    assert "De fuera" in ana.get("/groups?q=fuera").text
    assert "Acabado" in ana.get("/groups?archived=1").text
    assert "Acabado" not in ana.get("/groups").text
    assert "De fuera" not in ana.get("/groups?mine=1").text
    assert ana.get("/groups?counterparts=1&topic=X&agency=nobody").status_code == 200


@pytest.mark.slow
def test_the_number_of_queries_does_not_grow_with_the_groups(app, ana, cast, count_queries):
    def grow(number, start):
        with app.app_context():
            for each in range(start, start + number):
                group = group_of(cast.elna, f"Mío {each}")
                join(cast.ana, group)
                say(cast.elna, main_channel(group), "Hola.")
                group_of(cast.elna, f"Otro {each}")
                invite(cast.elna, group_of(cast.elna, f"Invitado {each}"), cast.ana)

    def asked():
        with count_queries() as statements:
            assert ana.get("/groups").status_code == 200
        return len(statements)

    grow(2, 0)
    asked()
    few = asked()
    grow(5, 2)

    assert asked() <= few
