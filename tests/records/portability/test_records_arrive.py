"""The log of the organisation, plans, hand-overs, holds, rules and requests go with the agency."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from intranet.administration.reorganisation.models import (
    Plan,
    PlanChange,
    PlanChangeKind,
    PlanImage,
    PlanState,
)
from intranet.collaboration.groups.models import Joining
from intranet.delivery.files.models import File
from intranet.delivery.files.storage import storage
from intranet.extensions import db
from intranet.organisation.history.jobs import reconcile
from intranet.organisation.history.models import OrganisationChange
from intranet.organisation.people.models import Appointment
from intranet.platform.audit.operations import record
from intranet.platform.core import clock
from intranet.records.access_requests.models import (
    AccessFinding,
    AccessKind,
    AccessPackage,
    AccessRequest,
    FoundKind,
)
from intranet.records.hand_over.models import HandOver
from intranet.records.holds.models import HeldFile, HeldItem, HeldKind, HeldUnder, LegalHold
from intranet.records.own_data.models import ErasureRequest, OwnDataFile
from intranet.records.packages.reading import Package
from intranet.records.portability.arriving import arrive
from intranet.records.portability.exporting import FORMAT
from intranet.records.retention.models import (
    AfterTerm,
    CountsFrom,
    FilePlan,
    FilePlanClass,
    RetentionRule,
)
from intranet.records.statements.models import StatementText
from tests.collaboration.groups.helpers import group_of

SECRET = "alcornoque"
TODAY = date(2026, 12, 1)
OF_OFFICERS = ("access_requests", "erasure_requests", "held_items", "legal_holds", "file_plans")


@pytest.fixture
def recorded(app, cast, lived):
    """Something of each kind of record; the plan, the erasure and a package are under way."""
    agency, ana, dorleta = (cast.ids[name][1] for name in ("monteclaro", "ana", "dorleta"))
    with app.app_context():
        held = select(Appointment).where(Appointment.person_id == ana)
        post = db.session.scalars(held.limit(1)).one()
        now = clock.now()
        plan = Plan(agency_id=agency, name="Enero", state=PlanState.SCHEDULED, base={"units": []})
        plan.applies_at = now + timedelta(days=9)
        hold = LegalHold(agency_id=agency, title="Juzgado", reason="Auto", since=TODAY)
        hold.placed_by_id, hold.is_confidential = dorleta, True
        item = HeldItem(kind=HeldKind.MESSAGE, subject_id=lived.first, author_id=ana)
        item.body = item.words = f"el {SECRET}"
        item.conversation_id, item.written_at = lived.room, now
        file_plan = FilePlan(agency_id=agency, number=1, file_name="c.csv", imported_by_id=dorleta)
        request = AccessRequest(agency_id=agency, year=2026, number=1, kind=AccessKind.TRANSPARENCY)
        request.asker, request.matter, request.due_on = "R-1", "Obras", TODAY
        request.language, request.officer_id, request.created_by_id = "es", dorleta, dorleta
        db.session.add_all([plan, hold, item, file_plan, request])
        db.session.flush()
        rename = {"name": {"es": "Otro nombre"}}
        change = PlanChange(plan_id=plan.id, position=1, kind=PlanChangeKind.RENAME, values=rename)
        classes = FilePlanClass(plan_id=file_plan.id, code="01", name="Licencias")
        classes.counts_from, classes.after = CountsFrom.WRITTEN, AfterTerm.KEEP
        found = AccessFinding(request_id=request.id, number=1, kind=FoundKind.DAY, day=TODAY)
        found.subject_id = lived.room
        rule = RetentionRule(agency_id=agency, title="Regla", kind="channel", days=30)
        rule.proposed_by_id = dorleta
        erasure = ErasureRequest(person_id=ana, agency_id=agency, asked_by_id=ana)
        erasure.proposed_by_id, erasure.approved_by_id, erasure.approved_at = dorleta, dorleta, now
        erasure.traces = {"name": "Ana"}
        text = StatementText(agency_id=agency, statement="security", part="scope", number=1)
        text.body, text.written_by_id = "Nuestras palabras.", dorleta
        db.session.add_all(
            [
                *(change, classes, found, rule, erasure, text),
                PlanImage(plan_id=plan.id, name="units", rows=[]),
                HeldUnder(hold_id=hold.id, item_id=item.id),
                HeldFile(item_id=item.id, file_id=lived.file),
                HandOver(appointment_id=post.id, words="Para quien venga.", written_at=now),
                AccessPackage(request_id=request.id, made_by_id=dorleta),
                OwnDataFile(person_id=ana, language="es"),
            ]
        )
        db.session.commit()
        return {"plan": plan.id, "item": item.id, "erasure": erasure.id, "agency": agency}


def said_of(agency_id):
    """What the log of an agency says, in its order."""
    found = select(OrganisationChange).where(OrganisationChange.agency_id == agency_id)
    rows = db.session.scalars(found.order_by(OrganisationChange.number)).all()
    return [(row.at, row.kind, row.row_id, row.state, row.audit_number) for row in rows]


@pytest.mark.both
def test_records_arrive_and_what_was_under_way_waits_for_people(
    cast, lived, recorded, export, empty_house
):
    with cast.app.app_context():
        before = said_of(recorded["agency"])
    path = export(cast.monteclaro)
    with empty_house(is_other=True).app_context():
        arrive(path)
        assert before
        assert said_of(recorded["agency"]) == before
        assert reconcile(repair=False) == {}
        plan = db.session.get_one(Plan, recorded["plan"])
        assert (plan.state, plan.applies_at, plan.base) == (PlanState.DRAFT, None, None)
        change = db.session.scalars(select(PlanChange)).one()
        assert change.values == {"name": {"es": "Otro nombre"}}
        erasure = db.session.get_one(ErasureRequest, recorded["erasure"])
        assert erasure.is_open
        assert (erasure.proposed_by_id, erasure.traces) == (cast.ids["dorleta"][1], None)
        assert db.session.get_one(HeldItem, recorded["item"]).body == f"el {SECRET}"
        assert db.session.scalars(select(HeldUnder)).one().item_id == recorded["item"]
        with storage().open(db.session.get_one(File, lived.file).key) as stored:
            assert stored.read() == b"plans of the square"
        for model in (LegalHold, HeldFile, FilePlan, FilePlanClass, RetentionRule, AccessRequest):
            assert db.session.scalar(select(func.count()).select_from(model)) == 1, model
        assert db.session.scalars(select(AccessFinding.subject_id)).one() == lived.room
        assert db.session.scalars(select(HandOver.words)).one() == "Para quien venga."
        assert db.session.scalars(select(StatementText.body)).one() == "Nuestras palabras."
        for stayed in (PlanImage, AccessPackage, OwnDataFile):
            assert not db.session.scalar(select(func.count()).select_from(stayed)), stayed


def test_a_package_of_the_pages_has_nothing_of_the_records_officer(cast, recorded, export):
    path = export(cast.monteclaro, whole=False)
    with Package(path, FORMAT) as package:
        assert not [name for name in OF_OFFICERS if f"data/{name}.jsonl" in package.paths]
        assert package.manifest["counts"]["plans"] == 1
        everything = b"".join(package.open(name).read() for name in package.paths)
    assert SECRET.encode() not in everything


def test_what_the_log_hides_from_administrators_is_not_in_their_package(app, cast, export):
    agency, xoel = (cast.ids[name][1] for name in ("monteclaro", "xoel"))
    with app.app_context():
        group_of(cast.carles, "Sala callada", is_listed=False, joining=Joining.INVITATION)
        about = {"agency_id": agency, "actor_id": xoel, "subject": ("agency", agency)}
        record("hold.count", **about, detail={"words": SECRET})
        record("unit.rename", **about, detail={"to": "Obras"})
    whole = logged(export(cast.monteclaro))
    ours = logged(export(cast.monteclaro, whole=False))
    assert ours.keys() == whole.keys()
    withheld = {number for number, line in ours.items() if not line["act"]}
    assert {whole[number]["act"] for number in withheld} == {"group.create", "hold.count"}
    assert not [line for number, line in ours.items() if SECRET in str(line)]
    for number, line in ours.items():
        if number in withheld:
            assert (line["actor_id"], line["subject_id"], line["detail"]) == (None, None, {})
            assert line["hash"] == whole[number]["hash"]
        else:
            assert line == whole[number]


def logged(path):
    """The lines of the audit log in a package, by number."""
    with Package(path, FORMAT) as package:
        return {line["number"]: line for line in package.lines("data/audit_lines.jsonl")}
