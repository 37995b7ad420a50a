"""Translators write `.po` files; what the application reads is made from them."""

import gettext
import os
from typing import get_args

import pytest

from intranet.config import LANGUAGES
from intranet.platform.core.catalogues import compile_catalogues
from intranet.platform.core.parsing import LanguageTag

PO = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Save"
msgstr "{save}"
"""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "gl" / "LC_MESSAGES" / "messages.po"
    path.parent.mkdir(parents=True)
    path.write_text(PO.format(save="Gardar"), encoding="utf-8")
    return path


def translated(source):
    with source.with_suffix(".mo").open("rb") as file:
        return gettext.GNUTranslations(file).gettext("Save")


def test_a_catalogue_is_compiled_where_there_is_none(source, tmp_path):
    assert compile_catalogues(tmp_path) == ["gl"]
    assert translated(source) == "Gardar"


def test_a_catalogue_that_has_not_changed_is_left_alone(source, tmp_path):
    compile_catalogues(tmp_path)

    assert compile_catalogues(tmp_path) == []


def test_a_catalogue_that_changed_is_compiled_again(source, tmp_path):
    compile_catalogues(tmp_path)
    source.write_text(PO.format(save="Garda"), encoding="utf-8")
    later = source.with_suffix(".mo").stat().st_mtime + 1
    os.utime(source, (later, later))

    assert compile_catalogues(tmp_path) == ["gl"]
    assert translated(source) == "Garda"


def test_nothing_but_the_two_files_is_left_behind(source, tmp_path):
    compile_catalogues(tmp_path)

    assert {path.name for path in source.parent.iterdir()} == {"messages.po", "messages.mo"}


def test_texts_may_be_in_the_languages_of_the_interface():
    assert set(get_args(LanguageTag)) == set(LANGUAGES)
