"""What strangers get: what was approved, and of all else nothing."""

import ast
import io
import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from PIL import Image

from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.messaging.spaces.models import Visibility
from intranet.platform.core import clock
from intranet.platform.core.web import settings_of
from intranet.public_site import public_content
from intranet.public_site.operations.describing import describe
from intranet.public_site.operations.pausing import freeze
from intranet.public_site.operations.showing import decline, propose, remove_item
from intranet.publishing.publications.models import FileRole, Publication
from intranet.publishing.publications.operations.drafting import Choices, Written, save_draft
from intranet.publishing.publications.operations.publishing import correct, publish, withdraw
from intranet.publishing.publications.versions import with_working_copy
from tests.cast import today
from tests.public_site.helpers import let_go, public
from tests.publishing.publications.articles import article, hang, out
from tests.publishing.publications.helpers import published

WORD = "zarzaparrilla"
DATA = (
    *("/open", "/open?q=zarza", "/open/feed.atom", "/open/initiatives.json", "/open/articles.json"),
    *("/open/initiatives.csv", "/open/articles.csv", "/open/catalogue.jsonld"),
    *("/open/sitemap.xml", "/robots.txt", "/open/L01990012", "/open/L01990012/feed.atom"),
)


def png():
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(stream, "PNG")
    stream.seek(0)
    return stream


def body(word=WORD):
    return f"La **{word}** florece."


@pytest.fixture
def hidden(app, cast):
    """Ids of what must not be read, by what it is; of the last two, that they were."""
    with app.app_context():
        carles, rosa = cast.carles, cast.rosa
        made = {
            "a draft": article(carles, body(), title=WORD),
            "for its unit": out(carles, body(), title=WORD, visibility=Visibility.MEMBERS),
            "for its agency": out(carles, body(), title=WORD),
            "for the network": out(carles, body(), title=WORD, visibility=Visibility.NETWORK),
            "an announcement": published(carles, WORD, body()),
            "proposed": out(carles, body(), title=WORD),
            "declined": out(carles, body(), title=WORD),
            "withdrawn": public(carles, rosa, body(), title=WORD),
            "taken off": public(carles, rosa, body(), title=WORD),
            "narrowed": public(carles, rosa, body(), title=WORD),
        }
        propose(carles, made["proposed"])
        propose(carles, made["declined"])
        decline(rosa, made["declined"], "Todavía no.")
        withdraw(carles, made["withdrawn"], "Por error.")
        remove_item(carles, made["taken off"])
        narrowed = with_working_copy(made["narrowed"])
        save_draft(
            carles,
            narrowed,
            {"es": Written(WORD, body())},
            Choices(visibility=Visibility.AGENCY),
            edition=narrowed.edition,
        )
        return {what: publication.id for what, publication in made.items()}


GONE = {"withdrawn", "taken off", "narrowed"}


def pages_of(publication_id):
    return [f"/open/{folder}/{publication_id}" for folder in ("articles", "initiatives")]


def test_strangers_get_nothing_but_what_was_approved(client, hidden):
    answers = {}
    for what, publication_id in hidden.items():
        page, _other_folder = (client.get(path) for path in pages_of(publication_id))
        answers[what] = page.status_code
        assert WORD not in page.text, what
        assert "Set-Cookie" not in page.headers
    assert answers == {what: 410 if what in GONE else 404 for what in hidden}
    for path in DATA:
        answer = client.get(path)
        assert WORD not in answer.text.replace("q=zarza", ""), path
        assert "Set-Cookie" not in answer.headers, path


def test_what_never_was_public_is_answered_like_what_does_not_exist(client, hidden):
    nowhere = client.get(pages_of(uuid4())[0])
    for what in hidden.keys() - GONE:
        there = client.get(pages_of(hidden[what])[0])
        assert (there.status_code, plain(there.text)) == (404, plain(nowhere.text)), what


def plain(text):
    return re.sub(r"[0-9a-f-]{36}", "", text)


def test_what_is_approved_is_read_by_a_stranger_and_found(app, cast, client):
    with app.app_context():
        made = public(cast.carles, cast.rosa, body(), title="La plaza").id

    page = client.get(f"/open/articles/{made}")

    assert page.status_code == 200
    assert "<strong>zarzaparrilla</strong>" in page.text
    assert "La plaza" in page.text
    for path in ("/open", "/open?q=zarzaparr", "/open/feed.atom", "/open/articles.json"):
        assert str(made) in client.get(path).text, path
    for path in ("/open/articles.csv", "/open/L01990012", "/open/L01990012/feed.atom"):
        assert str(made) in client.get(path).text, path
    assert client.get(f"/open/initiatives/{made}").status_code == 404
    assert str(made) not in client.get("/open/initiatives.json").text


