"""Finding people, posts, units and agencies: by which words, in which order, and what never."""

import pytest
from sqlalchemy import delete, select

from intranet.extensions import db
from intranet.finding.directory import indexing
from intranet.finding.directory.filters import DirectoryFilters
from intranet.finding.directory.jobs import follow_dates, reconcile
from intranet.finding.directory.profile import profile_of
from intranet.finding.directory.query_parser import functions_by_name
from intranet.finding.directory.results import DirectoryResultReader
from intranet.finding.directory.search import find
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.operations.agencies import change_agency
from intranet.organisation.agencies.operations.posts import PostSpec, create_post
from intranet.organisation.agencies.operations.units import rename_unit
from intranet.organisation.people.models import Appointment
from intranet.organisation.people.operations.appointments import appoint, end_appointment
from intranet.organisation.people.operations.people import (
    ProfileContents,
    create_person,
    rename_person,
)
from intranet.platform.core import clock, outbox
from intranet.platform.core.types import Localized
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.platform.index.models import DocumentKind, SearchDocument
from tests.pace import within

pytestmark = pytest.mark.both

NAMES = ("Declan O'Brien", "Marta García-Peñas", "M.ª José Souto", "Gal·la Núñez", "Łukasz Groß")
FOUND = (
    ("o'brien", "Declan O'Brien"),
    ("obrien", "Declan O'Brien"),
    ("BRIEN declan", "Declan O'Brien"),
    ("garcia penas", "Marta García-Peñas"),
    ("garcía-peñas, marta", "Marta García-Peñas"),
    ("garciapenas", "Marta García-Peñas"),
    ("maria jose", "M.ª José Souto"),
    ("m.ª josé", "M.ª José Souto"),
    ("Mª Jose", "M.ª José Souto"),
    ("M.a José", "M.ª José Souto"),
    ("ma garc", "Marta García-Peñas"),
    ("m.j. souto", "M.ª José Souto"),
    ("galla", "Gal·la Núñez"),
    ("gal.la nunez", "Gal·la Núñez"),
    ("g núñez", "Gal·la Núñez"),
    ("lukasz gross", "Łukasz Groß"),
    ("groß", "Łukasz Groß"),
    ("lucasz", "Łukasz Groß"),
    ("garzia peñas", "Marta García-Peñas"),
)
HOSTILE = (
    *(
        "x" * 10_000,
        "ana " * 2_500,
        "de la los the",
        "😀😀😀",
        "*",
        '"',
        "''",
        "(((",
        "a AND (b OR",
    ),
    *(
        '"sin cerrar',
        "NEAR(a b)",
        "title:ana",
        "-ana",
        "ana*",
        "%",
        "_",
        "\\",
        "'; DROP TABLE x;--",
    ),
    *(
        "a:* & !b",
        "{title body} : x",
        "\x00",
        "\ud800",
        "١٢٣",
        "ﬃ",
        "xkperson",
        "--",
        "^",
        "a" * 199,
    ),
)


def names(viewer, words, **narrowed):
    """What is found, by name, in order."""
    found = find(viewer, words, DirectoryFilters.read(narrowed, viewer))
    return [each.name for each in DirectoryResultReader(viewer, found.meaning).results(found.hits)]


@pytest.fixture
def named(app_context, cast):
    """People with names that are hard to type hold the officer's post."""
    today = clock.today("Europe/Madrid")
    post = create_post(
        None,
        PostSpec(unit=cast.procurement, title=Localized({"es": "Redactor/a"}), places=len(NAMES)),
    )
    for name in NAMES:
        person = create_person(None, cast.monteclaro, name, ProfileContents())
        appoint(None, post, person, starts_on=today)
    return post


def test_names_are_found_as_people_type_them(named, cast):
    missed = [
        (words, wanted) for words, wanted in FOUND if wanted not in names(cast.ana, words)[:3]
    ]
    assert missed == []


@pytest.mark.slow
def test_near_ones_come_first_and_the_exact_name_before_all(app_context, cast):
    today = clock.today("Europe/Madrid")
    for post, name in (
        (cast.innovation_post, "Castro Puig"),
        (cast.technician_post, "Castro Lema"),
    ):
        person = create_person(None, post.unit.agency, name, ProfileContents())
        appoint(
            None,
            create_post(None, PostSpec(unit=post.unit, title=Localized({"es": "Auxiliar"}))),
            person,
            starts_on=today,
        )
    assert names(cast.iria, "castro", group="person") == [
        "Castro Lema",
        "Ana Castro",
        "Castro Puig",
    ]
    assert names(cast.elna, "castro", group="person")[0] == "Castro Puig"
    assert names(cast.elna, "ana castro")[0] == "Ana Castro"


