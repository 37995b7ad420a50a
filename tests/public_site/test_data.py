"""Feeds, JSON, spreadsheets and maps of what is shown: valid, licensed, harmless, in parts."""

import csv
import io
import json
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from defusedxml.ElementTree import fromstring
from sqlalchemy import select

from intranet.collaboration.initiatives.body import InitiativeFacts, InitiativeWording
from intranet.collaboration.initiatives.models import Stage, Use
from intranet.collaboration.initiatives.operations.moving import move_initiative
from intranet.extensions import db
from intranet.platform.core.ids import uuid7
from intranet.platform.index.operations import put
from intranet.public_site import data_views
from intranet.public_site.index_documents import open_document
from intranet.public_site.labels import LICENCE_URL
from intranet.public_site.models import ShowcaseItem
from intranet.public_site.operations.showing import propose
from intranet.publishing.publications.models import Publication, PublicationVersion
from intranet.publishing.publications.versions import get_version
from tests.collaboration.initiatives.helpers import started, used
from tests.public_site.helpers import let_go, public
from tests.publishing.publications.helpers import columns_of

ATOM = "{http://www.w3.org/2005/Atom}"
NASTY = '=HYPERLINK("http://x.example") <script>alert(1)</script> & \x0b]]>'


def initiative(author, approver, **more):
    made = started(author, **more)
    propose(author, made.publication)
    let_go(approver, made.publication)
    return made


def copies(publication, count):
    """Let there be many more like one that is shown, each a minute older."""
    item = db.session.get_one(ShowcaseItem, publication.id)
    version = get_version(publication, publication.version)
    assert version is not None
    assert item.approved_at is not None
    documents = []
    for number in range(count):
        new_id = uuid7()
        at = item.approved_at - timedelta(minutes=number + 1)
        made = ShowcaseItem(**{**values_of(item), "publication_id": new_id, "approved_at": at})
        changes = {"id": new_id, "conversation_id": None}
        db.session.add(Publication(**{**values_of(publication), **changes}))
        db.session.flush()
        kept = PublicationVersion(**{**values_of(version), "publication_id": new_id})
        db.session.add_all([kept, made])
        documents.append(open_document(made, version))
    db.session.commit()
    put(documents)


def values_of(row):
    return {name: getattr(row, name) for name in columns_of(type(row))}


@pytest.fixture
def nasty(app, cast):
    """The id of an initiative in whose every field stands what does harm."""
    with app.app_context():
        said = {"es": InitiativeWording(NASTY, *[NASTY] * 5)}
        facts = InitiativeFacts([("=1+1", NASTY[:50])], *[NASTY] * 6)
        made = initiative(cast.carles, cast.rosa, texts=said, facts=facts, topics=("PRO",))
        used(cast.bieito, made, cast.vilaverde, Use.ADOPTED)
        return made.publication_id


def one(element, path):
    found = element.find(path)
    assert found is not None, path
    return found


def local(address):
    """The part of an address after the host."""
    return "/" + (address or "").split("/", 3)[3]


def required(feed):
    """What RFC 4287 asks of every feed and entry."""
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1, name
        assert element.findtext(f"{ATOM}id")
        assert datetime.fromisoformat(one(element, f"{ATOM}updated").text).tzinfo
        relations = [link.get("rel") for link in element.findall(f"{ATOM}link")]
        assert relations.count("alternate") == 1
        assert "license" in relations
    for entry in feed.findall(f"{ATOM}entry"):
        assert entry.findtext(f"{ATOM}author/{ATOM}name")
        datetime.fromisoformat(one(entry, f"{ATOM}published").text)


@pytest.mark.slow
@pytest.mark.both
def test_the_feed_is_what_rfc_4287_asks_for(app, cast, client, nasty):
    for path in ("/open/feed.atom", "/open/L01990012/feed.atom"):
        answer = client.get(path)
        feed = fromstring(answer.data)
        required(feed)
        assert answer.mimetype == "application/atom+xml"
        links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
        assert local(links["self"]) == path
        assert links["license"] == LICENCE_URL
        entry = one(feed, f"{ATOM}entry")
        assert entry.findtext(f"{ATOM}id") == f"urn:uuid:{nasty}"
        assert one(entry, f"{ATOM}title").text.startswith("=HYPERLINK")
        assert one(entry, f"{ATOM}category").get("term") == "PRO"


def test_an_empty_feed_is_valid_too(client):
    required(fromstring(client.get("/open/feed.atom").data))


@pytest.mark.slow
def test_every_field_is_harmless_in_every_export(client, nasty):
    table = client.get("/open/initiatives.csv")
    rows = list(csv.reader(io.StringIO(table.text.removeprefix("\ufeff")), delimiter=";"))
    assert table.text.startswith("\ufeff")
    assert table.headers["Content-Disposition"] == 'attachment; filename="initiatives.csv"'
    assert [len(row) for row in rows] == [24, 24]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert rows[1][0] == str(nasty)
    assert LICENCE_URL in rows[1]

    answer = client.get("/open/initiatives.json")
    found = json.loads(answer.text)["items"][0]
    assert "<" not in answer.text
    assert found["texts"]["es"]["title"].startswith("=HYPERLINK")
    assert "<script" not in found["texts"]["es"]["html"]
    assert found["used_by"] == 1
    assert found["stage"] == "idea"

    page = client.get(f"/open/initiatives/{nasty}").text
    assert "<script>alert" not in page
    described = page.split('<script type="application/ld+json">')[1].split("</script>")[0]
    assert json.loads(described)["license"] == LICENCE_URL


