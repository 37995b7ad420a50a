"""Who reacted: names first, then how many more; asked for apart from the page."""

from datetime import timedelta

import pytest

from intranet.extensions import db
from intranet.messaging.messages.models import Reaction
from intranet.messaging.messages.operations import add_reaction, delete_message
from intranet.messaging.messages.reactors import MAX_NAMES, reactors_of
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from tests.messaging.messages.helpers import channel_of, read_english, say


@pytest.fixture
def said(app_context, cast):
    return say(cast.ana, channel_of(cast.urban_planning), "¿Os parece?")


def _crowd(message, count):
    with unit_of_work() as work:
        people = [Person(name=f"Persona {n:03}", sort_key=f"persona {n:03}") for n in range(count)]
        work.add(*people)
        db.session.flush()
        at = clock.now()
        work.add(
            *(
                Reaction(
                    message_id=message.id,
                    person_id=person.id,
                    emoji="👍",
                    created_at=at + timedelta(milliseconds=number),
                )
                for number, person in enumerate(people)
            )
        )


def test_the_names_stand_in_their_order_and_the_reader_comes_last(said, cast):
    for person in (cast.xoel, cast.ana, cast.carles):
        add_reaction(person, said, "👍")
    add_reaction(cast.xoel, said, "🙏")
    agreed, thanked = reactors_of(said, cast.ana)
    assert agreed.text == f"{cast.xoel.name}, {cast.carles.name} y tú"
    assert (agreed.count, agreed.is_mine, agreed.more) == (3, True, 0)
    assert thanked.text == cast.xoel.name


@pytest.mark.both
def test_of_four_hundred_some_are_named_and_the_rest_counted(said, cast, count_queries):
    _crowd(said, 400)
    with count_queries() as asked:
        (agreed,) = reactors_of(said, cast.ana)
    assert len(agreed.people) == MAX_NAMES
    assert agreed.text.endswith(" y 388 personas más")
    assert agreed.text.startswith("Persona 000, Persona 001")
    assert len([one for one in asked if one.startswith("SELECT")]) == 2
    add_reaction(cast.ana, said, "👍")
    (agreed,) = reactors_of(said, cast.ana)
    assert agreed.text.endswith("tú y 388 personas más")


def test_a_deleted_message_has_none(said, cast):
    add_reaction(cast.xoel, said, "👍")
    delete_message(cast.ana, said)
    assert reactors_of(said, cast.ana) == []


@pytest.mark.slow
def test_the_page_and_programs_say_who_and_strangers_hear_nothing(app, cast, client_of):
    with app.app_context():
        said = say(cast.ana, channel_of(cast.licences), "¿Os parece?")
        add_reaction(cast.uxia, said, "👍")
        here = f"/c/{said.conversation_id}/m/{said.seq}/reactions"
        program = f"/api/v1/messages/{said.id}/reactions"
    read_english(app, cast.ana)
    ana = client_of(cast.ana)
    assert "Agree" in ana.get(here).text
    assert cast.uxia.name in ana.get(here, headers={"HX-Request": "true"}).text
    (row,) = ana.get(program).json["items"]
    assert (row["emoji"], row["count"], row["mine"]) == ("👍", 1, False)
    assert row["people"][0]["name"] == cast.uxia.name
    stranger = client_of(cast.bieito)
    assert stranger.get(here).status_code == stranger.get(program).status_code == 404