def test_words_may_mean_an_agency_a_function_a_place_or_a_kind_of_agency(app_context, cast):
    assert "Bieito Lourido" in names(cast.ana, "secretaria galicia")
    assert "Ana Castro" not in names(cast.ana, "administrativo galicia")
    assert names(cast.ana, "secretaria vilaverde")[0] in {
        "Bieito Lourido",
        "Secretaría-Intervención",
    }
    assert "Iria Souto" in names(cast.elna, "kontratazioa", group="person")
    reasons = DirectoryResultReader(
        cast.elna, (found := find(cast.elna, "kontratazioa")).meaning
    ).results(found.hits)
    assert any(
        "Función" in each.reasons[0] or "Function" in each.reasons[0]
        for each in reasons
        if each.reasons
    )
    for words in ("ajuntament monteclaro", "ayto monteclaro", "ayto. de Monteclaro"):
        assert "Ayuntamiento de Monteclaro" in names(cast.elna, words)[:1]


def test_a_function_that_few_names_beginning_so_are_of_is_not_meant():
    assert functions_by_name("secretari") == {"SEC", "SCR"}
    assert functions_by_name("secretari estat") == {"DIR"}
    assert functions_by_name("nomin") == {"PAY"}


def test_names_in_the_order_typed_and_words_of_the_same_stem_come_first(app_context, cast):
    today = clock.today("Europe/Madrid")
    for unit, title, name in (
        (cast.innovation_post.unit, "Auxiliar", "Josep Maria Prat"),
        (cast.procurement, "Auxiliar", "María José Seoane"),
        (cast.procurement, "Arquitecto/a", "Eva Pombo"),
    ):
        post = create_post(None, PostSpec(unit=unit, title=Localized({"es": title})))
        appoint(
            None, post, create_person(None, unit.agency, name, ProfileContents()), starts_on=today
        )
    near = PostSpec(
        unit=cast.innovation_post.unit, title=Localized({"es": "Jefatura"}), functions=("URB",)
    )
    boss = create_person(None, cast.innovation_post.unit.agency, "Pau Vila", ProfileContents())
    appoint(None, create_post(None, near), boss, starts_on=today)
    assert names(cast.elna, "maria jose", group="person")[:2] == [
        "María José Seoane",
        "Josep Maria Prat",
    ]
    found = names(cast.elna, "arquitecta", group="person")
    assert found.index("Eva Pombo") < found.index("Pau Vila")


def test_filters_narrow_by_every_part_and_nonsense_finds_nothing(app_context, cast):
    code = cast.monteclaro.code
    level = str(cast.mayor_post.level)
    assert "Rosa Vidueira" in names(cast.elna, "", agency=code, level=level, group="person")
    assert "Bieito Lourido" not in names(cast.elna, "", agency=code, group="person")
    assert "Bieito Lourido" in names(cast.elna, "", territory="ES-GA", group="person")
    assert "Ana Castro" not in names(cast.elna, "", territory="ES-GA", group="person")
    [province] = names(cast.elna, "", kind="province", group="agency")
    assert province.endswith("Altamar")
    for nonsense in ({"agency": "X"}, {"kind": "x"}, {"level": "9"}, {"territory": "'"}):
        assert names(cast.elna, "ana", **nonsense) == []


def test_who_holds_no_post_finds_nothing_and_nobody_finds_them(app_context, cast):
    assert names(cast.eloi, "ana") == []
    assert "Eloi Bastida" not in names(cast.ana, "eloi")


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_typed_has_an_answer_soon(client_of, cast, words):
    client = client_of(cast.ana)
    query = {"q": words.encode("utf-8", "surrogatepass")}
    for address in ("/directory", "/api/v1/directory"):
        answer = within(0.4, client.get, address, query_string=query)
        assert answer.status_code in {200, 400}, answer.text


