"""Pages: what is typed is never lost, hostile text stays text, lists cost the same when long."""

import re
from html import unescape
from html.parser import HTMLParser
from uuid import UUID

import pytest

from intranet.delivery.files.models import File
from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.platform.core.per_request import remembering
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.attaching import attach
from intranet.publishing.publications.operations.drafting import Written
from intranet.publishing.publications.operations.publishing import correct, publish, withdraw
from intranet.publishing.publications.versions import with_working_copy
from tests.delivery.files.samples import picture
from tests.hostile import DISTURBING, MARKUP
from tests.messaging.messages.helpers import read_english
from tests.publishing.publications.helpers import (
    BODY,
    TITLE,
    copy_published,
    draft,
    form_of,
    published,
    tomorrow,
)

ALIVE = {"script", "iframe", "math", "style", "object", "base", "meta", "link", "template"}


class Living(HTMLParser):
    """What of a page could run, or change what stands around it."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        handlers = [name for name, _value in attrs if name.startswith("on")]
        if tag in ALIVE or handlers:
            self.found.append((tag, handlers))


@pytest.fixture
def written(app, cast):
    """The address of a draft of Carles's, and what its form sends."""
    with app.app_context():
        made = draft(cast.carles)
        return f"/p/{made.id}", form_of(made)


@pytest.mark.slow
def test_a_text_far_too_long_is_refused_with_a_sentence_and_stays_in_the_form(
    app, cast, written, client_of
):
    address, form = written
    read_english(app, cast.carles)
    pasted = "<p class=MsoNormal>párrafo</p> " * 170_000
    answer = client_of(cast.carles).submit(f"{address}/edit", {**form, "body_es": pasted})

    assert len(pasted) > 5_000_000
    assert answer.status_code == 422
    assert "Use at most 60000 characters." in answer.text
    assert answer.text.count("MsoNormal") == 170_000


@pytest.mark.slow
def test_the_second_of_two_authors_gets_both_texts(app, cast, written, client_of):
    address, form = written
    first, second = client_of(cast.carles), client_of(cast.carles)
    assert first.submit(f"{address}/edit", {**form, "body_es": "El primero."}).status_code == 303

    answer = second.submit(f"{address}/edit", {**form, "body_es": "El segundo.", "asks": "1"})
    assert answer.status_code in {409, 422}
    answer = second.submit(f"{address}/edit", {**form, "body_es": "El segundo."})
    assert answer.status_code == 409
    assert "El primero." in answer.text
    assert "El segundo." in answer.text
    found = re.search(r'name="edition" value="(\d+)"', answer.text)
    assert found
    edition = found[1]
    kept = second.submit(f"{address}/edit", {**form, "body_es": "Los dos.", "edition": edition})
    assert kept.status_code == 303


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ({"asks": "1"}, 'name="asks"'),
        ({"when": "later", "scheduled_on": "2026-03-29", "scheduled_time": "02:30"}, "02:30"),
        ({"ends": "1", "ends_on": "2199-12-32", "ends_time": "10:00"}, "2199-12-32"),
        ({"is_pinned": "1"}, 'name="is_pinned"'),
        ({"voice": "nonsense"}, TITLE),
    ],
)
def test_a_choice_that_cannot_be_is_refused_and_all_that_was_typed_is_there(
    cast, written, client_of, typed, kept
):
    address, form = written
    sent = {**form, "body_es": "Lo que se escribió.", **typed}
    answer = client_of(cast.carles).submit(f"{address}/edit", sent)
    assert answer.status_code == 422
    assert "Lo que se escribió." in answer.text
    assert kept in answer.text


@pytest.mark.slow
def test_the_pages_of_a_draft_with_nothing_in_it_open(app, cast, client_of):
    carles = client_of(cast.carles)
    made = carles.submit("/publications", {"kind": "announcement"})
    address = made.headers["Location"].removesuffix("/edit")
    for page in ("edit", "preview", "review", "audience", "audience/people", "withdraw"):
        assert carles.get(f"{address}/{page}").status_code == 200, page
    refused = carles.submit(f"{address}/publish", {"edition": "1"})
    assert refused.status_code == 422
    assert carles.submit("/publications", {"kind": "poem"}).status_code == 422


def test_the_review_names_it_in_the_language_of_who_reads_and_what_has_no_words_yet(
    app, cast, client_of
):
    texts = {
        "ca": Written("Tall d'aigua dijous", "De 8 a 10."),
        "es": Written(TITLE, BODY),
        "gl": Written("", ""),
    }
    with app.app_context():
        made = draft(cast.carles, texts=texts)
        address = f"/p/{made.id}/review"
    page = client_of(cast.carles).get(address).text
    assert TITLE in page
    assert "Tall d&#39;aigua" not in page
    languages = re.search(r"<dt>Idiomas</dt><dd>(.*?)</dd>", page)
    assert languages
    said, missing = languages[1].split(" · ")
    assert said == "Español, Català"
    assert "Galego" in missing


@pytest.mark.slow
@pytest.mark.both
def test_an_audience_is_put_together_by_buttons(app, cast, written, client_of):
    address, form = written
    carles, edition = client_of(cast.carles), form["edition"]
    found = carles.get(f"{address}/audience?q=licenc").text
    assert "Licencias" in found
    unit = f'{{"unit": "{cast.licences.id}", "subtree": true}}'
    for change in ({"leave_out": unit}, {"drop_exception": "0"}, {"drop": "0"}, {"add": unit}):
        answer = carles.submit(f"{address}/audience", {**change, "edition": str(edition)})
        assert answer.status_code == 303
        edition += 1
    with app.app_context():
        stored = db.session.get_one(Publication, UUID(address.removeprefix("/p/")))
        assert stored.announcement.audience == {
            "any": [{"unit": str(cast.licences.id), "subtree": True}]
        }
    found = carles.get(f"{address}/audience?q=licencias").text
    assert "Ya está entre los destinatarios" in found
    for wrong in ("{", "[]", "7", '{"unit": "x"}'):
        sent = {"add": wrong, "edition": str(edition)}
        assert carles.submit(f"{address}/audience", sent).status_code == 422
    assert carles.submit(f"{address}/audience", {"drop": "9", "edition": "x"}).status_code == 422


