"""Thousands of groups with members from several agencies."""

import random
from collections import defaultdict
from typing import Any
from uuid import UUID

from sqlalchemy import select

from intranet.collaboration.groups.models import Group, GroupTopic
from intranet.extensions import db
from intranet.messaging.spaces.membership import apply_rules
from intranet.messaging.spaces.models import Reach, Space, SpaceKind, SpaceMember, Visibility, Why
from intranet.organisation.agencies.models import Function
from intranet.platform.core.database import store_rows
from intranet.platform.core.ids import uuid7
from intranet.platform.core.text import sort_key
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from tools.bench.country.organisation import CountryOrganisation
from tools.bench.country.raw import Of
from tools.bench.country.words import vocabulary

GROUP_COUNT = 2_000
PEOPLE_IN_A_GROUP, NAME_WORDS = 12, 3


def make_groups(organisation: CountryOrganisation, chance: random.Random) -> None:
    """Load network-wide groups with two topics, each owned by the head of a space."""
    scale, spaces = organisation.scale, organisation.spaces
    codes = db.session.scalars(select(Function.code)).all()
    people = sum(scale.sizes())
    rows: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for _number in range(int(GROUP_COUNT * scale.share)):
        owner = chance.choice(spaces)
        language = organisation.language(owner.agency)
        key: UUID = uuid7()
        name = " ".join(chance.choices(vocabulary()[language], k=NAME_WORDS))
        rows[Space].append(
            {
                "id": key,
                "kind": SpaceKind.GROUP,
                "agency_id": UUID(scale.id_of(Of.AGENCY, owner.agency)),
                "name": Localized({language: name}),
                "owner_post_id": UUID(organisation.post(owner.first)),
                "reach": Reach.NETWORK,
                "visibility": Visibility.MEMBERS,
            }
        )
        created_by = UUID(organisation.person(owner.first))
        rows[Group].append(
            {
                "space_id": key,
                "language": language,
                "sort_key": sort_key(name),
                "created_by_id": created_by,
            }
        )
        rows[GroupTopic] += [
            {"space_id": key, "function_code": code} for code in chance.sample(codes, 2)
        ]
        rows[SpaceMember] += [
            {
                "id": uuid7(),
                "space_id": key,
                "person_id": UUID(organisation.person(number)),
                "why": Why.HAND,
            }
            for number in chance.sample(range(people), min(PEOPLE_IN_A_GROUP, people))
        ]
    with unit_of_work() as work:
        for model, some in rows.items():
            store_rows(model, some)
        groups = select(Space).where(Space.kind == SpaceKind.GROUP).order_by(Space.id)
        apply_rules(work, db.session.scalars(groups).all())
