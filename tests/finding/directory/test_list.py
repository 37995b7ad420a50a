"""The posts of an agency as a list: narrowed, counted, and turned over by key."""

import re

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.finding.directory import listing, queries
from intranet.finding.directory.list_filters import PostListFilters
from intranet.finding.directory.queries import DirectoryFigures
from intranet.organisation.agencies.models import Function, Post, PostFunction
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.people.models import Appointment, AppointmentKind
from intranet.organisation.people.operations.appointments import AppointmentSpec, appoint_all
from intranet.organisation.people.operations.people import ProfileContents, create_people
from intranet.platform.core import clock
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work

pytestmark = pytest.mark.both

LIST = "/agencies/L01990012/list"
VACANT = "vacant"


def names(page):
    """The first cell of each row of the table."""
    cells = re.findall(r'<td class="table__person">(.*?)</td>', page, re.DOTALL)
    inner = (
        re.search(r"<(?:a|span)[^>]*>([^<]*)</(?:a|span)>(?:</span>)?\s*$", cell.strip())
        for cell in cells
    )
    return [found[1].strip() for found in inner if found]


@pytest.fixture
def listed(page_of):
    def read(person, query=""):
        return names(page_of(person, f"{LIST}?{query}"))

    return read


def test_people_come_by_name_and_then_what_nobody_fills(cast, listed):
    found = listed(cast.ana)

    there = [name for name in found if "acan" not in name]
    assert there == [
        *("Ana Castro", "Ana Castro", "Carles Roig", "Dorleta Aguirre", "Iria Souto"),
        *("Lara Nieto", "Nadia Benali", "Rosa Vidueira", "Uxía Lema", "Xoel Pardo"),
    ]
    assert found[len(there) :] == ["2 vacancies", "Vacant", "Vacant"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=uxia", ["Uxía Lema"]),
        ("q=UXÍA+lem", ["Uxía Lema"]),
        ("q=urbanismo", ["Carles Roig", "Xoel Pardo"]),
        ("q=arquitecto", ["Xoel Pardo"]),
        ("q=quitecto", []),
        ("q=%25", []),
        ("q=_", []),
        ("q=ana+xoel", []),
        ("q=%01ana", ["Ana Castro", "Ana Castro"]),
        ("only=vacant&q=licencias", ["2 vacancies", "Vacant"]),
        ("only=heads&q=alcaldia", ["Rosa Vidueira"]),
        ("q=" + "x" * 5000, []),
    ],
)
def test_a_list_is_narrowed_by_words_heads_levels_and_vacancies(cast, listed, query, expected):
    assert listed(cast.ana, query) == expected


def test_a_level_narrows_to_posts_of_that_level(cast, listed):
    level = cast.architect_post.level
    assert level != cast.officer_post.level

    found = listed(cast.ana, f"level={level}")

    assert "Xoel Pardo" in found
    assert "Uxía Lema" not in found


@pytest.mark.slow
def test_signs_that_are_words_to_a_database_are_only_signs(cast, page_of):
    for words in ("'", '"', "\\", "%", "NEAR(", "*", "ana' OR '1'='1", "{{7*7}}"):
        page_of(cast.ana, f"{LIST}?q={words}")


@pytest.mark.slow
def test_a_name_with_tilde_is_found_with_and_without_it(app, cast, listed):
    with app.app_context():
        [person] = create_people(None, cast.monteclaro, [("Begoña Muñiz", ProfileContents())])
        today = clock.today("Europe/Madrid")
        new = AppointmentSpec(post=cast.officer_post, person=person, starts_on=today)
        appoint_all(None, cast.monteclaro, [new])

    for query in ("q=begona", "q=begoña", "q=Mu%C3%B1iz", "q=muniz"):
        assert listed(cast.ana, query) == ["Begoña Muñiz"]


@pytest.mark.slow
def test_a_function_is_found_by_its_word_in_any_language_and_by_choice(app, cast, listed):
    with app.app_context(), unit_of_work() as work:
        code = db.session.scalars(select(Function.code)).first()
        function = db.session.get_one(Function, code)
        held = select(PostFunction).where(PostFunction.post_id == cast.architect_post.id)
        for row in db.session.scalars(held):
            work.delete(row)
        work.add(PostFunction(post_id=cast.architect_post.id, function_code=code))
        word = function.name["en"].split()[0]

    assert "Xoel Pardo" in listed(cast.ana, f"q={word}")
    assert "Xoel Pardo" in listed(cast.ana, f"function={code}")
    assert "Rosa Vidueira" not in listed(cast.ana, f"function={code}")


def test_a_unit_narrows_to_itself_and_what_is_below(cast, listed):
    found = listed(cast.ana, f"unit={cast.urban_planning.id}")

    assert {"Carles Roig", "Ana Castro", "Uxía Lema"} <= set(found)
    assert "Nadia Benali" not in found


@pytest.mark.parametrize(
    "query",
    [
        "unit=x",
        "level=9",
        "level=9999999999999999999",
        "only=all",
        "function=%01",
        "after=x",
        "after=WzEsMl0=",
        "before=bnVsbA==",
        "after=%FF",
    ],
)
def test_nonsense_narrows_nothing(cast, listed, query):
    assert listed(cast.ana, query) == listed(cast.ana)


