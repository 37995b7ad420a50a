from intranet.organisation.people.bylines import person_lines
from intranet.platform.core import clock


def test_the_cast_has_its_posts(app_context, cast):
    line = person_lines([cast.ana.id], clock.now())[cast.ana.id]

    assert line.caption("es") == "Administrativo/a · Licencias · Ayuntamiento de Monteclaro"
    assert line.tags == ("several",)


def test_outside_a_context_the_cast_is_known_by_name(cast):
    assert cast.bieito.name == "Bieito Lourido"
    assert cast.licences.name.text("es") == "Licencias"
