"""The original is corrected and a translation is not: it says so until it is mended as well."""

import pytest

from intranet.publishing.publications.operations.drafting import Choices, Written, save_draft
from intranet.publishing.publications.operations.publishing import correct, publish
from intranet.publishing.publications.versions import with_working_copy
from tests.pages.api.calls import browser
from tests.publishing.publications.helpers import draft

ES, CA, GL = (
    Written("Corte de agua", "De 8 a 10."),
    Written("Tall d'aigua", "De 8 a 10."),
    Written("Corte de auga", "De 8 a 10."),
)
MARK = "anterior a la última corrección"  # to readers
TO_WRITERS = "sin actualizar"


@pytest.fixture
def three(app, cast):
    """The id of something published in three languages, of which es is the original."""
    with app.app_context():
        made = draft(cast.carles, texts={"es": ES, "ca": CA, "gl": GL})
        publish(cast.carles, made, edition=with_working_copy(made).edition)
        return made.id


def corrected(app, cast, publication_id, texts, *, only_saved=False):
    from intranet.extensions import db
    from intranet.publishing.publications.models import Publication

    with app.app_context():
        made = db.session.get_one(Publication, publication_id)
        save_draft(cast.carles, made, texts, Choices(), edition=with_working_copy(made).edition)
        if not only_saved:
            edition = with_working_copy(made).edition
            correct(cast.carles, made, "La hora.", edition=edition, asks_again=False)


@pytest.mark.slow
def test_a_translation_says_that_it_is_older_until_it_is_corrected(app, cast, client_of, three):
    ana, api = client_of(cast.ana), browser(app, cast.ana)
    new = Written(ES.title, "De 9 a 11.")
    assert MARK not in ana.get(f"/p/{three}?in=ca").text

    corrected(app, cast, three, {"es": new, "ca": CA, "gl": Written(GL.title, "De 9 a 11.")})

    assert MARK in ana.get(f"/p/{three}?in=ca").text
    for tag in ("es", "gl"):
        assert MARK not in ana.get(f"/p/{three}?in={tag}").text
    assert api.get(f"/publications/{three}").json["older_languages"] == ["ca"]

    corrected(
        app,
        cast,
        three,
        {"es": new, "ca": Written(CA.title, "De 9 a 11."), "gl": Written(GL.title, "De 9 a 11.")},
    )
    assert MARK not in ana.get(f"/p/{three}?in=ca").text
    assert api.get(f"/publications/{three}").json["older_languages"] == []


@pytest.mark.both
def test_who_writes_sees_it_before_the_correction_goes_out(app, cast, client_of, three):
    carles = client_of(cast.carles)
    corrected(
        app, cast, three, {"es": Written(ES.title, "De 9."), "ca": CA, "gl": GL}, only_saved=True
    )
    for page in ("edit", "review"):
        assert TO_WRITERS in carles.get(f"/p/{three}/{page}").text, page
    assert MARK not in client_of(cast.ana).get(f"/p/{three}?in=ca").text
