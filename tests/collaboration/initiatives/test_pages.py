"""The pages of initiatives, as people use them."""

import io
import re

import pytest
from sqlalchemy import func, select

from intranet.collaboration.initiatives.models import (
    Adoption,
    Initiative,
    InitiativeTranslation,
    Stage,
    Use,
)
from intranet.collaboration.initiatives.operations.moving import post_update
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from tests.collaboration.initiatives.helpers import PURPOSE, TITLE, started, used


@pytest.fixture
def shared(app, cast):
    """Elna's initiative, which Bieito's village uses; its id."""
    with app.app_context():
        made = started(cast.elna)
        used(cast.bieito, made, cast.vilaverde, cost="300 €", took="Dos meses.")
        post_update(cast.elna, made, "Ya hay **formulario**.")
        return made.publication_id


def new_form(cast, **changes):
    with cast.app.app_context():
        from intranet.publishing.publications.placement import posts_of, spaces_of

        space, post = spaces_of(cast.elna)[0], posts_of(cast.elna)[0]
        place = {"space_id": space.id, "post_id": post.id, "visibility": "network"}
    form = {**place, "stage": "idea", "title_ca": "Obra menor", "purpose_ca": "En un dia."}
    return {**form, **changes}


def count(app, kind):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(kind))


@pytest.mark.slow
@pytest.mark.both
def test_every_page_opens(cast, shared, client_of):
    elna, bieito, ana = map(client_of, (cast.elna, cast.bieito, cast.ana))
    here = f"/initiatives/{shared}"

    for path in (
        "/initiatives",
        here,
        f"{here}/adoptions",
        "/initiatives/new",
        f"{here}?size=mine",
    ):
        for client in (elna, bieito, ana):
            answer = client.get(path)
            assert answer.status_code == 200, (path, answer.text)
    for path in ("edit", "stage", "updates", "people", "withdraw", "people?agency=mon&post=cap"):
        assert elna.get(f"{here}/{path}").status_code == 200, path
        assert ana.get(f"{here}/{path}").status_code == 403, path
    assert bieito.get(f"{here}/adoption").status_code == 200
    assert elna.get(f"/p/{shared}").headers["Location"] == here


def test_the_page_says_what_it_is_who_uses_it_and_what_is_new(cast, shared, client_of):
    page = client_of(cast.carles).get(f"/initiatives/{shared}").text

    for words in (
        TITLE,
        PURPOSE,
        "Vilaverde",
        "300\xa0€",
        "12 días → 1",
        "<strong>formulario</strong>",
    ):
        assert words in page
    assert "Doce días de espera." in page


@pytest.mark.slow
@pytest.mark.both
def test_an_initiative_is_added_and_found(app, cast, client_of):
    elna = client_of(cast.elna)

    answer = elna.submit("/initiatives/new", new_form(cast, value_1="3 mesos", label_1="fins avui"))

    assert answer.status_code == 303
    assert "3 mesos" in elna.get(answer.headers["Location"]).text
    assert "Obra menor" in client_of(cast.carles).get("/initiatives").text
    assert "Obra menor" in client_of(cast.carles).get("/initiatives?q=obras+menores").text


def test_another_language_for_a_new_initiative_keeps_what_was_typed(app, cast, client_of):
    form = new_form(cast, title_ca="Obra menor", problem_ca="Massa paper.", cost="300 €")

    page = client_of(cast.elna).submit("/initiatives/new", {**form, "do": "in:gl"}).text

    assert 'name="title_gl"' in page
    assert 'name="title_ca"' not in page
    assert all(words in page for words in ("Obra menor", "Massa paper.", "300 €"))
    assert count(app, Initiative) == 0


def test_without_script_a_button_shows_what_is_there_and_keeps_the_text(
    app, cast, shared, client_of
):
    form = new_form(cast, title_ca="Obra menor a la finestreta", do="look")

    answer = client_of(cast.elna).submit("/initiatives/new", form)

    assert answer.status_code == 200
    assert TITLE in answer.text
    assert "Obra menor a la finestreta" in answer.text
    assert count(app, Initiative) == 1


@pytest.mark.slow
@pytest.mark.both
def test_bad_input_is_said_beside_its_field_and_writes_nothing(app, cast, client_of):
    elna = client_of(cast.elna)
    bad = [
        {"title_ca": ""},
        {"purpose_ca": ""},
        {"title_ca": "x" * 10_000},
        {"purpose_ca": "x" * 10_000},
        {"problem_ca": "x" * 10_001},
        {"cost": "x" * 10_000},
        {"value_1": "x" * 30},
        {"label_2": "sin cifra"},
        {"stage_on": "2199-01-01"},
        {"stage_on": "0001-01-01"},
        {"stage_on": "mañana"},
        {"stage": "finished"},
        {"topics": "ZZZ"},
        {"visibility": "public"},
    ]
    for changes in bad:
        answer = elna.submit("/initiatives/new", new_form(cast, **changes))
        assert answer.status_code == 422, changes
        assert "error-summary" in answer.text, changes
    assert count(app, Initiative) == 0
    assert count(app, InitiativeTranslation) == 0


