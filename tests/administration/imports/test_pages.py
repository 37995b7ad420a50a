"""The pages under /admin/import: sending, reading, mending, applying, and whose they are."""

import io
from datetime import timedelta

import pytest

from intranet.administration.imports import jobs
from intranet.administration.imports.models import Import, ImportState
from intranet.extensions import db
from intranet.organisation.agencies.operations.units import create_unit
from intranet.platform.core import clock, outbox
from intranet.platform.core.types import Localized

PEOPLE = "name;email;post_code;to"


@pytest.fixture
def dorleta(cast, client_of):
    return client_of(cast.dorleta)


def see(client, address):
    """A page, in English."""
    return client.get(f"{address}{'&' if '?' in address else '?'}lang=en")


def send(client, *lines, kind="people", name="plantilla.csv", data=None):
    """Send a file as the form does; give the answer."""
    file = io.BytesIO(data if data is not None else "\n".join(lines).encode())
    form = {"kind": kind, "agency": "", "file": (file, name)}
    return client.submit("/admin/import?lang=en", form, content_type="multipart/form-data")


def work(app):
    """Do what is owed, until nothing is."""
    assert jobs.BATCH_SIZE  # what is owed is known once this module is
    with app.app_context():
        while outbox.run_due():
            pass


def sent(app, client, *lines, **more):
    """The address of a file that was sent and looked through."""
    answer = send(client, *lines, **more)
    assert answer.status_code == 303, answer.text
    work(app)
    review(app, client, answer.location)
    return answer.location


def review(app, client, where):
    """Take the columns as they are proposed."""
    if see(client, where).status_code == 303:
        answer = client.submit(f"{where}/columns", {"do": "review"})
        assert answer.status_code == 303, answer.text
        work(app)


@pytest.mark.slow
@pytest.mark.both
def test_a_file_is_shown_mended_applied_and_changes_nothing_again(app, cast, dorleta):
    code = cast.officer_post.code
    lines = [
        PEOPLE,
        f"Noa Rey;noa@x.example;{code};",
        f"Lois Rey;lois@x.example;{code}x;",
        "=cmd();c@x.example;nada;",
    ]
    waiting = send(dorleta, *lines).location
    assert "is in the queue" in see(dorleta, waiting).text
    work(app)
    review(app, dorleta, waiting)
    page = see(dorleta, waiting).text
    for words in ("Nothing has changed yet", "Noa Rey", "There is no post with this code"):
        assert words in page
    assert "Noa Rey" not in see(dorleta, f"{waiting}?what=rejected").text
    assert "Noa Rey" in see(dorleta, f"{waiting}?q=noa+rey").text
    assert "No lines contain these words" in see(dorleta, f"{waiting}?q=zzz").text
    assert "plantilla.csv" in see(dorleta, "/admin/import").text

    rejected = see(dorleta, f"{waiting}/rejected.csv")
    assert rejected.mimetype == "text/csv"
    assert "'=cmd()" in rejected.text
    assert "attachment" in rejected.headers["Content-Disposition"]

    assert dorleta.submit(f"{waiting}/lines/3", {"value": code}).status_code == 303
    assert "Apply 2 changes" in see(dorleta, waiting).text
    assert dorleta.submit(f"{waiting}/lines/2", {"value": code}).status_code == 409
    dorleta.submit(f"{waiting}/apply")
    assert "0 of 2" in see(dorleta, waiting).text
    work(app)
    assert "2 changes were applied" in see(dorleta, waiting).text
    assert dorleta.submit(f"{waiting}/apply").status_code == 409
    again = sent(app, dorleta, PEOPLE, f"Noa Rey;noa@x.example;{code};")
    assert "This file would not change anything" in see(dorleta, again).text
    dorleta.submit(f"{again}/forget")
    assert see(dorleta, again).status_code == 404


@pytest.mark.slow
def test_many_endings_are_asked_about(app, cast, dorleta, monkeypatch):
    monkeypatch.setattr("intranet.administration.imports.operations.MAX_UNCONFIRMED_ENDS", 0)
    monkeypatch.setattr("intranet.administration.admin.imports.MAX_UNCONFIRMED_ENDS", 0)
    with app.app_context():
        email = cast.account_of(cast.carles).email
    where = sent(app, dorleta, PEOPLE, f"Carles Roig;{email};{cast.head_post.code};2026-12-31")
    assert dorleta.submit(f"{where}/apply").status_code == 422
    assert dorleta.submit(f"{where}/apply", {"is_meant": "1"}).status_code == 303


