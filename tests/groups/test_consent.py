"""An announcement in a group of the whole network: nobody is obliged who was put into it."""

from sqlalchemy import select

from intranet.extensions import db
from intranet.groups.operations import joining
from intranet.publications.models import Recipient
from tests.groups.helpers import group_of, inside
from tests.groups.test_named import sent


def test_a_rule_over_the_network_lets_nobody_announce_to_other_agencies(house, cast):
    group = group_of(cast.elna, audience={"any": [{"agency_kind": "municipality"}]})
    joining.join(cast.guillem, group)
    assert inside(group, cast.ana, cast.carles, cast.guillem) == [True, True, True]

    done = sent(cast.elna, group.space)

    reached = select(Recipient.person_id).where(Recipient.publication_id == done.id)
    assert set(db.session.scalars(reached)) == {cast.elna.id, cast.guillem.id}
