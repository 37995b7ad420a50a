"""Functions of posts: shown with the evidence, confirmed many at once, corrected and undone."""

import re
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update

from intranet.extensions import db
from intranet.organisation.agencies.models import Post, PostFunction, Unit
from intranet.organisation.agencies.operations.functions import FUNCTIONS_SET, confirm_functions
from intranet.organisation.agencies.operations.posts import PostSpec, create_posts, set_functions
from intranet.platform.audit.models import AuditLine
from intranet.platform.core.types import Localized

PAGE = "/admin/L01990012/functions"


def said_of(app, post_id):
    with app.app_context():
        rows = db.session.scalars(select(PostFunction).where(PostFunction.post_id == post_id))
        return {row.function_code: (row.is_suggested, row.strength) for row in rows}


def shown_on(page: str) -> dict[str, str]:
    """The values that the page sends back for each post, by its id."""
    return {text[:36]: text for text in re.findall(r'name="shown" value="([^"]+)"', page)}


def change_of(response) -> dict[str, str]:
    """The numbers by which a change is undone, from the address after it."""
    ((first, last),) = re.findall(r"done=(\d+)-(\d+)", response.location)
    return {"first": first, "last": last}


@pytest.fixture
def dorleta(cast, client_of):
    return client_of(cast.dorleta)


@pytest.fixture
def posts(app, cast):
    """Five posts of a unit, of which the first two have suggestions and the next has none."""
    titles = ("Técnica", "Auxiliar de biblioteca", "Zzyzx", "Jardinero", "Tesorera")
    with app.app_context():
        unit = db.session.scalars(select(Unit).where(Unit.code == "URB-LIC")).one()
        made = create_posts(
            None, unit.agency, [PostSpec(unit=unit, title=Localized({"es": t})) for t in titles]
        )
        ids = [post.id for post in made]
        db.session.execute(delete(PostFunction).where(PostFunction.post_id == ids[2]))
        db.session.execute(delete(PostFunction).where(PostFunction.post_id == ids[0]))
        db.session.add_all(
            PostFunction(post_id=ids[0], function_code=code, is_suggested=True, strength=strength)
            for code, strength in (("LIC", 0.75), ("SUB", 0.5))
        )
        db.session.get_one(Post, ids[2]).occupations = {}
        db.session.commit()
    return ids


LICENCES = {"LIC": (True, 0.75), "SUB": (True, 0.5)}


@pytest.mark.slow
@pytest.mark.both
def test_suggestions_are_confirmed_as_shown_and_undone_in_one_press(app, dorleta, posts):
    before = {each: said_of(app, each) for each in posts}
    assert before[posts[0]] == LICENCES
    shown = shown_on(dorleta.get(PAGE).text)
    chosen = [str(posts[0]), str(posts[1])]
    sent = {"do": "chosen", "post_ids": chosen, "shown": list(shown.values())}
    done = dorleta.submit(PAGE, sent)
    assert done.status_code == 303
    assert "Functions confirmed for 2 posts." in dorleta.get(f"{done.location}&lang=en").text
    assert said_of(app, posts[0]) == {"LIC": (False, 1.0), "SUB": (False, 1.0)}
    assert said_of(app, posts[3]) == before[posts[3]]
    assert not shown_on(dorleta.get(PAGE).text).keys() & set(chosen)
    with app.app_context():
        acts = db.session.scalars(select(AuditLine.act).where(AuditLine.subject_id == posts[0]))
        assert "post.functions" in acts.all()
    audit = dorleta.get("/admin/L01990012/audit?lang=en").text
    assert "0.75" not in re.sub(r'datetime="[^"]+"', "", audit)  # as in 10:55:10.758865

    undone = dorleta.submit(f"{PAGE}/undo?lang=en", change_of(done))
    assert undone.status_code == 303
    assert "Undone for 2 posts." in dorleta.get(f"{PAGE}?lang=en").text
    assert {each: said_of(app, each) for each in posts} == before
    # Pressed again, it finds everything as it was.
    dorleta.submit(f"{PAGE}/undo", change_of(done))
    assert {each: said_of(app, each) for each in posts} == before


