"""The pages of polls: as plain forms, in a number of questions that does not grow."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.collaboration.polls.models import Poll, PollKind, PollOption
from intranet.collaboration.polls.operations.voting import close_poll, vote
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core import clock
from intranet.platform.core.rest import PREFIX
from tests.collaboration.polls.helpers import MAYBE, SECRET, YES, chooses, dates, opened
from tests.messaging.messages.helpers import read_english, space_of


@pytest.fixture
def form(app, cast):
    """What the form of a new poll sends."""
    with app.app_context():
        space = str(space_of(cast.town_hall).id)
    return {
        "kind": "choices",
        "title": "¿Qué día?",
        "body": "",
        "language": "es",
        "options": "El martes\nEl jueves\n",
        "most": "1",
        "secrecy": "named",
        "results": "live",
        "space_id": space,
        "post_id": str(cast.head_post.id),
        "visibility": "agency",
        "then": "review",
    }


def polls_there(app):
    with app.app_context():
        return db.session.scalars(select(Poll.publication_id)).all()


def made(app, author, unit, **rules):
    with app.app_context():
        return opened(author, unit, **rules).publication_id


@pytest.mark.both
def test_a_poll_is_reviewed_then_opened_voted_in_and_its_results_read(app, cast, client_of, form):
    for person in (cast.carles, cast.ana):
        read_english(app, person)
    carles, ana = client_of(cast.carles), client_of(cast.ana)

    review = carles.submit("/polls", form)
    assert review.status_code == 200
    assert "Open this poll for 9 people?" in review.text
    assert polls_there(app) == []
    answer = carles.submit("/polls", form | {"then": "open"})
    assert answer.status_code == 303
    page = answer.location
    assert "0 of 9" in ana.get(page).text
    assert ana.submit(f"{page}/vote", {"choice": "2"}).status_code == 303
    shown = ana.get(page).text
    assert "You chose: El jueves." in shown
    assert "Most votes" in shown
    assert "Ana Castro" in shown  # who chose what


def test_a_second_tab_is_told_that_one_has_voted_and_a_late_one_that_it_is_closed(
    app, cast, client_of
):
    read_english(app, cast.ana)
    poll_id = made(app, cast.carles, cast.town_hall, **SECRET)
    one, other = client_of(cast.ana), client_of(cast.ana)
    with ThreadPoolExecutor(2) as threads:
        answers = [
            done.result()
            for done in [
                threads.submit(tab.submit, f"/polls/{poll_id}/vote", {"choice": str(number)})
                for number, tab in enumerate((one, other), 1)
            ]
        ]
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert "You have already voted. You can vote only once." in refused.text
    with app.app_context():
        close_poll(cast.carles, db.session.get_one(Poll, poll_id))
    read_english(app, cast.xoel)
    late = client_of(cast.xoel).submit(f"/polls/{poll_id}/vote", {"choice": "1"})
    assert late.status_code == 409
    assert "This poll is closed and no longer accepts votes." in late.text


def test_who_was_not_asked_is_told_so_and_who_left_finds_nothing(app, cast, client_of):
    read_english(app, cast.bieito)
    poll_id = made(app, cast.carles, cast.town_hall)
    stranger, gone = client_of(cast.bieito), client_of(cast.eloi)

    assert "You have not been asked to vote" in stranger.get(f"/polls/{poll_id}").text
    refused = stranger.submit(f"/polls/{poll_id}/vote", {"choice": "1"})
    assert refused.status_code == 403
    assert "you are not on it" in refused.text
    assert gone.get(f"/polls/{poll_id}").status_code == 404
    assert gone.submit(f"/polls/{poll_id}/vote", {"choice": "1"}).status_code == 404


def test_a_day_without_a_time_is_proposed_whole(app, cast, client_of, form):
    read_english(app, cast.carles)
    carles = client_of(cast.carles)
    tomorrow = clock.today("Europe/Madrid") + timedelta(days=1)
    days = [f"{tomorrow}", f"{tomorrow + timedelta(days=1)}", ""]
    sent = {**form, "kind": "dates", "day": days, "time": ["", "14:30", ""]}
    review = carles.submit("/polls", sent).text
    options = review.partition('<ul class="poll-review__options">')[2].partition("</ul>")[0]
    first, second = re.findall(r"<li>(.*?)</li>", options)
    assert first.endswith(str(tomorrow.year))
    assert second.endswith(", 14:30")
    page = carles.get(carles.submit("/polls", {**sent, "then": "open"}).location).text
    assert first in page
    assert f"{first}, 00:00" not in page
    meeting = re.search(r'href="(/events/new[^"]*)"', page)
    assert meeting is None or "T09%3A00" in meeting[1]


@pytest.mark.both
@pytest.mark.parametrize(
    "wrong",
    [
        ({"title": " "}, "Enter some text here."),
        ({"options": "Una"}, "Enter between 2 and 20 options."),
        ({"options": "Una\nUna"}, "Two of the options are the same."),
        ({"options": "\n".join(map(str, range(21)))}, "Enter between 2 and 20 options."),
        ({"most": "3"}, "Choose a number from 1 to the number of options"),
        ({"closes_on": "2020-01-01"}, "This time has passed. Choose a later one."),
        ({"closes_on": "0001-01-01"}, "Enter a date between the years 1900 and 2199."),
        ({"closes_time": "10:00"}, "Choose a day and a time."),
        ({"asked": "function", "function": ""}, "Choose a function."),
        ({"kind": "dates"}, "Enter between 2 and 20 options."),
        ({"kind": "dates", "day": "2199-13-40", "time": "10:00"}, "Choose a day for each time."),
        ({"kind": "dates", "day": "", "time": "10:00"}, "Choose a day for each time."),
        ({"visibility": "public"}, "This value is not allowed here."),
        ({"language": "xx"}, "This value is not allowed here."),
        ({"title": "x" * 201}, "Use at most 200 characters."),
    ],
)
def test_bad_input_gets_a_sentence_keeps_what_was_typed_and_writes_nothing(
    app, cast, client_of, form, wrong
):
    change, words = wrong
    read_english(app, cast.carles)
    for then in ("review", "open"):
        sent = {**form, "body": "Kept.", "then": then, **change}
        answer = client_of(cast.carles).submit("/polls", sent)
        assert answer.status_code == 422
        assert words in answer.text
        assert "Kept." in answer.text
    assert polls_there(app) == []


@pytest.mark.slow
@pytest.mark.both
def test_days_are_offered_row_by_row_and_more_rows_keep_what_was_typed(app, cast, client_of, form):
    read_english(app, cast.carles)
    carles = client_of(cast.carles)
    day = (clock.now() + timedelta(days=9)).date().isoformat()
    rows = {**form, "kind": "dates", "day": [day, day, ""], "time": ["10:00", "12:30", ""]}
    more = carles.submit("/polls", {**rows, "then": "more"})
    assert more.text.count('name="day"') == 6
    assert 'value="12:30"' in more.text

    answer = carles.submit("/polls", {**rows, "then": "open"})
    assert answer.status_code == 303
    with app.app_context():
        found = db.session.scalars(select(PollOption.starts_at).order_by(PollOption.number)).all()
    assert [at.minute for at in found if at] == [0, 30]
    sent = {"suits_1": "yes", "suits_2": "maybe"}
    assert carles.submit(f"{answer.location}/vote", {"suits_1": "yes"}).status_code == 422
    assert carles.submit(f"{answer.location}/vote", sent).status_code == 303
    page = carles.get(answer.location).text
    assert re.search(r'/events/new\?title=[^"]+&amp;starts=\d{4}-\d\d-\d\dT10(%3A|:)00', page)


@pytest.mark.both
def test_a_poll_by_totals_with_two_voters_withholds_its_results_everywhere_and_says_so(
    app, cast, client_of
):
    for person in (cast.ana, cast.xoel):
        read_english(app, person)
    poll_id = made(app, cast.carles, cast.town_hall, results="live", **SECRET)
    with app.app_context():
        for person in (cast.ana, cast.xoel):
            chooses(person, db.session.get_one(Poll, poll_id), 2)
        close_poll(cast.carles, db.session.get_one(Poll, poll_id))
    ana = client_of(cast.ana)
    page = ana.get(f"/polls/{poll_id}").text
    assert "The results are withheld." in page
    assert "Only 2 people voted" in page
    assert "<rect" not in page
    sheet = ana.get(f"/polls/{poll_id}/spreadsheet").get_data(as_text=True)
    assert "Too few people have voted, so the results are not shown." in sheet
    assert "El jueves" not in sheet
    programs = ana.get(f"{PREFIX}/publications/{poll_id}")
    assert programs.status_code == 200
    assert "votes" not in programs.text


@pytest.mark.both
def test_a_spreadsheet_has_the_totals_the_names_and_no_formula(app, cast, client_of):
    read_english(app, cast.ana)
    options = ("=1+1", "@cmd", "-2")
    poll_id = made(app, cast.carles, cast.town_hall, options=options, title="=HYPERLINK(1)")
    ana = client_of(cast.ana)
    assert ana.get(f"/polls/{poll_id}/spreadsheet").status_code == 403  # not yet voted
    with app.app_context():
        chooses(cast.ana, db.session.get_one(Poll, poll_id), 1)
    answer = ana.get(f"/polls/{poll_id}/spreadsheet")
    text = answer.get_data(as_text=True)
    assert answer.mimetype == "text/csv"
    assert "'=1+1;1;100" in text
    assert "Ana Castro" in text
    assert not [cell for cell in re.split(r"[;\r\n]+", text) if cell[:1] in "=+-@" and cell]


def test_what_is_written_in_a_poll_is_never_markup(app, cast, client_of):
    bad = "<script>alert(1)</script>"
    poll_id = made(app, cast.carles, cast.town_hall, options=(bad, "b"), title=bad, results="live")
    with app.app_context():
        chooses(cast.ana, db.session.get_one(Poll, poll_id), 1)
    assert bad not in client_of(cast.ana).get(f"/polls/{poll_id}").text
    assert bad not in client_of(cast.ana).get("/polls").text


@pytest.mark.slow
def test_the_list_asks_as_often_for_many_as_for_few(app, cast, client_of, count_queries):
    numbers = []
    for count in (2, 20):
        for number in range(count):
            made(app, cast.carles, cast.town_hall, title=f"Encuesta {number}")
        ana = client_of(cast.ana)
        ana.get("/polls")
        with count_queries() as counted:
            assert ana.get("/polls").status_code == 200
        numbers.append(len(counted))
    assert numbers[0] == numbers[1]


@pytest.mark.slow
def test_the_page_asks_as_often_for_many_voters_as_for_few(app, cast, client_of, count_queries):
    numbers = []
    poll_id = made(app, cast.carles, cast.town_hall, results="live")
    for people in ((cast.ana,), (cast.xoel, cast.nadia, cast.rosa, cast.uxia, cast.dorleta)):
        with app.app_context():
            for person in people:
                vote(person, poll_id, {1: YES})
        ana = client_of(cast.ana)
        ana.get(f"/polls/{poll_id}")
        with count_queries() as counted:
            assert ana.get(f"/polls/{poll_id}").status_code == 200
        numbers.append(len(counted))
    assert numbers[0] == numbers[1]


@pytest.mark.slow
@pytest.mark.both
def test_lists_show_what_waits_is_open_and_closed_and_find_by_words(app, cast, client_of):
    read_english(app, cast.ana)
    first = made(app, cast.carles, cast.town_hall, title="Jornada de puertas abiertas")
    other = made(app, cast.carles, cast.town_hall, title="Horario de verano")
    with app.app_context():
        close_poll(cast.carles, db.session.get_one(Poll, first))
    ana = client_of(cast.ana)

    def shown(query):
        text = ana.get(f"/polls{query}").text
        return [name for name in (str(first), str(other)) if f"/polls/{name}" in text]

    assert "Waiting for your vote" in ana.get("/polls").text
    assert shown("?view=open") == [str(other)]
    assert shown("?view=closed") == [str(first)]
    assert shown("?q=puert") == [str(first)]
    assert shown("?q=nada") == []
    assert shown("?view=nonsense&before=nonsense") == [str(first), str(other)]


@pytest.mark.slow
def test_the_author_withdraws_with_a_reason_and_the_others_find_nothing(app, cast, client_of):
    poll_id = made(app, cast.carles, cast.town_hall, visibility=Visibility.AGENCY)
    carles, ana = client_of(cast.carles), client_of(cast.ana)
    assert ana.get(f"/polls/{poll_id}/withdrawal").status_code == 403
    assert ana.submit(f"/polls/{poll_id}/close").status_code == 403
    asked = carles.get(f"/polls/{poll_id}/withdrawal?lang=en").text
    assert asked.count("Withdraw this poll?") == 2  # its title and its heading
    assert "no more votes will be accepted" in asked
    assert f'href="/polls/{poll_id}"' in asked
    assert carles.submit(f"/polls/{poll_id}/withdrawal", {"reason": " "}).status_code == 422
    assert carles.submit(f"/polls/{poll_id}/withdrawal", {"reason": "Error."}).status_code == 303
    assert ana.get(f"/polls/{poll_id}").status_code == 404
    assert carles.get(f"/polls/{poll_id}").status_code == 200


def test_of_days_the_page_says_which_suits_most(app, cast, client_of):
    read_english(app, cast.ana)
    with app.app_context():
        days = dates(3, 4)
    poll_id = made(
        app, cast.carles, cast.town_hall, options=days, kind=PollKind.DATES, results="live"
    )
    with app.app_context():
        vote(cast.ana, poll_id, {1: MAYBE, 2: YES})
    page = client_of(cast.ana).get(f"/polls/{poll_id}").text
    assert "Suits most people" in page
    assert "Create the meeting" in page


def test_a_poll_begins_with_ones_own_unit_and_totals_only(app, cast, client_of):
    with app.app_context():
        unit = str(space_of(cast.licences).id)
    ana = client_of(cast.ana)
    for kind in ("choices", "dates"):
        page = ana.get(f"/polls/new?kind={kind}").text
        assert re.search(rf'<option value="{unit}"\s+selected', page)
        chosen = re.findall(r'type="radio"\s+value="(\w+)"\s+checked[^>]*name="(\w+)"', page)
        assert {name: value for value, name in chosen} == {
            "asked": "place",
            "secrecy": "totals",
            "results": "voted",
            "visibility": "members",
        }


def test_a_poll_that_says_nothing_of_names_keeps_none(app, cast, client_of, form):
    del form["secrecy"]
    client_of(cast.carles).submit("/polls", {**form, "then": "open"})
    with app.app_context():
        assert [poll.is_secret for poll in db.session.scalars(select(Poll))] == [True]


def test_too_few_for_totals_is_said_before_it_opens(app, cast, client_of, form):
    read_english(app, cast.ana)
    with app.app_context():
        form |= {"space_id": str(space_of(cast.licences).id), "secrecy": "totals"}
    form["post_id"] = str(cast.officer_post.id)
    ana = client_of(cast.ana)
    review = ana.submit("/polls", form).text
    assert "this poll cannot show results" in review
    named = ana.submit("/polls", {**form, "secrecy": "named"}).text
    assert "this poll cannot show results" not in named
