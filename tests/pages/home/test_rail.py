"""The rail: where its places are, what waits behind them, and that old addresses go on working."""

import re

import pytest

from intranet.collaboration.groups.models import Joining
from intranet.collaboration.groups.operations.joining import (
    answer_invitation,
    invite,
    request_to_join,
)
from intranet.collaboration.ideas.models import Idea
from intranet.collaboration.ideas.operations import answering
from intranet.collaboration.polls import queries as poll_queries
from intranet.collaboration.questions import queries as question_queries
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.people.operations.absences import set_absence
from intranet.organisation.people.queries import current_appointments
from intranet.pages.home.waiting_counts import counts_for
from intranet.platform.core import clock
from tests.collaboration.groups.helpers import group_of
from tests.collaboration.ideas.helpers import box_of, idea_in
from tests.collaboration.polls.helpers import chooses, opened

SECTIONS = {
    "/": "/",
    "/groups": "/groups",
    "/groups/kept": "/groups",
    "/participate": "/participate",
    "/questions": "/participate",
    "/questions/new": "/participate",
    "/ideas": "/participate",
    "/ideas/boxes": "/participate",
    "/polls": "/participate",
    "/polls/new": "/participate",
    "/events": "/participate",
    "/events/month": "/participate",
    "/events/new": "/participate",
    "/initiatives": "/initiatives",
    "/models": "/initiatives",
    "/criteria": "/initiatives",
    "/help": "/help",
}


@pytest.fixture
def ana(client_of, cast):
    return client_of(cast.ana)


def places(page: str) -> dict[str, str]:
    """The links of the rail with what stands in each."""
    rail = page.split('<nav class="rail"')[1].split("</nav>", maxsplit=1)[0]
    return dict(re.findall(r'<a class="rail__link"\s+href="([^"]+)"(.*?)</a>', rail, re.DOTALL))


def badge(page: str, href: str) -> int:
    """The number that stands on a place of the rail; 0 where it is hidden."""
    found = re.search(
        r'class="count count--attn"(| hidden="[^"]*"| hidden)>(\d+)', places(page)[href]
    )
    assert found
    return 0 if found[1] else int(found[2])


def test_there_are_seven_places_and_on_the_phone_the_rest_is_behind_one_tab(ana):
    rail = places(ana.get("/").text)

    first = ["/", "/messages", "/directory", "/publications"]
    assert list(rail)[:7] == [*first, "/groups", "/participate", "/initiatives"]
    assert list(rail)[-2:] == ["/help", "/more"]


@pytest.mark.parametrize(("path", "place"), SECTIONS.items())
def test_every_page_says_in_the_rail_where_it_is(ana, path, place):
    rail = places(ana.get(path).text)
    here = [href for href, rest in rail.items() if 'aria-current="page"' in rest.split(">")[0]]

    behind = place in ("/groups", "/participate", "/initiatives", "/help")
    assert here == ([place, "/more"] if behind else [place])


@pytest.mark.slow
def test_counterparts_are_one_press_from_every_page(ana):
    for path in ("/", "/messages", "/polls", "/me/settings"):
        assert 'href="/counterparts"' in ana.get(path).text.split("<main")[0]


@pytest.mark.slow
def test_what_waits_is_counted_as_it_is_listed_until_it_is_done(app, ana, cast):
    with app.app_context():
        group = group_of(cast.elna)
        poll = opened(cast.uxia, cast.licences, visibility=Visibility.MEMBERS)
        invite(cast.elna, group, cast.ana, "")
        reader = cast.ana
        listed = len(poll_queries.waiting(reader, 10)) + question_queries.waiting_count(reader)
        counted = counts_for(reader)
        assert (counted.groups, counted.participate) == (1, listed)
    before = ana.get("/").text
    assert badge(before, "/groups") == 1
    assert badge(before, "/participate") == listed
    assert badge(before, "/more") == 1 + listed

    with app.app_context():
        answer_invitation(cast.ana, db.session.merge(group), is_accepted=True)
        if listed:
            chooses(cast.ana, poll, 1)
    after = ana.get("/").text
    assert badge(after, "/groups") == 0
    assert badge(after, "/participate") == max(listed - 1, 0)


@pytest.mark.slow
def test_what_waits_for_somebody_is_counted_for_nobody_else(app, client_of, cast):
    with app.app_context():
        invite(cast.elna, group_of(cast.elna), cast.ana, "")

    assert badge(client_of(cast.carles).get("/").text, "/groups") == 0


@pytest.mark.slow
def test_requests_to_a_group_wait_for_whoever_leads_it(app, client_of, cast):
    with app.app_context():
        group = group_of(cast.elna, joining=Joining.REQUEST)
        request_to_join(cast.ana, group, "Llevo las licencias.")
        members = f"/groups/{group.space_id}/members"
    elna = client_of(cast.elna)

    home, index = elna.get("/?lang=en").text, elna.get("/groups?lang=en").text
    assert badge(home, "/groups") == 1
    assert badge(home, "/more") == badge(home, "/groups") + badge(home, "/participate")
    for page in (home, index):
        assert f"{cast.ana.name} has asked to join" in page
        assert members in page
    assert "1 request to join" in elna.get("/more?lang=en").text
    for other in (cast.ana, cast.carles):
        page = client_of(other).get("/?lang=en").text
        assert badge(page, "/groups") == 0
        assert "has asked to join" not in page

    elna.submit(members, {"do": "let_in", "person_id": str(cast.ana.id)})
    assert badge(elna.get("/").text, "/groups") == 0


@pytest.mark.slow
def test_ideas_wait_for_the_post_that_answers_them_and_its_substitute(app, client_of, cast):
    with app.app_context():
        head = current_appointments(cast.carles.id)[0].post
        box = box_of(cast.carles, head.unit, head)
        idea = idea_in(cast.ana, box, "Cita previa por teléfono")
        address = f"/ideas/{idea.publication_id}#answer"
    carles, uxia = client_of(cast.carles), client_of(cast.uxia)
    without = badge(uxia.get("/").text, "/participate")
    number = badge(carles.get("/").text, "/participate")

    assert number >= 1
    for path in ("/?lang=en", "/participate?lang=en"):
        page = carles.get(path).text
        assert address in page
        assert "Answer due by" in page
        assert address not in client_of(cast.ana).get(path).text

    with app.app_context():
        day = clock.today("Europe/Madrid")
        set_absence(None, cast.carles, starts_on=day, ends_on=day, stand_in=cast.uxia)
    assert badge(uxia.get("/").text, "/participate") == without + 1
    assert address in uxia.get("/participate").text

    with app.app_context():
        answering.answer(cast.carles, db.session.get_one(Idea, idea.publication_id), "Sí.")
    assert badge(carles.get("/").text, "/participate") == number - 1
    assert badge(uxia.get("/").text, "/participate") == without


def test_the_rest_is_a_sheet_for_script_and_a_page_without(ana):
    page = ana.get("/more").text
    sheet = ana.get("/more", headers={"HX-Request": "true"}).text

    assert "<html" in page
    assert "<html" not in sheet
    for answer in (page.split("<main")[1], sheet):
        for href in ("/groups", "/participate", "/initiatives", "/counterparts", "/help"):
            assert f'href="{href}"' in answer
