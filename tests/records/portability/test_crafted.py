"""Packages signed by whoever forged them: what no export writes is refused, and nothing is here."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from intranet.collaboration.groups.models import Group
from intranet.delivery.files.storage import storage
from intranet.extensions import Model, db
from intranet.messaging.conversations.models import ConversationKind
from intranet.messaging.messages.models import Message
from intranet.organisation.agencies.models import Agency, PostFunction
from intranet.platform.core.errors import Invalid
from intranet.publishing.publications.models import PublicationVersion
from intranet.records.holds.models import HoldTarget, LegalHold, TargetKind
from intranet.records.portability.arriving import arrive
from intranet.records.portability.exporting import write_package
from intranet.records.portability.scope import PackageKind
from intranet.records.portability.stubs import STUB_COLUMNS
from intranet.records.portability.subjects import subject_of
from tests.collaboration.groups.helpers import main_channel
from tests.messaging.messages.helpers import say
from tests.records.portability.crafted import Contents, crafted

SCRIPT = '<p>Hola<script>alert(1)</script><img src=x onerror="alert(1)"></p>'


def stored(house) -> dict[str, int | None]:
    """How many rows each table has, and how many bytes are stored."""
    with house.app_context():
        counts = {
            name: db.session.scalar(select(func.count()).select_from(table))
            for name, table in Model.metadata.tables.items()
        }
        return {**counts, "bytes": len(list(storage().stored()))}


def refuse(house, path, into: str | None = None) -> str:
    """The sentence with which a package is refused, having left nothing behind."""
    before = stored(house)
    with house.app_context():
        town = select(Agency).where(Agency.code == into)
        agency = db.session.scalars(town).one() if into else None
        with pytest.raises(Invalid) as refused:
            arrive(path, into=agency)
        assert len(refused.value.errors) == 1
        words = str(refused.value.errors["package"])
    assert stored(house) == before
    assert "ya está" not in words  # all before it came in
    return words


@pytest.fixture
def village(cast, export, empty_house):
    """An installation in which Vilaverde lives, and the ids of what is its own."""
    path, house = export(cast.vilaverde, name="vilaverde.zip"), empty_house()
    with house.app_context():
        arrive(path)
    return house


@pytest.fixture
def of_group(app, lived, tmp_path):
    """The package of Altamar's group."""
    path = tmp_path / "group.zip"
    with app.app_context(), path.open("wb") as out:
        found = subject_of(PackageKind.GROUP, lived.group)
        write_package(out, found.scope, name=found.name, language="ca", time_zone=found.time_zone)
    return path


def of_village(cast, house, name):
    """The id of a row of Vilaverde."""
    table = Model.metadata.tables[name]
    with house.app_context():
        own = table.c.agency_id == cast.ids["vilaverde"][1]
        return str(db.session.scalar(select(table.c.id).where(own).limit(1)))


def test_what_names_an_agency_that_is_here_does_not_come_with_another(
    app, cast, village, lived, export
):
    path = export(cast.monteclaro)
    there, bieito = str(cast.ids["vilaverde"][1]), str(cast.ids["bieito"][1])
    unit, post = of_village(cast, village, "units"), of_village(cast, village, "posts")
    space = of_village(cast, village, "spaces")
    new = str(uuid4())
    stub_post = {"id": new, "agency_id": there, "unit_id": unit, "valid_to": "2020-01-01"}
    abuses = {
        "administrations": lambda it: it.change("administrations", agency_id=there),
        "accounts": lambda it: it.change("accounts", home_agency_id=there),
        "appointments": lambda it: it.change("appointments", post_id=post),
        "posts": lambda it: it.change("posts", unit_id=unit),
        "units": lambda it: it.change("units", agency_id=there),
        "space_members": lambda it: it.change("space_members", space_id=space),
        "audit_lines": lambda it: it.change("audit_lines", agency_id=there),
        "spaces": lambda it: it.change("spaces", agency_id=there),
        "conversations": lambda it: it.change("conversations", space_id=space),
        "agencies": lambda it: it.add("agencies", id=new, code="L09", handle="x", sort_key="x"),
        "publications": lambda it: it.change("publications", agency_id=there),
        "members": lambda it: it.add(
            "space_members", id=new, person_id=bieito, appointment_id=None
        ),
        "stub_space": lambda it: it.change("spaces", "stubs", agency_id=there),
        "stub_head": lambda it: it.change("space_members", "stubs", role="head"),
        "stub_person": lambda it: it.change("people", "stubs", phone="600"),
        "stub_post": lambda it: it.put("posts", [stub_post], "stubs"),
        "stub_place": lambda it: it.change("messages", "stubs", body="Lo dijo."),
        "secret": lambda it: it.change("accounts", password_hash="x"),
        "table": lambda it: it.put("sign_ins", [{"id": new}]),
    }
    for name, abuse in abuses.items():
        assert refuse(village, crafted(app, path, abuse)), name


