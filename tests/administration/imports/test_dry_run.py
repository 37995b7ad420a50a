"""What a dry run says of each line, and that it changes nothing."""

import pytest
from sqlalchemy import func, select

from intranet.administration.imports.checking import check
from intranet.administration.imports.columns import ImportKind
from intranet.administration.imports.faults import Refused
from intranet.administration.imports.importer import ImportScope
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.people.models import Appointment, Person
from tests.administration.imports.helpers import fates, look, table

UNITS = "code;name;agency_code;parent_code;lang;valid_from;valid_to"
POSTS = "code;title;unit_code;lang;level;head;functions;places;valid_to"
PEOPLE = "name;email;staff_number;post_code;appointment;from;to;languages;phone"


def sizes():
    kinds = (Agency, Unit, Post, Person, Appointment)
    return [db.session.scalar(select(func.count()).select_from(kind)) for kind in kinds]


def of_town(cast):
    return ImportScope(frozenset({cast.monteclaro.id}), cast.dorleta)


def test_nothing_is_written_by_a_dry_run(app_context, cast):
    before = sizes()
    fates("units", UNITS, f"N1;Nueva;{cast.monteclaro.code};;;;")
    fates("people", PEOPLE, f"Noa Rey;noa@x.example;;{cast.officer_post.code};;;;;")
    assert sizes() == before


def test_units_hang_on_parents_that_come_later_and_never_in_a_circle(app_context, cast):
    town = cast.monteclaro.code
    assert fates(
        "units",
        UNITS,
        f"A;Hija;{town};B;;;",
        f"B;Madre;{town};;;;",
        f"C;Uno;{town};D;;;",
        f"D;Otro;{town};C;;;",
        f"URB;Urbanismo y Obras;{town};URB-LIC;;;",
        f"E;Sin madre;{town};URBB;;;",
        f"B;Otra vez;{town};;;;",
        f"B;Amai;{town};;eu;;",
        f"F;Fechas;{town};;;2026-12-01;01/02/2026",
        f"G;=cmd();{town};;;;",
        f"H;Fecha;{town};;;31/02/2026;",
        "I;De nadie;L99;;;;",
        f"SIS;Organización y Sistemas;{town};;;;",
    ) == [
        "created",
        "created",
        "rejected parent_code cycle",
        "rejected parent_code cycle",
        "rejected parent_code cycle",
        "rejected parent_code parent_unknown",
        "rejected code twice",
        "changed",
        "rejected valid_to dates_reversed",
        "created",
        "rejected valid_from date",
        "rejected agency_code agency_unknown",
        "unchanged",
    ]


@pytest.mark.both
def test_a_unit_ends_only_when_nothing_is_left_in_it(app_context, cast):
    town, day = cast.monteclaro.code, "2020-01-01"
    assert fates("units", UNITS, f"URB;Urbanismo y Obras;{town};;;;{day}") == [
        "rejected valid_to not_empty"
    ]
    assert fates("units", UNITS, f"X;Archivo;{town};;;;{day}") == ["created"]


@pytest.mark.both
def test_posts_are_told_apart_and_what_was_meant_is_offered(app_context, cast):
    officer = cast.officer_post.code
    outcomes, _found = look(
        "posts",
        table(
            POSTS,
            "P1;Arquitecta municipal;URB;;;;;;",
            "P2;Notaria;URB-LICC;;;;;;",
            "P3;Cosa;URB;;9;;;;",
            "P4;Cosa;URB;;;quizá;;;",
            "P5;Cosa;URB;;;;ZZZ;;",
            f"{officer};Administrativo/a;URB-LIC;;;;;4;",
            f"{officer};Administrari;URB-LIC;eu;;;;;",
            f"{officer};Administrativo/a;URB-LIC;;;;;1;",
        ),
    )
    assert [(outcome.what.value, outcome.code) for outcome in outcomes] == [
        ("created", ""),
        ("rejected", "unit_unknown"),
        ("rejected", "number"),
        ("rejected", "yes_or_no"),
        ("rejected", "function_unknown"),
        ("unchanged", ""),
        ("changed", ""),
        ("rejected", "twice"),
    ]
    assert outcomes[1].fix == "URB-LIC"
    assert fates("posts", POSTS, f"{officer};Administrativo/a;URB-LIC;;;;;1;") == [
        "rejected places places_held"
    ]


