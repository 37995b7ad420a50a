"""Pages of reorganisations: a plan begun, drafted, corrected and scheduled by its forms."""

import io
import re
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from intranet.administration.reorganisation.changes import spec_of
from intranet.administration.reorganisation.findings import Finding
from intranet.administration.reorganisation.models import Plan, PlanChange, PlanState
from intranet.administration.reorganisation.queries import changes_of
from intranet.extensions import db
from intranet.organisation.agencies.models import Unit
from tests.administration.reorganisation.plans import applied, made
from tests.cast import today

PLANS = "/admin/L01990012/reorganisations"


@pytest.fixture
def dorleta(app, cast, client_of):
    with app.app_context():
        cast.account_of(cast.dorleta).locale = "en"
        db.session.commit()
    return client_of(cast.dorleta)


@pytest.fixture
def plan(app, cast):
    """The address of a plan in which Licences is renamed."""
    with app.app_context():
        change = {"kind": "rename", "unit": cast.licences.id, "name": {"es": "Licencias y Obras"}}
        return f"{PLANS}/{made(cast.dorleta, cast.monteclaro, change).id}"


def of(app, address):
    """A plan by its address, with the changes it has."""
    with app.app_context():
        found = db.session.get(Plan, UUID(address.rsplit("/", 1)[1]))
        assert found
        return found, [spec_of(each) for each in changes_of(found.id)]


def versions(page):
    return re.findall(r'name="version" value="(\d+)"', page.text)


@pytest.mark.both
def test_a_plan_is_begun_by_its_name(app, dorleta):
    assert "No reorganisation is planned" in dorleta.get(PLANS).text

    begun = dorleta.submit(PLANS, {"name": "After the elections"})

    assert begun.status_code == 303
    page = dorleta.get(begun.location)
    assert "After the elections" in page.text
    assert "Add a change first." in page.text
    assert "After the elections" in dorleta.get(PLANS).text


def test_a_plan_needs_a_name(dorleta):
    page = dorleta.submit(PLANS, {"name": " "})

    assert page.status_code == 422
    assert "error-summary" in page.text


@pytest.mark.both
def test_both_trees_say_what_changes(dorleta, plan):
    page = dorleta.get(plan).text
    today_part, after_part = page.split('id="plan-after-title"')

    assert "Licencias" in today_part
    assert "Licencias y Obras" not in today_part.split('id="plan-today-title"')[1]
    assert "Licencias y Obras" in after_part
    assert "Changes name" in after_part


def test_a_unit_is_found_in_both_trees(dorleta, plan):
    assert "1 unit found" in dorleta.get(f"{plan}?q=licen").text
    assert "0 units found" in dorleta.get(f"{plan}?q=zzzz").text


@pytest.mark.both
@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("move", lambda cast: {"unit": cast.licences.id, "parent": cast.procurement.id}),
        ("dissolve", lambda cast: {"unit": cast.licences.id, "successor": cast.procurement.id}),
        ("found", lambda cast: {"name_es": "Calidad", "parent": cast.urban_planning.id}),
        ("end_post", lambda cast: {"post_id": cast.officer_post.id}),
        ("head", lambda cast: {"post_id": cast.officer_post.id, "is_head": "1"}),
        (
            "move_post",
            lambda cast: {"post_id": cast.officer_post.id, "parent": cast.procurement.id},
        ),
        ("split", lambda cast: {"unit": cast.licences.id, "part1_es": "A", "part2_es": "B"}),
        (
            "merge",
            lambda cast: {
                "units": [cast.licences.id, cast.procurement.id],
                "name_es": "Licencias y Tesorería",
                "parent": cast.urban_planning.parent_id,
            },
        ),
    ],
)
def test_each_kind_of_change_has_its_form(  # noqa: PLR0917 - pytest names them
    app, cast, dorleta, plan, kind, fields
):
    form = dorleta.get(f"{plan}/changes/new?kind={kind}")
    assert form.status_code == 200

    added = dorleta.submit(f"{plan}/changes", {"kind": kind, **fields(cast)})

    assert added.status_code == 303
    assert of(app, plan)[1][-1].kind == kind
    assert dorleta.get(plan).status_code == 200
    assert dorleta.get(f"{plan}/changes").status_code == 200


def test_a_change_without_what_it_needs_is_asked_for_again(dorleta, plan):
    page = dorleta.submit(f"{plan}/changes", {"kind": "found", "name_es": "Calidad"})

    assert page.status_code == 422
    assert 'value="Calidad"' in page.text


