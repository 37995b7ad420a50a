"""Its post asks, the agency approves: who may, what is told, what cannot be."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from intranet import schedule  # noqa: F401 - what the outbox does registers itself with it
from intranet.attention.notifications.models import Notification
from intranet.attention.notifications.view_models import notification_views
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.platform.audit.models import AuditLine
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.platform.core.outbox import run_due
from intranet.public_site import facts
from intranet.public_site.models import ShowcaseItem
from intranet.public_site.operations.showing import approve, decline, item_of, propose, remove_item
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.drafting import Choices, Written, save_draft
from intranet.publishing.publications.operations.publishing import correct
from intranet.publishing.publications.operations.removing import remove_version
from intranet.publishing.publications.versions import with_working_copy
from tests.public_site.helpers import let_go, public
from tests.publishing.publications.articles import article, out
from tests.publishing.publications.helpers import published


def known(made):
    item = item_of(made)
    assert item is not None
    return item


def told(person):
    while run_due():
        pass
    asked = select(Notification.why).where(Notification.person_id == person.id)
    return {why for why in db.session.scalars(asked) if why.startswith("showcase")}


@pytest.mark.slow
def test_the_speaker_of_its_post_proposes_and_nobody_else(app_context, cast):
    made = out(cast.carles)

    for other in (cast.rosa, cast.ana, cast.xoel, cast.dorleta, cast.elna):
        with pytest.raises(Forbidden):
            propose(other, made)
    assert item_of(made) is None

    assert propose(cast.carles, made).is_waiting
    assert not known(made).is_shown


@pytest.mark.slow
def test_who_publishes_for_the_agency_approves_and_nobody_else(app_context, cast):
    made = out(cast.carles)
    propose(cast.carles, made)

    for other in (cast.carles, cast.nadia, cast.dorleta, cast.bieito, cast.elna):
        with pytest.raises(Forbidden):
            let_go(other, made)
    assert made.visibility == Visibility.AGENCY

    item = let_go(cast.rosa, made)
    assert (item.version, item.approved_as_id) == (1, cast.mayor_post.id)
    assert str(made.visibility) == "public"
    lines = db.session.scalars(select(AuditLine.act).where(AuditLine.agency_id == made.agency_id))
    assert "showcase.approve" in lines.all()


@pytest.mark.slow
def test_a_post_that_publishes_for_the_agency_approves_as_the_head_does(app_context, cast):
    cast.technician_post.publishes_for_agency = True
    db.session.commit()
    made = out(cast.carles)
    propose(cast.carles, made)

    assert let_go(cast.iria, made).is_shown


@pytest.mark.slow
def test_a_secretary_who_is_both_does_both_in_two_steps(app_context, cast):
    made = out(cast.bieito)
    with pytest.raises(Forbidden):
        let_go(cast.bieito, made)
    propose(cast.bieito, made)

    assert let_go(cast.bieito, made).is_shown


@pytest.mark.slow
def test_nothing_comes_onto_the_open_web_but_by_approval(app_context, cast):
    draft = article(cast.carles)
    texts = {"es": Written("T", "B")}
    for made in (draft, out(cast.carles)):
        held = with_working_copy(made)
        with pytest.raises(Invalid):
            save_draft(
                cast.carles,
                held,
                texts,
                Choices(visibility=Visibility.PUBLIC),
                edition=held.edition,
            )


@pytest.mark.slow
def test_what_is_on_it_is_corrected_without_leaving_it(app_context, cast):
    made = public(cast.carles, cast.rosa)
    held = with_working_copy(made)
    save_draft(
        cast.carles, held, {"es": Written("Otro", "Texto.")}, Choices(), edition=held.edition
    )
    correct(cast.carles, held, "Mejor.", edition=held.edition, asks_again=False)

    assert made.visibility == Visibility.PUBLIC
    assert (made.version, known(made).version) == (2, 1)


@pytest.mark.slow
def test_what_changed_since_it_was_seen_is_looked_at_again(app_context, cast):
    made = out(cast.carles)
    propose(cast.carles, made)
    seen = facts.digest(made)
    held = with_working_copy(made)
    save_draft(
        cast.carles, held, {"es": Written("Otro", "Texto.")}, Choices(), edition=held.edition
    )
    correct(cast.carles, held, "Mejor.", edition=held.edition, asks_again=False)

    with pytest.raises(Conflict):
        approve(cast.rosa, made, digest=seen)
    assert not known(made).is_shown
    assert let_go(cast.rosa, made).version == 2


@pytest.mark.parametrize(
    ("visibility", "body", "field"),
    [
        (Visibility.MEMBERS, "Texto.", "visibility"),
        (Visibility.AGENCY, "Pregunta a @[Ana Castro](person:{ana}).", "body"),
    ],
)
def test_what_is_for_few_or_names_somebody_is_not_proposed(
    app_context, cast, visibility, body, field
):
    made = out(cast.carles, body.format(ana=cast.ana.id), visibility=visibility)

    with pytest.raises(Invalid) as refused:
        propose(cast.carles, made)
    assert field in refused.value.errors
    assert item_of(made) is None


@pytest.mark.slow
def test_announcements_and_drafts_are_not_proposed(app_context, cast):
    for made in (published(cast.carles), article(cast.carles)):
        with pytest.raises(Forbidden):
            propose(cast.carles, made)


@pytest.mark.slow
def test_a_refusal_says_why_and_can_be_asked_for_again(app_context, cast):
    made = out(cast.carles)
    propose(cast.carles, made)
    with pytest.raises(Invalid):
        decline(cast.rosa, made, "  ")
    decline(cast.rosa, made, "Faltan cifras.")

    item = known(made)
    assert (item.is_waiting, item.is_shown, item.declined_reason) == (
        False,
        False,
        "Faltan cifras.",
    )
    with pytest.raises(Forbidden):
        let_go(cast.rosa, made)
    assert propose(cast.carles, made).declined_reason == ""


def test_either_takes_it_off_and_others_do_not(app_context, cast):
    made = public(cast.carles, cast.rosa)
    for other in (cast.ana, cast.nadia, cast.dorleta, cast.elna):
        with pytest.raises(Forbidden):
            remove_item(other, made)
    remove_item(cast.rosa, made)
    remove_item(cast.rosa, made)

    assert not known(made).is_shown
    assert made.visibility == Visibility.NETWORK
    propose(cast.carles, made)
    assert let_go(cast.rosa, made).is_shown
    remove_item(cast.carles, made)
    assert not known(made).is_shown


@pytest.mark.slow
def test_proposing_and_approving_twice_changes_nothing(app_context, cast):
    made = out(cast.carles)
    first = propose(cast.carles, made).proposed_at
    assert propose(cast.carles, made).proposed_at == first
    let_go(cast.rosa, made)
    with pytest.raises(Forbidden):
        let_go(cast.rosa, made)
    assert len(db.session.scalars(select(ShowcaseItem)).all()) == 1


@pytest.mark.slow
def test_who_decides_and_who_asked_are_told(app_context, cast):
    made = out(cast.carles)
    propose(cast.carles, made)
    assert (told(cast.rosa), told(cast.nadia)) == ({"showcase_proposed"}, set())
    asked = select(Notification).where(Notification.person_id == cast.rosa.id)
    there = db.session.scalars(asked.options(selectinload(Notification.deliveries))).all()
    assert [one.path for one in notification_views(cast.rosa, there)] == [f"/p/{made.id}/showcase"]
    decline(cast.rosa, made, "Faltan cifras.")
    propose(cast.carles, made)
    let_go(cast.rosa, made)
    remove_item(cast.carles, made)

    assert told(cast.carles) == {"showcase_declined", "showcase_approved"}
    assert told(cast.rosa) == {"showcase_proposed", "showcase_taken_off"}


@pytest.mark.slow
def test_the_whole_way_in_a_browser(app, cast, client, client_of):
    with app.app_context():
        made = out(cast.carles, "Escribe a plaza@monteclaro.example o llama al 988 123 456.").id
    carles, rosa, ana = map(client_of, (cast.carles, cast.rosa, cast.ana))
    there = f"/p/{made}/showcase"

    assert "Publish on the public site" in carles.get(f"/p/{made}?lang=en").text
    assert "open web" not in ana.get(f"/p/{made}?lang=en").text
    assert ana.get(there).status_code == 403
    page = carles.get(there).text
    assert "plaza@monteclaro.example · 988 123 456" in page
    assert carles.submit(f"{there}/proposal").status_code == 303
    assert "Waiting for approval" in rosa.get("/showcase?lang=en").text
    page = rosa.get(there).text
    digest = page.split('name="digest" value="')[1].split('"')[0]
    assert carles.submit(f"{there}/approval", {"digest": digest}).status_code == 403
    assert rosa.submit(f"{there}/refusal", {"reason": ""}).status_code == 422
    assert rosa.submit(f"{there}/approval", {"digest": "0" * 16}).status_code == 409
    assert client.get(f"/open/articles/{made}").status_code == 404
    assert rosa.submit(f"{there}/approval", {"digest": digest}).status_code == 303
    assert client.get(f"/open/articles/{made}").status_code == 200
    assert "On the public site" in carles.get(f"/p/{made}?lang=en").text
    assert carles.submit(f"{there}/removal").status_code == 303
    assert client.get(f"/open/articles/{made}").status_code == 410
    with app.app_context():
        assert db.session.get_one(Publication, made).visibility == Visibility.NETWORK


@pytest.mark.slow
def test_what_is_taken_away_for_good_is_off_the_open_web_at_once(app, cast, client):
    with app.app_context():
        made = public(cast.carles, cast.rosa, "Llama al 600 111 222, zanahoria.")
        texts = {"es": Written("Tres plazas", "Llama a la oficina.")}
        chosen = Choices(visibility=made.visibility)
        save_draft(cast.carles, made, texts, chosen, edition=with_working_copy(made).edition)
        edition = with_working_copy(made).edition
        correct(cast.carles, made, "Sobraba un dato.", edition=edition, asks_again=False)
        address = f"/open/articles/{made.id}"
    assert "zanahoria" in client.get(address).text

    with app.app_context():
        made = with_working_copy(made)
        remove_version(cast.carles, made, 1)
        assert known(made).taken_off_by_id == cast.carles.id
        assert "showcase_taken_off" in told(cast.rosa)
        number = str(made.id)
    assert client.get(address).status_code == 410
    assert number not in client.get("/open?q=zanahoria").text
    assert number not in client.get("/open/articles.json").text

    with app.app_context():
        made = with_working_copy(made)
        propose(cast.carles, made)
        let_go(cast.rosa, made)
        remove_version(cast.carles, made, 1)  # strangers read another one by now
    assert "Llama a la oficina." in client.get(address).text
