"""What a file says of itself goes onto the open web as whoever approved it saw it."""

import pytest

from intranet.core.errors import Conflict
from intranet.core.unit_of_work import unit_of_work
from intranet.files.operations import store_upload
from intranet.publications.models import FileRole
from intranet.publications.operations.publishing import publish
from intranet.publications.versions import whole
from intranet.showcase import facts
from intranet.showcase.operations.showing import approve, propose
from tests.publications.articles import article, hang
from tests.showcase.test_door import body, png


def test_what_a_file_says_is_approved_as_it_was_seen(house, cast):
    file = store_upload(cast.carles, png(), "plaza.png", alternative="La plaza")
    made = article(cast.carles, body())
    hang(cast.carles, made, file, FileRole.PICTURE)
    made = publish(cast.carles, whole(made), edition=whole(made).edition)
    propose(cast.carles, made)
    seen = facts.digest(made)
    with unit_of_work():
        file.alternative = "Zarzamora"
    with pytest.raises(Conflict):
        approve(cast.rosa, made, digest=seen)
    approve(cast.rosa, made, digest=facts.digest(made))
