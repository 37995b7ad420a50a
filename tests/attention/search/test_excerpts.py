"""An excerpt is plain text in pieces, with what was looked for among them."""

import pytest

from intranet.attention.search.excerpts import SearchHighlight, excerpt
from intranet.messaging.messages.index_documents import plain_text
from tests.hostile import COSTLY, DISTURBING, MARKUP
from tests.pace import within

pytestmark = pytest.mark.both


def hits(text, *wanted, **more):
    return [piece.text for piece in excerpt(text, wanted, **more) if piece.is_hit]


def test_accents_case_and_beginnings_make_no_difference():
    assert hits("La Licéncia y las licencias", SearchHighlight("licencia", is_prefix=True)) == [
        "Licéncia",
        "licencias",
    ]
    assert hits(
        "l'excel·lent col·legi", SearchHighlight("excellent"), SearchHighlight("collegi")
    ) == [
        "excel·lent",
        "col·legi",
    ]
    assert hits("licencias", SearchHighlight("licencia")) == []


def test_of_a_long_text_the_part_with_most_hits_is_shown_on_one_line():
    text = "uno " + "palabra " * 200 + "aquí\nla **dehesa** y otra dehesa " + "palabra " * 200
    pieces = excerpt(text, [SearchHighlight("dehesa"), SearchHighlight("uno")])
    shown = "".join(piece.text for piece in pieces)
    assert len(shown) < 260
    assert "\n" not in shown
    assert "*" not in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")
    assert [piece.text for piece in pieces if piece.is_hit] == ["dehesa", "dehesa"]


def test_mentions_and_links_are_what_they_say():
    said = plain_text("@[Ana](person:0192b5c8-0000-7000-8000-000000000001) [guía](https://a.es/b)")
    assert said == "@Ana guía https://a.es/b"


def shown(text, wanted):
    return excerpt(plain_text(text), wanted)


def test_hostile_and_costly_text_stays_text_and_takes_no_time():
    wanted = [SearchHighlight("alert"), *[SearchHighlight("a", is_prefix=True)] * 15]
    long = ["e" + "\u0301" * 199_999, "a·" * 100_000, "alerte " * 30_000]
    for text in (*MARKUP, *DISTURBING, *COSTLY.values(), *long):
        pieces = within(0.2, shown, text, wanted)
        assert not any(hasattr(piece.text, "__html__") for piece in pieces)
