"""Declared functions: no form and no program undoes them by the way, and the export keeps them."""

import io
from functools import partial

import pytest
from sqlalchemy import delete, select

from intranet.administration.imports.importer import ImportScope
from intranet.extensions import db
from intranet.organisation.agencies.models import Post, PostFunction
from intranet.organisation.agencies.operations.posts import set_functions
from intranet.platform.core.types import Localized
from tests.administration.admin.test_organisation import fields_of
from tests.administration.imports.helpers import apply
from tests.pages.api.calls import browser

TOWN = "/admin/L01990012"


@pytest.fixture
def dorleta(cast, client_of):
    return client_of(cast.dorleta)


@pytest.fixture
def declare(app, cast):
    """Declare the functions of the officer's post, as another administrator would."""

    def as_another(*codes):
        with app.app_context():
            set_functions(None, db.session.get_one(Post, cast.officer_post.id), codes)

    return as_another


@pytest.fixture
def declared(app, cast):
    """The functions of the officer's post; all must be confirmed."""

    def now():
        with app.app_context():
            rows = db.session.scalars(
                select(PostFunction).where(PostFunction.post_id == cast.officer_post.id)
            ).all()
            assert not any(row.is_suggested for row in rows)
            return {row.function_code for row in rows}

    return now


@pytest.mark.both
def test_another_title_or_unit_by_any_door_keeps_what_was_declared(
    app, cast, dorleta, declare, declared
):
    many = ("BIB", "ESP", "HRM", "PRO", "TUR")  # more than the form has fields
    declare(*many)
    where = f"{TOWN}/posts/{cast.officer_post.id}"
    fields = fields_of(dorleta.get(where))
    sent = {**fields, "title_es": "Técnica de contratación", "unit": "URB"}
    assert dorleta.submit(where, sent).status_code == 303
    assert declared() == set(many)

    api = partial(browser, app)(cast.dorleta)
    changed = api.patch(
        f"/admin/posts/{cast.officer_post.id}",
        {"titles": {"es": "Interventora"}, "unit_id": str(cast.licences.id), "is_head": True},
    )
    assert changed.status_code == 200, changed.text
    assert declared() == set(many)
    assert sorted(changed.json["functions"]) == sorted(many)

    unit = f"{TOWN}/units/{cast.licences.id}"
    named = {**fields_of(dorleta.get(unit)), "name_es": "Servicio de Contratación"}
    assert dorleta.submit(unit, named).status_code == 303
    assert declared() == set(many)


def test_the_form_of_a_post_keeps_what_another_declared_meanwhile(cast, dorleta, declare, declared):
    declare("PRO", "HRM")
    where = f"{TOWN}/posts/{cast.officer_post.id}"
    fields = fields_of(dorleta.get(where))
    declare("TUR")
    assert dorleta.submit(where, {**fields, "places": "6"}).status_code == 303
    assert declared() == {"TUR"}

    fields = fields_of(dorleta.get(where))
    assert dorleta.submit(where, {**fields, "function_1": "BIB"}).status_code == 303
    assert declared() == {"BIB"}
    fields = fields_of(dorleta.get(where))
    assert dorleta.submit(where, {**fields, "function_1": ""}).status_code == 303
    assert declared() == set()


def test_functions_beyond_the_fields_are_named(cast, dorleta, declare, declared):
    declare("BIB", "ESP", "HRM", "PRO")
    where = f"{TOWN}/posts/{cast.officer_post.id}"
    page = dorleta.get(f"{where}?lang=en")
    assert "Procurement and contracts." in page.text
    fields = {**fields_of(page), "function_1": "TUR"}
    dorleta.submit(where, fields)
    assert declared() == {"TUR", "ESP", "HRM", "PRO"}


@pytest.mark.both
def test_the_export_comes_back_without_any_loss(app, cast, dorleta, declare, declared):
    declare("PRO", "HRM")
    with app.app_context():
        head = db.session.get_one(Post, cast.head_post.id)
        db.session.execute(delete(PostFunction).where(PostFunction.post_id == head.id))
        db.session.add(PostFunction(post_id=head.id, function_code="URB", is_suggested=True))
        officer = db.session.get_one(Post, cast.officer_post.id)
        officer.title = Localized({**officer.title, "eu": "Administrari laguntzailea"})
        db.session.commit()

    def everything():
        with app.app_context():
            posts = db.session.execute(
                select(Post.code, Post.title, Post.unit_id, Post.level, Post.is_head, Post.places)
                .where(Post.agency_id == cast.monteclaro.id)
                .order_by(Post.code)
            )
            rows = db.session.execute(
                select(
                    PostFunction.post_id,
                    PostFunction.function_code,
                    PostFunction.is_suggested,
                    PostFunction.strength,
                ).order_by(PostFunction.post_id, PostFunction.function_code)
            )
            return [tuple(row) for row in posts], [tuple(row) for row in rows]

    answer = dorleta.get(f"{TOWN}/posts/export")
    assert answer.mimetype == "text/csv"
    file = answer.get_data()
    assert b"HRM; PRO" in file
    assert b"Administrari laguntzailea" in file
    before = everything()
    with app.app_context():
        scope = ImportScope(agency_ids=frozenset({cast.monteclaro.id}))
        counts = apply("posts", io.BytesIO(file), scope)
        assert counts == {"created": 0, "changed": 0, "ended": 0, "rejected": 0}
    assert everything() == before

    declare("TUR")  # and a file of before brings back what was declared
    with app.app_context():
        assert apply("posts", io.BytesIO(file), scope)["changed"] == 1
    assert declared() == {"HRM", "PRO"}


def test_the_export_is_of_ones_own_agency(cast, client_of, dorleta):
    assert cast.innovation_post.code not in dorleta.get(f"{TOWN}/posts/export").text
    assert client_of(cast.ana).get(f"{TOWN}/posts/export").status_code == 404
