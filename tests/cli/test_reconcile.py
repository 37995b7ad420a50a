"""`reconcile` while others write: what is still being written is no difference, a real one is."""

import itertools
from concurrent.futures import ThreadPoolExecutor
from threading import get_ident

import pytest
from sqlalchemy import delete, event, update

from intranet.administration.imports.batches import apply_batch, finish
from intranet.administration.imports.operations import start_applying
from intranet.administration.imports.queries import agencies_being_imported
from intranet.extensions import db
from intranet.finding.directory import indexing
from intranet.finding.directory.jobs import reconcile as differing_documents
from intranet.messaging.spaces.jobs import reconcile as differing_memberships
from intranet.messaging.spaces.models import SpaceMember, Why
from intranet.organisation.agencies.jobs import reconcile as misled_posts
from intranet.organisation.agencies.models import Agency, Post, Unit
from intranet.organisation.agencies.operations.units import move_unit, rename_unit
from intranet.organisation.history.jobs import reconcile as differing_log
from intranet.organisation.people.jobs import reconcile as differing_occupations
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.people import (
    ProfileContents,
    edit_profile,
    rename_person,
)
from intranet.platform.core import clock, outbox
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from tests.administration.imports.helpers import OPERATOR, stage, table

pytestmark = pytest.mark.both
CHECKS = {
    "memberships": differing_memberships,
    "onward posts": misled_posts,
    "occupations": differing_occupations,
    "log": differing_log,
    "index": differing_documents,
}
LIMIT_SECONDS = 20  # of one write; it takes some hundredths of a second
MAX_WRITES = 30


@pytest.fixture
def writer(app, cast):
    """Write once, in a thread of its own as another process would; return when it is committed."""
    ids = {name: getattr(cast, name).id for name in ("licences", "procurement", "urban_planning")}
    person_id, agency_id = cast.ana.id, cast.monteclaro.id
    turns = itertools.count()

    def write():
        with app.app_context():
            turn = next(turns)
            licences = db.session.get_one(Unit, ids["licences"])
            ana = db.session.get_one(Person, person_id)
            above = ("procurement", "urban_planning")[turn % 2]
            with unit_of_work():
                move_unit(None, licences, db.session.get_one(Unit, ids[above]))
                rename_unit(None, licences, Localized(es=f"Licencias {turn}"))
                name = f"Ana Castro {turn}"
                rename_person(None, db.session.get_one(Agency, agency_id), ana, name)
                trade = ("Fontanería", "Cocinera")[turn % 2]
                edit_profile(ana, ana, ProfileContents(about=trade), version=None)

    with ThreadPoolExecutor(1) as thread:
        yield lambda: thread.submit(write).result(timeout=LIMIT_SECONDS)


@pytest.fixture
def beside(app, writer):
    """Compare, with a write of somebody else before every statement."""

    def compare(check):
        writes: list[object] = []
        reader = get_ident()

        def before(*_statement):
            if len(writes) < MAX_WRITES and get_ident() == reader:
                writes.append(writer())

        with app.app_context():
            engine = db.engine
            event.listen(engine, "before_cursor_execute", before)
            try:
                found = check(repair=False)
            finally:
                event.remove(engine, "before_cursor_execute", before)
        assert len(writes) > 1
        return found

    return compare


@pytest.mark.slow
@pytest.mark.parametrize("name", CHECKS)
def test_what_is_being_written_is_no_difference(beside, name):
    assert not beside(CHECKS[name])


def spoil(cast):
    """One wrong row for each of the checks, of what the writer leaves alone."""
    iria, carles = cast.iria, cast.carles
    with unit_of_work():
        by_rule = delete(SpaceMember).where(SpaceMember.why == Why.RULE)
        db.session.execute(by_rule.where(SpaceMember.person_id == iria.id))
        elsewhere = update(Post).where(Post.agency_id != cast.monteclaro.id)
        wrong = {"title": Localized(es="Nadie"), "occupations": {"7126": 1}}
        db.session.execute(elsewhere.values(onward_id=Post.id, **wrong))
        person = update(Person).where(Person.id == carles.id)
        db.session.execute(person.values(name="Nobody"))


@pytest.mark.slow
@pytest.mark.parametrize("name", CHECKS)
def test_a_real_difference_is_found_while_others_write(app, cast, beside, name):
    with app.app_context():
        spoil(cast)
    assert beside(CHECKS[name])


def test_what_an_import_under_way_will_write_is_no_difference(app_context, cast):
    posts = [f"P-{number};Técnica {number};URB-LIC" for number in range(4)]
    row = stage("posts", table("code;title;unit_code", *posts), OPERATOR)
    start_applying(None, row, is_meant=True)
    import_id = row.id
    assert apply_batch(import_id, 2) == 2

    assert differing_documents(repair=False) == []
    assert misled_posts(repair=False) > 0
    assert misled_posts(repair=False, unfinished=agencies_being_imported) == 0

    assert apply_batch(import_id, 10) == 2
    while indexing.write_queued():
        pass
    finish(import_id)
    assert agencies_being_imported() == set()
    assert differing_documents(repair=False) == []
    assert misled_posts(repair=False) == 0


@pytest.mark.slow
def test_what_is_written_in_slices_after_a_change_is_no_difference(app_context, cast, monkeypatch):
    monkeypatch.setattr(indexing, "MAX_WRITTEN_AT_ONCE", 1)
    rename_unit(None, cast.licences, Localized(es="Permisos"))
    indexing.queue_agency(cast.vilaverde.id)
    assert differing_documents(repair=False) == []

    with unit_of_work():  # what is given up will be written by nobody
        db.session.execute(update(outbox.OutboxRow).values(failed_at=clock.now()))
    assert differing_documents(repair=False) != []
    outbox.retry_failed()
    while outbox.run_due():
        pass
    assert differing_documents(repair=False) == []
