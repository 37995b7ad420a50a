"""Articles: who may read them, what stands in them, and what is asked for before they go out."""

import io
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import insert, select

from intranet.attention.search.publication_search import newest_published
from intranet.attention.search.query_parser import understand
from intranet.attention.search.search_query import SearchQuery
from intranet.delivery.files.access import get_file
from intranet.delivery.files.media import add_captions
from intranet.delivery.files.models import CaptionsKind
from intranet.delivery.files.operations import describe_at_length, store_upload, store_video
from intranet.extensions import db
from intranet.messaging.spaces.audience import Audience
from intranet.messaging.spaces.models import Visibility
from intranet.organisation.people.operations.appointments import end_appointment
from intranet.organisation.people.queries import current_appointments
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, Invalid, NotFound
from intranet.publishing.publications import queries
from intranet.publishing.publications.access import get_publication, readers_among
from intranet.publishing.publications.models import (
    ARTICLE,
    FileRole,
    Publication,
    PublicationVersion,
)
from intranet.publishing.publications.operations.attaching import describe_file
from intranet.publishing.publications.operations.drafting import (
    Choices,
    Written,
    save_draft,
    set_audience,
)
from intranet.publishing.publications.operations.publishing import publish, withdraw
from intranet.publishing.publications.versions import (
    digest,
    files_of_version,
    get_version,
    with_working_copy,
)
from intranet.publishing.publications.view_models import article as shown_article
from tests.delivery.files.samples import picture
from tests.publishing.publications.articles import article, hang, out

FILM = Path(__file__).parents[2] / "delivery" / "files" / "film.webm"
SPOKEN = b"WEBVTT\n\n00:00.000 --> 00:02.000\n<v Ana>Good morning.\n"


def reads(person, publication):
    """What every door says of whether somebody reads it; they all say the same."""
    db.session.rollback()
    try:
        get_publication(person, publication.id)
        by_page = True
    except NotFound:
        by_page = False
    listed = {item.publication.id for item in queries.latest(person, limit=50)}
    meaning = understand(person, SearchQuery("castaño"))
    found = {row.subject_id for row in newest_published(person, meaning)}
    among = person.id in readers_among(publication, [person.id])
    doors = {by_page, publication.id in listed, publication.id in found, among}
    assert len(doors) == 1
    return by_page


@pytest.mark.slow
@pytest.mark.parametrize(
    ("visibility", "readers", "others"),
    [
        (Visibility.MEMBERS, {"carles", "ana", "xoel"}, {"iria", "dorleta", "bieito"}),
        (Visibility.AGENCY, {"carles", "ana", "iria", "dorleta"}, {"bieito", "elna"}),
        (Visibility.NETWORK, {"carles", "ana", "iria", "bieito", "elna"}, set()),
    ],
)
def test_an_article_is_read_as_far_as_its_visibility_reaches(
    app_context, cast, visibility, readers, others
):
    written = out(cast.carles, visibility=visibility)

    assert {name for name in readers | others if reads(getattr(cast, name), written)} == readers
    assert not reads(cast.eloi, written)  # he left yesterday


def test_nobody_else_reads_a_draft_or_what_was_withdrawn(app_context, cast):
    draft = article(cast.carles, visibility=Visibility.NETWORK)
    assert {name for name in ("ana", "bieito") if reads(getattr(cast, name), draft)} == set()

    publish(cast.carles, draft, edition=draft.edition)
    withdraw(cast.carles, draft, "Tenía un error.")
    with pytest.raises(NotFound):
        get_publication(cast.ana, draft.id)
    assert get_publication(cast.carles, draft.id).withdrawn_at


@pytest.mark.slow
@pytest.mark.both
def test_who_loses_the_post_loses_the_article_and_its_files(app_context, cast):
    draft = article(cast.carles)
    file = store_upload(cast.carles, picture(), "plaza.png", alternative="La plaza.")
    hang(cast.carles, draft, file)
    publish(cast.carles, draft, edition=with_working_copy(draft).edition)
    assert get_file(cast.iria, file.id).id == file.id

    for held in list(current_appointments(cast.iria.id)):
        end_appointment(None, held)
    with pytest.raises(NotFound):
        get_file(cast.iria, file.id)
    assert not reads(cast.iria, draft)