def test_html_is_shown_as_it_was_typed_or_not_at_all(cast, client_of):
    evil = "<script>alert(1)</script><img src=x onerror=alert(2)>"
    form = new_form(
        cast, title_ca=evil, purpose_ca=evil, problem_ca=evil, cost=evil, value_1="<b>1</b>"
    )
    elna = client_of(cast.elna)

    page = elna.get(elna.submit("/initiatives/new", form).headers["Location"]).text

    assert "<script>alert" not in page
    assert not re.search(r"<img[^>]+onerror", page)
    assert "<b>1</b>" not in page


@pytest.mark.slow
def test_who_has_no_authority_is_told_whom_to_ask(app, cast, shared, client_of):
    ana = client_of(cast.ana)
    form = {"agency": cast.monteclaro.code, "use": "adopted"}

    for answer in (
        client_of(cast.xoel).get(f"/initiatives/{shared}/adoption"),
        client_of(cast.xoel).submit(f"/initiatives/{shared}/adoption", form),
        client_of(cast.bieito).submit(f"/initiatives/{shared}/adoption", form),
    ):
        assert answer.status_code == 403
        assert "Alcaldía" in answer.text
    assert "Alcaldía" in client_of(cast.xoel).get(f"/initiatives/{shared}").text
    assert (
        ana.submit(
            f"/initiatives/{shared}/adoption", {"agency": "nonsense", "use": "adopted"}
        ).status_code
        == 404
    )
    assert count(app, Adoption) == 1


@pytest.mark.slow
@pytest.mark.both
def test_a_head_says_what_the_administration_uses(app, cast, shared, client_of):
    carles = client_of(cast.carles)
    here = f"/initiatives/{shared}/adoption"
    form = {"agency": cast.monteclaro.code, "use": "adapted", "changed": "Sin <b>firma</b>."}

    assert carles.submit(here, form).status_code == 303

    page = client_of(cast.elna).get(f"/initiatives/{shared}").text
    assert "Monteclaro" in page
    assert carles.submit(here, form).status_code == 409
    with app.app_context():
        [row] = db.session.scalars(select(Adoption).where(Adoption.agency_id == cast.monteclaro.id))
        replaces = str(row.id)
    stopped = {**form, "use": "gave_up", "replaces": replaces}
    assert carles.submit(here, {**stopped, "changed": ""}).status_code == 422
    assert carles.submit(here, {**stopped, "since_on": "2190-01-01"}).status_code == 422
    assert carles.submit(here, {**stopped, "took": "x" * 10_000}).status_code == 422
    assert carles.submit(here, {**stopped, "contact_id": str(shared)}).status_code == 422
    assert carles.submit(here, stopped).status_code == 303
    page = client_of(cast.elna).get(f"/initiatives/{shared}").text
    assert "Sin &lt;b&gt;firma&lt;/b&gt;." in page
    assert (
        client_of(cast.elna).get(f"/initiatives/{shared}/adoptions").text.count("Monteclaro") >= 2
    )


@pytest.mark.slow
def test_a_refused_form_keeps_what_was_written(cast, shared, client_of):
    elna = client_of(cast.elna)
    text = "x" * 10_001
    changed = {"title_es": "Otra", "purpose_es": "x", "visibility": "network", "note": text[:9]}
    for path, form, status in (
        ("edit", {**changed, "edition": "0"}, 409),
        ("stage", {"stage": "closed", "on": "2199-01-01", "note": text[:9]}, 422),
        ("updates", {"text": text}, 422),
        ("withdraw", {"reason": text[:301]}, 422),
    ):
        refused = elna.submit(f"/initiatives/{shared}/{path}", form)
        assert refused.status_code == status, path
        assert text[:9] in refused.text, path
        assert 'href="#field-"' not in refused.text, path


@pytest.mark.slow
def test_what_one_may_not_read_is_not_there(app, cast, client_of):
    with app.app_context():
        made = started(cast.elna, visibility=Visibility.AGENCY).publication_id
    ana, guillem = client_of(cast.ana), client_of(cast.guillem)

    assert guillem.get(f"/initiatives/{made}").status_code == 200
    for path in ("", "/adoption", "/adoptions", "/edit", "/stage", "/updates", "/people"):
        assert ana.get(f"/initiatives/{made}{path}").status_code == 404, path
    assert TITLE not in ana.get("/initiatives").text
    assert TITLE not in ana.get("/initiatives?q=obra+menor").text