@pytest.mark.both
def test_people_are_known_by_one_name_and_hold_what_has_room(app_context, cast):
    officer, head = cast.officer_post.code, cast.head_post.code
    ana, carles = (cast.account_of(one).email for one in (cast.ana, cast.carles))
    assert fates(
        "people",
        PEOPLE,
        f"Ana Castro;{ana};;{officer};holder;;;;",
        f"Noa Rey;noa@x.example;;{officer};;2026-12-01;;gl es;+34 986 000 000",
        f"Otra;noa@x.example;;{officer};;;;;",
        f"Noa Rey;noa@x.example;;{officer};;;;;",
        f"Brais Rey;;77;{head};;;;;",
        f"Sin nada;;;{officer};;;;;",
        f"Iago;no es correo;;{officer};;;;;",
        "Lois;lois@x.example;;NADA;;;;;",
        f"Uxía;u@x.example;;{officer};jefa;;;;",
        f"Carles Roig;{carles};;{head};;;2026-12-31;;",
        "@SUM(A1);f@x.example;;;;;;;",
        f"Xoel;g@x.example;;{officer};;2026-12-01;2026-02-01;;",
    ) == [
        "unchanged",
        "created",
        "rejected email identity_twice",
        "rejected post_code twice",
        "rejected post_code places_taken",
        "rejected email no_identity",
        "rejected email email",
        "rejected post_code post_unknown",
        "rejected appointment choice",
        "ended",
        "rejected post_code agency_needed",
        "rejected to dates_reversed",
    ]


def test_who_leaves_makes_room_for_who_comes_wherever_the_lines_stand(app_context, cast):
    head, carles = cast.head_post.code, cast.account_of(cast.carles).email
    outcomes, found = look(
        "people",
        table(
            PEOPLE,
            f"Brais Rey;brais@x.example;;{head};;2027-01-01;;;",
            f"Carles Roig;{carles};;{head};;;2026-12-31;;",
        ),
    )
    assert [outcome.what.value for outcome in outcomes] == ["created", "ended"]
    assert outcomes[1].rank < outcomes[0].rank
    assert (found.counts["leavers"], found.counts["uninvited"]) == (1, 1)
    assert outcomes[1].leaves == 2


@pytest.mark.both
def test_an_administrator_learns_nothing_of_other_agencies(app_context, cast):
    scope = of_town(cast)
    posts = select(Post.code).where(Post.agency_id == cast.altamar.id)
    theirs = db.session.scalars(posts).all()[0]
    elna = cast.account_of(cast.elna).email
    officer = cast.officer_post.code
    for code in (theirs, "NO-HAY"):
        assert fates("people", PEOPLE, f"N;n@x.example;;{code};;;;;", scope=scope) == [
            "rejected post_code post_unknown"
        ]
    for code in (cast.altamar.code, "L00000000"):
        assert fates("units", UNITS, f"Z;Zeta;{code};;;;", scope=scope) == [
            "rejected agency_code not_yours"
        ]
    for email in (elna, "nadie@altamar.example"):
        assert fates("people", PEOPLE, f"Otro;{email};;{officer};;;;;", scope=scope) == ["created"]
    assert fates("people", PEOPLE, f"Otro;{elna};;{officer};;;;;") == ["rejected email email_used"]
    assert fates("agencies", "code;name", "X;Y", scope=scope) == ["rejected code operator_only"]


def test_a_sheet_of_staff_makes_what_is_missing(app_context, cast):
    header = "agency;name;post;unit;email;staff_number;head"
    assert fates(
        "staff",
        header,
        "Concello de Vilaverde;Noa Rey;Auxiliar;Arquivo;noa@x.example;;",
        "vilaverde;Brais Rey;Auxiliar;Arquivo;;7;",
        f"{cast.outeiro.code};Lois Rey;Alguacil;;;;si",
        "Nadie;A;B;;a@x.example;;",
        "vilaverde;;B;;b@x.example;;",
    ) == [
        "created",
        "created",
        "created",
        "rejected agency agency_unknown",
        "rejected name missing",
    ]


def test_too_many_lines_refuse_the_file(app_context, monkeypatch):
    monkeypatch.setattr("intranet.administration.imports.checking.LINES_LIMIT", 3)
    with pytest.raises(Refused) as refusal:
        check(
            table("code;name", *(f"C{n};N" for n in range(4))),
            ImportKind.AGENCIES,
            ImportScope(),
            print,
        )
    assert refusal.value.code == "too_many_lines"
