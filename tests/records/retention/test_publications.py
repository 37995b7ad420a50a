"""Publications keep title and dates as a line; direct messages go by the post that wrote them."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import undefer

from intranet.collaboration.initiatives.models import (
    INITIATIVE,
    Adoption,
    Initiative,
    InitiativeTranslation,
    InitiativeUpdate,
    Stage,
    StageChange,
)
from intranet.collaboration.initiatives.operations.moving import move_initiative, post_update
from intranet.collaboration.polls.models import POLL, PollChoice, PollOption
from intranet.collaboration.questions.models import CRITERION, Criterion
from intranet.extensions import db
from intranet.messaging.conversations.operations import start_direct_message
from intranet.messaging.messages.models import Message
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.index.models import DocumentKind, SearchDocument
from intranet.publishing.publications.models import (
    ANNOUNCEMENT,
    Publication,
    PublicationText,
    PublicationVersion,
)
from intranet.publishing.publications.operations.contributing import contribute
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.placement import posts_of, spaces_of
from intranet.records.holds.models import TargetKind
from intranet.records.holds.operations import HoldTerms, place_hold
from intranet.records.retention import preview
from tests.collaboration.initiatives.helpers import started, used
from tests.collaboration.polls.helpers import chooses, opened
from tests.messaging.messages.helpers import say
from tests.publishing.publications.helpers import TITLE, published

pytestmark = pytest.mark.both


def aged(publication, days=400):
    """Let a publication have been published some time ago."""
    with unit_of_work():
        db.session.execute(
            update(Publication)
            .where(Publication.id == publication.id)
            .values(published_at=clock.now() - timedelta(days=days))
        )


def hold_on(cast, person):
    terms = HoldTerms(
        title="Contrato 14",
        reason="Lo ordena el juzgado.",
        reference="",
        since=clock.today("Europe/Madrid") - timedelta(days=3000),
        until=None,
        is_confidential=False,
        targets=((TargetKind.PERSON, person.id, ""),),
    )
    place_hold(cast.xoel, cast.monteclaro, terms)


def everyone(unit):
    return {"any": [{"unit": str(unit.id)}]}


def test_an_announcement_keeps_its_title_and_says_under_which_rule_it_went(
    app_context, cast, rule, run
):
    old = published(cast.carles, audience=everyone(cast.licences))
    new = published(cast.carles, audience=everyone(cast.licences))
    aged(old)
    rule(kind=ANNOUNCEMENT, title="Comunicados: un año")

    done = run()

    assert done.removed_count == 1
    gone = db.session.get_one(Publication, old.id, populate_existing=True)
    assert gone.expired_at
    assert "Comunicados: un año" in gone.withdrawn_reason
    version = db.session.scalars(
        select(PublicationVersion)
        .where(PublicationVersion.publication_id == old.id)
        .options(undefer(PublicationVersion.body), undefer(PublicationVersion.html))
    ).one()
    assert (version.body, version.html, version.sha256) == ({}, {}, "")
    assert version.title["es"] == TITLE
    written = select(PublicationText.body).where(PublicationText.publication_id == old.id)
    assert set(db.session.scalars(written)) == {""}
    found = select(SearchDocument.subject_id).where(SearchDocument.kind == DocumentKind.PUBLICATION)
    assert db.session.scalars(found).all() == [new.id]


def test_a_held_announcement_stays(app_context, cast, rule, run):
    old = published(cast.carles, audience=everyone(cast.licences))
    aged(old)
    hold_on(cast, cast.carles)
    rule(kind=ANNOUNCEMENT)
    (effect,) = preview.effects(cast.xoel, cast.monteclaro)
    assert (effect.goes, effect.held) == (0, 1)
    (told,) = preview.effects(cast.dorleta, cast.monteclaro)
    assert (told.goes, told.held, told.oldest) == (0, 0, None)
    done = run()
    assert (done.removed_count, done.passed_over) == (0, 1)
    assert db.session.get_one(Publication, old.id, populate_existing=True).expired_at is None


def test_of_a_poll_the_options_and_choices_go(app_context, cast, rule, run):
    poll = opened(cast.carles, cast.urban_planning)
    chooses(cast.xoel, poll, 1)
    aged(db.session.get_one(Publication, poll.publication_id))
    rule(kind=POLL)
    run()
    assert db.session.scalars(select(PollChoice)).all() == []
    assert set(db.session.scalars(select(PollOption.text))) == {""}


def test_direct_messages_go_by_the_agency_as_whose_post_each_was_written(
    app_context, cast, rule, run
):
    talk = start_direct_message(cast.ana, [cast.elna])
    own, other = say(cast.ana, talk, "De Monteclaro."), say(cast.elna, talk, "D’Altamar.")
    with unit_of_work():
        db.session.execute(update(Message).values(created_at=clock.now() - timedelta(days=400)))
    rule(kind="direct")
    run()
    assert db.session.get_one(Message, own.id, populate_existing=True).expired_under
    assert db.session.get_one(Message, other.id, populate_existing=True).body == "D’Altamar."


def test_the_dry_run_names_nobody(app_context, cast, rule):
    talk = start_direct_message(cast.ana, [cast.uxia])
    say(cast.ana, talk, "Entre nosotras.")
    with unit_of_work():
        db.session.execute(update(Message).values(created_at=clock.now() - timedelta(days=400)))
    rule(kind="direct")
    (effect,) = preview.effects(cast.xoel, cast.monteclaro)
    assert effect.goes == 1
    assert [place.name for place in effect.places] == [""]
    lines = "".join(preview.as_csv(cast.xoel, cast.monteclaro, {"direct": "Direct"}, ["a"]))
    assert "nosotras" not in lines
    assert "Uxía" not in lines


def test_of_an_initiative_what_it_says_goes_and_what_others_recorded_stays(
    app_context, cast, rule, run
):
    initiative = started(cast.carles)
    used(cast.bieito, initiative, cast.vilaverde, cost="300 €")
    move_initiative(cast.carles, initiative, Stage.PILOT, note="Empieza en la ventanilla.")
    post_update(cast.carles, initiative, "Ya hay formulario.")
    ident = initiative.publication_id
    aged(db.session.get_one(Publication, ident))
    rule(kind=INITIATIVE)

    assert run().removed_count == 1

    left = db.session.get_one(Initiative, ident, populate_existing=True)
    assert (left.cost, left.law, left.figures) == ("", "", [])
    assert set(db.session.scalars(select(InitiativeTranslation.purpose))) == {""}
    assert set(db.session.scalars(select(StageChange.note))) == {""}
    assert db.session.scalars(select(InitiativeUpdate)).all() == []
    assert db.session.scalar(select(Adoption.cost)) == "300 €"


def test_a_criterion_goes_like_other_publications(app_context, cast, rule, run):
    text = {"es": Written("Prórroga de un contrato menor", "No se puede prorrogar.")}
    space, post = spaces_of(cast.carles)[0], posts_of(cast.carles)[0]
    made = contribute(cast.carles, CRITERION, space, post, text, visibility=Visibility.NETWORK)
    with unit_of_work() as work:
        today = clock.today("Europe/Madrid")
        work.add(
            Criterion(
                publication_id=made.id, question_id=made.id, law="Art. 118", confirmed_on=today
            )
        )
    aged(made)
    rule(kind=CRITERION)
    assert run().removed_count == 1
    assert db.session.scalar(select(Criterion.law)) == ""
    assert set(db.session.scalars(select(PublicationText.body))) == {""}
