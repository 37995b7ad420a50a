"""A post's occupations follow what its holders write of themselves and show to the network."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, inspect, select, update

from intranet.extensions import db
from intranet.finding.counterparts.operations import show_oneself
from intranet.finding.counterparts.search import counterparts_for
from intranet.organisation.agencies.models import Post
from intranet.organisation.agencies.occupation_models import PostOccupation
from intranet.organisation.agencies.occupations import main_occupations, occupations_of
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.people.events import ProfileChanged
from intranet.organisation.people.jobs import derive_by_date, reconcile
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.operations.hiding import hide_profile, show_profile
from intranet.organisation.people.operations.people import (
    ProfileContents,
    create_person,
    edit_profile,
    set_photo,
)
from intranet.platform.core import clock
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from tests.cast import today
from tests.organisation.people.test_two_at_once import at_once

pytestmark = pytest.mark.both

TITLE = Localized({"es": "Oficial de primera"})
PLUMBER = "Soy fontanera: reparo tuberías y grifos."
COOK = "Cuisinière à la cantine scolaire"


@pytest.fixture
def post(app_context, cast):
    """A post whose title says little, in no unit but the town's own."""
    return create_post(None, PostSpec(unit=cast.town_hall, title=TITLE, places=2))


@pytest.fixture
def holder(cast, post):
    """A person who holds it and has written nothing."""
    person = create_person(None, cast.monteclaro, "Sabela Rial")
    appoint(None, post, person, starts_on=today())
    return person


def write(person, about="", **more):
    contents = ProfileContents(about=about, **more)
    edit_profile(person, person, contents, version=None)


def stored(post):
    """The occupations of a post, if the rows by which it is found are the main ones of them."""
    [post_id] = inspect(post).identity  # jobs end the session that it was read in
    db.session.rollback()  # SQLite would show what was there when it was last read
    found = db.session.get_one(Post, post_id, populate_existing=True).occupations
    rows = select(PostOccupation.occupation).where(PostOccupation.post_id == post_id)
    assert set(db.session.scalars(rows)) == set(main_occupations(found or {}))
    return found


def derived(*texts):
    return occupations_of(TITLE, (), texts)


@contextmanager
def changes_of_posts():
    """The statements that write occupations meanwhile."""
    found = []

    def note(_connection, _cursor, statement, *_more):
        if statement.startswith(("UPDATE posts", "DELETE FROM post_occ", "INSERT INTO post_occ")):
            found.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def test_what_a_holder_shows_to_the_network_counts_in_both_fields(post, holder):
    assert stored(post) == derived("") == derived()
    write(holder, PLUMBER)
    assert stored(post) == derived(PLUMBER) != derived()
    write(holder, ask_about=["calderas", "grifos"])
    assert stored(post) == derived("calderas, grifos")
    write(holder, PLUMBER, ask_about=["calderas", "grifos"])
    assert stored(post) == derived(f"calderas, grifos\n{PLUMBER}")
    write(holder)
    assert stored(post) == derived()


def test_others_find_a_post_by_what_its_holder_shows_and_not_by_what_is_hidden(post, holder, cast):
    def score():
        ranked = counterparts_for(cast.elna, "cocina de comedor escolar").ranked
        return {fit.candidate.post_id: fit.score for fit in ranked}.get(post.id, 0)

    before = score()
    write(holder, COOK)
    assert score() > before + 0.1
    write(holder, COOK, reach={"about": "agency"})
    assert score() == before


@pytest.mark.slow
def test_a_hidden_field_leaves_no_trace_and_the_other_counts_alone(post, holder):
    topics = ["calderas"]
    write(holder, PLUMBER, ask_about=topics)
    write(holder, PLUMBER, ask_about=topics, reach={"about": "agency"})
    assert stored(post) == derived("calderas")
    write(holder, PLUMBER, ask_about=topics, reach={"ask_about": "agency"})
    assert stored(post) == derived(PLUMBER)
    write(holder, PLUMBER, ask_about=topics, reach={"about": "agency", "ask_about": "agency"})
    assert stored(post) == derived()


def test_who_is_never_suggested_leaves_no_trace(post, holder):
    write(holder, PLUMBER)
    show_oneself(holder, is_open=False, is_suggested=False)
    assert stored(post) == derived()
    show_oneself(holder, is_open=False, is_suggested=True)
    assert stored(post) == derived(PLUMBER)


