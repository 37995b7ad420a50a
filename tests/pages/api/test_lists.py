"""REST: lists are walked by limit and cursor, each row once and in order."""

import pytest

from tests.pages.api.calls import is_problem, said


def walk(caller, path, limit):
    """All rows, page by page."""
    rows, cursor, pages = [], None, 0
    while True:
        query = {"limit": limit, **({"cursor": cursor} if cursor else {})}
        page = caller.get(path, query_string=query)
        assert page.status_code == 200, page.text
        assert len(page.json["items"]) <= limit
        rows += page.json["items"]
        cursor, pages = page.json["next_cursor"], pages + 1
        assert pages < 200
        if cursor is None:
            return rows


@pytest.fixture
def paths(api, cast, licences):
    """Every list, with some rows in it."""
    ana = api(cast.ana)
    parent = ana.post(f"/conversations/{licences}/messages", said("Question?")).json
    for number in range(3):
        ana.post(f"/conversations/{licences}/messages", said(f"{number}", parent_id=parent["id"]))
        stands = ana.get(f"/messages/{parent['id']}").json["body_rev"]
        change = {"body": f"Question {number}?", "body_rev": stands}
        assert ana.patch(f"/messages/{parent['id']}", change).status_code == 200
        pinned = ana.post(f"/conversations/{licences}/messages", said(f"Pin {number}")).json
        ana.put(f"/messages/{pinned['id']}/pin")
    return {
        "conversations": "/conversations",
        "messages": f"/conversations/{licences}/messages",
        "members": f"/conversations/{licences}/members",
        "pins": f"/conversations/{licences}/pins",
        "replies": f"/messages/{parent['id']}/replies",
        "versions": f"/messages/{parent['id']}/versions",
        "agencies": "/agencies",
        "units": "/agencies/L01990012/units",
        "people": f"/units/{cast.licences.id}/people",
    }


@pytest.mark.slow
@pytest.mark.both
def test_each_list_is_walked_to_its_end_in_pages_of_any_size(api, cast, paths):
    ana = api(cast.ana)
    for name, path in paths.items():
        whole = ana.get(path, query_string={"limit": 200}).json
        assert whole["next_cursor"] is None, name
        rows = whole["items"]
        assert len(rows) >= 3, name
        for limit in (1, 2, len(rows) - 1, len(rows), len(rows) + 1):
            walked = walk(ana, path, limit)
            if name == "messages":  # page by page backwards, each page in order
                walked.sort(key=lambda row: row["seq"])
            assert walked == rows, (name, limit)


@pytest.mark.slow
def test_messages_after_a_place_and_since_a_revision_are_walked_forwards(api, cast, licences):
    ana = api(cast.ana)
    sent = [ana.post(f"/conversations/{licences}/messages", said(str(n))).json for n in range(5)]
    path = f"/conversations/{licences}/messages"

    for query in (
        {"after_seq": sent[0]["seq"] - 1},
        {"since_rev": sent[0]["rev"] - 1},
    ):
        rows, cursor = [], None
        while True:
            more: dict[str, str] = {"cursor": cursor} if cursor else {}
            page = ana.get(path, query_string={**query, "limit": 2, **more}).json
            rows += page["items"]
            if (cursor := page["next_cursor"]) is None:
                break
        assert [row["id"] for row in rows] == [row["id"] for row in sent]


@pytest.mark.parametrize("limit", ["1", "201", "9" * 30, "9" * 5000])
def test_a_limit_that_is_too_high_is_brought_within_bounds(api, cast, limit):
    page = api(cast.ana).get("/agencies", query_string={"limit": limit})

    assert page.status_code == 200
    assert 1 <= len(page.json["items"]) <= 200


@pytest.mark.parametrize("limit", ["0", "-1", "1e3", "x", "", "½"])
def test_a_limit_that_is_none_is_refused(api, cast, limit):
    assert is_problem(api(cast.ana).get("/agencies", query_string={"limit": limit}), 422)


@pytest.mark.slow
def test_a_cursor_that_is_none_of_ours_is_refused_and_never_a_fault(api, cast, paths):
    ana = api(cast.ana)
    for name, path in paths.items():
        for cursor in ("x", "~", "a~b", "9" * 600, "ñ~ñ", "-1", "½"):
            answer = ana.get(path, query_string={"cursor": cursor})
            is_place = name in {"messages", "replies"} and cursor.isdecimal()
            assert answer.status_code == 200 if is_place else is_problem(answer, 422), (
                name,
                cursor,
            )


def test_a_cursor_of_another_agency_says_nothing_of_it(api, cast):
    ana = api(cast.ana)
    path = "/agencies/L01990012/units"

    foreign = ana.get(path, query_string={"cursor": str(cast.innovation.id)})
    nonsense = ana.get(path, query_string={"cursor": "0192b5c8-0000-7000-8000-000000000001"})

    assert foreign.json == nonsense.json
    assert is_problem(foreign, 422)
