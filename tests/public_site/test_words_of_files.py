"""What a file says of itself goes onto the open web as whoever approved it saw it."""

import pytest

from intranet.delivery.files.operations import store_upload
from intranet.platform.core.errors import Conflict
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.public_site import facts
from intranet.public_site.operations.showing import approve, propose
from intranet.publishing.publications.models import FileRole
from intranet.publishing.publications.operations.publishing import publish
from intranet.publishing.publications.versions import with_working_copy
from tests.public_site.test_public_content import body, png
from tests.publishing.publications.articles import article, hang


def test_what_a_file_says_is_approved_as_it_was_seen(app_context, cast):
    file = store_upload(cast.carles, png(), "plaza.png", alternative="La plaza")
    made = article(cast.carles, body())
    hang(cast.carles, made, file, FileRole.PICTURE)
    made = publish(cast.carles, with_working_copy(made), edition=with_working_copy(made).edition)
    propose(cast.carles, made)
    seen = facts.digest(made)
    with unit_of_work():
        file.alternative = "Zarzamora"
    with pytest.raises(Conflict):
        approve(cast.rosa, made, digest=seen)
    approve(cast.rosa, made, digest=facts.digest(made))