def test_a_split_gets_one_more_part(cast, dorleta, plan):
    form = {"kind": "split", "unit": cast.licences.id, "part1_es": "Obra menor", "parts": "2"}
    page = dorleta.submit(f"{plan}/changes", {**form, "do": "parts"})

    assert page.status_code == 200
    assert 'name="part3_es"' in page.text
    assert 'value="Obra menor"' in page.text


@pytest.mark.both
def test_posts_of_a_split_go_where_they_are_put(app, cast, dorleta, plan):
    parts = {"unit": cast.licences.id, "part1_es": "Obra menor", "part2_es": "Obra mayor"}
    goes = {f"post_goes_{cast.officer_post.id}": "2"}
    dorleta.submit(f"{plan}/changes", {"kind": "split", "parts": "2", **parts, **goes})

    split = of(app, plan)[1][-1]
    assert [part.posts for part in split.parts] == [[], [cast.officer_post.id]]


@pytest.mark.both
def test_a_post_that_is_left_is_resolved_by_one_press(app, cast, dorleta, plan):
    dorleta.submit(f"{plan}/changes", {"kind": "dissolve", "unit": cast.licences.id})
    page = dorleta.get(plan).text
    assert "is left without a unit" in page
    assert "Move to Urbanismo y Obras" in page
    assert 'aria-disabled="true"' in page

    with app.app_context():
        closing = of(app, plan)[0].id
        row = db.session.scalars(
            select(PlanChange).where(PlanChange.plan_id == closing, PlanChange.kind == "dissolve")
        ).one()
        address, version = f"{plan}/changes/{row.id}", row.version
    resolved = {"unit": cast.licences.id, "successor": cast.urban_planning.id, "version": version}
    dorleta.submit(address, resolved)

    page = dorleta.get(plan).text
    assert "is left without a unit" not in page
    assert 'aria-disabled="true"' not in page


@pytest.mark.both
def test_the_last_step_is_undone(app, cast, dorleta, plan):
    before = of(app, plan)[1]
    change = {"kind": "move", "unit": cast.licences.id, "parent": cast.procurement.id}
    dorleta.submit(f"{plan}/changes", change)
    assert "Undo my last step" in dorleta.get(plan).text

    dorleta.submit(f"{plan}/last-act")

    assert [each.kind for each in of(app, plan)[1]] == [each.kind for each in before]
    assert "Undo my last step" not in dorleta.get(plan).text


@pytest.mark.both
def test_a_removed_change_comes_back_in_its_place(app, cast, dorleta, plan):
    change = {"kind": "move", "unit": cast.licences.id, "parent": cast.procurement.id}
    dorleta.submit(f"{plan}/changes", change)
    [first, _second] = re.findall(r"/changes/([0-9a-f-]{36})/removal", _list(dorleta, plan))
    before = of(app, plan)[1]

    dorleta.submit(f"{plan}/changes/{first}/removal")
    assert len(of(app, plan)[1]) == 1
    dorleta.submit(f"{plan}/last-act")

    assert [each.kind for each in of(app, plan)[1]] == [each.kind for each in before]


def test_a_step_is_not_undone_once_somebody_changed_the_plan(app, cast, client_of, plan, dorleta):
    change = {"kind": "move", "unit": cast.licences.id, "parent": cast.procurement.id}
    dorleta.submit(f"{plan}/changes", change)
    with app.app_context():
        found = db.session.get(Plan, of(app, plan)[0].id)
        assert found
        found.version += 1
        db.session.commit()

    dorleta.submit(f"{plan}/last-act")

    assert len(of(app, plan)[1]) == 2


def test_two_who_edit_one_change_lose_nothing(dorleta, plan):
    [change] = re.findall(r"/changes/([0-9a-f-]{36})/removal", _list(dorleta, plan))
    form = dorleta.get(f"{plan}/changes/{change}")
    [version] = versions(form)[:1]
    [unit] = re.findall(r'name="unit" value="([^"]+)"', form.text)
    fields = {"unit": unit, "version": version}
    assert (
        dorleta.submit(f"{plan}/changes/{change}", {**fields, "name_es": "Uno"}).status_code == 303
    )

    second = dorleta.submit(f"{plan}/changes/{change}", {**fields, "name_es": "Dos"})

    assert second.status_code == 409
    assert 'value="Dos"' in second.text
    assert "Uno" in second.text


@pytest.mark.both
def test_a_plan_is_scheduled_and_becomes_a_draft_again(app, dorleta, plan):
    [version] = versions(dorleta.get(plan))[:1]
    day = (today() + timedelta(days=30)).isoformat()
    dorleta.submit(f"{plan}/schedule", {"day": day, "version": version})
    assert of(app, plan)[0].state == PlanState.SCHEDULED
    page = dorleta.get(plan)
    assert "Make it a draft again" in page.text
    assert "Add change" not in page.text

    dorleta.submit(f"{plan}/draft", {"version": versions(page)[0]})

    assert of(app, plan)[0].state == PlanState.DRAFT


