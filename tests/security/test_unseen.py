"""Names and titles hold nothing unseen, whichever door they come through."""

import csv
import io

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.messaging.conversations.operations import create_channel
from intranet.organisation.agencies.models import Agency, AgencyKind, Post, Unit
from intranet.organisation.agencies.operations.agencies import create_agency
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.agencies.operations.units import create_unit, rename_unit
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.people import create_person, rename_person
from intranet.platform.core.errors import Invalid
from intranet.platform.core.spreadsheet import as_meant
from intranet.platform.core.types import Localized
from tests.administration.imports.helpers import apply, fates, table
from tests.cast import today
from tests.collaboration.groups.helpers import group_of
from tests.messaging.messages.helpers import space_of
from tests.pages.api.calls import browser
from tests.publishing.publications.helpers import draft

DIRTY = "Ro\u202esa\u200b\u00ad Pri\u2066eto\ufeff\u0007"
CLEAN = "Rosa Prieto"
UNSEEN = "\u200b\u202e \u3164\ufeff"
DASHED = "-Junta =de Vecinos, -Norte"


def in_spanish(text):
    return Localized({"es": text})


@pytest.mark.slow
def test_what_operations_make_is_named_as_it_is_seen(app_context, cast):
    town = cast.monteclaro
    person = create_person(None, town, DIRTY)
    unit = create_unit(None, cast.town_hall, in_spanish(DIRTY))
    post = create_post(None, PostSpec(unit=unit, title=in_spanish(DIRTY)))
    channel = create_channel(cast.carles, space_of(cast.urban_planning), DIRTY)
    group = group_of(cast.carles, DIRTY)
    publication = draft(cast.carles, DIRTY)
    agency = create_agency(
        code="L01360577",
        code_scheme="dir3",
        name=in_spanish(DIRTY),
        kind=AgencyKind.MUNICIPALITY,
        languages=["es"],
        territory="ES-GA",
        population=10,
    )

    assert person.name == CLEAN
    assert channel.name
    assert list(channel.name.values()) == [CLEAN]
    assert unit.name == post.title == agency.name == {"es": CLEAN}
    assert group.space.name
    assert group.space.name["es"] == CLEAN
    assert [text.title for text in publication.texts] == [CLEAN]
    assert rename_person(None, town, person, DIRTY + "s").name == CLEAN + "s"
    assert rename_unit(None, unit, in_spanish(DIRTY + "s")).name == {"es": CLEAN + "s"}


def test_a_name_of_what_cannot_be_seen_is_none(app_context, cast):
    for make in (
        lambda: create_person(None, cast.monteclaro, UNSEEN),
        lambda: create_unit(None, cast.town_hall, in_spanish(UNSEEN)),
        lambda: create_post(None, PostSpec(unit=cast.town_hall, title=in_spanish(UNSEEN))),
        lambda: create_channel(cast.carles, space_of(cast.urban_planning), UNSEEN),
        lambda: group_of(cast.carles, UNSEEN),
    ):
        with pytest.raises(Invalid):
            make()


@pytest.mark.slow
@pytest.mark.both
def test_programs_and_pages_name_nothing_else(app, cast, client_of):
    dorleta = browser(app, cast.dorleta)
    invited = dorleta.post(
        "/admin/people",
        {
            "name": DIRTY,
            "email": "rp@monteclaro.example",
            "post_id": str(cast.technician_post.id),
            "starts_on": today().isoformat(),
            "kind": "acting",
        },
    )
    renamed = dorleta.patch(f"/admin/units/{cast.licences.id}", {"names": {"es": DIRTY}})
    refused = dorleta.patch(f"/admin/units/{cast.licences.id}", {"names": {"es": UNSEEN}})
    mine = browser(app, cast.ana).patch("/me", {"ask_about": [DIRTY], "contact_note": DIRTY})

    assert invited.status_code == 201
    assert renamed.json["names"] == {"es": CLEAN}
    assert refused.status_code == 422
    assert mine.status_code == 200
    with app.app_context():
        assert db.session.scalars(select(Person.name).where(Person.name == CLEAN)).one() == CLEAN
        ana = db.session.get_one(Person, cast.ana.id)
        assert (ana.ask_about, ana.contact_note) == ([CLEAN], CLEAN)


@pytest.mark.slow
@pytest.mark.both
def test_files_bring_nothing_unseen(app_context, cast):
    dirty = DIRTY.replace("\u0007", "")  # a file with such a sign is refused whole, as no text
    assert apply("agencies", table("code;name;lang;kind", f"L01360578;{dirty};es;")) == {
        **dict.fromkeys(("changed", "ended", "rejected"), 0),
        "created": 1,
    }
    town = cast.monteclaro.code
    apply("units", table("code;name;agency_code", f"U1;{dirty};{town}"))
    apply("posts", table("code;title;unit_code", f"P1;{dirty};U1"))
    apply("people", table("name;email;post_code", f"{dirty};rp@monteclaro.example;P1"))

    assert agency_called("L01360578") == CLEAN
    assert db.session.scalars(select(Unit.name).where(Unit.code == "U1")).one() == {"es": CLEAN}
    assert db.session.scalars(select(Post.title).where(Post.code == "P1")).one() == {"es": CLEAN}
    assert db.session.scalars(select(Person.name).where(Person.name == CLEAN)).one() == CLEAN
    assert fates("units", "code;name;agency_code", f"U2;{UNSEEN};{town}") == [
        "rejected name missing"
    ]


@pytest.mark.slow
@pytest.mark.both
def test_a_name_that_begins_with_a_dash_comes_in_with_all_that_hangs_on_it(app, cast, client_of):
    """One in the State's directory does: refused as a formula, its subtree went with it."""
    with app.app_context():
        town = db.session.get_one(Agency, cast.monteclaro.id).code
        done = [
            apply("units", table("code;name;agency_code;parent_code", *lines))
            for lines in ([f"U1;{DASHED};{town};", f"U2;=Hija;{town};U1"],)
        ]
        done.append(apply("posts", table("code;title;unit_code", "P1;@Ofizina;U2")))
        done.append(
            apply(
                "people",
                table("name;email;post_code;phone", "-Ana;-a@monteclaro.example;P1;+34 600"),
            )
        )
        assert [(one["created"], one["rejected"]) for one in done] == [(2, 0), (1, 0), (1, 0)]
        person = db.session.scalars(select(Person).where(Person.name == "-Ana")).one()
        assert person.phone == "+34 600"

    file = client_of(cast.dorleta).submit(f"/admin/{town}/people/export").get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(file.removeprefix("\ufeff")), delimiter=";"))
    (row,) = [row for row in rows if row[0].endswith("Ana") and row[0] != "Ana"]
    assert row[0] == "'-Ana"
    assert row[1] == "'-a@monteclaro.example"
    assert [as_meant(cell) for cell in (row[5], row[7])] == ["@Ofizina", "=Hija"]

    # The file that was taken out, put in again, changes nothing.
    with app.app_context():
        again = apply("people", io.BytesIO(file.encode()))
    assert again == dict.fromkeys(("created", "changed", "ended", "rejected"), 0)


def agency_called(code):
    return db.session.scalars(select(Agency.name).where(Agency.code == code)).one()["es"]