@pytest.mark.slow
def test_hostile_text_stays_text_wherever_it_is_shown(app, cast, client_of):
    shown = []
    with app.app_context(), remembering(), unit_of_work():
        for number, text in enumerate([*MARKUP, *DISTURBING]):
            made = published(
                cast.carles,
                f"{number} {text}"[:180],
                text,
                is_urgent=True,
                urgent_reason=text[:200],
            )
            if number % 9 == 0:
                correct(cast.carles, made, text[:200], edition=made.edition, asks_again=False)
                shown += [f"/p/{made.id}", f"/p/{made.id}/versions", f"/p/{made.id}/versions/1"]
            if number % 18 == 0:
                withdraw(cast.carles, made, text[:200])
    carles = client_of(cast.carles)
    for address in (*shown, "/publications", "/publications?view=own", "/search?q=script"):
        answer = carles.get(address)
        assert answer.status_code == 200
        assert living_in(answer) == [], address


def living_in(answer):
    """What lives in the page's middle."""
    text = answer.text
    parser = Living()
    parser.feed(text[text.index('id="main"') : text.index("</main>")])
    return parser.found


@pytest.mark.slow
@pytest.mark.both
def test_lists_and_pages_cost_the_same_with_two_hundred_publications(
    app, cast, client_of, count_queries
):
    ana, carles = client_of(cast.ana), client_of(cast.carles)
    with app.app_context():
        first = published(cast.carles, due_on=tomorrow()).id
        draft(cast.carles)
    visits = [
        *((ana, address) for address in ("/publications", "/", "/search?q=corte")),
        *((ana, address) for address in (f"/p/{first}", "/api/v1/publications?limit=200")),
        *((carles, address) for address in ("/publications?view=own", f"/p/{first}/edit")),
        (carles, f"/api/v1/publications/{first}/readers?limit=200"),
    ]

    def spent():
        counts = []
        for client, address in visits:
            client.get(address)
            with count_queries() as statements:
                assert client.get(address).status_code == 200
            counts.append(len(statements))
        return counts

    few = spent()
    with app.app_context(), unit_of_work():
        copy_published(db.session.get_one(Publication, first), 200)
        for _ in range(10):
            draft(cast.carles)
    many = spent()
    assert many[:2] + many[3:] == few[:2] + few[3:]
    assert many[2] <= few[2] + 1  # of what is found often PostgreSQL looks once more


@pytest.mark.slow
def test_a_reader_gets_their_language_or_is_told_that_it_is_another(app, cast, client_of):
    from intranet.publishing.publications.operations.drafting import Written

    with app.app_context():
        texts = {"es": Written("Corte de agua", BODY), "gl": Written("Corte da auga", "Non hai.")}
        made = published(cast.carles, texts=texts)
        assert [row.language for row in with_working_copy(made).texts] == ["es", "gl"]
    ana = client_of(cast.ana)
    assert "Corte da auga" in ana.get(f"/p/{made.id}?in=gl").text
    english = unescape(ana.get(f"/p/{made.id}?in=es&lang=en").text)
    assert "Corte de agua" in english
    assert "There is no version in your language" in unescape(ana.get(f"/p/{made.id}?lang=en").text)


@pytest.mark.both
def test_a_list_tells_nothing_of_what_was_withdrawn_but_that_it_was(app, cast, client_of):
    with app.app_context():
        made = published(cast.carles)
        withdraw(cast.carles, made, "Era para otro edificio.")
        address = f"/p/{made.id}"
    over = client_of(cast.ana).get("/publications?view=over").text
    assert address in over
    assert TITLE not in over
    assert BODY not in over
    assert TITLE in client_of(cast.carles).get("/publications?view=own").text


@pytest.mark.slow
def test_what_belongs_to_a_file_of_what_was_withdrawn_changes_no_more(app, cast, client_of):
    with app.app_context():
        made = draft(cast.carles)
        file = store_upload(cast.carles, picture(), "plaza.png", alternative="La plaza.")
        attach(cast.carles, made, file.id, edition=made.edition)
        publish(cast.carles, made, edition=made.edition)
        withdraw(cast.carles, made, "Era un error.")
        address, file_id = f"/p/{made.id}/files/{file.id}/words", file.id
    answer = client_of(cast.carles).submit(address, {"alternative": "Otra cosa."})
    assert answer.status_code == 403
    with app.app_context():
        assert db.session.get_one(File, file_id).alternative == "La plaza."


@pytest.mark.slow
@pytest.mark.parametrize("number", ["0", str(2**31), str(2**63), "9" * 4000])
def test_a_version_that_cannot_be_is_not_found(app, cast, client_of, number):
    with app.app_context():
        address = f"/p/{published(cast.carles).id}/versions"
    ana = client_of(cast.ana)
    assert ana.get(f"{address}/1").status_code == 200
    assert ana.get(f"{address}/{number}").status_code == 404


@pytest.mark.parametrize("voice", ["a\0b", "a\nb", ":", "x" * 5000])
def test_a_name_that_cannot_be_is_refused_with_a_sentence(written, cast, client_of, voice):
    address, form = written
    answer = client_of(cast.carles).submit(f"{address}/edit", {**form, "voice": voice})
    assert answer.status_code == 422
