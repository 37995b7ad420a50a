"""People are found by what they want to be asked about, by those who may see it."""

import pytest

from intranet.finding.directory.filters import DirectoryFilters
from intranet.finding.directory.jobs import reconcile
from intranet.finding.directory.results import DirectoryResultReader
from intranet.finding.directory.search import find
from intranet.organisation.agencies.operations.units import rename_unit
from intranet.organisation.people.operations.people import ProfileContents, edit_profile
from intranet.platform.core.types import Localized


def names(viewer, words):
    found = find(viewer, words, DirectoryFilters.read({}, viewer))
    return [each.name for each in DirectoryResultReader(viewer, found.meaning).results(found.hits)]


def says(person, *topics, reach="network"):
    profile = ProfileContents(ask_about=list(topics), reach={"ask_about": reach})
    edit_profile(person, person, profile, version=None)


@pytest.mark.slow
@pytest.mark.both
def test_a_topic_is_found_by_everybody_until_it_is_another(app_context, cast):
    assert names(cast.elna, "zarzaparrilla") == []
    says(cast.ana, "Cultivo de zarzaparrilla", "Permisos de pesca")

    assert names(cast.elna, "zarzaparrilla") == ["Ana Castro"]
    assert names(cast.elna, "zarzap") == ["Ana Castro"]
    assert names(cast.elna, "zarzaparrillas") == ["Ana Castro"]
    assert names(cast.uxia, "castro zarzaparrilla") == ["Ana Castro"]
    assert reconcile(repair=False) == []

    says(cast.ana, "Permisos de pesca")
    assert names(cast.elna, "zarzaparrilla") == []


def test_a_topic_for_colleagues_is_found_by_colleagues_alone(app_context, cast):
    says(cast.ana, "Zarzaparrilla", reach="agency")

    assert names(cast.uxia, "zarzaparrilla") == ["Ana Castro"]
    assert names(cast.uxia, "zarzaparrillas castro") == ["Ana Castro"]
    assert names(cast.elna, "zarzaparrilla") == []
    assert names(cast.elna, "zarzaparrillas") == []
    assert names(cast.elna, "zarzaparila") == []  # nor is it known as a word
    assert reconcile(repair=False) == []


def test_units_are_found_by_the_plural_and_the_singular_of_their_names(app_context, cast):
    rename_unit(None, cast.licences, Localized({"es": "Archivo y padrones"}))
    rename_unit(None, cast.procurement, Localized({"es": "Archivos y compras"}))

    found = names(cast.elna, "archivos")
    assert found.index("Archivos y compras") < found.index("Archivo y padrones")
    assert "Archivo y padrones" in names(cast.elna, "padrón")
    assert names(cast.elna, "archivos padrón")[0] == "Archivo y padrones"