def test_only_a_voice_writes_and_an_article_has_neither_audience_nor_the_open_web(
    app_context, cast
):
    with pytest.raises(Forbidden):
        article(cast.iria)
    draft = article(cast.carles, due_on=clock.today("Europe/Madrid"), is_urgent=True)
    assert draft.announcement_row is None
    everybody = Audience.parse({"any": [{"agency": str(cast.monteclaro.id)}]})
    with pytest.raises(Forbidden):
        set_audience(cast.carles, draft, everybody, edition=draft.edition)
    with pytest.raises(Invalid):
        article(cast.carles, visibility=Visibility.PUBLIC)


def test_an_infographic_goes_out_once_all_that_it_says_is_there_in_words(app_context, cast):
    draft = article(cast.carles)
    file = store_upload(cast.carles, picture(), "permits.png")
    hang(cast.carles, draft, file)
    draft = with_working_copy(draft)
    describe_file(
        cast.carles, draft, file.id, "Barras por año", FileRole.INFOGRAPHIC, edition=draft.edition
    )
    with pytest.raises(Invalid) as refused:
        publish(cast.carles, draft, edition=with_working_copy(draft).edition)
    assert list(refused.value.errors) == [f"long_text_{file.id}"]

    describe_at_length(file, "2024: 310.\n2025: 402.")
    publish(cast.carles, draft, edition=with_working_copy(draft).edition)
    version = get_version(draft, 1)
    assert version
    with app_context.test_request_context():
        shown = shown_article(draft, version, files_of_version(version), "es")
    assert [part.words for part in shown["parts"] if part.sort == "infographic"] == [
        "2024: 310.\n2025: 402."
    ]


@pytest.mark.slow
@pytest.mark.both
def test_what_was_said_of_a_picture_is_kept_as_it_was_published(app_context, cast):
    draft = article(cast.carles)
    file = store_upload(cast.carles, picture(), "permits.png", alternative="Permisos por año")
    hang(cast.carles, draft, file)
    describe_at_length(file, "2024: 310.")
    publish(cast.carles, draft, edition=with_working_copy(draft).edition)
    version = get_version(draft, 1)
    assert version
    said = {str(file.id): ["Permisos por año", "2024: 310."]}
    assert (version.described, version.sha256) == (said, digest(version, [file.sha256]))

    describe_at_length(file, "2024: 301.")
    assert version.described == said
    version.described = {str(file.id): ["Permisos por año", "2024: 301."]}
    assert version.sha256 != digest(version, [file.sha256])


@pytest.mark.slow
def test_files_stand_where_they_were_placed_and_the_rest_after_the_text(app_context, cast):
    draft = article(cast.carles)
    pictures = [
        store_upload(cast.carles, picture(), f"{name}.png", alternative=name) for name in "abc"
    ]
    film = store_video(cast.carles, io.BytesIO(FILM.read_bytes()), "film.webm")
    add_captions(film, SPOKEN, language="es", kind=CaptionsKind.CAPTIONS)
    acta = store_upload(cast.carles, io.BytesIO(b"acta"), "acta.txt")
    for file, role in zip(
        (*pictures, film, acta),
        (FileRole.PICTURE, FileRole.GALLERY, FileRole.GALLERY, None, None),
        strict=True,
    ):
        hang(cast.carles, with_working_copy(draft), file, role)
    draft = with_working_copy(draft)
    forged = f'<p data-file="{acta.id}"><a href="/files/{acta.id}">x</a></p>'
    body = (
        f"Antes.\r\n\r\n![Así se pide](file:{film.id})\r\n\r\nDespués.\r\n\r\n{forged}"
        f"\r\n\r\n![](file:{uuid4()})"
    )
    said = {"es": Written("Licencias", body)}
    save_draft(cast.carles, draft, said, Choices(), edition=draft.edition)
    publish(cast.carles, draft, edition=draft.edition)
    version = get_version(draft, 1)
    assert version
    with app_context.test_request_context():
        shown = shown_article(draft, version, files_of_version(version), "es")

    assert [part.sort for part in shown["parts"]] == [
        *("text", "video", "text"),
        *("picture", "gallery"),
    ]
    video = shown["parts"][1].shown
    assert (video.caption, video.transcript[0].text) == ("Así se pide", "Good morning.")
    assert [picture.alternative for picture in shown["parts"][4].pictures] == ["b", "c"]
    assert [file.name for file in shown["attachments"]] == ["acta.txt"]


def test_a_role_that_does_not_fit_the_file_is_refused(app_context, cast):
    draft = article(cast.carles)
    acta = store_upload(cast.carles, io.BytesIO(b"acta"), "acta.txt")
    for role in (FileRole.GALLERY, FileRole.INFOGRAPHIC, FileRole.VIDEO, FileRole.EARLIER):
        with pytest.raises(Invalid):
            hang(cast.carles, draft, acta, role)


