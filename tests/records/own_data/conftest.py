"""A records officer of Monteclaro, who agrees to erasures."""

import pytest

from intranet.organisation.agencies.operations.administrations import give_role
from intranet.organisation.agencies.roles import AgencyRole


@pytest.fixture
def officer(app_context, cast):
    """Nadia keeps the records of Monteclaro."""
    give_role(None, cast.monteclaro, cast.head_of_procurement_post, AgencyRole.RECORDS)
    return cast.nadia
