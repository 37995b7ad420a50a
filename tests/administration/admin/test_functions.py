"""What posts do, confirmed and corrected many at once."""

import pytest
from sqlalchemy import delete, select

from intranet.extensions import db
from intranet.organisation.agencies.models import Post, PostFunction
from intranet.platform.audit.models import AuditLine

PAGE = "/admin/L01990012/functions"


def said_of(app, post_id):
    with app.app_context():
        rows = db.session.scalars(select(PostFunction).where(PostFunction.post_id == post_id))
        return {row.function_code: row.is_suggested for row in rows}


@pytest.mark.both
def test_suggestions_are_confirmed_and_corrected_for_many(app, cast, client_of):
    dorleta = client_of(cast.dorleta)
    with app.app_context():
        town = cast.monteclaro.id
        every = select(Post.id).where(Post.agency_id == town).order_by(Post.id)
        posts = db.session.scalars(every.limit(3)).all()
        db.session.execute(delete(PostFunction).where(PostFunction.post_id.in_(posts)))
        db.session.add_all(
            PostFunction(post_id=post_id, function_code="URB", is_suggested=True)
            for post_id in posts[:2]
        )
        db.session.commit()
    shown = dorleta.get(PAGE).text
    first, second, third = map(str, posts)
    assert first in shown
    assert third not in shown
    assert third in dorleta.get(f"{PAGE}?only=none").text

    sent = {"post_ids": [first, second], "function_1": "keep", "function_2": "", "level": ""}
    assert dorleta.submit(PAGE, sent).status_code == 303
    assert [said_of(app, post_id) for post_id in posts] == [{"URB": False}, {"URB": False}, {}]
    assert first not in dorleta.get(PAGE).text

    sent = {"post_ids": [second, third], "function_1": "PRO", "function_2": "HUR", "level": "3"}
    assert dorleta.submit(PAGE, sent).status_code == 422  # there is no function HUR
    for one_kept in ({"function_2": "keep"}, {"function_1": "keep", "function_2": "ICT"}):
        assert dorleta.submit(PAGE, sent | one_kept).status_code == 422
    sent["function_2"] = "ICT"
    assert dorleta.submit(PAGE, sent).status_code == 303
    assert [said_of(app, post_id) for post_id in posts[1:]] == [{"PRO": False, "ICT": False}] * 2
    with app.app_context():
        assert {db.session.get_one(Post, post_id).level for post_id in posts[1:]} == {3}
        acts = db.session.scalars(
            select(AuditLine.act).where(AuditLine.subject_id == posts[2])
        ).all()
        assert {"post.functions", "post.change"} <= set(acts)


def test_nothing_chosen_is_said_and_posts_elsewhere_are_not_there(cast, client_of):
    dorleta = client_of(cast.dorleta)

    assert "Choose at least one post." in dorleta.submit(f"{PAGE}?lang=en", {}).text
    sent = {"post_ids": [str(cast.innovation_post.id)], "function_1": "keep"}
    assert dorleta.submit(PAGE, sent).status_code == 404
