"""What an earlier version said is taken away for good, with its file, and that it was stays."""

import io

import pytest
from sqlalchemy import select

from intranet.attention.moderation.operations.naming import name_moderator
from intranet.delivery.files.models import File
from intranet.delivery.files.operations import store_upload
from intranet.extensions import db
from intranet.platform.audit.models import AuditLine
from intranet.platform.core import outbox
from intranet.publishing.publications.models import PublicationVersion
from intranet.publishing.publications.operations.attaching import attach, detach
from intranet.publishing.publications.operations.drafting import Choices, Written, save_draft
from intranet.publishing.publications.operations.publishing import correct, publish
from intranet.publishing.publications.operations.removing import remove_version
from intranet.publishing.publications.versions import with_working_copy
from tests.messaging.messages.helpers import space_of
from tests.pages.api.calls import browser
from tests.publishing.publications.helpers import TITLE, draft

SECRET = "45.678.901-X"


@pytest.fixture
def corrected(app, cast):
    """An announcement whose first version had a wrong sentence and a wrong file; their ids."""
    with app.app_context():
        everybody = {"any": [{"unit": str(cast.urban_planning.id), "subtree": True}]}
        made = draft(cast.carles, TITLE, f"Firma {SECRET}.", audience=everybody)
        wrong = store_upload(cast.carles, io.BytesIO(b"wrong list"), "lista.txt")
        right = store_upload(cast.carles, io.BytesIO(b"right list"), "plano.txt")
        for file in (wrong, right):
            attach(cast.carles, made, file.id, edition=with_working_copy(made).edition)
        publish(cast.carles, made, edition=with_working_copy(made).edition)
        texts = {"es": Written(TITLE, "Firma la jefatura.")}
        save_draft(cast.carles, made, texts, Choices(), edition=with_working_copy(made).edition)
        detach(
            cast.carles, with_working_copy(made), wrong.id, edition=with_working_copy(made).edition
        )
        edition = with_working_copy(made).edition
        correct(cast.carles, made, "Sobraba un dato.", edition=edition, asks_again=False)
        return {"id": made.id, "wrong": wrong.id, "right": right.id}


@pytest.mark.slow
def test_before_it_is_taken_away_readers_have_both(cast, client_of, corrected):
    ana = client_of(cast.ana)
    assert SECRET in ana.get(f"/p/{corrected['id']}/versions/1").text
    assert ana.get(f"/files/{corrected['wrong']}").status_code == 200


@pytest.mark.slow
@pytest.mark.both
def test_taken_away_it_is_nowhere_and_that_it_was_is_marked(app, cast, client_of, corrected):
    carles, ana = client_of(cast.carles), client_of(cast.ana)
    address = f"/p/{corrected['id']}/versions"
    assert carles.get(f"{address}/1/remove").status_code == 200
    assert carles.submit(f"{address}/1/remove").status_code == 303

    for client in (ana, carles):
        for page in ("/versions/1", "/versions", "", "/edit" if client is carles else ""):
            assert SECRET not in client.get(f"/p/{corrected['id']}{page}").text
        assert client.get(f"/files/{corrected['wrong']}").status_code == 404
        assert client.get(f"/api/v1/files/{corrected['wrong']}").status_code == 404
        assert client.get(f"/files/{corrected['right']}").data == b"right list"
        assert client.get(f"/api/v1/search?q={SECRET}").json["items"] == []
    assert "retirada definitivamente" in ana.get(address).text
    assert "Firma la jefatura." in ana.get(f"/p/{corrected['id']}").text
    with app.app_context():
        version = db.session.get_one(PublicationVersion, (corrected["id"], 1))
        assert version.removed_by_id == cast.carles.id
        assert SECRET not in str(version.body) + str(version.html) + str(version.summary)
        while outbox.run_due():
            pass
        assert db.session.get(File, corrected["wrong"]) is None
        asked = select(AuditLine).where(AuditLine.act == "publication.remove_version")
        (line,) = db.session.scalars(asked)
        assert (line.actor_id, line.detail["number"]) == (cast.carles.id, 1)
        remove_version(cast.carles, whole_of(corrected), 1)  # twice changes nothing
        assert len(db.session.scalars(asked).all()) == 1


def whole_of(corrected):
    from intranet.publishing.publications.models import Publication

    return db.session.get_one(Publication, corrected["id"])


@pytest.mark.both
def test_only_who_writes_it_takes_away_and_not_what_readers_have_now(
    app, cast, client_of, corrected
):
    address = f"/publications/{corrected['id']}/versions"
    assert browser(app, cast.ana).delete(f"{address}/1").status_code == 403
    assert browser(app, cast.nadia).delete(f"{address}/1").status_code == 404
    carles = browser(app, cast.carles)
    assert carles.delete(f"{address}/2").status_code == 403
    assert carles.delete(f"{address}/3").status_code == 404
    assert carles.delete(f"{address}/99999999999").status_code == 404
    assert carles.delete(f"{address}/1").status_code == 200
    assert client_of(cast.ana).get(f"/files/{corrected['wrong']}").status_code == 404


@pytest.mark.slow
def test_who_was_named_to_moderate_does_it_too_and_the_digest_goes(app, cast, client_of, corrected):
    with app.app_context():
        name_moderator(cast.carles, space_of(cast.urban_planning), cast.xoel.id)
        digest = db.session.get_one(PublicationVersion, (corrected["id"], 1)).sha256
    address = f"/p/{corrected['id']}/versions"
    xoel = client_of(cast.xoel)
    assert f"{address}/1/remove" in xoel.get(address).text
    assert xoel.submit(f"{address}/1/remove").status_code == 303
    assert SECRET not in client_of(cast.ana).get(f"{address}/1").text
    assert digest not in xoel.get(f"{address}/1").text
    with app.app_context():
        version = db.session.get_one(PublicationVersion, (corrected["id"], 1))
        assert (version.sha256, version.removed_by_id) == ("", cast.xoel.id)
        asked = select(AuditLine).where(AuditLine.act == "publication.remove_version")
        assert digest not in str([line.detail for line in db.session.scalars(asked)])