@pytest.mark.slow
@pytest.mark.both
def test_a_change_by_another_is_neither_confirmed_over_nor_undone(app, cast, dorleta, posts):
    shown = shown_on(dorleta.get(PAGE).text)
    with app.app_context():
        set_functions(None, db.session.get_one(Post, posts[0]), ["HRM"])
    sent = {"do": "all", "shown": [shown[str(each)] for each in posts[:2]]}
    done = dorleta.submit(f"{PAGE}?lang=en", sent)
    assert said_of(app, posts[0]) == {"HRM": (False, 1.0)}
    assert not any(suggested for suggested, _ in said_of(app, posts[1]).values())
    assert "1 post stays as it is" in dorleta.get(f"{done.location}&lang=en").text

    confirmed = said_of(app, posts[1])
    with app.app_context():  # to something else and back: it is still the other's word
        post = db.session.get_one(Post, posts[1])
        confirm_functions(cast.ana, post, ["ICT"])
        confirm_functions(cast.ana, post, list(confirmed))
    dorleta.submit(f"{PAGE}/undo?lang=en", change_of(done))
    assert "1 post stays as it is" in dorleta.get(f"{PAGE}?lang=en").text
    assert said_of(app, posts[1]) == confirmed


@pytest.mark.slow
@pytest.mark.both
def test_one_post_is_changed_in_place_unless_another_was_faster(app, dorleta, posts):
    page = dorleta.get(f"{PAGE}?edit={posts[0]}&lang=en").text
    assert page.count('name="functions"') == 3
    shown = shown_on(page)[str(posts[0])]
    sent = {"do": "one", "shown": shown, "functions": ["PRO", "", "ICT"]}
    done = dorleta.submit(PAGE, sent)
    assert done.status_code == 303
    assert said_of(app, posts[0]) == {"PRO": (False, 1.0), "ICT": (False, 1.0)}

    other = sent | {"functions": ["HRM", "", ""]}
    late = dorleta.submit(f"{PAGE}?edit={posts[0]}&only=all&lang=en", other)
    assert late.status_code == 409
    assert "Another person has changed the functions of this post." in late.text
    assert shown_on(late.text)[str(posts[0])] != shown
    assert said_of(app, posts[0]) == {"PRO": (False, 1.0), "ICT": (False, 1.0)}

    dorleta.submit(f"{PAGE}/undo", change_of(done))
    assert said_of(app, posts[0]) == LICENCES
    assert dorleta.submit(PAGE, sent | {"functions": ["", "", ""]}).status_code == 303
    assert said_of(app, posts[0]) == {}


@pytest.mark.slow
@pytest.mark.both
def test_functions_and_level_are_set_for_many(app, dorleta, posts):
    first, third = str(posts[0]), str(posts[2])
    shown = list(shown_on(dorleta.get(f"{PAGE}?only=all").text).values())
    sent = {"do": "set", "post_ids": [first, third], "shown": shown}
    sent |= {"function_1": "PRO", "function_2": "HUR", "level": "3"}
    assert dorleta.submit(PAGE, sent).status_code == 422  # there is no function HUR
    for one_kept in ({"function_2": "keep"}, {"function_1": "keep", "function_2": "ICT"}):
        assert dorleta.submit(PAGE, sent | one_kept).status_code == 422
    assert dorleta.submit(PAGE, sent | {"function_2": "ICT"}).status_code == 303
    for post_id in (posts[0], posts[2]):
        assert said_of(app, post_id) == {"PRO": (False, 1.0), "ICT": (False, 1.0)}
    with app.app_context():
        assert {db.session.get_one(Post, each).level for each in (posts[0], posts[2])} == {3}
        acts = db.session.scalars(select(AuditLine.act).where(AuditLine.subject_id == posts[2]))
        assert {"post.functions", "post.change"} <= set(acts)


