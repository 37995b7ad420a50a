"""The story keeps its promises before anything of it is loaded."""

import re
from collections import Counter
from datetime import UTC, date, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files

import pytest

from intranet.organisation.agencies.demonstration import CODES
from tests.pace import within
from tools.demo.calendar import Calendar
from tools.demo.conversations import StoryConversation, StoryMessage, conversations, mentioned
from tools.demo.files import read
from tools.demo.population import story

CAST = {
    "ana": "ana@monteclaro.example",
    "bieito": "bieito@vilaverde.example",
    "carles": "carles@monteclaro.example",
    "dorleta": "dorleta@monteclaro.example",
    "elna": "elna@altamar.example",
    "iria": "iria@monteclaro.example",
}
LANGUAGES = {"es", "gl", "ca", "eu", "en"}
LARGE_ROOM = 150
# Words that one language writes again and again and the others do not.
GIVEAWAYS = {
    "es": r"\b(el|los|las|una|con|del|hay|y|muy|lo)\b",
    "gl": r"\b(unha|non|dos|das|coa|hai|ao|xa|moi|os|teño|polo|na|e|do|da|o)\b",
    "ca": r"\b(amb|els|les|dels|hi|és|per|als|i|tot|molt|però)\b",
    "eu": r"\b(eta|da|du|ez|dut|ditu|bat|dira|baina|nuen|zuen|gara|dugu)\b",
    "en": r"\b(the|and|of|is|to|we|it|you|was|for)\b",
}


@cache
def said() -> list[tuple[StoryConversation, StoryMessage]]:
    return [(room, message) for room in conversations() for message in room.messages]


def seen_by_the_cast(room: StoryConversation) -> bool:
    return not CAST.keys().isdisjoint(room.members(story()))


def test_there_are_eight_agencies_of_the_promised_kinds_in_five_languages():
    agencies = story().agencies.values()

    assert Counter(agency.kind for agency in agencies) == {
        "municipality": 4,
        "province": 1,
        "public_body": 1,
        "university": 1,
        "state": 1,
    }
    assert {agency.code for agency in agencies} == CODES
    assert {language for agency in agencies for language in agency.languages} == LANGUAGES
    assert story().agencies["vilaverde"].population == pytest.approx(900, abs=20)
    assert story().agencies["monteclaro"].population == pytest.approx(85_000, abs=500)


def test_there_are_about_two_thousand_posts_and_half_of_them_are_in_monteclaro():
    per_agency = Counter(post.agency for post in story().posts.values())

    assert len(story().posts) == pytest.approx(2_000, abs=150)
    assert per_agency["monteclaro"] == pytest.approx(1_000, abs=30)
    assert min(per_agency.values()) > 10


def test_412_people_work_under_urban_planning_and_works():
    assert len(story().people_under("monteclaro/urbanismo")) == 412


def test_the_cast_has_its_addresses_and_posts():
    people = story().people
    held = Counter(appointment.person for appointment in story().appointments)

    assert {key: people[key].email for key in CAST} == CAST
    assert held["bieito"] == 2
    assert {one.post: one.since for one in story().appointments if one.person == "iria"} == {
        "monteclaro/contratos/tecnico_contratacion/1": "monday"
    }


def test_each_unit_has_a_head_or_a_vacancy_at_its_head_and_each_agency_a_root():
    organisation = story()
    led = {post.unit for post in organisation.posts.values() if post.is_head}
    roots = [unit for unit in organisation.units.values() if unit.parent is None]

    assert {unit.agency for unit in roots} == organisation.agencies.keys()
    assert len(roots) == len(organisation.agencies)
    assert len(led) > 0.9 * len(organisation.units)
    assert all(
        unit.parent is None or unit.parent in organisation.units
        for unit in organisation.units.values()
    )