def test_a_text_that_moderation_hides_leaves_no_trace(post, holder):
    write(holder, PLUMBER)
    kept = hide_profile(holder)
    assert stored(post) == derived()
    show_profile(kept)
    assert stored(post) == derived(PLUMBER)


def test_an_erased_person_leaves_no_trace(post, holder):
    write(holder, PLUMBER)
    with unit_of_work() as work:
        work.lock(holder)
        holder.erased_at = clock.now()
        work.publish(ProfileChanged(holder.id))
    assert stored(post) == derived()


def test_the_words_come_and_go_with_the_holder(cast, post):
    person = create_person(None, cast.monteclaro, "Sabela Rial", ProfileContents(about=PLUMBER))
    assert stored(post) == derived()
    held = appoint(None, post, person, starts_on=today())
    assert stored(post) == derived(PLUMBER)
    end_appointment(None, held)
    assert stored(post) == derived()


def test_the_words_come_and_go_by_date(cast, post):
    person = create_person(None, cast.monteclaro, "Sabela Rial", ProfileContents(about=PLUMBER))
    first, last = today() + timedelta(days=30), today() + timedelta(days=40)
    appoint(None, post, person, starts_on=first, ends_on=last)
    derive_by_date()
    assert stored(post) == derived()
    with clock.freeze(clock.start_of(first, "Europe/Madrid")):
        derive_by_date()
        assert stored(post) == derived(PLUMBER)
    with clock.freeze(clock.end_of(last, "Europe/Madrid")):
        derive_by_date()
        assert stored(post) == derived()


def test_of_two_holders_the_mean_counts_and_silence_is_half(cast, post, holder):
    write(holder, PLUMBER)
    other = create_person(None, cast.monteclaro, "Denis Roux")
    held = appoint(None, post, other, starts_on=today())
    half = stored(post)
    assert half == derived(PLUMBER, "")
    assert half not in (derived(PLUMBER), derived())
    write(other, COOK)
    assert stored(post) == derived(PLUMBER, COOK)
    end_appointment(None, held)
    assert stored(post) == derived(PLUMBER)


def test_a_change_of_something_else_writes_nothing(post, holder):
    write(holder, PLUMBER)
    with changes_of_posts() as none:
        write(holder, PLUMBER, phone="1204", languages=["gl"])
        set_photo(holder, holder, None)
        show_oneself(holder, is_open=True, is_suggested=True)
    with changes_of_posts() as some:
        write(holder, COOK)
    assert (len(none), len(some)) == (0, 3)
    assert stored(post) == derived(COOK)


def test_who_says_nothing_is_appointed_without_deriving(cast, post):
    person = create_person(None, cast.monteclaro, "Denis Roux")
    with unit_of_work():  # were it derived, this would be put right
        db.session.execute(update(Post).where(Post.id == post.id).values(occupations={}))
    appoint(None, post, person, starts_on=today())
    db.session.refresh(post)
    assert post.occupations == {}


def test_of_a_long_text_the_beginning_counts(post, holder):
    padding = "· " * 300
    write(holder, f"{PLUMBER} {padding} {COOK}")
    assert stored(post) == derived(PLUMBER)


@pytest.mark.slow
def test_two_holders_who_write_at_once_both_count(app, cast, post, holder):
    other = create_person(None, cast.monteclaro, "Denis Roux")
    appoint(None, post, other, starts_on=today())
    ids = {holder.id: PLUMBER, other.id: COOK}

    def writing(person_id, text):
        return lambda: write(db.session.get_one(Person, person_id), text)

    for _round in range(5):
        at_once(app, *(writing(person_id, "") for person_id in ids))
        assert stored(post) == derived()
        at_once(app, *(writing(*pair) for pair in ids.items()))
        assert stored(post) == derived(PLUMBER, COOK)


def test_what_no_event_told_of_is_found_and_mended(post, holder):
    holder_id = holder.id
    assert reconcile(repair=False) == 0
    with unit_of_work():
        db.session.execute(update(Person).where(Person.id == holder_id).values(about=PLUMBER))
    assert reconcile(repair=False) == reconcile(repair=True) == 1
    assert reconcile(repair=False) == 0
    assert stored(post) == derived(PLUMBER)
