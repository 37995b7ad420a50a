"""Whatever is searched for, in whatever box: an answer, and a sentence where it was cut."""

import pytest

from tests.messaging.messages.helpers import channel_of

LONG = "palabra " * 1_250
BAD = (
    *(LONG, "x" * 10_000, "🎉" * 10_000, "1" * 10_000, "' OR 1=1; DROP TABLE people; --"),
    *("a' UNION SELECT * FROM accounts --", "a:*&b|!c<->('", "%_%" * 100, '"' * 200, "🎉 👍"),
)
BOXES = (
    *("/search", "/directory", "/counterparts", "/agencies/{code}/list", "/groups", "/initiatives"),
    *("/questions", "/ideas", "/polls", "/events", "/criteria", "/models", "/help", "/switcher"),
    *("/messages/channels", "/conversations/new", "/c/{room}/members"),
)
PROGRAMS = (
    *("search", "search?kind=message", "search?kind=person", "directory", "counterparts"),
    *("groups", "initiatives"),
)
CUT = "Solo se han buscado los primeros"


@pytest.fixture
def addresses(app, cast):
    with app.app_context():
        room = channel_of(cast.town_hall).id
        code = cast.monteclaro.code
    return {box: box.format(code=code, room=room) for box in BOXES}


@pytest.mark.slow
@pytest.mark.both
def test_whatever_is_typed_is_answered(addresses, cast, client_of):
    client = client_of(cast.ana)
    doors = [*addresses.values(), *(f"/api/v1/{name}" for name in PROGRAMS)]
    for door in doors:
        for query in BAD:
            address, _mark, others = door.partition("?")
            kind = {"kind": others.removeprefix("kind=")} if others else {}
            answer = client.get(address, query_string={"q": query, **kind})
            assert answer.status_code == 200, (door, query[:20])


@pytest.mark.slow
def test_every_box_says_that_it_used_only_the_beginning(addresses, cast, client_of):
    client = client_of(cast.ana)
    for box, address in addresses.items():
        pages = [client.get(address, query_string={"q": q}).text for q in ("palabra", LONG)]
        assert [page.count(CUT) for page in pages] == [0, 1], box


def test_the_directory_says_that_it_used_only_the_first_words(cast, client_of):
    client = client_of(cast.ana)
    words = "alba brezo cardo dalia espino fresno grama hiedra"
    said = "Solo se han buscado las primeras 8 palabras."
    assert said not in client.get("/directory", query_string={"q": words}).text
    assert said in client.get("/directory", query_string={"q": f"{words} iris"}).text
