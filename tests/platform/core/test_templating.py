from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from jinja2 import DictLoader

from intranet.platform.core import clock, templating
from intranet.platform.core.types import Localized

WEDNESDAY = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)


@pytest.fixture
def reading(app):
    """Read as somebody whose browser asks for a language, on a Wednesday in November."""

    def read(filter_name, value, language="es"):
        with app.test_request_context(f"/?lang={language}"), clock.freeze(WEDNESDAY):
            return app.jinja_env.filters[filter_name](value)

    return read


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es", "8:52"),
        ("ca", "8:52"),
        ("gl", "08:52"),
        ("eu", "08:52"),
        ("en", "08:52"),
    ],
)
def test_times_are_those_of_the_readers_zone_and_language(reading, language, words):
    assert reading("clock_time", datetime(2026, 11, 25, 7, 52, tzinfo=UTC), language) == words


def test_a_day_has_its_year_only_if_it_is_another(reading):
    assert reading("day", date(2026, 11, 5)) == "5 de noviembre"
    assert reading("day", date(2025, 11, 5)) == "5 de noviembre de 2025"
    assert reading("day", date(2026, 11, 5), "en") == "5 November"


def test_days_near_are_called_by_their_nearness(reading):
    assert reading("relative_day", date(2026, 11, 25), "en") == "Today, 25 November"
    assert reading("relative_day", date(2026, 11, 24), "en") == "Yesterday, 24 November"
    assert reading("relative_day", date(2026, 11, 26), "en") == "Tomorrow, 26 November"
    assert reading("relative_day", date(2026, 11, 23), "en") == "Monday, 23 November"


def test_an_instant_late_in_the_evening_belongs_to_the_readers_next_day(reading):
    late = datetime(2026, 11, 24, 23, 30, tzinfo=UTC)  # half past midnight in Madrid

    assert reading("relative_day", late, "en") == "Today, 25 November"


def test_a_localised_text_is_in_the_readers_language_or_in_its_own(reading):
    name = Localized({"gl": "Concello de Vilaverde", "es": "Ayuntamiento de Vilaverde"})

    assert reading("localized", name, "es") == "Ayuntamiento de Vilaverde"
    assert reading("localized", name, "eu") == "Concello de Vilaverde"
    assert reading("text_language", name, "eu") == "gl"
    assert reading("localized", None) == ""


def test_initials_are_of_the_first_two_words_with_a_capital():
    assert templating.initials("Ana Castro Lema") == "AC"
    assert templating.initials("Ayuntamiento de Monteclaro") == "AM"
    assert templating.initials("Ángela d'Ors") == "ÁO"
    assert templating.initials("xoán") == "XO"


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Ana Castro Lema", "Ana"),
        ("M.ª José García-Peñas Núñez", "M.ª José"),
        ("Mª del Carmen Rey", "Mª del Carmen"),
        ("J. Ramón Puig", "J. Ramón"),
        ("Iñaki", "Iñaki"),
        ("ana", "ana"),
        ("M.ª", "M.ª"),
    ],
)
def test_people_are_greeted_by_a_first_name_that_is_whole(name, first):
    assert templating.first_name(name) == first


def test_the_tone_of_a_person_follows_from_the_id():
    assert templating.avatar_tone(UUID("01920000-0000-7000-8000-00000000000a")) == 3


def test_attributes_are_escaped_and_what_is_not_there_is_left_out():
    given = {"data_dialog": 'a"b', "hidden": False, "required": True, "id_": "x", "href": None}

    assert templating.attributes(given) == ' data-dialog="a&#34;b" required id="x"'


def test_an_address_of_this_page_keeps_the_rest_of_its_query(app):
    with app.test_request_context("/agencies?view=list&q=pad%C3%B3n&lang=es"):
        assert templating.this_page(lang="gl") == "?view=list&q=pad%C3%B3n&lang=gl"
        assert templating.this_page(view=None) == "?q=pad%C3%B3n&lang=es"


def test_a_theme_asked_for_by_a_link_is_kept(client):
    page = client.get("/signin?theme=dark")

    assert 'data-theme="dark"' in page.text
    assert 'data-theme="dark"' in client.get("/signin").text
    client.get("/signin?theme=system")
    assert "data-theme=" not in client.get("/signin").text.split("<head>")[0]


def test_a_theme_that_does_not_exist_changes_nothing(client):
    page = client.get("/signin?theme=%22%3E%3Cscript%3E")

    assert "data-theme=" not in page.text.split("<head>")[0]
    assert "theme=" not in page.headers.get("Set-Cookie", "")


@pytest.mark.parametrize(("name", "shown"), [("page.html", "&lt;b&gt;"), ("mail.txt", "<b>")])
def test_a_text_is_said_with_its_values_and_a_doubled_sign_once(app, name, shown):
    source = "{{ _('%(name)s is typing…', name='<b>') }}, {{ _('100 %%') }}, {{ gettext('x') }}"
    environment = app.jinja_env.overlay(loader=DictLoader({name: source}))

    with app.test_request_context("/?lang=en"):
        assert environment.get_template(name).render() == f"{shown} is typing…, 100 %, x"


@pytest.mark.parametrize(
    ("part", "whole", "language", "words"),
    [
        (39, 1000, "es", "3,9\xa0%"),
        (39, 1000, "ca", "3,9\xa0%"),
        (39, 1000, "gl", "3,9\xa0%"),
        (39, 1000, "eu", "%\xa03,9"),
        (39, 1000, "en", "3.9%"),
        (0, 964, "en", "0%"),
        (1, 300_000, "en", "< 0.1%"),
        (299_999, 300_000, "es", "> 99,9\xa0%"),
        (412, 412, "es", "100\xa0%"),
        (0, 0, "en", "0%"),
    ],
)
def test_a_share_is_rounded_honestly_in_the_readers_language(app, part, whole, language, words):
    with app.test_request_context(f"/?lang={language}"):
        assert app.jinja_env.filters["percent"](part, whole) == words
