"""What the editor writes is what was there: the server judges by the HTML that it makes of both."""

import json
import re
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import UUID

import pytest

from intranet.platform.core.html import BodyMention
from intranet.publishing.publications.models import FileRole, PublicationFile
from intranet.publishing.publications.texts import render
from tools.programs import node

FOLDER = Path(__file__).parents[2] / "js" / "publishing" / "writing"
PHOTO = UUID("01890000-0000-7000-8000-000000000001")
_NESTED = re.compile(r"(?:</?(?:em|strong|del|s)>){2,}")


def written(texts: list[str]) -> list[str | None]:
    """What the editor makes of texts that are opened and saved; None where it leaves one alone."""
    command = [node(), str(FOLDER / "written.js")]
    done = subprocess.run(
        command, input=json.dumps(texts), capture_output=True, text=True, check=True
    )
    made: list[str | None] = json.loads(done.stdout)
    return made


def looks(body: str) -> str:
    """The HTML of a body, with marks that hold the same words in one order."""
    picture: Any = SimpleNamespace(id=PHOTO, width=4, height=3, alternative="")
    held: Any = SimpleNamespace(file_id=PHOTO, file=picture, role=FileRole.PICTURE)
    files = {PHOTO: cast("PublicationFile", held)}
    html = render(body, files, _name)
    return _NESTED.sub(lambda tags: "".join(sorted(re.findall("<[^>]+>", tags[0]))), html)


def _name(mention: BodyMention) -> str:
    return mention["text"]


def hard_texts() -> list[str]:
    """The hostile texts of the front end's tests."""
    script = f"import {{ HARD }} from '{FOLDER / 'texts.js'}'; console.log(JSON.stringify(HARD));"
    command = [node(), "--input-type=module", "--eval", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    texts: list[str] = json.loads(done.stdout)
    return texts


@pytest.mark.slow
def test_hard_texts_look_the_same_after_opening_and_saving():
    texts = hard_texts()

    for text, made in zip(texts, written(texts), strict=True):
        assert made is not None, text
        assert looks(made) == looks(text)


@pytest.mark.parametrize("text", ["https://x.es/a\\*b", "véase https://x.es/a_b\\_c_d_ hoy"])
def test_an_address_ends_where_a_sign_is_taken_back(text):
    (made,) = written([text])

    assert made is not None
    assert looks(made) == looks(text)
    assert "\\" not in looks(text)
