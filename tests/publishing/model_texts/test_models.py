"""Models: offered by a post, used by posts, who are told when they change or lapse."""

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from intranet.attention.notifications.models import Notification
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid, NotFound
from intranet.platform.core.outbox import run_due
from intranet.publishing.model_texts.jobs import notify_lapsed
from intranet.publishing.model_texts.models import ModelText, ModelUse
from intranet.publishing.model_texts.operations.offering import (
    ModelDetails,
    change_model,
    offer_model,
)
from intranet.publishing.model_texts.operations.using import stop_using, use_model
from intranet.publishing.publications.access import get_of_kind, get_own
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.operations.publishing import withdraw
from intranet.publishing.publications.placement import PublicationPlacement, posts_of, spaces_of
from tests.collaboration.questions.helpers import first_in, place_fields
from tests.messaging.messages.helpers import channel_of, read_english

TEXTS = {"gl": Written("Decreto de alcaldía", "Resolvo: [o que se resolve].")}


def place(person, visibility=Visibility.NETWORK):
    return PublicationPlacement(spaces_of(person)[0], posts_of(person)[0], visibility)


def offered(person, details=None, **more):
    return offer_model(person, place(person), TEXTS, details or ModelDetails("Lei 7/1985"), **more)


def today():
    return clock.today("Europe/Madrid")


def told(why):
    run_due()
    return sorted(db.session.scalars(select(Notification.person_id).where(Notification.why == why)))


@pytest.mark.slow
def test_a_model_is_read_by_the_network_and_changed_by_who_speaks_for_its_post(cast, app_context):
    model = offered(cast.bieito)
    assert get_of_kind(cast.ana, ModelText, model.publication_id) is model
    assert get_own(cast.bieito, ModelText, model.publication_id) is model
    with pytest.raises(Forbidden):
        get_own(cast.ana, ModelText, model.publication_id)
    within = offer_model(cast.bieito, place(cast.bieito, Visibility.AGENCY), TEXTS, ModelDetails())
    with pytest.raises(NotFound):
        get_of_kind(cast.ana, ModelText, within.publication_id)


@pytest.mark.both
def test_there_must_be_something_to_copy_and_its_day_must_not_be_over(cast, app_context):
    with pytest.raises(Invalid):
        offer_model(cast.bieito, place(cast.bieito), {"gl": Written("Nada", "  ")}, ModelDetails())
    for details in (
        ModelDetails("", today() - timedelta(days=1)),
        ModelDetails("x" * 301),
        ModelDetails(topics=("XXX",)),
    ):
        with pytest.raises(Invalid):
            offered(cast.bieito, details)
    assert db.session.scalars(select(ModelText)).all() == []


@pytest.mark.both
def test_a_post_uses_it_once_and_no_longer(cast, app_context):
    model, post = offered(cast.bieito), cast.officer_post
    use_model(cast.ana, model, post)
    use_model(cast.ana, model, post)
    assert model.uses == 1
    with pytest.raises(Forbidden):
        use_model(cast.ana, model, cast.head_post)
    stop_using(cast.ana, model, post)
    stop_using(cast.ana, model, post)
    assert model.uses == 0


@pytest.mark.slow
@pytest.mark.both
def test_who_uses_it_is_told_of_another_version(cast, app_context):
    model = offered(cast.bieito)
    use_model(cast.elna, model, cast.innovation_post)
    edition = model.publication.edition
    texts = {"gl": Written("Decreto de alcaldía", "Resolvo e ordeno.")}
    with pytest.raises(Forbidden):
        change_model(cast.elna, model, texts, ModelDetails(), "Non.", edition=edition)
    change_model(cast.bieito, model, texts, ModelDetails(), "Engadida a orde.", edition=edition)

    assert model.publication.version == 2
    assert told("model_changed") == [cast.elna.id]
    use = db.session.scalars(select(ModelUse)).one()
    assert use.version == 1
    use_model(cast.elna, model, cast.innovation_post)
    assert use.version == 2


@pytest.mark.slow
def test_who_uses_it_is_told_once_when_it_lapses_not_before_its_last_day_is_over(cast, app_context):
    last = today() + timedelta(days=10)
    model = offered(cast.bieito, ModelDetails("", last))
    use_model(cast.elna, model, cast.innovation_post)
    for days, expected in ((9, 0), (10, 0), (11, 2), (12, 2)):
        noon = clock.start_of(today() + timedelta(days=days), "Europe/Madrid")
        with clock.freeze(noon + timedelta(hours=12)):
            notify_lapsed()
            assert len(told("model_lapsed")) == expected, days
    assert told("model_lapsed") == sorted([cast.elna.id, cast.bieito.id])