def test_units_come_in_a_tree_of_their_own(app, cast, village, lived, export):
    path = export(cast.monteclaro)
    of_others, new = Contents(export(cast.vilaverde, name="others.zip")), uuid4()
    root = of_others.rows("units")[0]

    def move(it, *, to="{root}{unit}/", parent_id=None):
        for name in ("agencies", "units"):
            [row, *_others] = of_others.rows(name)
            stub = {key: row[key] for key in STUB_COLUMNS[name]}
            others = [row for row in it.rows(name, "stubs") if row["id"] != stub["id"]]
            it.put(name, [stub, *others], "stubs")
        *others, unit = it.rows("units")
        above = unit["path"].strip("/")
        path = to.format(root=root["path"], unit=UUID(unit["id"]).hex, above=above)
        parent_id = parent_id or unit["parent_id"]
        it.put("units", [*others, {**unit, "path": path, "parent_id": parent_id}])

    abuses = {
        "path": move,
        "deeper": lambda it: move(it, to="{root}{above}/"),
        "parent": lambda it: move(it, parent_id=root["id"]),
        "second root": lambda it: it.add(
            "units", id=str(new), code="x", parent_id=None, path=f"/{new.hex}/"
        ),
    }
    for name, abuse in abuses.items():
        assert "data/units" in refuse(village, crafted(app, path, abuse)), name


def test_a_hold_names_only_what_comes_with_it(app, cast, village, lived, export):
    with app.app_context():
        hold = LegalHold(agency_id=cast.ids["monteclaro"][1], title="Juzgado", reason="Auto")
        hold.since, hold.placed_by_id = date(2026, 12, 1), cast.ids["dorleta"][1]
        hold.targets = [
            HoldTarget(kind=TargetKind.PERSON, subject_id=cast.ids["ana"][1]),
            HoldTarget(kind=TargetKind.SPACE, subject_id=lived.own_group),
            HoldTarget(kind=TargetKind.SPACE, subject_id=lived.group),
            HoldTarget(kind=TargetKind.WORD, word="alcornoque"),
        ]
        db.session.add(hold)
        db.session.commit()
    path = export(cast.monteclaro)
    abuses = {
        "post": of_village(cast, village, "posts"),
        "space": of_village(cast, village, "spaces"),
        "person": str(cast.ids["bieito"][1]),
        "conversation": str(uuid4()),
    }
    for kind, there in abuses.items():

        def name_it(it, kind=kind, there=there):
            it.change("hold_targets", kind=kind, subject_id=there)

        assert "hold_targets" in refuse(village, crafted(app, path, name_it)), kind
    with village.app_context():
        arrive(path)
        named = set(db.session.scalars(select(HoldTarget.subject_id)))
        assert named == {cast.ids["ana"][1], lived.own_group, None}


def test_words_in_the_name_of_others_stay_out_of_talks_with_them(app, cast, village, lived, export):
    path = export(cast.monteclaro)
    bieito = str(cast.ids["bieito"][1])

    def speak(it):
        row = next(row for row in it.rows("messages") if row["conversation_id"] == str(outside))
        rows = it.rows("messages")
        forged = {**row, "id": str(uuid4()), "client_id": str(uuid4()), "seq": 9}
        it.put("messages", [*rows, {**forged, "author_id": bieito, "post_id": None}])

    outside = lived.outside
    assert "messages" in refuse(village, crafted(app, path, speak))


def test_a_group_brings_nothing_but_a_group(app, cast, village, of_group):
    there, bieito = str(cast.ids["vilaverde"][1]), str(cast.ids["bieito"][1])
    post, space = of_village(cast, village, "posts"), of_village(cast, village, "spaces")
    new = str(uuid4())

    def talk(it):
        it.add("conversations", id=new, kind=ConversationKind.DIRECT, space_id=None)

    def administer(it):
        row = {"id": new, "agency_id": there, "post_id": post, "role": "administrator"}
        it.put("administrations", [row])

    abuses = {
        "administrations": administer,
        "appointments": lambda it: it.put("appointments", [{"id": new, "person_id": bieito}]),
        "audit_lines": lambda it: it.put("audit_lines", [{"id": new, "agency_id": there}]),
        "space_members": lambda it: it.put("space_members", [{"id": new}]),
        "recipients": lambda it: it.put("recipients", [{"id": new}]),
        "direct": talk,
        "spaces": lambda it: it.add("spaces", id=new),
        "of_agency": lambda it: it.change("spaces", kind="agency"),
        "conversations": lambda it: it.change("conversations", space_id=space),
        "stub_messages": lambda it: it.put("messages", [{"id": new}], "stubs"),
        "posts": lambda it: it.change("posts", "stubs", agency_id=there),
    }
    for name, abuse in abuses.items():
        assert refuse(village, crafted(app, of_group, abuse), "L01990020"), name