@pytest.mark.slow
def test_imports_are_their_administrators_alone(app, cast, dorleta, client_of):
    where = sent(app, dorleta, PEOPLE, "Noa Rey;noa@x.example;NADA;")
    for other in (cast.guillem, cast.ana, cast.bieito):
        client = client_of(other)
        for path in (where, f"{where}/rejected.csv"):
            assert see(client, path).status_code == 404
        for path in (f"{where}/apply", f"{where}/forget", f"{where}/lines/2"):
            assert client.submit(path, {"value": "x"}).status_code == 404
        assert "plantilla.csv" not in see(client, "/admin/import").text
    assert see(client_of(cast.ana), "/admin/import").status_code == 404


@pytest.mark.slow
@pytest.mark.both
def test_what_cannot_be_taken_is_answered_and_nothing_is_lost(app, cast, dorleta):
    assert "Choose a file" in send(dorleta, data=b"", name="").text
    assert send(dorleta, "x", kind="nada").status_code == 422
    for data, words in (
        (b"", "The file is empty"),
        (b"\x7fELF" + bytes(300), "not a text file or a spreadsheet"),
        (b"x" * 200_000, "too long to be a header"),
    ):
        page = see(dorleta, sent(app, dorleta, data=data)).text
        assert words in page
        assert "Nothing has changed yet" in page


@pytest.mark.slow
@pytest.mark.both
def test_who_applies_and_stops_can_go_on(app, cast, dorleta):
    where = sent(app, dorleta, PEOPLE, f"Noa Rey;noa@x.example;{cast.officer_post.code};")
    dorleta.submit(f"{where}/apply")
    assert '#refresh-cw"></use>\n</svg>Continue' not in see(dorleta, where).text
    with clock.freeze(clock.now() + timedelta(minutes=2)):
        page = see(dorleta, where).text
    assert "Continue" in page.split("import__progress")[1]
    with app.app_context():
        row = db.session.query(Import).one()
        assert row.state == ImportState.APPLYING
    dorleta.submit(f"{where}/apply")
    work(app)
    assert "1 change was applied" in see(dorleta, where).text


@pytest.mark.slow
@pytest.mark.both
def test_a_page_asks_the_same_however_long_the_file(app, cast, dorleta, count_queries):
    def asked(lines):
        where = sent(app, dorleta, PEOPLE, *(f"N{n};n{n}@x.example;NADA;" for n in range(lines)))
        see(dorleta, where)
        with count_queries() as counted:
            assert see(dorleta, where).status_code == 200
        return len(counted)

    assert asked(3) == asked(150)
    where = sent(app, dorleta, PEOPLE, *(f"N{n};n{n}@x.example;NADA;" for n in range(130)))
    page = see(dorleta, where).text
    assert "N99" in page
    assert "N100" not in page
    assert "N120" in see(dorleta, f"{where}?after=0.101").text


@pytest.mark.slow
def test_what_is_rejected_only_when_it_is_applied_is_counted_once(app, cast, dorleta):
    with app.app_context():
        email = cast.account_of(cast.elna).email
    post = cast.officer_post.code
    where = sent(app, dorleta, PEOPLE, f"Otro Nombre;{email};{post};", f"No;n@x.example;{post}x;")
    looked = see(dorleta, where).text
    assert "will be detected only when the file is applied" in looked
    assert "1 person has an account but no invitation yet" in looked
    dorleta.submit(f"{where}/apply")
    work(app)
    page = see(dorleta, where).text
    assert "Nothing was changed." in page
    assert "1 line was rejected when the changes were applied." in page
    assert "lines were applied" not in page
    assert "no invitation yet" not in page
    tabs = page.split("import__tabs")[1].split("</nav>")[0].split('<span class="count count--')
    counts = [text.split("</span>")[0] for text in tabs[1:]]
    assert [text.split(">")[1] for text in counts] == ["2", "0", "0", "0", "2"]
    with app.app_context():
        row = db.session.query(Import).one()
        assert (row.counts["joins"], row.counts["uninvited"]) == (0, 0)


@pytest.mark.slow
@pytest.mark.both
def test_headers_in_spanish_are_read_and_a_rejection_names_the_column_of_the_file(app, dorleta):
    line = "administración;nombre;puesto;correo", "Otra;Noa Rey;Auxiliar;noa@x.example"
    page = see(dorleta, sent(app, dorleta, *line, kind="staff")).text
    assert "check the changes before you apply" in page
    assert "Column: <code>administración</code>" in page


def test_the_page_says_what_the_root_takes_and_what_goes_up(app, cast, dorleta):
    code, name = cast.monteclaro.code, cast.monteclaro.name["es"]
    with app.app_context():
        create_unit(None, cast.town_hall, Localized(es=name), code="M1")
    lines = ["code;name;agency_code;parent_code", f"M1;{name};{code};"]

    page = see(dorleta, sent(app, dorleta, *lines, kind="units")).text

    assert "The agency itself will have the code M1" in page
    assert "The duplicate unit M1 will be merged into this unit" in page