@pytest.mark.slow
@pytest.mark.both
def test_a_later_last_day_lets_it_lapse_anew(cast, app_context):
    model = offered(cast.bieito, ModelDetails("", today()))
    use_model(cast.elna, model, cast.innovation_post)
    with clock.freeze(clock.now() + timedelta(days=2)):
        notify_lapsed()
        later = ModelDetails("", today() + timedelta(days=5))
        edition = model.publication.edition
        change_model(cast.bieito, model, TEXTS, later, "Prorrogado.", edition=edition)
        assert model.lapse_told_on is None
    with clock.freeze(clock.now() + timedelta(days=9)):
        notify_lapsed()
        assert told("model_lapsed").count(cast.elna.id) == 2


@pytest.mark.slow
def test_what_was_withdrawn_is_used_by_nobody_new(cast, app_context):
    model = offered(cast.bieito)
    withdraw(cast.bieito, model.publication, "Erro.")
    with pytest.raises(Forbidden):
        use_model(cast.ana, model, cast.officer_post)
    with pytest.raises(NotFound):
        get_of_kind(cast.ana, ModelText, model.publication_id)


@pytest.mark.slow
@pytest.mark.both
def test_it_is_offered_with_a_file_copied_and_used_through_the_pages(app, cast, client_of):
    bieito, elna = client_of(cast.bieito), client_of(cast.elna)
    page = bieito.get("/models/new").text
    form = place_fields(page)
    form |= {"visibility": "network", "title_gl": "Prego tipo", "body_gl": "Chame ao 612345678."}
    warned = bieito.submit("/models", {**form, "file": (io.BytesIO(b"texto"), "prego.txt")})
    assert warned.status_code == 200
    assert "<mark>612345678</mark>" in warned.text
    kept = re.findall(r'name="file_ids" value="([^"]+)"', warned.text)
    again = {**form, "file_ids": kept, "anyway": "1"}
    refused = bieito.submit("/models", {**again, "valid_until": "onte"})
    assert refused.status_code == 422
    assert f'name="file_ids" value="{kept[0]}"' in refused.text
    made = bieito.submit("/models", again)
    assert made.status_code == 303, made.text
    read_english(app, cast.elna)
    page = elna.get(made.location).text
    assert "prego.txt" in page
    assert "Copy text" in page
    assert elna.submit(f"{made.location}/use", {"do": "use"}).status_code == 303
    assert "We no longer use this model" in elna.get(made.location).text
    assert made.location in elna.get("/models?view=used").text
    assert elna.get(f"{made.location}/edit").status_code == 403
    assert made.location in elna.get("/models?q=prego").text
    edit = bieito.get(f"{made.location}/edit").text
    edition = first_in(r'name="edition" value="(\d+)"', edit)
    change = {"title_gl": "Prego tipo", "body_gl": "Novo.", "note": "Novo.", "edition": edition}
    assert bieito.submit(f"{made.location}/edit", change).status_code == 303
    assert bieito.submit(f"{made.location}/edit", change).status_code == 409
    assert "an earlier version" in elna.get(made.location).text
    assert bieito.submit(f"{made.location}/withdrawal", {"why": "Erro."}).status_code == 303
    assert elna.get(made.location).status_code == 404


@pytest.mark.slow
def test_the_list_takes_as_many_queries_for_one_as_for_many(app, cast, client_of, count_queries):
    counts = []
    reader = client_of(cast.elna)
    for number in (1, 6):
        with app.app_context():
            for _each in range(number):
                offered(cast.bieito)
        reader.get("/models")
        with count_queries() as statements:
            reader.get("/models")
        counts.append(len(statements))
    assert counts[0] == counts[1]


@pytest.mark.slow
@pytest.mark.both
def test_the_menu_of_a_message_offers_what_ones_unit_keeps_and_ones_posts_use(app, cast, client_of):
    with app.app_context():
        own = offered(cast.ana).publication_id
        theirs = offered(cast.bieito).publication_id
        ending = ModelDetails(valid_until=today() + timedelta(days=1))
        lapsed_id = offered(cast.ana, ending).publication_id
        long = {"gl": Written("Longo", "a" * 10_001)}
        offer_model(cast.ana, place(cast.ana), long, ModelDetails())
        room_id = channel_of(cast.licences).id
        db.session.get_one(ModelText, lapsed_id).valid_until = today() - timedelta(days=1)
        db.session.commit()

    def offers():
        page = client_of(cast.ana).get(f"/c/{room_id}/put-in?lang=en")
        return re.findall(r'data-model="([^"]+)"', page.text)

    assert offers() == [str(own)]
    with app.app_context():
        model = get_of_kind(cast.ana, ModelText, theirs)
        use_model(cast.ana, model, posts_of(cast.ana)[0])
    assert offers() == [str(own), str(theirs)]


@pytest.mark.slow
def test_the_words_of_a_model_are_its_text_for_who_reads_it(app, cast, client_of):
    with app.app_context():
        within = offer_model(
            cast.bieito, place(cast.bieito, Visibility.AGENCY), TEXTS, ModelDetails()
        )
        address = f"/models/{within.publication_id}/words"

    assert client_of(cast.bieito).get(address).text == TEXTS["gl"].body
    assert client_of(cast.ana).get(address).status_code == 404
