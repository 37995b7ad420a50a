"""A kind of publication is one folder and one line: the rest of the intranet knows it from there.

`tip/` is the folder that `docs/how-to-add-a-feature.md` shows.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from uuid import UUID

import pytest
from flask import Flask

from intranet.app import create_app
from intranet.kinds import KINDS
from intranet.publishing.publications.follows import FollowKind
from intranet.publishing.publications.kinds import kind_named, register
from intranet.publishing.publications.operations.following import follow
from tests import compiled, conftest
from tests.attention.notifications.conftest import work_off
from tests.messaging.messages.helpers import channel_of, read_english, say, space_of
from tests.publishing.kinds.tip import views
from tests.publishing.kinds.tip.kind import KIND as TIPS


@pytest.fixture
def app(template, tmp_path, monkeypatch) -> Iterator[Flask]:
    """The application, with one kind of publication more."""
    monkeypatch.setattr(
        conftest, "create_app", lambda settings: create_app(settings, (*KINDS, TIPS))
    )
    monkeypatch.setattr(compiled, "_templates", {})  # those of other tests know no tips
    with conftest.make_house(template, tmp_path) as made:
        yield made
    register(KINDS)


@pytest.fixture
def form(app, cast) -> dict[str, str]:
    """The form with which Ana gives a tip to her agency."""
    with app.app_context():
        space_id = space_of(cast.town_hall).id
    sent = {"title": "Guarda a menudo", "body": "Y ponle nombre.", "language": "es"}
    post_id = str(cast.officer_post.id)
    return sent | {"post_id": post_id, "space_id": str(space_id), "visibility": "agency"}


@pytest.fixture
def tip(cast, client_of, form) -> str:
    """The address of a tip that Ana gave to her agency."""
    answer = client_of(cast.ana).submit("/tips", form)
    assert answer.status_code == 303, answer.text
    address: str = answer.location
    return address


@pytest.mark.slow
def test_it_is_read_by_its_readers_and_unknown_to_others(cast, client_of, tip):
    assert "Y ponle nombre" in client_of(cast.xoel).get(tip).text
    assert client_of(cast.bieito).get(tip).status_code == 404


@pytest.mark.slow
def test_it_stands_in_its_own_list_in_search_and_on_the_page_of_its_space(cast, client_of, tip):
    xoel = client_of(cast.xoel)
    assert "Guarda a menudo" in xoel.get("/tips").text
    found = xoel.get("/search?q=guarda&kind=publication").text
    assert "menudo" in found
    assert xoel.get(f"/p/{tip.rsplit('/', 1)[1]}").location == tip


@pytest.mark.slow
def test_a_refused_form_is_shown_again(cast, client_of, form):
    assert client_of(cast.ana).get("/tips/new").status_code == 200
    assert client_of(cast.ana).submit("/tips", form | {"title": ""}).status_code == 422


@pytest.mark.slow
def test_its_list_goes_on_where_a_page_ends(cast, client_of, form, monkeypatch):
    monkeypatch.setattr(views, "PAGE_SIZE", 2)
    ana = client_of(cast.ana)
    for number in range(3):
        ana.submit("/tips", form | {"title": f"Consejo {number}"})
    first = ana.get("/tips").text
    following = re.search(r'href="(\?before=[^"]+)" rel="next"', first)
    assert following, first
    second = ana.get(f"/tips{unescape(following[1])}").text

    assert [f"Consejo {number}" in first for number in range(3)] == [False, True, True]
    assert [f"Consejo {number}" in second for number in range(3)] == [True, False, False]
    assert 'rel="next"' not in second


@pytest.mark.slow
def test_followers_of_its_author_are_told(app, cast, client_of, form):
    read_english(app, cast.xoel)
    with app.app_context():
        follow(cast.xoel, FollowKind.PERSON, str(cast.ana.id))
    client_of(cast.ana).submit("/tips", form)
    with app.app_context():
        work_off()

    page = client_of(cast.xoel).get("/notifications").text
    assert "<b>Guarda a menudo</b>" in page
    assert "Tips" in page


@pytest.mark.slow
def test_a_message_that_links_to_it_has_its_card(app, cast, client_of, tip):
    with app.app_context():
        said = say(cast.ana, channel_of(cast.town_hall), f"Mira http://localhost{tip}")
        room_id: UUID = said.conversation_id
    page = client_of(cast.xoel).get(f"/c/{room_id}").text
    assert 'class="file-card link-card"' in page
    assert "Guarda a menudo" in page


@pytest.mark.slow
def test_once_withdrawn_its_text_is_gone_for_its_readers(cast, client_of, tip):
    ana, xoel = client_of(cast.ana), client_of(cast.xoel)
    assert ana.submit(f"{tip}/withdrawal", {"reason": ""}).status_code == 422
    assert ana.submit(f"{tip}/withdrawal", {"reason": "Ya no vale."}).status_code == 303
    assert "Y ponle nombre" not in xoel.get(tip).text
    assert "Guarda a menudo" not in xoel.get("/tips").text
    assert ana.get(f"{tip}/withdrawal").location == tip
    assert ana.submit(f"{tip}/withdrawal", {"reason": "Otra vez."}).location == tip


@pytest.mark.parametrize("pages", ["lost_and_found", "Tips", "diálogos", "", "a" * 21])
def test_a_name_that_no_card_would_find_is_refused(pages):
    with pytest.raises(ValueError, match="one word"):
        replace(TIPS, pages=pages)


def test_without_an_application_no_kind_is_known():
    register(())
    with pytest.raises(LookupError, match="create_app"):
        kind_named("idea")
    register(KINDS)
