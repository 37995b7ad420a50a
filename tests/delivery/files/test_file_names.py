"""What a sender's computer called a file, made harmless."""

import pytest

from intranet.delivery.files.file_names import safe_name

PDF = "application/pdf"
UNKNOWN = "application/octet-stream"


@pytest.mark.parametrize(
    ("claimed", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system.ini", "system.ini"),
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        ("a\r\nSet-Cookie: x=1.txt", "a Set-Cookie: x=1.txt"),
        ("acta\n2026.txt", "acta 2026.txt"),
        ("acta\u2028final.txt", "acta final.txt"),
        ("nul\0byte.txt", "nulbyte.txt"),
        ("gpj.\u202eexe.txt", "gpj.exe.txt"),
        ("\ud800half.txt", "half.txt"),
        (".htaccess", "htaccess"),
        ("Informe  técnico.odt", "Informe técnico.odt"),
        ("Resolució l·l ñ.odt", "Resolució l·l ñ.odt"),
        ("trailing. . .", "trailing"),
    ],
)
def test_a_name_keeps_no_path_no_control_and_no_turn_of_direction(claimed, kept):
    assert safe_name(claimed, UNKNOWN) == kept


def test_a_name_of_300_characters_is_cut_to_200_and_keeps_its_extension():
    name = safe_name("ñ" * 296 + ".odt", UNKNOWN)

    assert len(name) == 200
    assert name.endswith("ñ.odt")


def test_an_endless_extension_is_no_extension():
    assert safe_name("a." + "b" * 300, UNKNOWN) == ("a." + "b" * 300)[:200]


def test_a_picture_that_claims_to_be_a_document_is_named_as_what_it_is():
    assert safe_name("acta.pdf", "image/png") == "acta.pdf.png"
    assert safe_name("FOTO.JPEG", "image/jpeg") == "FOTO.JPEG"
    assert safe_name("acta", PDF) == "acta.pdf"
    assert len(safe_name("a" * 300 + ".exe", PDF)) == 200