@pytest.mark.slow
def test_withdrawn_it_leaves_the_catalogue(app, cast, shared, client_of):
    elna, ana = client_of(cast.elna), client_of(cast.ana)
    here = f"/initiatives/{shared}"

    assert elna.submit(f"{here}/withdraw", {"reason": ""}).status_code == 422
    assert elna.submit(f"{here}/withdraw", {"reason": "Duplicada"}).status_code == 303

    assert ana.get(here).status_code == 404
    assert "Duplicada" in elna.get(here).text
    assert TITLE not in ana.get("/initiatives").text
    assert client_of(cast.bieito).get(f"{here}/adoption").status_code == 404


@pytest.mark.slow
@pytest.mark.both
def test_it_is_narrowed_by_stage_size_territory_and_whose_it_is(app, cast, client_of):
    with app.app_context():
        started(cast.elna, "De la diputación")
        village = started(cast.bieito, "De la aldea", stage=Stage.PILOT)
        used(cast.carles, village, cast.monteclaro)
        population = cast.vilaverde.population
        assert population < 1000
    bieito, carles = client_of(cast.bieito), client_of(cast.carles)

    def there(client, query):
        page = client.get(f"/initiatives?{query}").text
        return [title for title in ("De la diputación", "De la aldea") if title in page]

    assert there(bieito, "") == ["De la diputación", "De la aldea"]
    assert there(bieito, "size=mine") == ["De la aldea"]
    assert there(carles, "size=mine") == []
    assert there(bieito, "of=ours") == ["De la aldea"]
    assert there(carles, "of=used") == ["De la aldea"]
    assert there(carles, "stage=pilot") == ["De la aldea"]
    assert there(carles, "stage=closed") == []
    assert there(carles, "territory=ES-GA") == ["De la aldea"]
    assert there(carles, "agency=nonsense") == []
    assert there(carles, "stage=nonsense&topic=x&size=99&before=x") == [
        "De la diputación",
        "De la aldea",
    ]


def test_an_agency_page_shows_what_it_leads_and_uses(app, cast, shared, client_of):
    ana = client_of(cast.ana)

    assert TITLE in ana.get(f"/agencies/{cast.altamar.code}").text
    assert TITLE in ana.get(f"/agencies/{cast.vilaverde.code}").text
    assert TITLE not in ana.get(f"/agencies/{cast.monteclaro.code}").text


@pytest.mark.slow
@pytest.mark.both
def test_partners_contacts_and_files(app, cast, shared, client_of):
    elna = client_of(cast.elna)
    here = f"/initiatives/{shared}"
    partner = {"agency": cast.monteclaro.code}

    contact = {"post": str(cast.head_post.id)}
    assert elna.submit(f"{here}/contacts", contact).status_code == 422  # no partner yet
    assert elna.submit(f"{here}/partners", partner).status_code == 303
    assert elna.submit(f"{here}/partners", partner).status_code == 303
    assert elna.submit(f"{here}/partners", {"agency": cast.altamar.code}).status_code == 422
    assert elna.submit(f"{here}/contacts", contact).status_code == 303
    with app.app_context():
        edition = db.session.get_one(Initiative, shared).publication.edition
    sent = {"edition": str(edition), "file": (io.BytesIO(b"Hola"), "modelo.txt")}
    assert elna.submit(f"{here}/files", sent).status_code == 303

    page = client_of(cast.ana).get(here).text
    assert "modelo.txt" in page
    assert "Carles Roig" in page
    assert "Monteclaro" in page
    # A partner takes itself off; a stranger takes nobody off.
    drop = {**partner, "do": "drop"}
    assert client_of(cast.bieito).submit(f"{here}/partners", drop).status_code == 403
    assert (
        client_of(cast.carles).submit(f"{here}/partners", {**drop, "back": "page"}).status_code
        == 303
    )
    assert elna.submit(f"{here}/contacts", {**contact, "do": "drop"}).status_code == 303


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/initiatives", "/initiatives/{}", "/initiatives?q=obra"])
def test_a_longer_list_asks_no_more(app, cast, client_of, count_queries, path):
    ana = client_of(cast.ana)
    with app.app_context():
        made = started(cast.elna)
        used(cast.bieito, made, cast.vilaverde)
        made_id = made.publication_id
    ana.get(path.format(made_id))
    with count_queries() as few:
        ana.get(path.format(made_id))
    with app.app_context():
        made = db.session.get_one(Initiative, made_id)
        used(cast.bieito, made, cast.outeiro, Use.GAVE_UP, changed="No.")
        used(cast.carles, made, cast.monteclaro)
        for number in range(9):
            other = started(cast.elna, f"Obra {number}")
            used(cast.bieito, other, cast.vilaverde)
            post_update(cast.elna, made, f"Nuevo {number}") if number < 4 else None
    with count_queries() as many:
        ana.get(path.format(made_id))

    assert len(many) <= len(few) + 1  # what many have is asked for once more