@pytest.mark.slow
def test_posts_are_filtered_by_state_unit_and_text(app, dorleta, posts):
    library, unread, gardener = (str(posts[place]) for place in (1, 2, 3))
    with app.app_context():
        set_functions(None, db.session.get_one(Post, posts[3]), ["GAR"])

    def there(query):
        return shown_on(dorleta.get(f"{PAGE}?{query}").text).keys()

    assert library in there("")
    assert not {unread, gardener} & there("")
    assert gardener in there("only=confirmed")
    assert not {unread, library} & there("only=confirmed")
    assert unread in there("only=none")
    assert not {library, gardener} & there("only=none")
    assert {library, unread, gardener} <= there("only=all")
    assert there("only=all&q=biblio") == {library}
    with app.app_context():
        unit = db.session.get_one(Post, posts[0]).unit
        within, code = str(unit.id), unit.code
        other = db.session.scalars(select(Unit).where(Unit.agency_id == unit.agency_id)).all()
        beside = next(
            each
            for each in other
            if each.parent_id and each.path not in unit.path and unit.path not in each.path
        )
        elsewhere = str(beside.id)
    everything = there(f"only=all&unit={within}")
    assert {library, unread, gardener} <= everything
    assert there(f"only=all&unit=({code})") == everything
    assert not {library, unread, gardener} & there(f"only=all&unit={elsewhere}")
    said = dorleta.get(f"{PAGE}?unit=Nirgendwo&lang=en").text
    assert "There is no such unit. All units are shown." in said


@pytest.mark.slow
def test_the_evidence_is_shown_in_the_words_of_title_and_unit(app, cast, dorleta):
    with app.app_context():
        root = db.session.scalars(select(Unit).where(Unit.code == "URB")).one()
        unit = db.session.get_one(Unit, root.id)
        posts = create_posts(
            None,
            unit.agency,
            [
                PostSpec(unit=unit, title=Localized({"es": title}))
                for title in (
                    "Técnico/a de Contratación",
                    "Jefe/a de servicio",
                    "Conductor de autobús",
                )
            ],
        )
        ids = [post.id for post in posts]
        name = unit.name.text("es")
        db.session.execute(delete(PostFunction).where(PostFunction.post_id == ids[2]))
        set_functions(None, db.session.get_one(Post, ids[2]), [])
        db.session.add(PostFunction(post_id=ids[2], function_code="TUR", is_suggested=True))
        db.session.commit()
    text = dorleta.get(f"{PAGE}?lang=en").text
    rows = {each: text.split(f'id="post-{each}"')[1].split("</tr>")[0] for each in ids}
    assert "de Contratación” in the title" in rows[ids[0]]
    assert f"in the unit {name}" in rows[ids[1]]
    assert "from an earlier title or unit" in rows[ids[2]]
    assert "Read as: " in rows[ids[2]]
    # A confirmed function needs no reason.
    with app.app_context():
        set_functions(None, db.session.get_one(Post, ids[0]), ["PRO"])
    text = dorleta.get(f"{PAGE}?only=confirmed&lang=en").text
    assert "in the title" not in text.split(f'id="post-{ids[0]}"')[1].split("</tr>")[0]


def test_a_post_without_functions_is_offered_those_of_its_occupation(app, dorleta, posts):
    with app.app_context():
        post = db.session.get_one(Post, posts[2])
        post.unit_id = post.unit.ancestor_ids[0]  # the agency, whose name says no function
        post.occupations = {"0110a": 0.9}  # a police lieutenant
        db.session.commit()
    page = dorleta.get(f"{PAGE}?only=none&lang=en").text
    row = page.split(f'id="post-{posts[2]}"')[1].split("</tr>")[0]
    assert "usual for this occupation" in row
    assert said_of(app, posts[2]) == {}
    sent = {"do": "all", "shown": [shown_on(page)[str(posts[2])]]}
    done = dorleta.submit(PAGE, sent)
    assert said_of(app, posts[2]) == {"POL": (False, 1.0)}
    dorleta.submit(f"{PAGE}/undo", change_of(done))
    assert said_of(app, posts[2]) == {}


