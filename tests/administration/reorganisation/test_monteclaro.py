"""A file of sixty changes of the demonstration's Monteclaro, as after an election."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from intranet.administration.reorganisation.loading import read
from intranet.administration.reorganisation.operations import add_changes, create_plan
from intranet.administration.reorganisation.plan_files import read_file
from intranet.administration.reorganisation.undoing import undo
from intranet.extensions import db
from intranet.messaging.messages.models import Message
from intranet.messaging.spaces.access import visible_to
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Agency, AgencyKind, Post, Unit
from intranet.organisation.agencies.operations.storing import (
    AgencyRow,
    PostRow,
    UnitRow,
    store_agencies,
    store_posts,
    store_units,
)
from intranet.organisation.people.models import Person
from intranet.organisation.people.operations.appointments import AppointmentSpec, appoint_all
from intranet.organisation.people.operations.people import create_person
from intranet.platform.core.ids import uuid7
from intranet.platform.core.types import Localized
from tests.administration.reorganisation.plans import apply, channel_of, standing
from tests.cast import LONG_AGO
from tests.messaging.messages.helpers import say
from tools.demo import organisation

FILE = Path(__file__).with_name("monteclaro.csv")
TOWN, ROOT = "monteclaro", "L01990012"
HELD = ("LA9901027", "LA9901028", "LA9901043", "LA9901044", "LA9901060")


@pytest.fixture
def town(app_context, cast) -> Agency:
    """Monteclaro as in the demonstration: its units and posts, with some who hold them."""
    agency_id = uuid7()
    row = AgencyRow(
        id=agency_id,
        code="L01990099",
        name=Localized(es="Ayuntamiento"),
        kind=AgencyKind.MUNICIPALITY,
        languages=["es"],
        root_code=ROOT,
    )
    store_agencies([row])
    root = db.session.scalars(select(Unit).where(Unit.agency_id == agency_id)).one()
    units = [unit for unit in organisation.units().values() if unit.agency == TOWN and unit.parent]
    ids = {unit.key: uuid7() for unit in units}
    paths: dict[str, str] = {}
    rows = []
    for unit in units:
        parent_id = ids.get(unit.parent or "", root.id)
        above = paths.get(unit.parent or "", root.path)
        paths[unit.key] = f"{above}{ids[unit.key].hex}/"
        rows.append(
            UnitRow(
                id=ids[unit.key],
                agency_id=agency_id,
                language="es",
                parent_id=parent_id,
                parent_path=above,
                code=unit.code,
                name=Localized(unit.name),
            )
        )
    store_units(rows)
    store_posts(
        [
            PostRow(
                id=uuid7(),
                agency_id=agency_id,
                language="es",
                unit_id=ids.get(post.unit, root.id),
                code=post.code,
                handle=post.handle,
                title=Localized(post.title),
                level=post.level,
                is_head=post.is_head,
            )
            for post in organisation.posts().values()
            if post.agency == TOWN
        ]
    )
    agency = db.session.get_one(Agency, agency_id)
    held = db.session.scalars(
        select(Post)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Post.agency_id == agency_id, Post.is_head | Unit.code.in_(HELD))
    ).all()
    specs = [
        AppointmentSpec(
            post=post,
            person=create_person(None, agency, f"Titular {post.handle}"),
            starts_on=LONG_AGO,
        )
        for post in held
    ]
    appoint_all(None, agency, specs)
    return agency


def holder(agency: Agency, handle: str) -> Person:
    return db.session.scalars(select(Person).where(Person.name == f"Titular {handle}")).one()


def unit_called(agency: Agency, code: str) -> Unit:
    found = select(Unit).where(Unit.agency_id == agency.id, Unit.code == code)
    return db.session.scalars(found).one()


def counted(people: list[Person]) -> list[int]:
    """How many messages each of them reads, by query."""
    db.session.rollback()
    messages = select(func.count(Message.id)).join(Message.conversation).join(Space)
    return [db.session.scalar(messages.where(visible_to(person))) or 0 for person in people]


@pytest.mark.slow
def test_a_file_of_sixty_changes_after_an_election(town):
    clerk, carles = holder(town, "licencias"), holder(town, "urbanismo")
    dissolved = holder(town, "ambiente")
    people = [clerk, carles, dissolved]
    for writer, code in ((clerk, "LA9901027"), (carles, "LA9901026"), (dissolved, "LA9901043")):
        say(writer, channel_of(unit_called(town, code)), "Escrito antes de las elecciones")
    read_before, before = counted(people), standing(town)
    with FILE.open("rb") as stream:
        file = read_file(town, stream)
    assert file.faults == []
    assert len(file.specs) == 60
    plan = create_plan(None, town, "Enero")
    add_changes(None, plan, file.specs)
    assert not read(plan).forbids

    for is_last in (False, True):
        apply(None, plan)

        read_now = counted(people)
        assert all(now >= then for now, then in zip(read_now, read_before, strict=True))
        assert unit_called(town, "LA9901027").successor_id == unit_called(town, "LYD").id
        assert unit_called(town, "LA9901033").parent_id == unit_called(town, "ESP").id
        if not is_last:
            undo(None, plan)
            assert standing(town) == before
            assert counted(people) == read_before
    say(dissolved, channel_of(unit_called(town, "ESP")), "Escrito en la unidad nueva")
