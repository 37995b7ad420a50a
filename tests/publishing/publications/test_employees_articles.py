"""Articles of every employee: written by anyone the agency lets, approved by another person."""

import re
from datetime import timedelta

import pytest

from intranet.delivery.files.access import get_file
from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.agencies.models import Agency, ArticleRule
from intranet.organisation.people.operations.appointments import end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid, NotFound
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications import queries
from intranet.publishing.publications.access import (
    get_publication,
    may_write_articles,
    readers_among,
    require_voice,
)
from intranet.publishing.publications.models import ARTICLE, Publication, PublicationState
from intranet.publishing.publications.operations.approving import (
    approve,
    recall,
    return_to_author,
    submit,
)
from intranet.publishing.publications.operations.drafting import (
    Choices,
    Written,
    create_draft,
    save_draft,
)
from intranet.publishing.publications.operations.publishing import (
    correct,
    publish,
    publish_scheduled,
    schedule,
)
from intranet.publishing.publications.versions import get_version, with_working_copy
from tests.delivery.files.samples import picture
from tests.publishing.publications.articles import hang


@pytest.fixture(params=[ArticleRule.APPROVAL])
def town(app_context, cast, request):
    with unit_of_work():
        cast.monteclaro.articles = request.param
    return cast.monteclaro


def written(author, title="Un día en ventanilla", **choices):
    draft = create_draft(author, ARTICLE, require_voice(author, kind=ARTICLE))
    said = {"es": Written(title, "Así trabajamos.")}
    chosen = Choices(visibility=Visibility.AGENCY, **choices)
    save_draft(author, draft, said, chosen, edition=draft.edition)
    return with_working_copy(draft)


def submitted(author, **choices):
    draft = written(author, **choices)
    return submit(author, draft, "", edition=draft.edition)


def test_without_the_agency_only_those_with_a_voice_write_articles(app_context, cast):
    assert not may_write_articles(cast.xoel)
    with pytest.raises(Forbidden):
        written(cast.xoel)


def test_an_employee_writes_articles_and_no_announcements(town, cast):
    draft = written(cast.xoel)

    assert draft.by_employee
    assert draft.post.unit_id == cast.urban_planning.id
    with pytest.raises(Forbidden):
        require_voice(cast.xoel)


@pytest.mark.slow
def test_a_draft_is_its_authors_alone_until_it_is_submitted(town, cast):
    draft = written(cast.xoel)
    for other in (cast.carles, cast.ana, cast.dorleta):
        with pytest.raises(NotFound):
            get_publication(other, draft.id)
    assert queries.in_work(cast.carles, 10) == []
    assert [one.id for one in queries.in_work(cast.xoel, 10)] == [draft.id]

    submit(cast.xoel, draft, "", edition=draft.edition)
    assert (
        get_publication(cast.carles, draft.id).state(draft.updated_at) == PublicationState.SUBMITTED
    )
    assert [one.id for one in queries.to_approve(cast.carles, 10)] == [draft.id]
    for other in (cast.ana, cast.dorleta, cast.bieito):
        with pytest.raises(NotFound):
            get_publication(other, draft.id)
        assert queries.to_approve(other, 10) == []


@pytest.mark.slow
@pytest.mark.both
def test_it_is_published_in_its_authors_name_once_approved(town, cast):
    draft = submitted(cast.xoel)
    with pytest.raises(Forbidden):
        publish(cast.xoel, draft, edition=draft.edition)
    for other in (cast.xoel, cast.ana, cast.elna):
        with pytest.raises(Forbidden):
            approve(other, draft, edition=draft.edition)

    approve(cast.carles, draft, edition=draft.edition)

    out = get_publication(cast.iria, draft.id)
    assert out.employee_article
    assert (out.published_by_id, out.employee_article.approved_by_id) == (
        cast.xoel.id,
        cast.carles.id,
    )
    assert readers_among(out, [cast.iria.id, cast.bieito.id]) == {cast.iria.id}