@pytest.mark.slow
@pytest.mark.both
def test_the_list_asks_as_often_for_ten_thousand_as_for_ten(app, cast, client_of, count_queries):
    with app.app_context():
        first = out(cast.carles, visibility=Visibility.NETWORK, topics=("URB",))
        assert_by_index(app)
        many_like(first, 20)
    ana = client_of(cast.ana)
    address = f"/publications?unit={cast.urban_planning.id}&kind=article"
    ana.get(address)
    with count_queries() as few:
        page = ana.get(address)
    assert page.text.count("publication-row") == 21
    with app.app_context():
        many_like(first, 10_000)
    with count_queries() as many:
        page = ana.get(address)
    assert len(many) == len(few)
    assert page.text.count("publication-row") == 30


def many_like(publication, number):
    """As many more of it, each a minute older."""
    row = {column.key: getattr(publication, column.key) for column in Publication.__table__.columns}
    version = get_version(publication, 1)
    text = {
        column.key: getattr(version, column.key) for column in PublicationVersion.__table__.columns
    }
    ids = [uuid4() for _ in range(number)]
    at = publication.published_at
    db.session.execute(
        insert(Publication),
        [
            {**row, "id": one, "conversation_id": None, "published_at": at - clock.SECOND * place}
            for place, one in enumerate(ids, 1)
        ],
    )
    db.session.execute(insert(PublicationVersion), [{**text, "publication_id": one} for one in ids])
    db.session.commit()


def assert_by_index(app):
    """A blog is read along an index, in the order in which it is shown."""
    if not app.config["SETTINGS"].database_url.startswith("sqlite"):
        return
    asked = (
        select(Publication.id)
        .where(Publication.space_id == uuid4(), Publication.published_at.is_not(None))
        .order_by(Publication.published_at.desc(), Publication.id.desc())
        .limit(30)
    )
    compiled = asked.compile(db.engine, compile_kwargs={"literal_binds": True})
    plan = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}").fetchall()
    assert "ix_publications_space_id_published_at" in str(plan)


@pytest.mark.slow
@pytest.mark.both
def test_a_blog_an_author_and_a_topic_have_addresses_of_their_own(app, cast, client_of):
    with app.app_context():
        mine = out(cast.carles, title="De urbanismo", topics=("URB",)).id
        out(cast.nadia, title="De contratos", topics=("CON",))
        author, unit = cast.carles.id, cast.urban_planning.id
    ana = client_of(cast.ana)
    for narrowed in (f"unit={unit}", f"by={author}", "topic=URB", "kind=article&topic=URB"):
        page = ana.get(f"/publications?{narrowed}").text
        assert "De urbanismo" in page
        assert "De contratos" not in page
    assert "De urbanismo" not in ana.get("/publications?kind=announcement").text
    for unknown in (f"unit={mine}", f"by={mine}", "topic=XXX", "agency=L99", "unit=1"):
        assert ana.get(f"/publications?{unknown}").status_code == 404


def test_three_topics_at_most_and_none_that_does_not_exist(app_context, cast):
    assert {row.function_code for row in article(cast.carles, topics=("URB", "CON")).topics} == {
        "URB",
        "CON",
    }
    for wrong in (("URB", "CON", "SEC", "COM"), ("XXX",)):
        with pytest.raises(Invalid):
            article(cast.carles, topics=wrong)


@pytest.mark.slow
@pytest.mark.both
def test_an_article_is_made_by_plain_forms(app, cast, client_of):
    carles = client_of(cast.carles)
    made = carles.submit("/publications", {"kind": "article"})
    address = made.location.removesuffix("/edit")
    said = {"edition": 1, "title_es": "Hola", "body_es": "Texto.", "visibility": "members"}
    said |= {"topics": ["URB", "", "CON"], "has_discussion": "1", "then": "review"}
    assert carles.submit(f"{address}/edit", said).status_code == 303
    page = carles.get(f"{address}/review").text
    assert 'name="edition" value="2"' in page
    assert carles.submit(f"{address}/publish", {"edition": 2}).status_code == 303

    assert client_of(cast.ana).get(address).status_code == 200
    assert client_of(cast.iria).get(address).status_code == 404
    page = carles.get(f"{address}/withdraw").text
    assert "artículo" in page
    assert "0 personas" not in page
    assert "informe" not in page  # nobody confirms an article
    with app.app_context():
        (row,) = db.session.scalars(select(Publication).where(Publication.kind == ARTICLE))
        assert row.conversation_id
