"""Functions that a file declares: how they may be written, and that nothing derived undoes them."""

import pytest
from sqlalchemy import select

from intranet.administration.imports.columns import ImportKind, columns_of
from intranet.administration.imports.labels import reason
from intranet.extensions import db
from intranet.organisation.agencies.models import Post, PostFunction
from intranet.organisation.agencies.operations.posts import change_post
from intranet.organisation.agencies.operations.units import rename_unit
from intranet.organisation.people.operations.post_occupations import derive_occupations
from intranet.platform.core.types import Localized
from tests.administration.imports.helpers import apply, look, table

HEADER = "code;title;unit_code;functions"


def functions_of(post_id):
    rows = select(PostFunction.function_code, PostFunction.is_suggested, PostFunction.strength)
    rows = rows.where(PostFunction.post_id == post_id).order_by(PostFunction.function_code)
    return [tuple(row) for row in db.session.execute(rows)]


def post_with(code):
    return db.session.scalars(select(Post).where(Post.code == code)).one()


@pytest.mark.parametrize(
    ("cell", "codes"),
    [
        ("PRO", "PRO"),
        ("pro; hrm", "HRM PRO"),
        ("ICT URB", "ICT URB"),
        ("Contratación pública", "PRO"),
        ("CONTRATACION PUBLICA|Recursos humanos y función pública", "HRM PRO"),
        ("Contractació pública, Biblioteques", "BIB PRO"),
        ("Contratación pública;Igualdade e diversidade", "IGU PRO"),
        ("Giza baliabideak eta funtzio publikoa", "HRM"),
        ("Resources humaines", "HRM"),
        ("Padrón, registro civil y elecciones, Turismo", "POP TUR"),
        ("Hacienda, presupesto y contabilidad", "FIN"),  # a letter is missing
        ("PRO - Contratación pública", "PRO"),
        ("Servicios sociales (SOC)", "SOC"),
    ],
)
def test_functions_are_written_as_codes_or_names(app_context, cast, cell, codes):
    assert apply("posts", table(HEADER, f'F1;Cosa;URB;"{cell}"'))["created"] == 1
    assert functions_of(post_with("F1").id) == [(code, False, 1.0) for code in codes.split()]


@pytest.mark.parametrize(
    ("cell", "value", "near", "fix"),
    [
        ("Recursos humanos", "Recursos humanos", "HRM", "HRM"),
        ("PRO; Urbanismo", "Urbanismo", "URB", "PRO; URB"),
        ("HRX", "HRX", "HRM", "HRM"),
        ("PRO|qwrtzp", "qwrtzp", None, None),
        ("Servicios sociales (HRM)", "Servicios sociales (HRM)", "SOC", "SOC"),  # they contradict
    ],
)
@pytest.mark.usefixtures("cast")
def test_an_unknown_function_names_the_nearest(app_context, cell, value, near, fix):
    (outcome,), _found = look("posts", table(HEADER, f'F1;Cosa;URB;"{cell}"'))
    assert (outcome.column, outcome.code, outcome.fix) == ("functions", "function_unknown", fix)
    assert outcome.about == {"value": value, "near": near}
    with app_context.test_request_context(headers={"Accept-Language": "es"}):
        said = str(reason(outcome.code, outcome.about))
    assert value in said
    if near == "HRM":
        assert "Recursos humanos y función pública" in said


def test_too_many_functions_are_refused_and_not_cut_off(app_context, cast):
    many = "SEC CTL TAX FIN PRO LEG HRM PAY PRL TRN ICT DPO EAD"
    (outcome,), _found = look("posts", table(HEADER, f"F1;Cosa;URB;{many}"))
    assert (outcome.code, outcome.about) == ("functions_many", {"limit": 12})


@pytest.mark.parametrize(
    "name",
    ["Función principal", "Codi de funció", "Funcións do posto", "funtzio-arloa", "Job function"],
)
def test_the_column_is_found_as_files_of_human_resources_call_it(name):
    header = ["code", "title", "unit_code", name]
    assert columns_of(ImportKind.POSTS, header).places["functions"] == 3


@pytest.mark.slow
@pytest.mark.both
def test_what_was_declared_stays_when_title_and_unit_change(app_context, cast):
    declared = "F1;Bibliotecaria;URB;Turismo|Deportes"
    assert apply("posts", table(HEADER, declared))["created"] == 1
    post_id = post_with("F1").id
    kept = [("ESP", False, 1.0), ("TUR", False, 1.0)]
    assert functions_of(post_id) == kept

    # The same file again, another title without the column, an empty cell, another unit.
    assert apply("posts", table(HEADER, declared))["changed"] == 0
    for lines in (
        ("code;title;unit_code", "F1;Técnica de contratación;URB"),
        (HEADER, "F1;Interventora;URB-LIC;"),
    ):
        assert apply("posts", table(*lines))["changed"] == 1
        assert functions_of(post_id) == kept

    # The administration's pages and REST change posts and units by these operations.
    unit = db.session.get_one(Post, post_id).unit
    rename_unit(None, unit, Localized({"es": "Servicio de Contratación"}))
    post = db.session.get_one(Post, post_id)
    assert unit.parent is not None
    change_post(
        None,
        post,
        version=None,
        unit=unit.parent,
        title=Localized({"es": "Arquitecta"}),
        kind=post.kind,
        level=post.level,
        is_head=True,
        places=post.places,
        handle=post.handle,
        publishes_for_agency=False,
    )
    derive_occupations([post_id])
    assert functions_of(post_id) == kept