@pytest.mark.slow
def test_only_whole_and_own_changes_are_undone(app, cast, client_of, dorleta, posts):
    shown = shown_on(dorleta.get(PAGE).text)
    sent = {"do": "all", "shown": [shown[str(each)] for each in posts[:2]]}
    change = change_of(dorleta.submit(PAGE, sent))
    for wrong in (
        {"first": change["first"], "last": str(int(change["last"]) + 1)},
        {"first": "1", "last": "1"},
        {"first": "1", "last": "999999"},
    ):
        assert dorleta.submit(f"{PAGE}/undo?lang=en", wrong).status_code == 303
        assert "This change cannot be undone." in dorleta.get(f"{PAGE}?lang=en").text
    assert client_of(cast.ana).submit(f"{PAGE}/undo", change).status_code == 404
    assert said_of(app, posts[0]) == {"LIC": (False, 1.0), "SUB": (False, 1.0)}


@pytest.mark.slow
def test_what_is_wrong_is_said_and_posts_elsewhere_are_not_there(cast, dorleta, posts):
    assert "Choose at least one post." in dorleta.submit(f"{PAGE}?lang=en", {}).text
    elsewhere = str(cast.innovation_post.id)
    sent = {"do": "chosen", "post_ids": [elsewhere], "shown": f"{elsewhere}:s:URB:URB"}
    assert dorleta.submit(PAGE, sent).status_code == 404
    for shown in ("", "x", f"{posts[0]}:s", "a:b:c:d"):
        sent = {"do": "chosen", "post_ids": [str(posts[0])], "shown": shown}
        assert dorleta.submit(PAGE, sent).status_code == 422
    many = [f"{UUID(int=place)}:s::" for place in range(201)]
    assert dorleta.submit(PAGE, {"do": "all", "shown": many}).status_code == 422


@pytest.mark.slow
def test_the_page_asks_the_same_for_many_posts(app, dorleta, posts, count_queries):
    def asked():
        with count_queries() as statements:
            assert dorleta.get(f"{PAGE}?only=all").status_code == 200
        return len(statements)

    asked()  # what is kept for later requests
    few = asked()
    with app.app_context():
        unit = db.session.scalars(select(Unit).where(Unit.code == "URB-LIC")).one()
        titles = [Localized({"es": f"Arquitecta {place}"}) for place in range(150)]
        create_posts(None, unit.agency, [PostSpec(unit=unit, title=title) for title in titles])
    assert asked() == few


@pytest.mark.slow
def test_confirming_many_costs_few_statements(app, dorleta, posts, count_queries):
    with app.app_context():
        unit = db.session.scalars(select(Unit).where(Unit.code == "URB-LIC")).one()
        titles = [Localized({"es": f"Arquitecta {place}"}) for place in range(180)]
        create_posts(None, unit.agency, [PostSpec(unit=unit, title=title) for title in titles])
    shown = shown_on(dorleta.get(f"{PAGE}?q=arquitecta").text)
    assert len(shown) >= 180
    with count_queries() as statements:
        done = dorleta.submit(PAGE, {"do": "all", "shown": list(shown.values())})
    assert done.status_code == 303
    assert len(statements) < 150


def test_what_was_written_before_rows_said_what_backs_them_is_not_undone(app, dorleta, posts):
    shown = shown_on(dorleta.get(PAGE).text)
    done = dorleta.submit(PAGE, {"do": "all", "shown": [shown[str(posts[0])]]})
    confirmed = said_of(app, posts[0])
    with app.app_context():
        line = db.session.scalars(
            select(AuditLine).where(
                AuditLine.subject_id == posts[0], AuditLine.act == FUNCTIONS_SET
            )
        ).one()
        was = {code: row[:2] for code, row in line.detail["was"].items()}
        detail = {**line.detail, "was": was}
        db.session.execute(update(AuditLine).where(AuditLine.id == line.id).values(detail=detail))
        db.session.commit()
    assert dorleta.submit(f"{PAGE}/undo?lang=en", change_of(done)).status_code == 303
    assert "This change cannot be undone." in dorleta.get(f"{PAGE}?lang=en").text
    assert said_of(app, posts[0]) == confirmed
