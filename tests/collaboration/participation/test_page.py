"""What waits for somebody is answered in place; what moves stands in one list."""

import re
from datetime import timedelta

import pytest

from intranet.collaboration.polls.models import PollVoter
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core import clock
from tests.collaboration.polls.helpers import OPTIONS, QUESTION, dates, opened

VOTE = re.compile(r'action="(/polls/[^"]+/vote)"')


@pytest.fixture
def ana(client_of, cast):
    return client_of(cast.ana)


@pytest.fixture
def poll(app, cast):
    """A poll of Ana's unit, by totals only, that reads nobody outside it."""
    with app.app_context():
        return opened(cast.uxia, cast.licences, visibility=Visibility.MEMBERS, is_secret=True)


def latest(page: str) -> str:
    """The list of what moves."""
    return page.split('id="results"')[1].split("<aside", maxsplit=1)[0]


def test_a_poll_is_answered_in_place_and_one_comes_back(app, ana, cast, poll):
    page = ana.get("/participate?lang=en").text
    address = VOTE.search(page)
    assert address
    assert all(option in page for option in OPTIONS)
    assert "only the totals are shown" in page

    answer = ana.submit(address[1], {"choice": "2", "next": "/participate"})

    assert (answer.status_code, answer.location) == (303, "/participate")
    with app.app_context():
        row = db.session.get(PollVoter, (poll.publication_id, cast.ana.id))
        assert row is not None
        assert row.has_voted
    assert "You have voted" in latest(ana.get("/participate?of=unit&lang=en").text)
    assert not VOTE.search(ana.get("/participate?lang=en").text)


def test_a_vote_leads_to_no_other_site(ana, poll):
    address = f"/polls/{poll.publication_id}/vote"
    answer = ana.submit(address, {"choice": "2", "next": "https://elsewhere.example/"})

    assert answer.location == f"/polls/{poll.publication_id}#poll-title"


def test_a_vote_without_a_choice_says_so_and_nothing_is_lost(ana, poll):
    address = f"/polls/{poll.publication_id}/vote"
    answer = ana.submit(address, {"next": "/participate"})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


def test_a_poll_on_dates_leads_to_its_days(app, ana, cast):
    with app.app_context():
        opened(cast.uxia, cast.licences, kind="dates", options=dates(3, 4), is_secret=False)
    page = ana.get("/participate?lang=en").text

    assert "Say which days suit you" in page
    assert not VOTE.search(page)


def test_strangers_find_nothing_of_what_is_said_in_a_space(client_of, cast, poll):
    page = client_of(cast.bieito).get("/participate?of=network").text

    assert QUESTION not in page


@pytest.mark.slow
def test_a_closed_poll_waits_for_nobody(app, ana, cast, poll):
    clock_at = clock.now() + timedelta(days=1)
    with app.app_context():
        opened(
            cast.uxia, cast.licences, title="¿Y mañana?", visibility=Visibility.MEMBERS,
            closes_at=clock_at,
        )  # fmt: skip
    assert ana.get("/participate?lang=en").text.count('/vote"') == 2


@pytest.mark.slow
@pytest.mark.parametrize("scope", ["unit", "agency", "network", "", "nonsense"])
def test_the_list_is_narrowed_by_where_things_come_from(app, ana, cast, scope):
    with app.app_context():
        opened(cast.uxia, cast.licences, title="De la unidad")
        opened(cast.carles, cast.urban_planning, title="Del área")
        opened(cast.bieito, cast.vilaverde_hall, title="De otra administración")
    shown = latest(ana.get(f"/participate?of={scope}").text)

    assert "De la unidad" in shown
    assert ("Del área" in shown) == (scope != "unit")
    assert ("De otra administración" in shown) == (scope == "network")


@pytest.mark.slow
def test_a_long_title_and_strange_letters_stand_whole(app, ana, cast):
    title = ("ñ l·l ß 🎉 d'ací <b> " * 20)[:200].strip()
    with app.app_context():
        opened(cast.uxia, cast.licences, title=title)
    page = ana.get("/participate?lang=en").text

    assert "ñ l·l ß 🎉 d&#39;ací &lt;b&gt;" in page


@pytest.mark.slow
def test_the_number_of_queries_does_not_grow_with_the_list(app, ana, cast, count_queries):
    def grow(number):
        with app.app_context():
            for each in range(number):
                opened(cast.uxia, cast.licences, title=f"¿Cuál? {each}")

    def asked():
        with count_queries() as statements:
            assert ana.get("/participate?lang=en").status_code == 200
        return len(statements)

    grow(2)
    asked()
    few = asked()
    grow(8)

    assert asked() <= few
