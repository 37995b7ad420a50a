"""Codes in addresses, also those that no database takes."""

import pytest

from intranet.organisation.people.access import get_administered_agency
from intranet.platform.core.errors import NotFound


@pytest.mark.parametrize("code", ["\0", "L01990012\0", "L0", ""])
def test_a_code_that_cannot_be_is_not_found(app_context, cast, code):
    with pytest.raises(NotFound):
        get_administered_agency(cast.dorleta, code)
    assert get_administered_agency(cast.dorleta, "L01990012").id == cast.monteclaro.id