def test_a_correction_is_shown_once_it_is_approved_too(app, cast, client):
    with app.app_context():
        made = public(cast.carles, cast.rosa, "Antes.", title="La plaza")
        held = with_working_copy(made)
        texts = {"es": Written("La plaza", "Después.")}
        save_draft(cast.carles, held, texts, Choices(), edition=held.edition)
        correct(cast.carles, held, "Otra fecha.", edition=held.edition, asks_again=False)
    address = f"/open/articles/{made.id}"
    before = client.get(address).text

    with app.app_context():
        again = with_working_copy(made)
        propose(cast.carles, again)
        waiting = client.get(address).text
        let_go(cast.rosa, again)

    assert ("Antes." in before, "Después." in before) == (True, False)
    assert "Antes." in waiting
    assert "Después." in client.get(address).text


@pytest.mark.slow
def test_a_file_is_had_of_the_version_that_is_shown_and_of_no_other(app, cast, client):
    with app.app_context():
        carles = cast.carles
        first, second, other = (
            store_upload(carles, png(), f"{name}.png", alternative="Un cuadrado")
            for name in ("first", "second", "other")
        )
        made = article(carles, body())
        hang(carles, made, first, FileRole.PICTURE)
        made = publish(carles, with_working_copy(made), edition=with_working_copy(made).edition)
        propose(carles, made)
        let_go(cast.rosa, made)
        held = with_working_copy(made)
        hang(carles, held, second, FileRole.PICTURE)
        held = with_working_copy(made)
        correct(carles, held, "Otra.", edition=held.edition, asks_again=False)
        private = article(carles, body())
        hang(carles, private, other, FileRole.PICTURE)
        ids, made_id = (first.id, second.id, other.id), made.id

    answers = [client.get(f"/open/files/{file_id}") for file_id in ids]

    assert [answer.status_code for answer in answers] == [200, 404, 404]
    assert answers[0].mimetype == "image/png"
    assert answers[0].headers["Cache-Control"].startswith("public")
    assert f"/open/files/{ids[0]}" in client.get(f"/open/articles/{made_id}").text
    assert client.get(f"/files/{ids[0]}").status_code == 303
    with app.app_context():
        remove_item(cast.carles, db.session.get_one(Publication, made_id))
    assert client.get(f"/open/files/{ids[0]}").status_code == 410


@pytest.mark.slow
def test_while_an_agency_pauses_nothing_of_it_is_shown(app, cast, client):
    with app.app_context():
        made = public(cast.carles, cast.rosa, body(), title=WORD).id
        other = public(cast.bieito, cast.bieito, "Ola.", title="Abono").id
        freeze(cast.dorleta, cast.monteclaro, today(), today() + timedelta(days=3), "Elecciones")

    page, home = client.get(f"/open/articles/{made}"), client.get("/open/L01990012")

    assert (page.status_code, home.status_code) == (503, 200)
    assert int(page.headers["Retry-After"]) > 2 * 24 * 3600
    assert "noindex" in home.text
    for path in DATA:
        text = client.get(path).text
        assert str(made) not in text, path
        assert WORD not in text, path
    assert str(other) in client.get("/open").text
    assert client.get("/open/L01990012/feed.atom").status_code == 503
    assert client.get("/open?agency=L01990012").status_code == 503
    with clock.freeze(clock.now() + timedelta(days=4)):
        assert client.get(f"/open/articles/{made}").status_code == 200
        assert str(made) in client.get("/open/feed.atom").text


def test_what_is_over_is_gone(app, cast, client):
    with app.app_context():
        ends = clock.now() + timedelta(days=1)
        over = public(cast.carles, cast.rosa, body(), title=WORD, expires_at=ends).id

    assert client.get(f"/open/articles/{over}").status_code == 200
    with clock.freeze(clock.now() + timedelta(days=2)):
        assert client.get(f"/open/articles/{over}").status_code == 410
        assert str(over) not in client.get("/open/articles.json").text


@pytest.mark.slow
def test_no_public_answer_sets_a_cookie_or_names_a_person(app, cast, client, client_of):
    with app.app_context():
        made = public(cast.carles, cast.rosa, body(), title="La plaza").id
        describe(cast.dorleta, cast.monteclaro, {"es": "Servimos a **todos**."}, version=0)
        named = [person.name for person in (cast.carles, cast.rosa, cast.dorleta)]
        first = client.get("/open/sitemap.xml").text.split("/sitemap/")[1].split(".xml")[0]
    paths = [*DATA, f"/open/articles/{made}", f"/open/sitemap/{first}.xml", "/open/no/where"]
    rosa = client_of(cast.rosa)

    for path in paths:
        answer = client.get(path, headers={"Cookie": "lang=eu; theme=dark"})
        assert "Set-Cookie" not in answer.headers, path
        assert "Cookie" not in answer.headers.get("Vary", ""), path
        assert answer.headers["Cache-Control"].startswith("public"), path
        assert not any(word in answer.text for word in [*named, "@monteclaro", "ext. "]), path
        assert rosa.get(path).text == client.get(path).text, path
    assert "Servimos a" in client.get("/open/L01990012").text
    assert "Jefe/a de Servicio de Urbanismo" in client.get(f"/open/articles/{made}").text


