"""What an employee decides for alone in an article of their own, by the pages and by programs."""

from datetime import timedelta
from uuid import UUID

import pytest

from intranet.delivery.files.models import File
from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.agencies.models import Agency, ArticleRule
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.approving import approve, submit
from intranet.publishing.publications.operations.attaching import describe_file
from intranet.publishing.publications.operations.drafting import Choices, save_draft
from intranet.publishing.publications.operations.publishing import (
    publish,
    publish_scheduled,
    schedule,
)
from intranet.publishing.publications.versions import with_working_copy
from tests.delivery.files.samples import picture
from tests.pages.api.calls import browser
from tests.publishing.publications.articles import hang
from tests.publishing.publications.test_employees_articles import edition_in, submitted, written

TEXTS = {"es": {"title": "Un día en ventanilla", "body": "Así trabajamos."}}
RULES = (ArticleRule.FREE, ArticleRule.APPROVAL)


@pytest.fixture(params=RULES)
def rule(app, cast, request):
    with app.app_context():
        ruled(cast, request.param)
    return request.param


def ruled(cast, rule: ArticleRule) -> None:
    """Let the town go by another rule from now on."""
    with unit_of_work():
        db.session.get_one(Agency, cast.monteclaro.id).articles = rule
    db.session.rollback()


def kept(publication_id: UUID) -> Publication:
    """It as it is stored."""
    return db.session.get_one(Publication, publication_id, populate_existing=True)


@pytest.mark.slow
def test_a_program_neither_pins_nor_asks_to_confirm(app, cast, rule):
    xoel, day = browser(app, cast.xoel), clock.today("Europe/Madrid") + timedelta(days=9)
    until = f"{day}T10:00:00Z"
    sent = {"kind": "article", "texts": TEXTS, "visibility": "agency"}
    assert xoel.post("/publications", {**sent, "pinned_until": until}).status_code == 422
    made = xoel.post("/publications", {**sent, "due_on": str(day), "is_urgent": True})
    assert made.status_code == 201
    one, edition = f"/publications/{made.json['id']}", made.json["draft"]["edition"]
    assert xoel.patch(one, {"pinned_until": until, "edition": edition}).status_code == 422
    with app.app_context():
        draft = kept(UUID(made.json["id"]))
        assert draft.pinned_until is None
        assert draft.announcement_row is None
    audience = {"any": [{"unit": str(cast.licences.id)}]}
    assert xoel.patch(one, {"audience": audience, "edition": edition}).status_code == 403
    with app.app_context():
        assert kept(UUID(made.json["id"])).announcement_row is None
    assert xoel.post("/publications", {"texts": TEXTS}).status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize("rule", [ArticleRule.FREE], indirect=True)
def test_a_program_addresses_no_other_agency(app, cast, rule):
    xoel = browser(app, cast.xoel)
    sent = {"kind": "article", "texts": TEXTS}
    assert xoel.post("/publications", {**sent, "visibility": "network"}).status_code == 422
    made = xoel.post("/publications", {**sent, "visibility": "agency"}).json
    one = f"/publications/{made['id']}"
    out = xoel.patch(one, {"state": "published", "edition": made["draft"]["edition"]})
    assert out.status_code == 200
    wider = {"visibility": "network", "edition": out.json["draft"]["edition"]}
    assert xoel.patch(one, wider).status_code == 422
    assert browser(app, cast.bieito).get(one).status_code == 404


@pytest.mark.slow
def test_the_editor_offers_no_more_than_the_rule(app, cast, client_of, rule):
    xoel = client_of(cast.xoel)
    where = xoel.submit("/publications", {"kind": "article"}).location
    page = xoel.get(where).text
    assert 'name="is_pinned"' not in page
    assert ('value="network"' in page) == (rule == ArticleRule.APPROVAL)
    day = clock.today("Europe/Madrid") + timedelta(days=9)
    typed = {"title_es": "Hola", "body_es": "Esto hacemos.", "visibility": "agency"}
    for more in (
        {"is_pinned": "1", "pinned_on": str(day)},
        *([{"visibility": "network"}] if rule == ArticleRule.FREE else []),
    ):
        sent = {"edition": edition_in(xoel.get(where).text), **typed, **more}
        assert xoel.submit(where, sent).status_code == 422, more
    asks = {"asks": "1", "due_on": str(day), "is_urgent": "1", "urgent_reason": "Ya."}
    sent = {"edition": edition_in(xoel.get(where).text), **typed, **asks}
    assert xoel.submit(where, sent).status_code == 303
    with app.app_context():
        (draft,) = db.session.query(Publication).filter_by(created_by_id=cast.xoel.id)
        assert draft.pinned_until is None
        assert draft.announcement_row is None


