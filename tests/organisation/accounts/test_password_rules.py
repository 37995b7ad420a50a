import pytest

from intranet.organisation.accounts.password_rules import (
    check_password,
    common_stems,
    is_common,
    why_refused,
)
from intranet.platform.core.errors import Invalid


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "Password123!",
        "P@ssw0rd",
        "contraseña",
        "contraseña1",
        "CONTRASENYA",
        "pasahitza",
        "contrasinal99",
        "qwertyuiop",
        "qwerty12",
        "1q2w3e4r",
        "zaq12wsx",
        "12345678",
        "87654321",
        "11111111",
        "abababab",
        "abcdefgh",
        "Verano2026",
        "barcelona92",
        "ayuntamiento",
        "holahola",
        "iloveyou!!",
        "  password  ",
        "drowssap",
        "anitnegra",
        "trustno1",
        "maverick",
        "147258369",
        "liverpool!",
        "fktrcfylh",
    ],
)
def test_what_is_tried_first_is_refused(app, password):
    assert is_common(password)
    with app.test_request_context(), pytest.raises(Invalid) as refused:
        check_password(password)
    assert set(refused.value.errors) == {"password"}


@pytest.mark.parametrize(
    "password",
    [
        "lluvia sobre el tejado",
        "gatos-y-perros-mojados",
        "Tr0ub4dor&3",
        "mesa verde con cuatro patas",
        "vilaverde-7-lunas",
        "kaixo euria ari du",
        "x7#kQ!m2",
        "密码密钥安全长句子",
    ],
)
def test_what_is_not_tried_first_is_taken(app, password):
    assert why_refused(password) is None


@pytest.mark.parametrize(
    ("password", "refused"),
    [
        ("x7#kQ!m", True),
        ("x7#kQ!m2", False),
        ("ab cd " * 42 + "abcd", False),
        ("ab cd " * 43, True),
    ],
)
def test_between_8_and_256_characters_are_taken(app, password, refused):
    with app.test_request_context():
        assert (why_refused(password) is not None) == refused


@pytest.mark.parametrize(
    "password",
    [
        *("Ana Castro", "anacastro", "castro2026", "CASTRO!!", "monteclaro1"),
        *("ana@monteclaro.example", "ortsacana", "Ortsac Ana", "ortsac2026", "castro.ana"),
        *("acastro77", "castro1987ana", "c4str0-4n4", "anacastroanacastroanacastro", "oralcetnom"),
    ],
)
def test_what_others_know_of_a_person_is_refused(app, password):
    about = ("Ana Castro", "ana@monteclaro.example", "monteclaro")
    with app.test_request_context():
        assert why_refused(password, about) is not None
    assert why_refused("lluvia sobre ana castro", about) is None


@pytest.mark.parametrize(
    "password", ["castrobarca-lluvia", "anaconda verde", "ortografia2b", "monte y claro de luna"]
)
def test_a_password_that_only_begins_with_ones_name_is_taken(app, password):
    with app.test_request_context():
        assert why_refused(password, ("Ana Castro", "ana@monteclaro.example", "monteclaro")) is None


def test_the_list_of_common_words_is_there():
    assert len(common_stems()) > 20_000
    assert {"password", "contraseña", "barcelona"} <= common_stems()