def test_links_into_the_house_are_mere_words_outside(app, cast, client):
    home = settings_of(app).base_url
    text = (
        f"[Dentro](/people/{uuid4()}) y [fuera](https://example.org/a) y"
        f" [aquí]({home}/c/{uuid4()}) y @[Urbanismo](post:{uuid4()})."
    )
    with app.app_context():
        made = public(cast.carles, cast.rosa, text)

    page = client.get(f"/open/articles/{made.id}").text
    prose = page[page.index('<div class="prose') :].split("</div>")[0]

    assert prose.count("<a ") == 1
    assert 'href="https://example.org/a"' in prose
    for word in ("Dentro", "aquí", "@Urbanismo"):
        assert word in prose


def test_every_public_page_speaks_the_language_that_is_asked_for(app, cast, client):
    home = settings_of(app).base_url
    with app.app_context():
        made = article(cast.carles, "Cuerpo.", title="Título")
        texts = {"es": Written("Título", "Cuerpo."), "ca": Written("Títol", "Cos.")}
        chosen = Choices(visibility=Visibility.AGENCY)
        save_draft(cast.carles, made, texts, chosen, edition=made.edition)
        made = publish(
            cast.carles, with_working_copy(made), edition=with_working_copy(made).edition
        )
        propose(cast.carles, made)
        let_go(cast.rosa, made)
        address = f"/open/articles/{made.id}"

    asked = client.get(f"{address}?lang=ca").text
    browser = client.get(address, headers={"Accept-Language": "ca"})
    other = client.get(f"{address}?lang=gl").text

    assert "Cos." in asked
    assert "Cos." in browser.text
    assert "Accept-Language" in browser.headers["Vary"]
    assert "Cuerpo." in other
    assert '<html lang="gl">' in other
    for tag in ("es", "ca"):
        assert f'hreflang="{tag}" href="{home}{address}?lang={tag}"' in asked
    assert f'rel="canonical" href="{home}{address}?lang=ca"' in asked


def test_what_has_not_changed_is_not_sent_again(app, cast, client):
    with app.app_context():
        made = public(cast.carles, cast.rosa, body())
    for path in (f"/open/articles/{made.id}", "/open", "/open/feed.atom", "/open/articles.json"):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (first.status_code, again.status_code) == (200, 304), path
        assert first.headers["Last-Modified"], path


def test_whoever_asks_too_much_waits(app, client):
    allowance = app.extensions["showcase_allowance"]
    answers = [client.get("/robots.txt") for _time in range(250)]

    assert {answer.status_code for answer in answers} == {200, 429}
    assert all(each.headers.get("Retry-After") for each in answers if each.status_code == 429)
    assert allowance._served == 0


def test_only_the_door_asks_the_database_for_public_pages(app):

    folder = Path(public_content.__file__).parent
    asking = {}
    for name in (
        "page_views",
        "data_views",
        "view_models",
        "exports",
        "atom",
        "metadata",
        "filters",
    ):
        tree = ast.parse((folder / f"{name}.py").read_text())
        called = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} & {
            "select",
            "db",
        }
        if called:
            asking[name] = called
    assert asking == {}


@pytest.mark.slow
def test_words_and_pictures_of_a_file_that_is_shown_change_with_no_approval_less(
    app, cast, client_of, client
):
    with app.app_context():
        file = store_upload(cast.carles, png(), "plaza.png", alternative="La plaza")
        made = article(cast.carles, body())
        hang(cast.carles, made, file, FileRole.PICTURE)
        made = publish(
            cast.carles, with_working_copy(made), edition=with_working_copy(made).edition
        )
        propose(cast.carles, made)
        let_go(cast.rosa, made)
        made_id, file_id = made.id, file.id
    sent = {"alternative": "Zarzamora"}
    for what in ("words", "captions", "poster"):
        answer = client_of(cast.carles).submit(f"/p/{made_id}/files/{file_id}/{what}", sent)
        assert answer.status_code == 403, what
    page = client.get(f"/open/articles/{made_id}").text
    assert "La plaza" in page
    assert "Zarzamora" not in page
