import re

import pytest

PAGES = ["/", "/messages", "/me/settings", "/agencies", "/switcher"]


@pytest.fixture
def ana(client_of, cast):
    return client_of(cast.ana)


@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_its_frame(ana, path):
    page = ana.get(path).text

    assert re.search(r"<title>\s*\S[^<]* · Ayuntamiento de Monteclaro</title>", page)
    assert len(re.findall(r"<main\b", page)) == 1
    assert len(re.findall(r"<h1\b", page)) <= 1
    assert page.index('href="#main"') < page.index("<header")
    assert re.search(r'<nav class="rail" aria-label="[^"]+"', page)


@pytest.mark.parametrize("path", [*PAGES, "/nothing"])
def test_no_page_holds_style_or_script_of_its_own(ana, path):
    page = ana.get(path).text

    assert not re.search(r"\sstyle=", page)
    assert not re.search(r"<style", page)
    assert not re.search(r"<script(?![^>]*\bsrc=)", page)
    assert not re.search(r"\shx-on|\son\w+=", page)


def test_the_rail_says_where_one_is(ana):
    page = ana.get("/messages").text

    here = re.findall(r'class="rail__link"\s+href="([^"]+)" aria-current="page"', page)
    assert here == ["/messages"]


@pytest.mark.slow
def test_administration_is_shown_to_those_who_have_it(ana, client_of, cast):
    assert 'href="/admin/"' not in ana.get("/").text
    assert 'href="/admin/"' in client_of(cast.dorleta).get("/").text


def test_a_column_without_content_is_not_there(ana):
    assert "sheet__list" not in ana.get("/").text
    assert "sheet__list" in ana.get("/messages").text


def test_somebody_signed_out_gets_the_calm_sheet_and_no_rail(client):
    page = client.get("/signin").text

    assert "signed-out__sheet" in page
    assert "rail" not in page


@pytest.mark.parametrize("language", ["es", "ca", "gl", "eu", "en"])
def test_the_page_says_its_language(ana, language):
    assert f'<html lang="{language}"' in ana.get(f"/?lang={language}").text


def test_an_unknown_address_says_what_to_do_within_the_frame(ana):
    answer = ana.get("/nothing")

    assert answer.status_code == 404
    assert 'href="/switcher"' in answer.text.split("<main")[1]


def test_a_refusal_to_htmx_is_a_banner(ana):
    answer = ana.get("/units/01920000-0000-7000-8000-000000000000", headers={"HX-Request": "true"})

    assert answer.status_code == 404
    assert '<div class="banner banner--bad" role="alert">' in answer.text
    assert "<html" not in answer.text