@pytest.mark.slow
def test_a_unit_of_another_agency_narrows_nothing(cast, listed):
    assert listed(cast.ana, f"unit={cast.innovation.id}") == listed(cast.ana)


def test_the_counts_say_how_many_there_are(cast, page_of):
    page = page_of(cast.ana, LIST)

    assert "Heads only: 6" in page
    assert "Vacancies only: 3" in page
    assert "13 results in the list" in page


@pytest.mark.parametrize("sent", [{}, {"level": "2"}, {"only": VACANT}, {"q": "arquitecto"}])
def test_one_pass_counts_what_the_rows_and_the_chart_say(app_context, cast, count_queries, sent):
    narrowed = PostListFilters.read(sent, cast.monteclaro)
    db.session.rollback()
    with count_queries() as statements:
        counts = listing.counts(cast.monteclaro, narrowed)
    figures = queries.figures_of(cast.monteclaro).whole
    vacant = PostListFilters.read({**sent, "only": VACANT}, cast.monteclaro)

    assert counts.figures == figures
    assert figures.vacant > 0
    assert counts.shown == len(listing.page(cast.ana, cast.monteclaro, narrowed).entries)
    assert counts.vacant == len(listing.page(cast.ana, cast.monteclaro, vacant).entries)
    totals = [each for each in statements if "sum(" in each.lower()]
    assert len(totals) == 1
    assert str(totals[0]).lower().count("from appointments") == 1


def test_acting_holders_are_counted_but_fill_no_place(app_context, cast):
    nothing = PostListFilters.read({}, cast.monteclaro)
    before = listing.counts(cast.monteclaro, nothing)
    post = create_post(
        None, PostSpec(unit=cast.systems, title=Localized(es="Operador/a"), places=2)
    )
    today, acting = clock.today("Europe/Madrid"), AppointmentKind.ACTING
    people = [(cast.xoel, acting), (cast.rosa, acting), (cast.uxia, AppointmentKind.HOLDER)]
    appoint_all(
        None,
        cast.monteclaro,
        [
            AppointmentSpec(post=post, person=person, starts_on=today, kind=kind)
            for person, kind in people
        ],
    )
    db.session.rollback()

    counts = listing.counts(cast.monteclaro, nothing)
    assert counts.shown == before.shown + 3 + 1
    assert counts.vacant == before.vacant + 1
    assert counts.figures == before.figures + DirectoryFigures(posts=2, vacant=1)
    assert counts.figures == queries.figures_of(cast.monteclaro).whole


def test_nobody_found_is_said_with_a_way_on(cast, page_of):
    page = page_of(cast.ana, f"{LIST}?q=zzz")

    assert "No one matches your search" in page
    assert f'href="{LIST}"' in page


@pytest.mark.slow
def test_pages_follow_each_other_by_key_both_ways_and_nobody_is_left_out_or_doubled(
    app, cast, page_of
):
    with app.app_context():
        post = create_post(
            None, PostSpec(unit=cast.systems, title=Localized(es="Operador/a"), places=120)
        )
        called = ["Pérez Pérez"] * 60 + [f"Persona {number:03}" for number in range(60)]
        made = create_people(None, cast.monteclaro, [(name, ProfileContents()) for name in called])
        today = clock.today("Europe/Madrid")
        appoint_all(
            None,
            cast.monteclaro,
            [AppointmentSpec(post=post, person=person, starts_on=today) for person in made],
        )
        total = (
            db.session.query(Appointment)
            .join(Post)
            .filter(Post.agency_id == cast.monteclaro.id, Appointment.until.is_(None))
            .count()
        )

    address, pages = LIST, []
    while address:
        page = page_of(cast.ana, address)
        pages.append(
            re.findall(r'<td class="table__person">.*?href="/people/([^"]+)"', page, re.DOTALL)
        )
        address = _link(page, "next")
        last = page
    seen = [person for each in pages for person in each]
    assert len(seen) >= total
    assert len(pages) == 3
    doubled = {person for person in seen if seen.count(person) > 1}
    assert doubled <= {str(cast.ana.id)}

    middle = page_of(cast.ana, _link(last, "prev"))
    assert (
        re.findall(r'<td class="table__person">.*?href="/people/([^"]+)"', middle, re.DOTALL)
        == (pages[1])
    )
    first = page_of(cast.ana, _link(middle, "prev"))
    assert names(first) == names(page_of(cast.ana, LIST))
    assert _link(first, "prev") is None


def _link(page, rel):
    found = re.search(rf'<a class="button[^>]*href="([^"]+)"[^>]*rel="{rel}"', page)
    return found[1].replace("&amp;", "&") if found else None


def test_a_vacancy_counts_as_soon_as_its_post_is_filled(app_context, cast):
    nothing = PostListFilters.read({}, cast.monteclaro)
    today = clock.today("Europe/Madrid")
    post = create_post(None, PostSpec(unit=cast.systems, title=Localized(es="Operador/a")))
    db.session.rollback()
    before = listing.counts(cast.monteclaro, nothing)

    spec = AppointmentSpec(
        post=post, person=cast.uxia, starts_on=today, kind=AppointmentKind.HOLDER
    )
    appoint_all(None, cast.monteclaro, [spec])
    db.session.rollback()

    after = listing.counts(cast.monteclaro, nothing)
    assert after.vacant == before.vacant - 1
    assert after.shown == before.shown
    assert after.figures == before.figures + DirectoryFigures(vacant=-1)