@pytest.mark.slow
def test_every_answer_names_its_licence(client, nasty):
    for path in (
        *("/open/feed.atom", "/open/initiatives.json", "/open/initiatives.csv"),
        "/open/catalogue.jsonld",
    ):
        answer = client.get(path)
        assert f'<{LICENCE_URL}>; rel="license"' in answer.headers["Link"], path
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert LICENCE_URL in answer.text, path
    for path in ("/open", f"/open/initiatives/{nasty}", "/open/L01990012"):
        assert f'href="{LICENCE_URL}" rel="license"' in client.get(path).text, path


@pytest.mark.slow
@pytest.mark.both
def test_the_dataset_says_where_it_is_had(client, nasty):
    found = json.loads(client.get("/open/catalogue.jsonld").text)

    assert found["@type"] == "dcat:Dataset"
    addresses = [one["dcat:downloadURL"]["@id"] for one in found["dcat:distribution"]]
    assert len(addresses) == 5
    for address in addresses:
        path = local(address)
        assert client.get(path).status_code == 200


@pytest.mark.slow
@pytest.mark.both
def test_lists_and_exports_go_on_in_parts_without_missing_or_repeating(
    app, cast, client, monkeypatch
):
    with app.app_context():
        first = public(cast.carles, cast.rosa, title="La plaza")
        copies(first, 129)
    seen = []
    address = "/open/articles.json"
    while address:
        page = json.loads(client.get(address).text)
        assert len(page["items"]) <= data_views.JSON_PAGE_SIZE
        seen += [one["id"] for one in page["items"]]
        address = page["next"] and local(page["next"])
    assert (len(seen), len(set(seen))) == (130, 130)

    seen, address = [], "/open/feed.atom"
    while address:
        feed = fromstring(client.get(address).data)
        seen += [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
        links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
        address = local(links["next"]) if "next" in links else ""
    assert (len(seen), len(set(seen))) == (130, 130)

    seen, address = [], "/open?q=plaza"
    while address:
        page = client.get(address).text
        seen += [part.split("?")[0] for part in page.split('href="/open/articles/')[1:]]
        more = page.split('class="open-next" href="')[1:]
        address = "/open" + more[0].split('"')[0].replace("&amp;", "&") if more else ""
    assert (len(seen), len(set(seen))) == (130, 130)

    monkeypatch.setattr(data_views, "SITEMAP_PART_SIZE", 50)
    parts = fromstring(client.get("/open/sitemap.xml").data)
    places = [place.text for place in parts.iter() if place.tag.endswith("loc")]
    assert len(places) == 3
    seen = [
        url.text
        for place in places
        for url in fromstring(client.get(local(place)).data).iter()
        if url.tag.endswith("loc")
    ]
    assert (len(seen), len(set(seen))) == (130, 130)


@pytest.mark.slow
def test_the_catalogue_is_narrowed_by_all_that_it_offers(app, cast, client):
    with app.app_context():
        pilot = initiative(cast.carles, cast.rosa, topics=("PRO",), stage=Stage.PILOT)
        pilot = str(pilot.publication_id)
        idea = str(initiative(cast.carles, cast.rosa, title="Trueque").publication_id)
        story = str(public(cast.bieito, cast.bieito, "Ola.", title="Abono").id)

    def found(query):
        page = client.get(f"/open?{query}").text
        return {each for each in (pilot, idea, story) if each in page}

    assert found("") == {pilot, idea, story}
    assert found("stage=pilot") == {pilot}
    assert found("topic=PRO") == {pilot}
    assert found("kind=article") == {story}
    assert found("in=gl") == {story}
    assert found("agency=L01990020") == {story}
    assert found("q=trueque") == {idea}
    assert found("q=trueque&stage=pilot") == set()
    assert found("q=%25_%22%27)(*") == {pilot, idea, story}
    assert client.get("/open?agency=L09999999").status_code == 404
    assert found("stage=nonsense&before=x&topic=%00".replace("%00", "")) == {pilot, idea, story}


@pytest.mark.slow
@pytest.mark.both
def test_what_an_initiative_becomes_is_shown_once_it_is_approved_too(app, cast, client):
    with app.app_context():
        made = initiative(cast.carles, cast.rosa)
        address = f"/open/initiatives/{made.publication_id}"
        move_initiative(cast.carles, made, Stage.PILOT, note="Empieza.")
    assert "open-tag--idea" in client.get(address).text
    with app.app_context():
        publication = db.session.get_one(Publication, UUID(address.rsplit("/", 1)[1]))
        propose(cast.carles, publication)
        let_go(cast.rosa, publication)
    page = client.get(address).text
    assert "open-tag--pilot" in page
    assert page.partition("<main")[2].count("4.200 €") == 1
    assert "12 días → 1" in page


@pytest.mark.slow
@pytest.mark.both
@pytest.mark.parametrize(
    "path",
    [
        *("/open", "/open?q=plaza", "/open?topic=PRO&stage=pilot", "/open/L01990012"),
        *("/open/feed.atom", "/open/articles.json", "/open/articles.csv", "/open/sitemap.xml"),
    ],
)
def test_a_public_page_asks_as_often_for_many_as_for_few(app, cast, client, count_queries, path):
    with app.app_context():
        first = public(cast.carles, cast.rosa, title="La plaza")
        copies(first, 3)
    client.get(path)
    with count_queries() as few:
        assert client.get(path).status_code == 200
    with app.app_context():
        copies(db.session.get_one(Publication, first_id()), 40)
    with count_queries() as many:
        client.get(path)
    assert len(many) <= len(few) < 14  # PostgreSQL looks further where it finds little


def first_id():
    asked = select(ShowcaseItem.publication_id).order_by(ShowcaseItem.approved_at.desc())
    return db.session.scalars(asked.limit(1)).one()
