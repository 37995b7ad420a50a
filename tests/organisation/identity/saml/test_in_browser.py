"""The way to a provider and back in a real browser, which keeps cookies from other sites."""

import pytest
from playwright.sync_api import expect

from tests.organisation.identity.saml.forgery import metadata
from tests.organisation.identity.saml.helpers import ANA


@pytest.fixture
def page(browser):
    """A browser that was never here."""
    context = browser.new_context(locale="en")
    yield context.new_page()
    context.close()


@pytest.fixture
def theirs_file(pairs, tmp_path):
    """A file with the metadata of a provider."""
    path = tmp_path / "metadata.xml"
    path.write_text(metadata(pairs[0]))
    return path


@pytest.mark.slow
@pytest.mark.parametrize("only_post", [False, True])
def test_a_person_signs_in_and_out(served, connect, page, only_post):
    faults: list[str] = []
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    person = {"name": "8f2c41", "attributes": ANA, "onlyPost": only_post}
    counterpart = connect(person, verifies_email=True)

    page.goto(f"{served}/signin/with/monteclaro?next=/me/settings")
    page.wait_for_url(f"{counterpart.address}/**")
    page.get_by_role("button", name="Continue").click()
    page.wait_for_url(f"{served}/me/settings")

    page.evaluate(
        """() => {
            const form = document.querySelector('form[action="/signout"]');
            form.requestSubmit();
        }"""
    )
    page.wait_for_url(f"{served}/signin")
    expect(page.get_by_text("You are signed out here and at Entrada.")).to_be_visible()
    assert "8f2c41" in counterpart.open("/asked").text
    assert faults == []


def test_a_file_with_metadata_is_read_into_the_form(served, page, cast, client_of, theirs_file):
    cookie = client_of(cast.dorleta).get_cookie("sign_in")
    assert cookie
    page.context.add_cookies([{"name": "sign_in", "value": cookie.value, "url": served}])

    page.goto(f"{served}/admin/L01990012/sign-in/saml")
    page.set_input_files("input[name=metadata_file]", theirs_file)

    expect(page.locator("textarea[name=metadata_text]")).to_have_value(theirs_file.read_text())