def test_a_plan_is_not_scheduled_for_yesterday(app, dorleta, plan):
    [version] = versions(dorleta.get(plan))[:1]
    day = (today() - timedelta(days=1)).isoformat()
    refused = dorleta.submit(f"{plan}/schedule", {"day": day, "version": version})

    assert of(app, plan)[0].state == PlanState.DRAFT
    assert "Choose a day after today" in dorleta.get(refused.location).text


@pytest.mark.both
def test_an_applied_plan_says_what_it_did_and_is_undone(app, cast, dorleta):
    with app.app_context():
        change = {"kind": "rename", "unit": cast.licences.id, "name": {"es": "Licencias y Obras"}}
        plan = f"{PLANS}/{applied(cast.dorleta, cast.monteclaro, change).id}"
    page = dorleta.get(plan)
    assert "is renamed" in page.text
    assert page.text.count('role="treegrid"') == 2
    assert "Before the plan" in page.text
    assert "“Licencias” is renamed" in page.text
    assert "Undo the whole plan" in page.text
    assert "Can still be undone" in dorleta.get(PLANS).text
    [version] = versions(dorleta.get(f"{plan}/undo"))

    assert dorleta.submit(f"{plan}/undo", {"version": version}).status_code == 303

    assert of(app, plan)[0].state == PlanState.UNDONE
    with app.app_context():
        unit = db.session.get(Unit, cast.licences.id)
        assert unit
        assert unit.name["es"] == "Licencias"


@pytest.mark.both
def test_the_people_concerned_are_listed_and_sent_as_a_spreadsheet(cast, dorleta, plan):
    change = {"post_id": cast.officer_post.id, "parent": cast.procurement.id, "kind": "move_post"}
    dorleta.submit(f"{plan}/changes", change)
    beside = dorleta.get(f"{plan}/consequences", headers={"HX-Request": "true"}).text
    assert "<html" not in beside
    assert "/consequences/people" in beside

    assert "Ana Castro" in dorleta.get(f"{plan}/consequences/people").text
    sheet = dorleta.get(f"{plan}/consequences/people?as=csv")
    assert "Ana Castro;" in sheet.text
    assert sheet.mimetype == "text/csv"


def test_a_refused_plan_says_what_stood_against_it(app, dorleta, plan):
    with app.app_context():
        found = db.session.get(Plan, of(app, plan)[0].id)
        assert found
        found.refused = [Finding("changed_since", about={"what": "Licencias"}).as_json()]
        db.session.commit()

    page = dorleta.get(plan).text

    assert "It was not applied, and nothing has changed" in page
    assert "Licencias was changed after this plan was scheduled." in page


def test_a_plan_is_discarded_after_asking(dorleta, plan):
    [version] = versions(dorleta.get(f"{plan}/discard"))
    assert dorleta.submit(f"{plan}/discard", {"version": version}).location == PLANS

    assert dorleta.get(plan).status_code == 404


def test_another_agency_and_other_people_find_nothing(cast, client_of, plan):
    for person in (cast.ana, cast.elna):
        assert client_of(person).get(plan).status_code == 404
        assert client_of(person).get(PLANS).status_code == 404
    elsewhere = plan.replace("L01990012", cast.altamar.code)
    assert client_of(cast.dorleta).get(elsewhere).status_code == 404


def _list(client, plan):
    return client.get(f"{plan}/changes").text


@pytest.mark.both
def test_changes_come_from_a_file_line_by_line(app, dorleta, plan):
    rows = ["change;unit;name;code;parent", "rename;URB;Ciudad;;", "rename;NONE;Nada;;"]
    sent = {"file": (io.BytesIO("\n".join(rows).encode()), "changes.csv")}
    page = dorleta.submit(f"{plan}/file", sent)
    assert page.status_code == 422
    assert '<td class="table__number">3</td>' in page.text
    assert len(of(app, plan)[1]) == 1

    again = {"file": (io.BytesIO("\n".join(rows).encode()), "changes.csv"), "partly": "1"}
    assert dorleta.submit(f"{plan}/file", again).status_code == 303
    assert len(of(app, plan)[1]) == 2
    dorleta.submit(f"{plan}/last-act")
    assert len(of(app, plan)[1]) == 1


def test_the_template_of_a_file_is_a_workbook(dorleta):
    assert dorleta.get(f"{PLANS}/template").data[:2] == b"PK"
