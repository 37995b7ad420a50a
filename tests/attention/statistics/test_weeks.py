"""An agency's weeks: counted once, nothing of few people, for heads and administrators."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from intranet.attention.statistics import queries
from intranet.attention.statistics.bar_chart import HEIGHT, bars
from intranet.attention.statistics.jobs import count_weeks
from intranet.attention.statistics.models import Week
from intranet.attention.statistics.queries import count_week, monday_of
from intranet.extensions import db
from intranet.organisation.accounts.models import SignIn
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.messaging.messages.helpers import channel_of, read_english, say
from tests.publishing.publications.articles import out

TOWN = ("rosa", "carles", "xoel", "ana", "uxia", "nadia", "iria", "dorleta")


def this_monday():
    return monday_of(clock.today("Europe/Madrid"))


def come_in(cast, *names):
    now = clock.now()
    with unit_of_work() as work:
        for name in names:
            account = cast.account_of(getattr(cast, name))
            for number in range(2):  # on two devices
                work.add(
                    SignIn(
                        account_id=account.id,
                        token_hash=f"{name}{number}",
                        created_at=now,
                        last_used_at=now,
                        expires_at=now + timedelta(hours=12),
                    )
                )


def test_nothing_of_fewer_than_ten_people_is_even_stored(app_context, cast):
    come_in(cast, *TOWN)
    for name in TOWN:
        say(getattr(cast, name), channel_of(cast.town_hall))
    out(cast.carles)
    week = count_week(cast.monteclaro, this_monday())
    assert (week.readers, week.messages, week.publications, week.questions) == (None,) * 4


def test_of_enough_people_it_says_how_many(app_context, cast, monkeypatch):
    monkeypatch.setattr(queries, "MIN_PEOPLE", 2)
    come_in(cast, *TOWN[:4])
    for name in TOWN[:3]:
        say(getattr(cast, name), channel_of(cast.town_hall))
    out(cast.carles)
    week = count_week(cast.monteclaro, this_monday())
    assert (week.readers, week.messages, week.publications) == (4, 3, 1)
    assert count_week(cast.altamar, this_monday()).messages is None
    before = count_week(cast.monteclaro, this_monday() - timedelta(days=7))
    assert (before.messages, before.publications) == (None, 0)


def test_all_but_a_few_would_name_the_few(app_context, cast, monkeypatch):
    monkeypatch.setattr(queries, "MIN_PEOPLE", 2)
    everybody = len(TOWN) + 1  # Eloi's account is open still
    come_in(cast, *TOWN)
    assert everybody - len(TOWN) == 1
    assert count_week(cast.monteclaro, this_monday()).readers is None


def test_each_week_is_counted_once_when_it_is_over(app_context, cast):
    count_weeks()
    count_weeks()
    rows = db.session.scalars(select(Week)).all()
    assert len(rows) == 4  # one for each agency
    assert {row.starts_on for row in rows} == {this_monday() - timedelta(days=7)}
    with clock.freeze(clock.now() + timedelta(days=7)):
        count_weeks()
    assert len(db.session.scalars(select(Week)).all()) == 8


@pytest.mark.parametrize(
    ("who", "status"),
    [("dorleta", 200), ("carles", 200), ("ana", 200), ("iria", 404), ("xoel", 404), ("elna", 404)],
)
def test_heads_and_administrators_see_them_and_nobody_else(cast, client_of, who, status):
    answer = client_of(getattr(cast, who)).get(f"/admin/{cast.monteclaro.code}/weekly")
    assert answer.status_code == status


@pytest.mark.slow
@pytest.mark.both
def test_the_page_shows_bars_a_table_and_what_is_withheld(app, cast, client_of):
    read_english(app, cast.carles)
    carles = client_of(cast.carles)
    address = f"/admin/{cast.monteclaro.code}/weekly"
    assert "No complete week yet" in carles.get(address).text
    with app.app_context(), unit_of_work() as work:
        for number in range(3):
            day = this_monday() - timedelta(days=7 * (number + 1))
            work.add(
                Week(
                    agency_id=cast.monteclaro.id,
                    starts_on=day,
                    readers=40 + number,
                    messages=None,
                    questions=12,
                    hours_to_answer=36,
                )
            )
    page = carles.get(address).text
    assert page.count("weeks__bar") == 6
    assert "withheld" in page
    assert "1.5" in page
    assert address in carles.get(f"/agencies/{cast.monteclaro.code}").text
    assert address not in client_of(cast.iria).get(f"/agencies/{cast.monteclaro.code}").text


def test_the_highest_bar_is_as_high_as_the_picture_and_nothing_has_none():
    made = bars([(date(2027, 3, 1), 5), (date(2027, 3, 8), None), (date(2027, 3, 15), 10)])
    assert [bar.height for bar in made] == [HEIGHT / 2, 0, HEIGHT]
    assert bars([]) == []
