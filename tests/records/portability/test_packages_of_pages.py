"""Packages asked for on pages: four eyes for an agency's, one's own, and who leads takes along."""

import csv
import io
import threading
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import unquote
from uuid import uuid4
from zipfile import ZipFile

import pytest

from intranet.collaboration.groups.models import Group
from intranet.collaboration.groups.operations.sharing import turn_back
from intranet.extensions import db
from intranet.messaging.messages.posting import post_message
from intranet.organisation.agencies.operations.administrations import make_administrator
from intranet.platform.core import clock
from intranet.platform.core.errors import Conflict, Forbidden, NotFound, TooMany
from intranet.platform.core.outbox import run_due
from intranet.records.packages.reading import Package
from intranet.records.portability import operations, talk_pages
from intranet.records.portability.exporting import FORMAT
from intranet.records.portability.models import OrderState, PackageOrder
from intranet.records.portability.scope import PackageKind
from tests.messaging.messages.helpers import channel_of, say

TOWN = "/admin/L01990012/leave"


def second_administrator(cast):
    """Let Rosa's post administer Monteclaro as well."""
    make_administrator(None, cast.monteclaro, cast.mayor_post)


def order_of(app, kind):
    with app.app_context():
        return db.session.scalars(db.select(PackageOrder).where(PackageOrder.kind == kind)).one()


def test_an_agencys_package_needs_two_and_only_who_asked_downloads_it(app, cast, lived, client_of):
    with app.app_context():
        second_administrator(cast)
    later = clock.now() + timedelta(days=15)
    dorleta, rosa = client_of(cast.dorleta), client_of(cast.rosa)
    assert dorleta.submit(f"{TOWN}/packages").status_code == 303
    order = order_of(app, PackageKind.AGENCY)
    address = f"{TOWN}/packages/{order.id}"

    assert dorleta.submit(address, {"do": "agree"}).status_code == 303
    assert order_of(app, PackageKind.AGENCY).state == OrderState.WAITING
    with clock.freeze(later), app.app_context():
        operations.agree(cast.rosa, cast.monteclaro, db.session.get_one(PackageOrder, order.id))
        while run_due():
            pass
    assert order_of(app, PackageKind.AGENCY).state == OrderState.READY
    assert rosa.get(f"/packages/{order.id}.zip").status_code == 404
    taken = dorleta.get(f"/packages/{order.id}.zip")
    assert taken.status_code == 200
    with ZipFile(io.BytesIO(taken.data)) as package:
        everything = b"".join(package.read(name) for name in package.namelist())
    assert "Aquí van los **planos**.".encode() in everything
    assert b"Entre nosotros." not in everything
    acts = dorleta.get("/admin/L01990012/audit?lang=en").text
    assert "downloaded a package" in acts


def test_nobody_else_asks_agrees_or_learns_of_it(app, cast, lived, client_of):
    dorleta, guillem, ana = (client_of(each) for each in (cast.dorleta, cast.guillem, cast.ana))
    dorleta.submit(f"{TOWN}/packages")
    order = order_of(app, PackageKind.AGENCY)
    for other in (guillem, ana):
        assert other.get(TOWN).status_code == 404
        assert other.submit(f"{TOWN}/packages").status_code == 404
        assert other.submit(f"{TOWN}/packages/{order.id}", {"do": "agree"}).status_code == 404
        assert other.get(f"/packages/{order.id}.zip").status_code == 404
    of_other = f"/admin/L02990041/leave/packages/{order.id}"
    assert guillem.submit(of_other, {"do": "delete"}).status_code == 404
    with app.app_context(), pytest.raises(NotFound):
        operations.ask_for_agency(cast.guillem, cast.monteclaro)
    with app.app_context(), pytest.raises(Conflict):
        operations.ask_for_agency(cast.dorleta, cast.monteclaro)


def test_when_a_key_is_turned_back_people_take_their_own_words_and_files(
    app, cast, lived, client_of
):
    with app.app_context():
        turn_back(cast.dorleta, db.session.get_one(Group, lived.group), cast.monteclaro)
    carles = client_of(cast.carles)
    assert carles.submit("/packages", {"kind": "own"}).status_code == 303
    with app.app_context():
        while run_due():
            pass
    order = order_of(app, PackageKind.OWN)
    assert str(order.id) in carles.get("/packages").text
    taken = carles.get(f"/packages/{order.id}.zip")
    with ZipFile(io.BytesIO(taken.data)) as package:
        everything = b"".join(package.read(name) for name in package.namelist())
    assert b"Palabras de Carles." in everything
    assert b"Palabras de Altamar." not in everything
    assert b"planos" not in everything
    assert client_of(cast.elna).get(f"/packages/{order.id}.zip").status_code == 404


def test_who_leads_a_group_takes_it_along_and_nobody_else(app, cast, lived):
    with app.app_context():
        order = operations.ask(cast.elna, PackageKind.GROUP, lived.group)
        with pytest.raises(Forbidden):
            operations.ask(cast.carles, PackageKind.GROUP, lived.group)
        with pytest.raises(NotFound):
            operations.ask(cast.ana, PackageKind.AGENCY, cast.altamar.id)
        with pytest.raises(NotFound):
            operations.ask(cast.ana, PackageKind.OWN, cast.carles.id)
        operations.make(order.id)
        made = db.session.get_one(PackageOrder, order.id, populate_existing=True)
        assert made.state == OrderState.READY
        assert made.size_bytes