def test_what_changes_is_found_otherwise_at_once(app_context, cast):
    rename_person(None, cast.monteclaro, cast.ana, "Ánxela Castro")
    assert names(cast.elna, "anxela") == ["Ánxela Castro"]
    rename_unit(None, cast.licences, Localized({"es": "Permisos"}))
    assert "Permisos" in names(cast.elna, "permisos")
    assert "Ánxela Castro" in names(cast.elna, "permisos")
    [held] = db.session.scalars(select(Appointment).where(Appointment.person_id == cast.iria.id))
    end_appointment(None, held)
    assert names(cast.elna, "iria") == []
    assert reconcile(repair=False) == []


def test_a_unit_of_many_is_followed_in_slices(app_context, cast, monkeypatch):
    monkeypatch.setattr(indexing, "MAX_WRITTEN_AT_ONCE", 1)
    monkeypatch.setattr(indexing, "BATCH_SIZE", 2)
    rename_unit(None, cast.licences, Localized({"es": "Permisos"}))
    assert "Ana Castro" not in names(cast.elna, "permisos")
    while outbox.run_due():
        pass
    assert "Ana Castro" in names(cast.elna, "permisos")


def test_what_begins_by_its_date_is_found_from_that_day_on(app_context, cast):
    today = clock.today("Europe/Madrid")
    begins = today.replace(year=today.year + 1)
    person = create_person(None, cast.monteclaro, "Zoraida Bello", ProfileContents())
    appoint(None, cast.technician_post, person, starts_on=begins)
    assert names(cast.ana, "zoraida") == []
    with clock.freeze(clock.start_of(begins, "Europe/Madrid")):
        follow_dates()
        assert names(cast.ana, "zoraida") == ["Zoraida Bello"]


def test_what_the_index_holds_wrongly_is_told_and_mended(app_context, cast):
    with unit_of_work():
        row = db.session.scalars(
            select(SearchDocument).where(SearchDocument.subject_id == cast.ana.id)
        ).one()
        row.title = "nobody"
        db.session.delete(
            db.session.scalars(
                select(SearchDocument).where(SearchDocument.kind == DocumentKind.UNIT).limit(1)
            ).one()
        )
    told = {each.kind: each.count for each in reconcile(repair=True)}
    assert told[DocumentKind.PERSON] == 1
    assert told[DocumentKind.UNIT] == 1
    assert reconcile(repair=False) == []
    assert "Ana Castro" in names(cast.elna, "ana castro")


def test_an_installation_from_before_the_index_writes_all_of_it_soon(app_context, cast):
    with unit_of_work():
        db.session.execute(delete(SearchDocument))
    assert names(cast.ana, "ana castro") == []
    indexing.fill({})
    while outbox.run_due():
        pass
    assert reconcile(repair=False) == []
    assert "Ana Castro" in names(cast.elna, "ana castro")


def test_who_works_in_an_open_agency_too_is_found_by_that_one_alone(app_context, cast):
    with unit_of_work():
        cast.vilaverde.in_directory = False
    indexing.queue_agency(cast.vilaverde.id)
    while outbox.run_due():
        pass
    found = find(cast.elna, "bieito")
    [result] = DirectoryResultReader(cast.elna, found.meaning).results(found.hits)
    assert (result.agency.id, result.more_posts) == (cast.outeiro.id, 0)
    assert names(cast.elna, "bieito vilaverde") == []
    held = profile_of(cast.elna, cast.bieito).held
    assert [each.entry.post.agency_id for each in held] == [cast.outeiro.id]


def test_an_agency_that_leaves_the_directory_is_found_by_its_own_people_alone(app_context, cast):
    def decide(*, found):
        town = db.session.get_one(Agency, cast.monteclaro.id)
        change_agency(
            None,
            town,
            version=None,
            name=town.name,
            languages=town.languages,
            time_zone=town.time_zone,
            second_factor=town.second_factor,
            basis_shown_outside=False,
            in_directory=found,
        )

    everything = ("ana castro", "licencias", "monteclaro", "arquitecto", "urbanismo")
    decide(found=False)
    for _before_and_after_the_index_has_followed in range(2):
        for words in everything:
            outside = find(cast.elna, words, count=True)
            assert not outside.hits, words
            assert not outside.counted, words
            assert names(cast.carles, words), words
        while outbox.run_due():
            pass
    decide(found=True)
    while outbox.run_due():
        pass
    assert names(cast.elna, "ana castro") == ["Ana Castro"]