def test_there_are_vacancies_acting_heads_substitutes_and_posts_of_every_kind():
    held = {appointment.post for appointment in story().appointments}
    kinds = Counter(appointment.kind for appointment in story().appointments)

    assert len(story().posts.keys() - held) > 40
    assert kinds["acting"] >= 3
    assert kinds["substitute"] >= 2
    assert {post.kind for post in story().posts.values()} >= {"employee", "elected", "trust"}
    assert len(story().absences) >= 2


def test_codes_handles_addresses_and_staff_numbers_are_unique():
    organisation = story()
    posts, people = organisation.posts.values(), organisation.people.values()

    for things in (
        [unit.code for unit in organisation.units.values()],
        [post.code for post in posts],
        [(post.agency, post.handle) for post in posts],
        [person.email for person in people],
        [(person.agency, person.staff_number) for person in people],
    ):
        assert len(things) == len(set(things))
    assert (
        organisation.posts["vilaverde/secretaria/secretaria_intervencion/1"].handle == "secretaria"
    )


def test_only_one_pair_in_an_agency_shares_a_name():
    names = Counter((person.agency, person.name) for person in story().people.values())

    assert [name for name, count in names.items() if count > 1] == [
        ("monteclaro", "María Fernández López")
    ]


def test_names_carry_the_signs_of_their_languages():
    names = " ".join(person.name for person in story().people.values())

    for sign in (
        "ñ",
        "l·l",
        "ü",
        "O'Brien",
        "García-Peñas",
        "M.ª José",
        "Ț",
        "à",
        "tx",
        " i ",
    ):
        assert sign in names or sign.casefold() in names.casefold(), sign


def test_every_address_lies_under_example_and_belongs_to_its_agency():
    for person in story().people.values():
        assert re.fullmatch(rf"[a-z0-9.]+@{person.agency}\.example", person.email)
    texts = " ".join(message.text for _, message in said())
    assert re.findall(r"[\w.]+@[\w.]+\.\w+", texts) == []


def test_functions_and_levels_are_those_of_the_product():
    codes = functions()
    for post in story().posts.values():
        assert set(post.functions) <= codes
        assert 1 <= post.level <= 5
        assert post.title.keys() == set(story().agencies[post.agency].languages)


def functions():
    lines = (
        files("intranet.organisation.agencies")
        .joinpath("data", "functions.csv")
        .read_text("utf-8")
        .splitlines()
    )
    return {line.partition(",")[0] for line in lines}


def test_the_cast_has_more_than_six_hundred_messages_to_read_and_none_is_there_twice():
    texts = [message.text for room, message in said() if seen_by_the_cast(room)]
    folded = [re.sub(r"\W+", " ", text).casefold().strip() for text in texts]

    assert len(texts) >= 640
    assert [text for text, count in Counter(folded).items() if count > 1] == []


def test_each_of_the_five_languages_is_really_spoken():
    per_language = Counter(message.language for _, message in said())

    assert per_language.keys() == LANGUAGES
    assert min(per_language.values()) >= 60


def test_each_room_speaks_the_language_it_says():
    for room in conversations():
        text = " ".join(message.text for message in room.messages)
        scores = {
            language: len(re.findall(pattern, text, re.IGNORECASE))
            for language, pattern in GIVEAWAYS.items()
        }
        assert max(scores, key=scores.__getitem__) == room.language, (room.key, scores)


def test_who_writes_reacts_or_is_mentioned_reads_the_room():
    for room in conversations():
        members = set(room.members(story()))
        assert set(room.unread) <= members, room.key
        for message in room.messages:
            assert message.by in members, (room.key, message)
            assert set(mentioned(message.text)) <= members
            for _, people in message.reactions:
                assert set(people) <= members, (room.key, message.text, set(people) - members)
                assert len(people) == len(set(people))
                assert people


def test_a_direct_talk_has_two_to_twenty_people_who_exist():
    for room in conversations():
        if room.unit is None:
            assert room.post is None or room.post in story().posts
            assert 2 <= len(set(room.members(story()))) <= 20
            assert set(room.people) <= story().people.keys()
        else:
            assert room.unit in story().units