def test_asking_and_downloading_need_a_fresh_confirmation(app, cast, lived, client_of):
    elna = client_of(cast.elna)
    wanted = {"kind": "group", "subject": str(lived.group)}
    with clock.freeze(clock.now() + timedelta(minutes=6)):
        assert "confirm_password" in elna.submit("/packages", wanted).text
        with app.app_context():
            assert not db.session.scalars(db.select(PackageOrder)).all()
    assert elna.submit("/packages", wanted).status_code == 303
    order = order_of(app, PackageKind.GROUP)
    with app.app_context():
        operations.make(order.id)
    with clock.freeze(clock.now() + timedelta(minutes=6)):
        assert "confirm_password" in elna.get(f"/packages/{order.id}.zip").text
    assert elna.get(f"/packages/{order.id}.zip").status_code == 200


def test_nobody_asks_for_many_in_a_day(app, cast):
    with app.app_context():
        for _number in range(operations.ORDERS_A_DAY):
            order = operations.ask(cast.ana, PackageKind.OWN, cast.ana.id)
            operations.make(order.id)
        with pytest.raises(TooMany):
            operations.ask(cast.ana, PackageKind.OWN, cast.ana.id)
        with clock.freeze(clock.now() + timedelta(days=8)):
            operations.forget_old(clock.now())
            gone = db.session.get_one(PackageOrder, order.id, populate_existing=True)
            assert (gone.state, gone.key) == (OrderState.GONE, None)


class Links(HTMLParser):
    """Gathers what a page links to, and its words."""

    def __init__(self) -> None:
        super().__init__()
        self.hrefs: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.hrefs += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        self.words.append(data)


def test_it_is_read_with_a_browser_and_a_spreadsheet_alone(cast, lived, export, tmp_path):
    with ZipFile(export(cast.monteclaro)) as package:
        package.extractall(tmp_path / "read")
    home = tmp_path / "read"
    seen, waiting, words = set(), [home / "index.html"], ""
    while waiting:
        page = waiting.pop()
        if page in seen:
            continue
        seen.add(page)
        assert page.is_file(), page
        if page.suffix != ".html":
            continue
        parser = Links()
        parser.feed(page.read_text(encoding="utf-8"))
        words += " ".join(parser.words)
        for href in parser.hrefs:
            path = unquote(href.split("#")[0])
            assert not path.startswith(("/", "http")), href
            if path:
                waiting.append((page.parent / path).resolve())
    assert "Aquí van los" in words
    assert "Y la respuesta." in words
    assert (home / "files").exists()
    assert any("planos ñ.txt" in page.name for page in seen)
    with (home / "tables" / "people.csv").open(encoding="utf-8-sig", newline="") as file:
        people = list(csv.DictReader(file, delimiter=";"))
    assert "Ana Castro" in {row["Nombre"] for row in people}
    assert len((home / "data" / "units.jsonl").read_text().splitlines()) == 5


def test_short_months_share_a_page_and_long_ones_are_in_parts(app, cast, export, monkeypatch):
    monkeypatch.setattr(talk_pages, "MESSAGES_ON_A_PAGE", 4)
    monkeypatch.setattr(talk_pages, "ENOUGH_FOR_A_PAGE", 3)
    with app.app_context():
        room = channel_of(cast.licences)
        for month, count in ((1, 1), (2, 2), (3, 1), (4, 5), (5, 1)):
            with clock.freeze(datetime(2027, month, 15, tzinfo=UTC)):
                for number in range(count):
                    say(cast.ana, room, f"Palabras {month}/{number}.")
        folder = f"talks/{room.id}"
    names = ["2027-01_2027-02", "2027-03", "2027-04", "2027-04-2_2027-05"]
    with ZipFile(export(cast.monteclaro)) as package:
        index = Links()
        index.feed(package.read(f"{folder}/index.html").decode())
        assert index.hrefs[-4:] == [f"{name}.html" for name in names]
        assert "2027-01 – 2027-02" in index.words
        counts, steps = [], []
        for name in names:
            page = Links()
            page.feed(package.read(f"{folder}/{name}.html").decode())
            counts.append(" ".join(page.words).count("Palabras"))
            steps.append({href.partition(".")[0] for href in page.hrefs if "2027" in href})
    assert counts == [3, 1, 4, 2]
    around = zip([None, *names], [*names[1:], None], strict=False)
    assert steps == [{one for one in pair if one} for pair in around]


@pytest.mark.both
def test_it_is_of_one_instant_while_people_write(app, cast, lived, export):
    over = threading.Event()
    posted: list[int] = []

    def write() -> None:
        with app.app_context():
            ana, room = cast.ana, channel_of(cast.licences)
            while not over.is_set():
                words = f"Sigo {len(posted)}."
                said = post_message(ana, room.id, words, client_id=uuid4(), posts_per_10s=100_000)
                posted.append(said.seq)
                db.session.rollback()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        path = export(cast.monteclaro)
    finally:
        over.set()
        writer.join()
    assert posted
    with Package(path, FORMAT) as package:
        rooms = {row["id"]: row for row in package.lines("data/conversations.jsonl")}
        seqs = [
            row["seq"]
            for row in package.lines("data/messages.jsonl")
            if row["conversation_id"] == str(lived.room)
        ]
    assert sorted(seqs) == list(range(1, rooms[str(lived.room)]["last_seq"] + 1))
