"""Confirming: one deliberate act, counted once, of the version that was on the screen."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from intranet.extensions import db
from intranet.organisation.people.operations.appointments import appoint
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.publishing.publications import queries
from intranet.publishing.publications.announcement_models import Acknowledgement
from intranet.publishing.publications.operations.acknowledging import acknowledge
from intranet.publishing.publications.operations.publishing import correct, withdraw
from intranet.publishing.publications.readers import acknowledged_counts, counts, readers, seen_by
from intranet.publishing.publications.required_reading import count_required
from tests.publishing.publications.helpers import draft, published, tomorrow


def asked(author, **more):
    return published(author, due_on=tomorrow(), **more)


def rows():
    return db.session.scalar(select(func.count()).select_from(Acknowledgement))


def test_twice_at_the_same_time_counts_once(app, cast, client_of):
    with app.app_context():
        made_id = asked(cast.carles).id
    clients = [client_of(cast.ana) for _ in range(4)]

    def confirm(client):
        return client.submit(f"/p/{made_id}/acknowledgement", {"version": "1"}).status_code

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(confirm, clients)) == {303}
    with app.app_context():
        assert rows() == 1


def test_a_draft_is_not_there_to_be_confirmed(app, cast, client_of):
    with app.app_context():
        made_id = draft(cast.carles).id
    answer = client_of(cast.carles).submit(f"/p/{made_id}/acknowledgement", {"version": "1"})
    assert answer.status_code == 404


def test_it_is_not_for_those_to_whom_it_was_not_sent(app_context, cast):
    licences = {"any": [{"unit": str(cast.licences.id)}]}
    made = asked(cast.carles, audience=licences)

    with pytest.raises(NotFound):
        acknowledge(cast.nadia, made, version=1)
    with pytest.raises(Forbidden):
        acknowledge(cast.carles, made, version=1)  # reads it, as who wrote it
    with pytest.raises(Forbidden):
        acknowledge(cast.ana, published(cast.carles), version=1)  # nobody is asked
    assert rows() == 0


def test_who_comes_later_confirms_without_being_counted(app_context, cast):
    made = asked(cast.carles, audience={"any": [{"unit": str(cast.licences.id)}]})
    appoint(None, cast.officer_post, cast.nadia, starts_on=clock.today("Europe/Madrid"))
    acknowledge(cast.nadia, made, version=1)

    confirmed, addressed = acknowledged_counts([made.id])[made.id]
    assert (confirmed, addressed) == (0, 3)
    assert made.id not in {item.publication.id for item in queries.required_reading(cast.nadia, 9)}


@pytest.mark.both
def test_what_is_confirmed_is_not_owed_because_something_else_is(app_context, cast):
    first, second = asked(cast.carles), asked(cast.carles)
    acknowledge(cast.ana, first, version=1)

    assert count_required(cast.ana) == 1
    assert [item.publication.id for item in queries.required_reading(cast.ana, 9)] == [second.id]


@pytest.mark.both
def test_after_a_correction_that_asks_again_the_old_confirmation_does_not_count(app_context, cast):
    made = asked(cast.carles)
    acknowledge(cast.ana, made, version=1)
    assert count_required(cast.ana) == 0

    correct(cast.carles, made, "La hora.", edition=made.edition, asks_again=False)
    assert count_required(cast.ana) == 0
    correct(cast.carles, made, "El día.", edition=made.edition, asks_again=True)
    assert count_required(cast.ana) == 1
    with pytest.raises(Forbidden):
        acknowledge(cast.ana, made, version=2)
    acknowledge(cast.ana, made, version=3)
    assert count_required(cast.ana) == 0
    assert rows() == 1


def test_what_is_withdrawn_or_over_is_owed_no_more(app_context, cast):
    made = asked(cast.carles)
    over = asked(cast.carles, expires_at=clock.now() + timedelta(hours=1))
    assert count_required(cast.ana) == 2
    withdraw(cast.carles, made, "Por error.")
    with pytest.raises(Forbidden):
        acknowledge(cast.ana, made, version=1)
    with clock.freeze(clock.now() + timedelta(hours=2)):
        assert count_required(cast.ana) == 0
        acknowledge(cast.ana, over, version=1)


@pytest.mark.both
def test_who_writes_sees_all_lines_and_a_head_those_of_their_people(app_context, cast):
    made = asked(cast.rosa)
    acknowledge(cast.ana, made, version=1)

    def lines(viewer):
        return readers(made, seen_by(viewer, made), None, 100)

    everybody = lines(cast.rosa)
    assert counts(made, seen_by(cast.rosa, made)).addressed == len(everybody)
    assert [row.person.name for row in everybody if row.confirmed_at] == [cast.ana.name]
    first, second = lines(cast.rosa)[:2]
    assert readers(made, seen_by(cast.rosa, made), first.place, 1)[0].place == second.place
    own = {row.person.id for row in lines(cast.nadia)}
    assert own == {cast.nadia.id, cast.iria.id}
    assert cast.ana.id in {row.person.id for row in lines(cast.carles)}
    with pytest.raises(Forbidden):
        lines(cast.xoel)


@pytest.mark.slow
def test_who_confirmed_goes_on_to_the_next(app, cast, client_of):
    with app.app_context():
        first, second = (f"/p/{asked(cast.carles).id}" for _ in range(2))
    ana = client_of(cast.ana)
    assert f'href="{second}"' not in ana.get(first).text
    ana.submit(f"{first}/acknowledgement", {"version": "1"})
    assert f'href="{second}"' in ana.get(first).text
    ana.submit(f"{second}/acknowledgement", {"version": "1"})
    assert f'href="{first}"' not in ana.get(second).text