@pytest.mark.slow
def test_what_was_wider_before_the_rule_is_asked_as_it_goes_out(app_context, cast):
    ruled(cast, ArticleRule.APPROVAL)
    later = clock.now() + timedelta(hours=1)
    wide = Choices(visibility=Visibility.NETWORK, scheduled_at=later)
    now, then = written(cast.xoel), written(cast.xoel)
    save_draft(cast.xoel, now, {}, Choices(visibility=Visibility.NETWORK), edition=now.edition)
    ruled(cast, ArticleRule.FREE)
    with pytest.raises(Invalid):
        publish(cast.xoel, now, edition=with_working_copy(now).edition)
    db.session.rollback()

    narrow = Choices(visibility=Visibility.AGENCY, scheduled_at=later)
    save_draft(cast.xoel, then, {}, narrow, edition=then.edition)
    schedule(cast.xoel, then, edition=with_working_copy(then).edition)
    with unit_of_work():
        kept(then.id).visibility = wide.visibility
        kept(then.id).pinned_until = later
    with clock.freeze(later + timedelta(minutes=1)):
        publish_scheduled(kept(then.id))
    assert (kept(then.id).published_at, kept(then.id).held_reason) == (None, "visibility")


@pytest.mark.slow
def test_what_was_approved_for_the_network_goes_there(app_context, cast):
    ruled(cast, ArticleRule.APPROVAL)
    draft = written(cast.xoel)
    save_draft(cast.xoel, draft, {}, Choices(visibility=Visibility.NETWORK), edition=draft.edition)
    submit(cast.xoel, draft, "", edition=with_working_copy(draft).edition)
    approve(cast.carles, draft, edition=with_working_copy(draft).edition)
    assert kept(draft.id).visibility == Visibility.NETWORK


def test_what_a_publisher_pinned_stays_when_its_author_saves(app_context, cast):
    ruled(cast, ArticleRule.APPROVAL)
    draft = submitted(cast.xoel)
    approve(cast.carles, draft, edition=draft.edition)
    until = clock.now() + timedelta(days=3)
    out = with_working_copy(kept(draft.id))
    pinned = Choices(visibility=out.visibility, pinned_until=until)
    save_draft(cast.carles, out, {}, pinned, edition=out.edition)
    out = with_working_copy(kept(draft.id))
    save_draft(cast.xoel, out, {}, Choices(visibility=out.visibility), edition=out.edition)
    assert kept(draft.id).pinned_until == until


@pytest.mark.slow
@pytest.mark.parametrize("rule", [ArticleRule.APPROVAL], indirect=True)
def test_an_author_withdraws_their_own_and_replaces_nothing_unapproved(app, cast, client_of, rule):
    with app.app_context():
        author = db.session.get_one(Person, cast.xoel.id)
        draft = written(author)
        file = store_upload(author, picture(), "plaza.png", alternative="La plaza.")
        hang(author, draft, file)
        submit(author, draft, "", edition=with_working_copy(draft).edition)
        carles = db.session.get_one(Person, cast.carles.id)
        approve(carles, draft, edition=with_working_copy(draft).edition)
        ids, edition = (draft.id, file.id), kept(draft.id).edition
    one = f"/p/{ids[0]}"
    xoel, program = client_of(cast.xoel), browser(app, cast.xoel)
    for door in (f"{one}/files/{ids[1]}/words", f"{one}/files/{ids[1]}"):
        words = {"edition": edition, "alternative": "Abajo el alcalde.", "long_text": "Abajo."}
        assert xoel.submit(door, words).status_code == 403, door
    rest = f"/publications/{ids[0]}"
    sent = {"state": "published", "note": "Errata.", "edition": edition}
    assert program.patch(rest, sent).status_code == 403
    with app.app_context():
        assert db.session.get_one(File, ids[1]).alternative == "La plaza."
        with pytest.raises(Forbidden):
            describe_file(
                db.session.get_one(Person, cast.xoel.id),
                kept(ids[0]),
                ids[1],
                "Otra.",
                edition=edition,
            )
        assert with_working_copy(kept(ids[0])).version == 1
    gone = {"state": "withdrawn", "reason": "Ya no vale.", "edition": edition}
    assert program.patch(rest, gone).status_code == 200
    assert browser(app, cast.iria).get(rest).status_code == 404
