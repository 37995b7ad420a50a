"""REST: a call asks the database as often for a long list as for a short one."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from intranet.extensions import db
from tests.pages.api.calls import said


@contextmanager
def counted(app):
    """Collects the statements of a block."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        if not statement.startswith(("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA")):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.fixture
def paths(api, cast, licences):
    """Lists of which the first two items are of each kind that the list has."""
    ana = api(cast.ana)
    for other in (cast.bieito, cast.elna, cast.rosa, cast.nadia):
        made = ana.post("/conversations", {"person_ids": [str(other.id), str(cast.uxia.id)]})
    parent = ana.post(f"/conversations/{licences}/messages", said("Question?")).json["id"]
    for number in range(5):
        sent = said(f"{number} @[Carles](person:{cast.carles.id})", parent_id=parent)
        reply = ana.post(f"/conversations/{licences}/messages", sent).json["id"]
        api(cast.uxia).put(f"/messages/{reply}/reactions/👍")
        ana.put(f"/messages/{reply}/pin")
    ana.post(f"/conversations/{made.json['id']}/messages", said("Last"))
    return [
        "/conversations",
        f"/conversations/{licences}/messages",
        f"/conversations/{licences}/members",
        f"/conversations/{licences}/pins",
        f"/messages/{parent}/replies",
        "/agencies",
        "/agencies/L01990012/units",
        f"/units/{cast.licences.id}/people",
    ]


@pytest.mark.slow
def test_the_number_of_statements_does_not_grow_with_a_list(app, api, cast, paths):
    ana = api(cast.ana)
    for path in paths:
        ana.get(path)  # what is written once a while is written
        spent = []
        for limit in (2, 200):
            with counted(app) as statements:
                items = ana.get(path, query_string={"limit": limit}).json["items"]
            spent.append(len(statements))
        assert len(items) >= 3, path
        assert spent[1] <= spent[0], (path, spent)


def test_administration_s_lists_do_not_grow_either(app, api, cast):
    dorleta = api(cast.dorleta)
    for path in ("/admin/units", "/admin/posts", "/admin/people", "/admin/appointments"):
        spent = []
        for limit in (2, 200):
            with counted(app) as statements:
                dorleta.get(path, query_string={"limit": limit})
            spent.append(len(statements))
        assert spent[1] <= spent[0], (path, spent)
