"""What names and titles may hold: only what can be seen, on one line."""

import unicodedata

import pytest

from intranet.platform.core.text import fold, one_line
from tests.hostile import DISTURBING

UNSEEN = [
    *("\u202e", "\u202d", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c"),  # direction
    *("\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u180e"),  # no width
    *("\x00", "\x07", "\x1b", "\x7f", "\x9f", "\ufff9", "\U000e0041", "\ue000"),
    *("\u034f", "\u115f", "\u3164", "\uffa0", "\u2800", "\ufe0f", "\ufe00", "\U000e0100"),
]
AS_IT_IS = [
    *("Iñaki Peña", "Col·legi d'Arquitectes", "M.ª José", "O'Brien", "1.º B", "Ŀlull", "Ørsted"),
    *("Zażółć", "Μαρία", "Мария", "مريم", "דוד", "ไทยน้ำ", "山田", "👍🏽", "❤️", "1️⃣", "👩‍👩‍👧"),
    *("🏳️‍🌈", "🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "🇪🇸", "-x", "=x"),
]


@pytest.mark.parametrize("sign", UNSEEN, ids=ascii)
def test_what_cannot_be_seen_is_not_kept(sign):
    assert one_line(f"Ana{sign}Castro") == "AnaCastro"
    assert one_line(sign * 3) == ""
    if unicodedata.category(sign) == "Cf":
        assert fold(f"Ána{sign}Castro") == "anacastro"


@pytest.mark.parametrize("text", AS_IT_IS, ids=ascii)
def test_names_and_emoji_stay_as_they_are(text):
    assert one_line(text) == text
    assert one_line(f"  {text}\n\t{text} ") == f"{text} {text}"


def test_one_name_has_one_spelling():
    assert one_line("Jose\u0301") == one_line("José") == "José"
    assert one_line("Ana\u00a0\u2003Castro\u2028Rey") == "Ana Castro Rey"


@pytest.mark.parametrize("text", DISTURBING, ids=ascii)
def test_nothing_reaches_beyond_its_own_place(text):
    line = one_line(text)
    assert line.isprintable()
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff") & set(line)
    assert len(line) <= len(text)
    assert one_line(line) == line
