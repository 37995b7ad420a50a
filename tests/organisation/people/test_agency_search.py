"""An agency by what somebody calls it."""

import pytest

from intranet.organisation.people.agency_search import agency_named
from intranet.platform.core.errors import Invalid
from intranet.platform.core.unit_of_work import unit_of_work


def test_its_name_in_any_language_its_short_name_and_its_code_name_it(app_context, cast):
    town = cast.monteclaro
    name = town.name.text(town.language)
    for typed in (name, name.upper(), "Monteclaro", "montec", town.handle, town.code):
        assert agency_named(cast.elna, typed).id == town.id


@pytest.mark.both
def test_what_names_none_or_several_is_refused_and_so_is_one_out_of_the_directory(
    app_context, cast
):
    for typed in ("", "zzyzzy", "Ayuntamiento de Nada", "%"):
        with pytest.raises(Invalid):
            agency_named(cast.elna, typed)
    with unit_of_work():
        cast.monteclaro.in_directory = False
    for typed in ("Monteclaro", cast.monteclaro.handle, cast.monteclaro.code):
        with pytest.raises(Invalid):
            agency_named(cast.elna, typed)
    assert agency_named(cast.ana, "Monteclaro").id == cast.monteclaro.id