@pytest.mark.both
def test_html_goes_through_the_sanitiser_again(app, cast, lived, export, empty_house):
    def poison(it):
        it.put("messages", [{**row, "html": SCRIPT} for row in it.rows("messages")])
        rows = it.rows("publication_versions")
        it.put("publication_versions", [{**row, "html": {"es": SCRIPT}} for row in rows])

    path = crafted(app, export(cast.monteclaro), poison)
    with empty_house().app_context():
        arrive(path)
        texts = set(db.session.scalars(select(Message.html).where(Message.body != "[…]")))
        texts |= {html["es"] for html in db.session.scalars(select(PublicationVersion.html))}
        assert texts == {"<p>Hola</p>"}


@pytest.mark.slow
@pytest.mark.both
def test_malformed_rows_are_refused_in_a_sentence(app, cast, lived, export, empty_house):
    path = export(cast.monteclaro)
    house = empty_house()
    agency, log = "data/agencies.jsonl", "data/audit_lines.jsonl"

    def infinite(it):
        it.change("audit_lines", detail={"x": 7777.5})
        it.files[log] = it.files[log].replace(b"7777.5", b"1e400")

    faults = {
        "body": lambda it: it.change("messages", body=["x"]),
        "number": lambda it: it.change("messages", seq=2**80),
        "text": lambda it: it.change("messages", seq="7"),
        "long": lambda it: it.change("people", status_emoji="x" * 9_999),
        "nul": lambda it: it.change("messages", body="a\0b"),
        "half": lambda it: it.files.update(
            {"data/messages.jsonl": it.files["data/messages.jsonl"].replace(b"Aqu", b"\\ud800", 1)}
        ),
        "naive": lambda it: it.change("messages", created_at="2026-01-01T00:00:00"),
        "enum": lambda it: it.change("spaces", kind="castle"),
        "id": lambda it: it.change("messages", id=7),
        "null": lambda it: it.change("messages", body=None),
        "null in place of a list": lambda it: it.change("messages", mentions=None),
        "half in bytes": lambda it: it.change("messages", body="\ud800"),
        "missing": lambda it: it.put("people", [{"id": str(uuid4())}]),
        "column": lambda it: it.change("people", boss=True),
        "array": lambda it: it.files.update({"data/people.jsonl": b"[1]\n"}),
        "deep": lambda it: it.files.update({"data/people.jsonl": b"[" * 100_000 + b"\n"}),
        "word": lambda it: it.files.update({"data/people.jsonl": b"NaN\n"}),
        "bytes": lambda it: it.files.update({"data/people.jsonl": b"\xff\n"}),
        "raw half": lambda it: it.change("messages", body="\ud800"),
        "UTF-16": lambda it: it.files.update(
            {agency: it.files[agency].strip().decode().encode("utf-16")}
        ),
        "infinite": infinite,
        "line": lambda it: it.files.update({"data/people.jsonl": b'"' + b"x" * 17_000_000}),
        "count": lambda it: it.told["counts"].update(messages=1),
        "counts": lambda it: it.told.update(counts=[1]),
        "as_of": lambda it: it.told.update(as_of="ayer"),
        "subject": lambda it: it.told.update(subject_id=7),
        "agency": lambda it: it.told.update(agency="L01990012"),
        "revision": lambda it: it.told.update(revision={"a": 1}),
    }
    for name, fault in faults.items():
        assert refuse(house, crafted(app, path, fault)), name


def test_functions_of_an_old_package_give_no_right_that_only_their_holder_said(
    app, cast, lived, export, empty_house
):
    def of_before(it):
        [first, second, *_more] = it.rows("post_functions")
        first |= {"is_suggested": True, "strength": 0.6}
        second |= {"is_suggested": False, "strength": 1.0}
        old = [{**row} for row in (first, second)]
        for row in old:
            del row["backing"]
        it.put("post_functions", old)
        it.told["revision"] = "0021"

    path = crafted(app, export(cast.monteclaro), of_before)
    with empty_house().app_context():
        arrive(path)
        found = select(PostFunction.is_suggested, PostFunction.backing)
        assert dict(db.session.execute(found).all()) == {True: 0.3, False: 0.0}


@pytest.mark.both
def test_a_place_that_answers_our_words_arrives_with_them(app, cast, lived, export, empty_house):
    with app.app_context():
        shared = main_channel(db.session.get_one(Group, lived.group))
        first = say(cast.carles, shared, "Palabras de Carles.")
        answer = say(cast.elna, shared, "Palabras de Altamar.", parent_id=first.id)
        say(cast.carles, shared, "Y otra vez.")
    path = export(cast.monteclaro)
    with empty_house().app_context():
        arrive(path)
        place = db.session.get_one(Message, answer.id)
        assert (place.body, place.parent_id) == ("[…]", first.id)
