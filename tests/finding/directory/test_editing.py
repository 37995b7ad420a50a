"""People write their own profile, and lose nothing of what they wrote."""

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.people.models import Person
from tests.hostile import MARKUP

WEEK = {f"week_{day}_place": "" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}


def form(version, **fields):
    return {
        "about": "",
        "ask_about": "",
        "phone": "",
        "contact_note": "",
        "showing": "hours",
        "version": str(version),
        **WEEK,
        **fields,
    }


@pytest.fixture
def stored(app):
    def read(person):
        with app.app_context():
            return db.session.get_one(Person, person.id)

    return read


@pytest.fixture
def save(client_of):
    def send(person, **fields):
        return client_of(person).submit("/me/edit?lang=en", form(**fields))

    return send


@pytest.mark.both
def test_what_is_written_is_stored_and_shown(cast, save, stored, page_of):
    answer = save(
        cast.ana,
        version=cast.ana.version,
        about="  I grant licences.\r\n\r\nAsk me.  ",
        ask_about="works\n\n  small   works \nworks",
        phone=" ext. 7 ",
        contact_note="Before eleven",
        languages=["es", "en", "tlh"],
        open=["phone", "week", "secret"],
        showing="nothing",
        week_mon_place="home",
        week_mon_from="07:30",
        week_mon_to="14:00",
    )

    assert answer.status_code == 303
    ana = stored(cast.ana)
    assert ana.about == "I grant licences.\n\nAsk me."
    assert ana.ask_about == ["works", "small works"]
    assert (ana.phone, ana.contact_note) == ("ext. 7", "Before eleven")
    assert ana.languages == ["es", "en"]
    assert ana.week == {"mon": {"place": "home", "from": "07:30", "to": "14:00"}}
    assert ana.showing == "nothing"
    assert ana.reach["phone"] == ana.reach["week"] == "network"
    assert ana.reach["about"] == ana.reach["photo"] == "agency"
    assert "secret" not in ana.reach
    page = page_of(cast.bieito, f"/people/{cast.ana.id}")
    assert "ext. 7" in page
    assert "From home" in page
    assert "I grant licences." not in page


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"about": "x" * 2001}, "about"),
        ({"about": "x\0y"}, "about"),
        ({"phone": "9" * 41}, "phone"),
        ({"contact_note": "n" * 301}, "contact_note"),
        ({"ask_about": "\n".join(f"topic {n}" for n in range(13))}, "ask_about"),
        ({"ask_about": "t" * 61}, "ask_about"),
        ({"showing": "always"}, "showing"),
        ({"week_tue_place": "office"}, "week_tue"),
        (
            {"week_tue_place": "office", "week_tue_from": "15:00", "week_tue_to": "08:00"},
            "week_tue",
        ),
        (
            {"week_tue_place": "office", "week_tue_from": "8 o'clock", "week_tue_to": "9"},
            "week_tue",
        ),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_nothing_typed_is_lost(
    cast, save, stored, fields, named
):
    before = stored(cast.ana).version

    answer = save(
        cast.ana, **{"version": before, "about": "What I typed", "languages": ["ca"], **fields}
    )

    assert answer.status_code == 422
    assert f'href="#field-{named}"' in answer.text
    assert "What I typed" in answer.text or "about" in fields
    assert 'value="ca"' in answer.text
    assert stored(cast.ana).version == before


def test_who_was_overtaken_is_told_and_loses_nothing(cast, save, stored):
    version = stored(cast.ana).version
    save(cast.ana, version=version, about="From my telephone", phone="1")

    late = save(cast.ana, version=version, about="From my computer", phone="1")

    assert late.status_code == 409
    assert "From my computer" in late.text
    assert "From my telephone" in late.text
    assert stored(cast.ana).about == "From my telephone"
    again = save(cast.ana, version=version + 1, about="From my computer", phone="1")
    assert again.status_code == 303
    assert stored(cast.ana).about == "From my computer"


def test_nothing_but_the_profile_can_be_set(cast, save, stored):
    before = stored(cast.ana)
    save(
        cast.ana,
        version=before.version,
        id=str(cast.carles.id),
        person_id=str(cast.carles.id),
        name="Mayor",
        photo_key="x",
        erased_at="2026-01-01",
        sort_key="aaa",
    )

    after = stored(cast.ana)
    assert (after.name, after.photo_key, after.erased_at) == (before.name, None, None)
    assert stored(cast.carles).about == cast.carles.about


@pytest.mark.slow
def test_hostile_texts_come_back_as_text_in_the_form(app, cast, save, client_of, stored):
    for text in MARKUP[:12]:
        answer = save(cast.ana, version=stored(cast.ana).version, about=text)
        assert answer.status_code == 303, text
        page = client_of(cast.ana).get("/me/edit").text
        assert text not in page


def test_a_form_without_its_token_changes_nothing(cast, client_of, stored):
    answer = client_of(cast.ana).post("/me/edit", data=form(1, about="forged"))

    assert answer.status_code in {400, 403}
    assert stored(cast.ana).about != "forged"


@pytest.mark.both
def test_who_is_signed_out_edits_nothing(app, cast, client):
    assert client.get("/me/edit").status_code == 303
    assert client.submit("/me/edit", form(1, about="x")).status_code == 401
    with app.app_context():
        assert db.session.scalars(select(Person).where(Person.about == "x")).first() is None
