"""A criterion past the day on which it was to be looked at again says so wherever it is met."""

from datetime import timedelta

import pytest

from intranet.collaboration.questions.models import Criterion
from intranet.collaboration.questions.operations.confirming import Validity, confirm_answer
from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.operations.drafting import Written
from tests.collaboration.questions.helpers import answer, asked, solved

TEXTS = {"gl": Written("Non se prorroga", "Dura un ano como moito.")}


@pytest.fixture
def criterion_id(app, cast):
    """A criterion of Bieito's that is to be looked at again tomorrow."""
    with app.app_context():
        question = asked(cast.bieito)
        solved(cast.bieito, question, answer(cast.elna, question))
        tomorrow = clock.today("Europe/Madrid") + timedelta(days=1)
        law = Validity("art. 29.8 LCSP", review_on=tomorrow)
        return confirm_answer(cast.bieito, question, TEXTS, law).publication_id


def seen(client, criterion_id):
    addresses = ("/criteria", f"/criteria/{criterion_id}", "/search?q=prorroga")
    return [client.get(f"{address}").text for address in addresses]


@pytest.mark.slow
@pytest.mark.both
def test_it_carries_a_mark_in_the_list_on_its_page_and_in_search(
    app, cast, client_of, criterion_id
):
    client = client_of(cast.ana)
    for page in seen(client, criterion_id):
        assert "endiente de revisi" not in page
        assert "debía revisarse" not in page

    with app.app_context(), unit_of_work():
        past = clock.today("Europe/Madrid") - timedelta(days=1)
        db.session.get_one(Criterion, criterion_id).review_on = past

    listed, page, found = seen(client, criterion_id)
    assert "Pendiente de revisión" in listed
    assert "debía revisarse" in page
    assert "pendiente de revisión desde" in page  # where it is cited
    assert "Criterio pendiente de revisión" in found


def test_what_no_longer_holds_awaits_no_review(app, cast, criterion_id):
    with app.app_context():
        made = db.session.get_one(Criterion, criterion_id)
        assert made.review_on
        day = made.review_on + timedelta(days=9)
        assert made.awaits_review(day)
        made.outdated_at = clock.now()
        assert not made.awaits_review(day)
