"""The pages on which a directory is set up, tested, compared and followed."""

import re

import pytest
from sqlalchemy import select

from intranet.extensions import db
from intranet.organisation.accounts.models import Account
from intranet.organisation.identity.models import Provider
from intranet.platform.core.outbox import Pace, run_due
from tests.organisation.identity.ldap.conftest import settings_for
from tests.organisation.identity.ldap.slapd import READER_SECRET

SECRET = "la clave del directorio"
LANGUAGES = ("es", "ca", "gl", "eu", "en")


@pytest.fixture
def base(cast):
    """Where Monteclaro is administered."""
    return f"/admin/{cast.monteclaro.code}/sign-in/ldap"


@pytest.fixture
def dorleta(client_of, cast):
    """The browser of the administrator, who has confirmed just now."""
    return client_of(cast.dorleta)


def work_off(app):
    """Do everything that waits for a thread of the background."""
    with app.app_context():
        while run_due(pace=Pace.LONG):
            pass


def is_there(app, email):
    """Whether there is an account with an e-mail."""
    with app.app_context():
        return db.session.scalar(select(Account.id).where(Account.email == email)) is not None


@pytest.mark.slow
def test_a_directory_is_set_up_tested_and_shows_what_came_back(
    app, *, dorleta, carles, base, slapd, domain
):
    slapd.add_person("dorleta", "Dorleta Aguirre", mail=f"dorleta@{domain}", userPassword=SECRET)
    fields = {**settings_for(slapd), "secret": READER_SECRET, "name": "Directorio", "version": "0"}
    assert dorleta.submit(base, fields).status_code == 303
    page = dorleta.get(base).text
    assert READER_SECRET not in page
    asked = dorleta.submit(f"{base}/test").headers["Location"]
    assert re.fullmatch(r"/me/directory/[0-9a-f-]+/test\?next=.*", asked)
    answer = dorleta.submit(asked, {"name": "dorleta", "directory_password": SECRET})
    assert answer.headers["Location"] == base
    page = dorleta.get(base).text
    assert f"dorleta@{domain}" in page
    assert SECRET not in page
    with app.app_context():
        provider = db.session.scalars(select(Provider)).one()
        assert provider.tested_version == provider.version
    assert carles.submit(f"{base}/on", {"version": "1", "accepts_limits": "1"}).status_code == 303
    with app.app_context():
        assert db.session.scalars(select(Provider.state)).one() == "on"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("host", "10.0.0.5"),
        ("host", "ldap://server"),
        ("port", "0"),
        ("authority", "no certificate"),
        ("base", "people"),
        ("people", "(uid=*"),
        ("people", "uid=*)(uid=*"),
        ("sign_in", "mail)(uid=*"),
        ("map_email", "mail)(x"),
        ("id_attribute", "mail"),
        ("security", "none"),
    ],
)
def test_settings_that_cannot_be_meant_are_refused(dorleta, base, slapd, field, value):
    fields = {**settings_for(slapd), "secret": "x", "name": "Directorio", "version": "0"}
    answer = dorleta.submit(base, {**fields, field: value})
    assert answer.status_code == 422
    assert re.search(rf'name="{field}"[^>]*aria-invalid="true"', answer.text)


@pytest.mark.slow
def test_a_plan_is_looked_at_and_applied_on_its_page(app, dorleta, base, slapd, provider_id):
    slapd.add_person("nora", "Nora Vidal", mail="nora@monteclaro.example")
    assert dorleta.submit(f"{base}/compare").status_code == 303
    work_off(app)
    page = dorleta.get(f"{base}/people").text
    assert "Nora Vidal" in page
    assert not is_there(app, "nora@monteclaro.example")
    assert dorleta.submit(f"{base}/agree").status_code == 303
    work_off(app)
    assert is_there(app, "nora@monteclaro.example")
    for language in LANGUAGES:
        assert dorleta.get(f"{base}/people?lang={language}&effect=create").status_code == 200
    assert dorleta.get(f"{base}/people?effect=nothing&after=x.y").status_code == 200


@pytest.mark.slow
def test_a_plan_that_stopped_asks_for_a_word(app, dorleta, base, slapd, provider_id):
    dn = slapd.add_person("nora", "Nora Vidal", mail="nora@monteclaro.example")
    slapd.add_person("berta", "Berta Mas", mail="berta@monteclaro.example")
    for act in ("compare", "agree"):
        dorleta.submit(f"{base}/{act}")
        work_off(app)
    slapd.delete(dn)
    dorleta.submit(f"{base}/compare")
    work_off(app)
    assert 'name="is_meant"' in dorleta.get(f"{base}/people").text
    dorleta.submit(f"{base}/agree")
    work_off(app)
    assert 'name="is_meant"' in dorleta.get(f"{base}/people").text, "nothing was done"
    dorleta.submit(f"{base}/agree", {"is_meant": "1"})
    work_off(app)
    assert 'name="is_meant"' not in dorleta.get(f"{base}/people").text


@pytest.mark.slow
def test_others_find_no_directory(client_of, cast, base, provider_id):
    for person in (cast.ana, cast.guillem):
        client = client_of(person)
        assert client.get(f"{base}/people").status_code == 404
        for act in ("compare", "agree"):
            assert client.submit(f"{base}/{act}").status_code == 404
        assert client.get(f"/me/directory/{provider_id}/test").status_code == 404
