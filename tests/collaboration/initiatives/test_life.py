"""From idea to running: who moves it, who is told, what its history keeps."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from intranet.attention.notifications.models import Notification
from intranet.collaboration.initiatives import queries
from intranet.collaboration.initiatives.body import InitiativeFacts, InitiativeWording
from intranet.collaboration.initiatives.models import Initiative, InitiativeUpdate, Stage, Use
from intranet.collaboration.initiatives.operations.describing import change_initiative
from intranet.collaboration.initiatives.operations.moving import move_initiative, post_update
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, Invalid
from intranet.publishing.publications.follows import FollowKind
from intranet.publishing.publications.models import (
    Publication,
)
from intranet.publishing.publications.operations.following import follow
from intranet.publishing.publications.queries import followed, versions
from intranet.publishing.publications.versions import get_version
from tests.attention.notifications.conftest import work_off
from tests.collaboration.initiatives.helpers import FACTS, SAID, started, used


def told(person, why):
    work_off()
    return db.session.scalar(
        select(func.count()).where(Notification.person_id == person.id, Notification.why == why)
    )


def subject(initiative):
    return str(initiative.publication_id)


@pytest.mark.usefixtures("app_context")
class TestStages:
    def test_it_goes_on_and_each_stage_keeps_its_day_and_note(self, cast):
        made = started(cast.elna)
        day = clock.today("Europe/Madrid")

        move_initiative(cast.elna, made, Stage.PILOT, on=day, note="Dos pueblos")
        move_initiative(cast.elna, made, Stage.RUNNING)

        assert made.stage == Stage.RUNNING
        assert [(row.stage, row.note) for row in queries.stages_of(made)] == [
            (Stage.RUNNING, ""),
            (Stage.PILOT, "Dos pueblos"),
            (Stage.IDEA, ""),
        ]

    def test_it_goes_back_if_somebody_says_why(self, cast):
        made = started(cast.elna, stage=Stage.RUNNING)

        with pytest.raises(Invalid):
            move_initiative(cast.elna, made, Stage.PILOT)
        move_initiative(cast.elna, made, Stage.PILOT, note="Se rehace el formulario")

        assert made.stage == Stage.PILOT

    def test_the_same_stage_again_changes_nothing(self, cast):
        made = started(cast.elna)

        assert move_initiative(cast.elna, made, Stage.IDEA) is None
        assert len(queries.stages_of(made)) == 1

    def test_a_day_to_come_or_before_the_stage_before_is_refused(self, cast):
        today = clock.today("Europe/Madrid")
        made = started(cast.elna, stage_on=today - timedelta(days=3))

        for day in (today + timedelta(days=1), today - timedelta(days=4)):
            with pytest.raises(Invalid):
                move_initiative(cast.elna, made, Stage.PILOT, on=day)
        assert made.stage == Stage.IDEA

    def test_nobody_else_moves_it(self, cast):
        made = started(cast.elna)

        for person in (cast.ana, cast.guillem, cast.bieito):
            with pytest.raises(Forbidden):
                move_initiative(person, made, Stage.PILOT)
            with pytest.raises(Forbidden):
                post_update(person, made, "Ya.")


@pytest.mark.usefixtures("app_context")
class TestFollowing:
    def test_updates_and_stages_reach_who_follows_and_who_uses_it(self, cast):
        made = started(cast.elna)
        follow(cast.ana, FollowKind.PUBLICATION, subject(made))
        used(cast.bieito, made, cast.vilaverde)

        post_update(cast.elna, made, "Ya hay formulario.")
        move_initiative(cast.elna, made, Stage.PILOT)

        for person in (cast.ana, cast.bieito):
            assert told(person, "initiative_updated") == 1
            assert told(person, "initiative_moved") == 1
        for person in (cast.elna, cast.xoel):
            assert told(person, "initiative_updated") == 0

    def test_who_gave_it_up_is_left_in_peace(self, cast):
        made = started(cast.elna)
        used(cast.bieito, made, cast.vilaverde, Use.GAVE_UP, changed="No.")

        post_update(cast.elna, made, "Ya hay formulario.")

        assert told(cast.bieito, "initiative_updated") == 0

    @pytest.mark.both
    def test_who_may_not_read_it_any_more_is_not_told(self, cast):
        made = started(cast.elna)
        follow(cast.ana, FollowKind.PUBLICATION, subject(made))
        edition, within = made.publication.edition, Visibility.AGENCY
        change_initiative(cast.elna, made, {"es": SAID}, FACTS, edition=edition, visibility=within)

        post_update(cast.elna, made, "Ya hay formulario.")

        assert told(cast.ana, "initiative_updated") == 0

    def test_its_owner_hears_who_uses_it(self, cast):
        made = started(cast.elna)
        used(cast.bieito, made, cast.vilaverde)

        assert told(cast.elna, "initiative_used") == 1
        assert told(cast.bieito, "initiative_used") == 0

    @pytest.mark.both
    def test_what_is_followed_stands_among_what_is_new(self, cast):
        made = started(cast.elna)
        follow(cast.ana, FollowKind.AGENCY, str(cast.altamar.id))
        assert followed(cast.ana, limit=5) == []  # it stands in a unit's space

        follow(cast.ana, FollowKind.PUBLICATION, subject(made))

        assert [item.publication.id for item in followed(cast.ana, limit=5)] == [
            made.publication_id
        ]

    @pytest.mark.both
    def test_six_updates_a_day_are_too_many(self, cast):
        made = started(cast.elna)
        for number in range(5):
            post_update(cast.elna, made, f"Nuevo {number}")

        with pytest.raises(Invalid):
            post_update(cast.elna, made, "Y otra.")
        for text in ("", "x" * 10_000):
            with pytest.raises(Invalid):
                post_update(cast.elna, made, text)
        assert db.session.scalar(select(func.count(InitiativeUpdate.id))) == 5


@pytest.mark.usefixtures("app_context")
class TestChanging:
    @pytest.mark.both
    def test_what_was_said_before_stays_in_its_history(self, cast):
        made = started(cast.elna)
        said = InitiativeWording("Obra menor", "En un día.", problem="Otra cosa.")
        edition = made.publication.edition

        texts = {"es": said, "ca": InitiativeWording("Obra", "En un dia.")}
        change_initiative(
            cast.elna, made, texts, InitiativeFacts(), edition=edition, note="Más corto"
        )

        assert [row.number for row in versions(made.publication)] == [2, 1]
        version = get_version(made.publication, 2)
        assert version
        assert dict(version.title) == {"es": "Obra menor", "ca": "Obra"}
        assert "Otra cosa." in version.body["es"]
        assert set(queries.texts_of(made)) == {"es", "ca"}

    def test_where_only_a_choice_changes_its_text_has_no_other_version(self, cast):
        made = started(cast.elna)
        edition = made.publication.edition

        change_initiative(cast.elna, made, {"es": SAID}, FACTS, topics=["LIC"], edition=edition)

        assert made.publication.version == 1

    @pytest.mark.both
    def test_a_language_is_taken_out_the_agency_s_own_too(self, cast):
        made = started(cast.elna, texts={"ca": InitiativeWording("Obra", "En un dia."), "es": SAID})
        edition = made.publication.edition

        change_initiative(cast.elna, made, {"es": SAID}, FACTS, edition=edition)

        version = get_version(made.publication, 2)
        assert version
        assert list(version.title) == ["es"]

    def test_two_at_once_are_asked(self, cast):
        made = started(cast.elna)
        edition = made.publication.edition
        with pytest.raises(Conflict):
            change_initiative(cast.elna, made, {"es": SAID}, FACTS, edition=99)
        with pytest.raises(Forbidden):
            change_initiative(cast.ana, made, {"es": SAID}, FACTS, edition=edition)

    def test_it_stays_with_the_post_when_its_holder_leaves(self, cast):
        made = started(cast.elna)
        today = clock.today("Europe/Madrid")
        [held] = current_appointments(cast.elna.id)
        with clock.freeze(clock.now() - timedelta(minutes=1)):
            end_appointment(None, held)
        appoint(None, held.post, cast.guillem, starts_on=today - timedelta(days=1))

        with pytest.raises(Forbidden):
            move_initiative(cast.elna, made, Stage.PILOT)
        move_initiative(cast.guillem, made, Stage.PILOT)

        assert made.stage == Stage.PILOT

    def test_nothing_is_left_of_what_is_refused(self, cast):
        with pytest.raises(Invalid):
            started(cast.elna, topics=["ZZZ"])
        with pytest.raises(Invalid):
            started(cast.elna, stage_on=clock.today("Europe/Madrid") + timedelta(days=2))

        assert db.session.scalar(select(func.count()).select_from(Initiative)) == 0
        assert db.session.scalar(select(func.count()).select_from(Publication)) == 0
