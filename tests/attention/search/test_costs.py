"""Whatever is typed is answered, soon, with as many statements as ever."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from intranet.extensions import db
from intranet.messaging.messages.jobs import FILL, fill_all
from intranet.messaging.messages.models import Message
from intranet.platform.core import clock
from intranet.platform.core.outbox import OutboxRow, run_due
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.index.models import DocumentKind, SearchDocument
from tests.messaging.messages.helpers import channel_of, say
from tests.pace import within

pytestmark = pytest.mark.both

BAD = [
    "x" * 10_000,
    "palabra " * 2_000,
    "de la el los y en que a",
    "🎉🎉 👍",
    "from: in: before: has: unit: agency:",
    "from:me in:licencias has:file before:2020 after:2026 unit:x agency:y",
    '"sin cerrar -"',
    '""""""',
    "' OR 1=1; DROP TABLE messages; --",
    "a* OR NEAR(b c, 2) AND title:x ^y {z} : + -",
    "x & y | !z <-> 'w':* \\",
    "*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*",
    "(a+)+$" * 50,
    "%_%_%",
    "-nada",
    "\x1b\u202e\ufeff",
    "ª º ² ½ ﬁ İ ß",
    "日本語 العربية ελληνικά",
]


@pytest.mark.slow
def test_bad_queries_are_answered_within_200_ms_at_every_door(app, cast, client_of):
    with app.app_context():
        say(cast.ana, channel_of(cast.licences), "El gato de la licencia: a, b y c.")
    client = client_of(cast.uxia)
    client.get("/search?q=warm")
    for query in BAD:
        for path in ("/search", "/api/v1/search", "/search/suggestions", "/switcher"):
            answer = client.get(path, query_string={"q": query})
            assert answer.status_code == 200, (path, query[:30])
            # Of the second time: the first one makes statements.
            within(0.2, client.get, path, query_string={"q": query})
    for name in ("in", "by", "since", "until", "before", "kind", "cursor"):
        for value in ("x", "0", "-1", "9" * 30, "2026-02-30", "null"):
            for path in ("/search", "/api/v1/search"):
                answer = client.get(path, query_string={"q": "gato", name: value})
                assert answer.status_code in {200, 422}, (path, name, value)


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", ["/search?q=hola", "/search?q=de:ana+hola&kind=message", "/api/v1/search?q=hola"]
)
def test_the_number_of_statements_does_not_grow_with_the_hits(
    app, cast, client_of, count_queries, path
):
    client = client_of(cast.uxia)
    counts = []
    for _round in range(2):
        with app.app_context():
            for room in (cast.licences, cast.urban_planning, cast.town_hall):
                for _message in range(4):
                    say(cast.uxia, channel_of(room), "Hola.", posts_per_10s=1000)
        client.get(path)
        with count_queries() as statements:
            assert client.get(path).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 45


@pytest.mark.slow
def test_pages_go_on_where_the_one_before_ended_each_hit_once(app, cast, client_of):
    with app.app_context():
        room = channel_of(cast.licences)
        ids = [str(say(cast.ana, room, "Hola.", posts_per_10s=99).id) for _each in range(25)]
    client = client_of(cast.uxia)
    found: list[str] = []
    cursor: str | None = ""
    for _page in range(3):
        page = client.get(f"/api/v1/search?q=hola&kind=message&limit=10&cursor={cursor}").json
        found += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert cursor is None
    assert found == ids[::-1]
    first = client.get("/search?q=hola").text
    older = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    assert client.get(older.replace("&amp;", "&")).text.count("data-result>") == 5


def test_messages_older_than_the_index_are_put_into_it_in_the_order_of_time(ids_found, cast):
    room = channel_of(cast.licences)
    old = [say(cast.ana, room, "antiguo", posts_per_10s=99) for _each in range(5)]
    say(cast.ana, room, "antiguo, borrado")
    with unit_of_work() as work:
        db.session.execute(delete(SearchDocument))
        for number, message in enumerate(old):
            at = clock.now() - timedelta(days=30 - number)
            db.session.execute(
                update(Message).where(Message.id == message.id).values(created_at=at)
            )
        work.add(OutboxRow(kind=FILL, payload={}))
    new = say(cast.ana, room, "antiguo")
    while run_due():
        pass
    fill_all()
    assert ids_found(cast.uxia, "antiguo")[0] == new.id
    assert ids_found(cast.uxia, "antiguo")[2:] == [message.id for message in reversed(old)]
    ids = db.session.scalars(
        select(SearchDocument.id)
        .where(SearchDocument.kind == DocumentKind.MESSAGE)
        .order_by(SearchDocument.at)
    ).all()
    assert list(ids) == sorted(ids)
