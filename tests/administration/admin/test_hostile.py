"""What a browser would never send is refused or shown as text; nothing breaks."""

import pytest

TOWN = "/admin/L01990012"
WORDS = (
    "%00",
    "a%00b",
    "%25",
    "_",
    "%5C",
    "'%20OR%201=1--",
    "%22%3E%3Cscript%3Ealert(1)%3C/script%3E",
    "%E2%80%AE",
    "%F0%9F%92%A9",
    "%ED%A0%80",
    "%FF",
    "x" * 3000,
    "{{7*7}}",
    "(((((",
    "@",
    "0" * 500,
    "²",
)
NUMBERS = ("9" * 30, "-1", "1e400", "NaN", "٣", "%00", "²")
DAYS = ("0001-01-01", "9999-12-31", "2026-02-30", "yesterday", "-1", "%00", "2026-W01-1")


@pytest.fixture
def dorleta(cast, client_of):
    return client_of(cast.dorleta)


@pytest.mark.slow
@pytest.mark.parametrize("words", WORDS)
def test_what_is_searched_by_is_only_text(dorleta, words):
    for where in (
        f"units?q={words}",
        f"posts?q={words}",
        f"people?q={words}",
        f"appointments?q={words}",
        f"audit?act={words}",
        f"suggestions/units?q={words}",
        f"suggestions/posts?q={words}",
        f"suggestions/people?q={words}",
        f"appointments?when={words}",
        f"people?access={words}",
        f"people?after={words}&before={words}",
    ):
        page = dorleta.get(f"{TOWN}/{where}")
        assert page.status_code == (400 if "%00" in words else 200), where
        assert "<script>alert" not in page.text
        assert 'value="49"' not in page.text


@pytest.mark.parametrize("words", WORDS)
def test_an_agencys_code_is_only_text(dorleta, words):
    assert dorleta.get(f"/admin/{words}").status_code in {308, 400, 404}


@pytest.mark.parametrize("number", NUMBERS)
def test_a_number_that_cannot_be_does_not_matter(dorleta, number):
    found = dorleta.get(f"{TOWN}/audit?before={number}").status_code
    assert found == (400 if number == "%00" else 200)


@pytest.mark.slow
@pytest.mark.parametrize("day", DAYS)
def test_a_day_that_cannot_be_does_not_matter_or_is_refused(dorleta, cast, day):
    found = dorleta.get(f"{TOWN}/audit?from={day}&to={day}").status_code
    assert found == (400 if day == "%00" else 200)
    plain = day.replace("%00", "\0")
    forms = {
        "appointments/new": {"person": "Xoel Pardo", "post": "Alcaldía", "starts_on": plain},
        "people/new": {
            "name": "X",
            "email": "x@y.example",
            "post": cast.technician_post.handle,
            "starts_on": "2026-01-01",
            "ends_on": plain,
        },
        f"posts/{cast.officer_post.id}/end": {"last_day": plain, "version": "1"},
        f"units/{cast.licences.id}/end": {"last_day": plain, "successor": "URB", "version": "1"},
        "administrators/mandates": {"address": "secretaria@altamar", "last_day": plain},
    }
    for where, form in forms.items():
        assert dorleta.submit(f"{TOWN}/{where}", form).status_code == 422, where


@pytest.mark.slow
@pytest.mark.parametrize("text", ["a\0b", "x" * 2000, "", " "])
def test_a_text_that_cannot_be_is_refused_by_every_form(dorleta, cast, text):
    for where, form in {
        "units/new": {"name_es": text, "parent": "URB"},
        f"units/{cast.licences.id}": {"name_es": text, "parent": "URB", "version": "1"},
        "posts/new": {"title_es": text, "unit": "URB", "kind": "employee"},
        f"people/{cast.ana.id}": {"name": text, "email": "ana@monteclaro.example", "version": "1"},
        "administrators": {"post": text},
        "settings": {"name_es": text, "language": "es", "version": "1"},
    }.items():
        assert dorleta.submit(f"{TOWN}/{where}", form).status_code == 422, where


@pytest.mark.slow
def test_names_are_shown_as_text(dorleta, cast):
    name = '"><img src=x onerror=alert(1)>{{7*7}}'
    dorleta.submit(f"{TOWN}/units/new", {"name_es": name, "parent": "URB"})

    for where in (f"units?under={cast.urban_planning.id}", "units?q=onerror", "audit"):
        page = dorleta.get(f"{TOWN}/{where}").text
        assert "onerror=alert(1)" in page
        assert "<img src=x" not in page