def test_in_large_rooms_only_heads_and_those_they_name_open_messages():
    for room in conversations():
        heads = {
            held.person
            for held in story().appointments
            if story().posts[held.post].is_head and story().posts[held.post].unit == room.unit
        }
        assert room.speakers_only == (
            room.unit is not None and len(room.members(story())) > LARGE_ROOM
        )
        for message in room.messages:
            if room.speakers_only and message.reply_to is None:
                assert message.by in heads | set(room.speakers), (room.key, message.text)


def test_messages_stand_in_order_and_answers_follow_what_they_answer():
    for room in conversations():
        places = [place_in_time(message.at) for message in room.messages]
        assert places == sorted(places), room.key
        assert len(places) == len(set(places)), room.key
        for place, message in enumerate(room.messages):
            if message.reply_to is not None:
                assert message.reply_to < place
                assert room.messages[message.reply_to].reply_to is None


def place_in_time(at):
    day, hour = at.split("d ")
    assert re.fullmatch(r"-?\d+d \d\d:\d\d", at)
    assert int(day) <= 0
    assert "06:00" <= hour <= "20:00", at
    return int(day), hour


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 25, 7, 30, tzinfo=UTC),  # a Wednesday, before ten
        datetime(2026, 11, 25, 20, 0, tzinfo=UTC),
        datetime(2026, 11, 29, 11, 0, tzinfo=UTC),  # a Sunday
        datetime(2027, 3, 29, 5, 0, tzinfo=UTC),  # a Monday at seven, after the clocks changed
        datetime(2028, 2, 29, 8, 10, tzinfo=UTC),
    ],
)
def test_loaded_at_any_time_everything_lies_in_the_past_and_in_order(now):
    calendar = Calendar.at(now)

    for room in conversations():
        moments = calendar.moments([message.at for message in room.messages])
        assert moments == sorted(moments)
        assert len(moments) == len(set(moments))
        assert moments[-1] < now
    assert calendar.today.weekday() < 5
    assert calendar.day("monday").weekday() == 0
    assert calendar.day("monday") <= calendar.day("-2d")


def test_nobody_speaks_before_they_came():
    calendar = Calendar.at(datetime(2026, 11, 25, 20, 0, tzinfo=UTC))
    came: dict[str, list[date]] = {}
    for appointment in story().appointments:
        came.setdefault(appointment.person, []).append(calendar.day(appointment.since))

    for room in conversations():
        for message in room.messages:
            assert min(came[message.by]) <= calendar.day(message.at.partition(" ")[0])


def test_some_are_edited_some_pinned_some_hold_lists_tables_and_code():
    messages = [message for _, message in said()]

    assert sum(message.was is not None for message in messages) >= 8
    assert all(message.was != message.text for message in messages)
    assert 4 <= sum(message.is_pinned for message in messages) <= 20
    assert sum(message.reply_to is not None for message in messages) >= 120
    for sign in ("|---|", "```sql", "```bash", "\n- ", "\n1. ", "**", "@{"):
        assert any(sign in message.text for message in messages), sign


def test_invented_people_and_reactions_are_the_same_on_every_machine():
    people = "\n".join(f"{one.name} {one.email}" for one in story().people.values())
    (first_of_urbanismo,) = (
        room.messages[0] for room in conversations() if room.key == "urbanismo"
    )

    # A name that is changed on purpose changes this too.
    assert sha256(people.encode()).hexdigest()[:16] == "b9069a6b993d27dd"
    assert story().people["monteclaro/parques/oficial_jardineria/7"].name == "Consuelo Núñez Zamora"
    assert dict(first_of_urbanismo.reactions)["👍"][3] == "monteclaro/disciplina/tecnico_juridico/2"


@pytest.mark.slow
def test_the_story_is_read_in_less_than_a_second():
    def read_anew():
        for cached in (story, conversations, read):
            cached.cache_clear()
        return conversations(), story()

    assert all(within(1, read_anew))
