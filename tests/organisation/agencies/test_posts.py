from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.models import PostFunction, PostKind
from intranet.organisation.agencies.operations.posts import (
    PostSpec,
    change_post,
    create_post,
    create_posts,
    end_post,
    set_functions,
)
from intranet.organisation.people.queries import holders
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.platform.core.types import Localized
from tests.cast import today


def functions_of(post):
    rows = db.session.scalars(select(PostFunction).where(PostFunction.post_id == post.id))
    return {row.function_code: row.is_suggested for row in rows}


def changes_of(post, **more):
    kept = {
        "version": post.version,
        "unit": post.unit,
        "title": post.title,
        "kind": post.kind,
        "level": post.level,
        "is_head": post.is_head,
        "publishes_for_agency": post.publishes_for_agency,
        "places": post.places,
        "handle": post.handle,
    }
    return {**kept, **more}


def test_functions_and_level_are_suggested_from_the_title(app_context, cast):
    post = create_post(
        cast.dorleta,
        PostSpec(unit=cast.procurement, title=Localized(es="Técnico/a de Contratación")),
    )

    assert post.level == 4
    assert functions_of(post) == {"PRO": True}


def test_what_a_person_says_of_a_post_is_no_suggestion(app_context, cast):
    post = cast.technician_post

    set_functions(cast.dorleta, post, ["PRO", "LEG"])

    assert functions_of(post) == {"PRO": False, "LEG": False}
    set_functions(cast.dorleta, post, [])
    assert functions_of(post) == {}


def test_an_unknown_function_is_refused(app_context, cast):
    with pytest.raises(Invalid):
        set_functions(cast.dorleta, cast.technician_post, ["XYZ"])
    assert functions_of(cast.technician_post) == {"PRO": True}


def test_handles_are_made_from_titles_and_each_is_one_posts(app_context, cast):
    new = PostSpec(unit=cast.licences, title=Localized(es="Delineante"))

    posts = create_posts(cast.dorleta, cast.monteclaro, [new, new])

    assert [post.handle for post in posts] == ["delineante", "delineante-2"]
    with pytest.raises(Invalid):
        create_post(
            cast.dorleta,
            PostSpec(unit=cast.licences, title=Localized(es="Otro"), handle="delineante"),
        )


@pytest.mark.parametrize("handle", ["Ana", "año", "a b", "@a", "", "x" * 61])
def test_a_handle_can_be_typed_anywhere(app_context, cast, handle):
    with pytest.raises(Invalid):
        create_post(
            cast.dorleta,
            PostSpec(unit=cast.licences, title=Localized(es="Otro"), handle=handle),
        )


def test_a_post_is_changed_by_its_own_agency_only(app_context, cast):
    post = cast.officer_post
    for outsider in (cast.guillem, cast.ana, cast.bieito):
        with pytest.raises(Forbidden):
            change_post(outsider, post, **changes_of(post, places=9))
        with pytest.raises(Forbidden):
            end_post(outsider, post, today())
        with pytest.raises(Forbidden):
            set_functions(outsider, post, [])


def test_a_post_moves_within_its_agency(app_context, cast):
    post = cast.architect_post

    change_post(cast.dorleta, post, **changes_of(post, unit=cast.procurement))

    assert post.unit_id == cast.procurement.id
    with pytest.raises(Invalid):
        change_post(cast.dorleta, post, **changes_of(post, unit=cast.innovation))


def test_the_second_of_two_who_change_a_post_is_told(app_context, cast):
    post = cast.architect_post
    first = changes_of(post, places=2)
    change_post(cast.dorleta, post, **first)

    with pytest.raises(Conflict):
        change_post(cast.dorleta, post, **first)


@pytest.mark.parametrize(
    ("field", "value"),
    [("level", 0), ("level", 6), ("places", 0), ("places", 2001), ("title", Localized(es=" "))],
)
def test_a_value_that_cannot_be_is_refused_by_its_field(app_context, cast, field, value):
    post = cast.architect_post
    with pytest.raises(Invalid) as refusal:
        change_post(cast.dorleta, post, **changes_of(post, **{field: value}))
    assert list(refusal.value.errors) == [field]


@pytest.mark.slow
def test_who_holds_a_post_that_ends_loses_it(app_context, cast):
    now = clock.now()
    assert len(holders(cast.officer_post.id, now)) == 3

    end_post(cast.dorleta, cast.officer_post, today() - timedelta(days=1))

    assert holders(cast.officer_post.id, clock.now()) == []


def test_a_post_that_ends_later_is_held_until_then(app_context, cast):
    last_day = today() + timedelta(days=10)
    end_post(cast.dorleta, cast.officer_post, last_day)

    assert {row.ends_on for row in holders(cast.officer_post.id, clock.now())} == {last_day}


def test_a_post_may_be_elected(app_context, cast):
    assert cast.mayor_post.kind == PostKind.ELECTED
    assert cast.mayor_post.level == 2