@pytest.mark.slow
def test_what_changes_at_once_stays_within_what_was_approved(town, cast):
    draft = submitted(cast.xoel)
    approve(cast.carles, draft, edition=draft.edition)
    later = clock.now() + timedelta(days=30)

    for wider in (Choices(visibility=Visibility.NETWORK), Choices(pinned_until=later)):
        with pytest.raises(Invalid):
            save_draft(cast.xoel, draft, {}, wider, edition=draft.edition)
        db.session.rollback()
    out = db.session.get_one(Publication, draft.id)
    assert (out.visibility, out.pinned_until) == (Visibility.AGENCY, None)
    assert readers_among(out, [cast.bieito.id]) == set()

    narrower = Choices(visibility=Visibility.MEMBERS)
    save_draft(cast.xoel, out, {}, narrower, edition=out.edition)
    wide = Choices(visibility=Visibility.NETWORK, pinned_until=later)
    save_draft(cast.carles, out, {}, wide, edition=out.edition)
    assert db.session.get_one(Publication, draft.id).visibility == Visibility.NETWORK


def test_one_scheduled_before_approval_was_asked_waits_for_it(town, cast):
    with unit_of_work():
        db.session.get_one(Agency, town.id).articles = ArticleRule.FREE
    draft = written(cast.xoel, scheduled_at=clock.now() + timedelta(hours=1))
    schedule(cast.xoel, draft, edition=draft.edition)
    with unit_of_work():
        db.session.get_one(Agency, town.id).articles = ArticleRule.APPROVAL

    with clock.freeze(clock.now() + timedelta(hours=2)):
        publish_scheduled(draft)
    out = db.session.get_one(Publication, draft.id)
    assert (out.published_at, out.held_reason) == (None, "voice")


@pytest.mark.slow
def test_nobody_approves_their_own(town, cast):
    own = submitted(cast.xoel)
    other = submitted(cast.iria)
    with unit_of_work():
        for held in current_appointments(cast.xoel.id):
            held.post.publishes_for_agency = True
    db.session.rollback()

    with pytest.raises(Forbidden):
        approve(cast.xoel, own, edition=own.edition)
    approve(cast.xoel, other, edition=other.edition)


def test_what_was_changed_since_is_not_approved(town, cast):
    draft = submitted(cast.xoel)
    seen = draft.edition
    text = {"es": Written("Otro título", "Otra cosa.")}
    save_draft(cast.xoel, draft, text, Choices(), edition=seen)

    with pytest.raises((Conflict, Forbidden)):
        approve(cast.carles, draft, edition=seen)
    assert db.session.get_one(Publication, draft.id).submitted_at is None
    with pytest.raises(NotFound):
        get_publication(cast.carles, draft.id)


def test_one_that_is_approved_for_later_and_changed_before_does_not_go_out(town, cast):
    later = clock.now() + timedelta(hours=3)
    draft = submitted(cast.xoel, scheduled_at=later)
    approve(cast.carles, draft, edition=draft.edition)
    draft = with_working_copy(db.session.get_one(Publication, draft.id))
    assert draft.scheduled_by_id == cast.xoel.id
    save_draft(
        cast.xoel,
        draft,
        {"es": Written("Cambiado", "Después.")},
        Choices(scheduled_at=later),
        edition=draft.edition,
    )
    with clock.freeze(later):
        publish_scheduled(db.session.get_one(Publication, draft.id))
    assert db.session.get_one(Publication, draft.id).published_at is None


@pytest.mark.slow
def test_it_is_returned_with_a_reason(town, cast):
    draft = submitted(cast.xoel)
    with pytest.raises(Invalid):
        return_to_author(cast.carles, draft, " ", edition=draft.edition)
    return_to_author(cast.carles, draft, "Falta la foto.", edition=draft.edition)

    draft = db.session.get_one(Publication, draft.id)
    assert draft.employee_article
    assert (draft.submitted_at, draft.employee_article.review_note) == (None, "Falta la foto.")
    with pytest.raises(NotFound):
        get_publication(cast.carles, draft.id)
    submit(cast.xoel, draft, "", edition=draft.edition)
    recall(cast.xoel, draft)
    with pytest.raises(NotFound):
        get_publication(cast.carles, draft.id)


