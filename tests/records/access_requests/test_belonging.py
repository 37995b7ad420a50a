"""Things that belong to an agency: nothing asked without a name, and no file of a working copy."""

import io
from datetime import timedelta

import pytest

from intranet.delivery.files.operations import store_upload
from intranet.platform.core import clock
from intranet.publishing.publications.models import FileRole
from intranet.publishing.publications.operations.attaching import attach
from intranet.records.access_requests.found_files import readable_files
from intranet.records.access_requests.models import FoundKind
from intranet.records.access_requests.operations.deciding import open_finding
from intranet.records.access_requests.operations.finding import search
from intranet.records.access_requests.queries import findings_of
from tests.attention.search.test_files import pdf
from tests.collaboration.questions.helpers import answer
from tests.collaboration.questions.helpers import asked as question_of
from tests.messaging.messages.helpers import channel_of, say
from tests.records.access_requests.conftest import work_off

pytestmark = pytest.mark.both


def found(asked):
    return [(row.kind, row.subject_id) for row in findings_of(asked)]


def upload(person, words):
    return store_upload(person, io.BytesIO(pdf(words)), "vado.pdf")


@pytest.mark.parametrize("is_named", [True, False])
def test_what_was_asked_without_a_name_is_not_found(asked, officer, cast, is_named):
    file = upload(cast.xoel, "Vado catorce")
    question = question_of(cast.xoel, "Caléndula?", "Onde?", is_named=is_named, file_ids=[file.id])
    of_others = answer(cast.elna, question, "A caléndula, no mercado.")
    own = answer(cast.ana, question, "La caléndula, no.")
    work_off()
    search(officer, asked, "caléndula")
    kinds = {kind for kind, _subject in found(asked)}
    assert kinds == ({FoundKind.DAY, FoundKind.PUBLICATION, FoundKind.FILE} if is_named else kinds)
    assert (file.id in readable_files(asked, [file.id])) is is_named
    [day] = [row for row in findings_of(asked) if row.kind == FoundKind.DAY]
    shown = {section.id for section in open_finding(officer, day).sections}
    assert shown == ({str(of_others.id), str(own.id)} if is_named else {str(own.id)})
    if not is_named:
        assert kinds == {FoundKind.DAY}


def test_a_file_of_the_working_copy_is_not_found_before_it_is_published(
    asked, officer, cast, planted
):
    draft = planted.announcement
    file = upload(cast.carles, "Vado catorce")
    attach(cast.carles, draft, file.id, FileRole.ATTACHMENT, edition=draft.edition)
    work_off()
    search(officer, asked, '"obra menor"')
    assert (FoundKind.PUBLICATION, draft.id) in found(asked)
    assert (FoundKind.FILE, file.id) not in found(asked)
    assert not readable_files(asked, [file.id])


@pytest.mark.slow
def test_all_messages_of_a_day_are_read_and_counted(asked, officer, cast):
    room = channel_of(cast.licences)
    noon = clock.now().replace(hour=11, minute=0) - timedelta(days=1)
    for number in range(430):
        with clock.freeze(noon + timedelta(seconds=number)):
            say(cast.ana, room, f"Caléndula {number}")
    work_off()
    search(officer, asked, "caléndula")
    [day] = findings_of(asked)
    thing = open_finding(officer, day)
    assert len(day.chosen) == len(thing.chosen) == 430
