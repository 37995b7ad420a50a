"""What the check of the catalogues finds, each fault in a catalogue made for it."""

import pytest

from tools import catalogues

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


@pytest.fixture
def faults(tmp_path, monkeypatch):
    """Writes a Galician catalogue for one template and gives what is found wrong with it."""
    templates = tmp_path / "templates"
    templates.mkdir()
    sources = ((templates, [("**.html", "jinja2")]),)
    for name, value in (("ROOT", tmp_path), ("FOLDER", tmp_path), ("SOURCES", sources)):
        monkeypatch.setattr(catalogues, name, value)
    monkeypatch.setattr(catalogues, "SAME", tmp_path / "same.txt")
    monkeypatch.setattr(catalogues, "LANGUAGES", ("gl",))

    def check(template, entries, same=""):
        (templates / "page.html").write_text(template, encoding="utf-8")
        (tmp_path / "same.txt").write_text(same, encoding="utf-8")
        path = catalogues.path_of("gl")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(HEAD + entries, encoding="utf-8")
        return list(catalogues.faults())

    return check


SAVE = "{{ _('Save') }}"
MANY = "{{ ngettext('%(num)s file in %(room)s', '%(num)s files in %(room)s', n, room=r) }}"


def test_a_whole_catalogue_has_no_fault(faults):
    assert faults(SAVE, 'msgid "Save"\nmsgstr "Gardar"\n') == []


def test_a_text_without_a_translation_is_found(faults):
    assert faults(SAVE, 'msgid "Save"\nmsgstr ""\n') == ["gl: not translated: 'Save'"]


def test_a_text_that_the_catalogue_lacks_is_found(faults):
    assert faults(SAVE, "") == ["gl: not in the catalogue: 'Save'"]


def test_a_text_that_is_no_longer_used_is_found(faults):
    assert faults("", 'msgid "Save"\nmsgstr "Gardar"\n') == ["gl: no longer used: 'Save'"]


def test_a_translation_marked_fuzzy_is_found(faults):
    assert faults(SAVE, '#, fuzzy\nmsgid "Save"\nmsgstr "Gardar"\n') == ["gl: fuzzy: 'Save'"]


def test_english_left_in_place_of_a_translation_is_found(faults):
    (fault,) = faults(SAVE, 'msgid "Save"\nmsgstr "Save"\n')

    assert fault.startswith("gl: the translation is the English text")


@pytest.mark.parametrize("same", ["gl Save\n", "* Save\n", "# a word alike\n\n* Save\n"])
def test_a_word_that_is_the_same_in_both_languages_can_be_named(faults, same):
    assert faults(SAVE, 'msgid "Save"\nmsgstr "Save"\n', same) == []


def test_a_text_without_letters_may_stay_as_it_is(faults):
    assert (
        faults(
            "{{ _('%(a)s · %(b)s', a=1, b=2) }}", 'msgid "%(a)s · %(b)s"\nmsgstr "%(a)s · %(b)s"\n'
        )
        == []
    )


def test_a_placeholder_that_was_lost_or_misspelt_is_found(faults):
    found = faults(
        "{{ _('Hello, %(name)s', name=n) }}", 'msgid "Hello, %(name)s"\nmsgstr "Ola, %(persoa)s"\n'
    )

    assert found == [
        "gl: a placeholder that the text does not have, %(persoa)s: 'Hello, %(name)s'",
        "gl: the translation lacks %(name)s: 'Hello, %(name)s'",
    ]


def test_one_may_be_said_in_words_where_more_are_counted(faults):
    entry = (
        'msgid "%(num)s file in %(room)s"\nmsgid_plural "%(num)s files in %(room)s"\n'
        'msgstr[0] "un ficheiro en %(room)s"\nmsgstr[1] "%(num)s ficheiros en %(room)s"\n'
    )

    assert faults(MANY, entry) == []


def test_a_plural_without_its_second_form_is_found(faults):
    entry = (
        'msgid "%(num)s file in %(room)s"\nmsgid_plural "%(num)s files in %(room)s"\n'
        'msgstr[0] "%(num)s ficheiro en %(room)s"\nmsgstr[1] ""\n'
    )

    (fault,) = faults(MANY, entry)
    assert fault.startswith("gl: not translated: ")


def test_a_text_with_a_context_is_translated_apart(faults):
    template = "{{ _('Closed') }}{{ pgettext('account', 'Closed') }}"
    one = 'msgid "Closed"\nmsgstr "Pechado"\n'

    assert faults(template, one) == ["gl: not in the catalogue: 'Closed'"]
    assert faults(template, f'{one}\nmsgctxt "account"\nmsgid "Closed"\nmsgstr "Pechada"\n') == []


def test_update_adds_what_is_new_and_drops_what_is_gone(faults):
    faults(SAVE + "{{ _('Send') }}", 'msgid "Save"\nmsgstr "Gardar"\n\nmsgid "Old"\nmsgstr "V"\n')

    catalogues.update()

    kept = {message.id: message.string for message in catalogues.read("gl") if message.id}
    assert kept == {"Save": "Gardar", "Send": ""}


def test_updating_twice_changes_nothing(faults):
    faults(SAVE, "")
    catalogues.update()
    before = catalogues.path_of("gl").read_bytes()

    catalogues.update()

    assert catalogues.path_of("gl").read_bytes() == before
