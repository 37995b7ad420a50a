"""A message is found from the moment it is stored until it is deleted, by who reads it."""

import io

import pytest

from intranet.delivery.files.operations import store_upload
from intranet.messaging.conversations.operations import start_direct_message
from intranet.messaging.messages.operations import delete_message, edit_message
from intranet.platform.core.outbox import run_due
from intranet.platform.index.models import DocumentKind
from tests.messaging.messages.helpers import channel_of, say

pytestmark = pytest.mark.both


@pytest.mark.slow
def test_a_message_is_found_by_what_it_says_now(ids_found, cast):
    room = channel_of(cast.licences)
    first = say(cast.ana, room, "Mañana llega la **ordenación** del término municipal.")
    second = say(cast.uxia, room, "La ordenacion está en el tablón.")
    assert ids_found(cast.uxia, "Ordenación") == [second.id, first.id]
    assert ids_found(cast.uxia, "ordenac") == [second.id, first.id]
    assert ids_found(cast.uxia, "ordenación munic") == [first.id]
    assert ids_found(cast.uxia, '"ordenacion del termino"') == [first.id]
    assert ids_found(cast.uxia, '"ordenacion termino"') == []
    assert ids_found(cast.uxia, "ordenación -tablón") == [first.id]

    edit_message(cast.ana, first, "Mañana llega el plano.", body_rev=first.body_rev)
    assert ids_found(cast.uxia, "ordenación") == [second.id]
    assert ids_found(cast.uxia, "plano") == [first.id]
    delete_message(cast.ana, first)
    assert ids_found(cast.uxia, "plano") == []


@pytest.mark.slow
def test_a_file_is_found_by_its_name_at_once_and_by_its_text_soon(ids_found, cast):
    room = channel_of(cast.licences)
    text = io.BytesIO(b"El expediente de la dehesa boyal.")
    file = store_upload(cast.ana, text, "Informe técnico.txt")
    message = say(cast.ana, room, "", file_ids=[file.id])

    assert ids_found(cast.uxia, "tecnico", DocumentKind.FILE) == [file.id]
    assert ids_found(cast.uxia, "dehesa", DocumentKind.FILE) == []
    assert ids_found(cast.uxia, "has:file") == [message.id]
    while run_due():
        pass
    assert ids_found(cast.uxia, "dehesa", DocumentKind.FILE) == [file.id]
    assert ids_found(cast.nadia, "dehesa", DocumentKind.FILE) == []
    delete_message(cast.ana, message)
    assert ids_found(cast.uxia, "dehesa", DocumentKind.FILE) == []


def test_what_one_does_not_read_is_not_found(ids_found, cast):
    talk = start_direct_message(cast.ana, [cast.bieito])
    say(cast.ana, talk, "zarzaparrilla")
    say(cast.ana, channel_of(cast.licences), "zarzaparrilla")
    assert len(ids_found(cast.ana, "zarza")) == 2
    assert len(ids_found(cast.bieito, "zarza")) == 1
    assert len(ids_found(cast.uxia, "zarza")) == 1
    for outsider in (cast.nadia, cast.eloi, cast.guillem):
        assert ids_found(outsider, "zarza") == []


@pytest.mark.slow
def test_a_plural_finds_its_singular_and_a_singular_its_plural(ids_found, cast):
    room = channel_of(cast.licences)
    said = {
        words: say(cast.ana, room, f"{words}: borrador.").id
        for words in (
            *("La ordenanza", "Unas licitaciones", "A vez", "Os xornais", "Les beques", "El pla"),
            *("Ordenantza", "Planak", "A policy"),
        )
    }
    for question, words in {
        "ordenanzas": "La ordenanza",
        "licitación": "Unas licitaciones",
        "veces": "A vez",
        "xornal": "Os xornais",
        "beca": "Les beques",
        "plans": "El pla",
        "ordenantzak": "Ordenantza",
        "policies": "A policy",
    }.items():
        assert said[words] in ids_found(cast.uxia, question), question
    assert said["Planak"] in ids_found(cast.uxia, "plan")
    assert ids_found(cast.uxia, "ordenanzas -borrador") == []
    assert ids_found(cast.uxia, '"la ordenanzas"') == []
