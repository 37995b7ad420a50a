"""Rules in force, and the people who decide on them."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.agencies.operations.administrations import give_role
from intranet.organisation.agencies.roles import AgencyRole
from intranet.records.retention.models import RetentionRun
from intranet.records.retention.operations import RuleTerms, approve_rule, propose_rule
from intranet.records.retention.running import begin, carry_out


@pytest.fixture
def officers(app, cast):
    """Xoel keeps the records of Monteclaro, and so does Nadia."""
    with app.app_context():
        for post in (cast.architect_post, cast.head_of_procurement_post):
            give_role(None, cast.monteclaro, post, AgencyRole.RECORDS)


@pytest.fixture
def rule(officers, cast):
    """Puts a rule in force, proposed by one officer and decided by the other."""

    def make(kind="channel", days=365, space=None, class_code=None, title="Regla de prueba"):
        terms = RuleTerms(title, kind, space, days, class_code)
        made = propose_rule(cast.xoel, cast.monteclaro, terms)
        approve_rule(cast.nadia, made)
        return made

    return make


@pytest.fixture
def run(cast):
    """Applies the rules of Monteclaro once, whenever the last run was."""

    def carry():
        for earlier in db.session.scalars(select(RetentionRun)).all():
            carry_out({"run_id": str(earlier.id)})
        made = begin(cast.monteclaro.id)
        if made:
            carry_out({"run_id": str(made.id)})
            return db.session.get_one(RetentionRun, made.id, populate_existing=True)
        return None

    return carry


def new_id():
    """An id of a client's."""
    return uuid4()
