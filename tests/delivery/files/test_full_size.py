"""A file may be as large as the limit says, whatever the form around it takes."""

import pytest
from urllib3 import encode_multipart_formdata

from tests.conftest import make_house
from tests.pages.api import calls

MIB = 1024 * 1024


@pytest.fixture
def app(template, tmp_path):
    with make_house(template, tmp_path, upload_mb=1) as made:
        yield made


def test_a_file_of_just_the_limit_is_taken_and_one_byte_more_is_not(app, cast):
    ana = calls.browser(app, cast.ana)

    def sent(size):
        # Not as `data`: for a form of this size the client would leave a file open.
        body, kind = encode_multipart_formdata({"file": ("nota.txt", b"a" * size)})
        return ana.post("/files", data=body, content_type=kind)

    assert sent(MIB).status_code == 201
    assert sent(MIB + 1).status_code == 413