@pytest.mark.slow
def test_a_correction_is_approved_as_well(town, cast):
    draft = submitted(cast.xoel)
    approve(cast.carles, draft, edition=draft.edition)
    out = with_working_copy(db.session.get_one(Publication, draft.id))
    save_draft(
        cast.xoel, out, {"es": Written("Corregido", "Ahora sí.")}, Choices(), edition=out.edition
    )
    with pytest.raises(Forbidden):
        correct(cast.xoel, out, "Una errata.", edition=out.edition, asks_again=False)

    submit(cast.xoel, out, "Una errata.", edition=out.edition)
    assert get_version(out, 1) == get_version(out, out.version)  # readers still have the first
    approve(cast.carles, out, edition=out.edition)

    out = db.session.get_one(Publication, draft.id)
    assert out.version == 2
    version = get_version(out, 2)
    assert version
    assert version.note == "Una errata."


def test_who_has_left_publishes_nothing_more(town, cast):
    draft = submitted(cast.xoel)
    for held in list(current_appointments(cast.xoel.id)):
        end_appointment(None, held)
    db.session.rollback()
    with pytest.raises(Forbidden):
        approve(cast.carles, draft, edition=draft.edition)


@pytest.mark.slow
def test_the_pictures_of_what_waits_are_seen_by_who_approves_it(town, cast):
    draft = written(cast.xoel)
    file = store_upload(cast.xoel, picture(), "plaza.png", alternative="La plaza.")
    hang(cast.xoel, draft, file)
    with pytest.raises(NotFound):
        get_file(cast.carles, file.id)
    submit(cast.xoel, draft, "", edition=with_working_copy(draft).edition)
    assert get_file(cast.carles, file.id).id == file.id
    with pytest.raises(NotFound):
        get_file(cast.ana, file.id)


@pytest.mark.parametrize("town", [ArticleRule.FREE], indirect=True)
def test_where_articles_are_free_they_need_nobody(town, cast):
    draft = written(cast.xoel)
    publish(cast.xoel, draft, edition=draft.edition)
    assert get_publication(cast.iria, draft.id).published_by_id == cast.xoel.id


def edition_in(page):
    return re.findall(r'name="edition" value="(\d+)"', page)[0]


@pytest.mark.slow
def test_the_way_by_the_pages(app, cast, client_of):
    dorleta, xoel, carles = map(client_of, (cast.dorleta, cast.xoel, cast.carles))
    form = dorleta.get("/admin/L01990012/settings").text
    assert 'name="articles"' in form
    with app.app_context(), unit_of_work():
        db.session.get_one(Agency, cast.monteclaro.id).articles = ArticleRule.APPROVAL

    page = xoel.get("/publications").text
    assert 'value="article"' in page
    assert 'value="announcement"' not in page
    where = xoel.submit("/publications", {"kind": "article"}).location
    draft_id = re.findall(r"/p/([0-9a-f-]+)/edit", where)[0]
    typed = {"title_es": "Hola", "body_es": "Esto hacemos.", "visibility": "agency"}
    sent = {"edition": edition_in(xoel.get(where).text), "then": "review", **typed}
    review = xoel.get(xoel.submit(where, sent).location).text
    submitting = {"edition": edition_in(review)}
    assert xoel.submit(f"/p/{draft_id}/publish", submitting).status_code == 303

    assert f"/p/{draft_id}" in carles.get("/publications").text
    shown = carles.get(f"/p/{draft_id}", follow_redirects=True).text
    assert "Esto hacemos." in shown
    returned = {"edition": edition_in(shown), "do": "return", "reason": "Falta la foto."}
    assert client_of(cast.ana).submit(f"/p/{draft_id}/approval", returned).status_code == 404
    assert carles.submit(f"/p/{draft_id}/approval", {**returned, "reason": ""}).status_code == 422
    assert carles.submit(f"/p/{draft_id}/approval", returned).status_code == 303
    assert carles.get(f"/p/{draft_id}/approval").status_code == 404

    editor = xoel.get(where).text
    assert "Falta la foto." in editor
    xoel.submit(f"/p/{draft_id}/publish", {"edition": edition_in(editor)})
    approving = {"edition": edition_in(carles.get(f"/p/{draft_id}/approval").text)}
    assert carles.submit(f"/p/{draft_id}/approval", approving).status_code == 303
    assert "Esto hacemos." in client_of(cast.iria).get(f"/p/{draft_id}").text
