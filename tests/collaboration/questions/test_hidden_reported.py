"""Who asks without their name stays so where the question is reported, and where it is decided."""

import pytest

from intranet.attention.moderation.models import Subject
from intranet.attention.moderation.operations.appealing import appeal
from intranet.attention.moderation.operations.reporting import find_reported
from intranet.extensions import db
from intranet.platform.audit.models import AuditLine
from tests.attention.moderation.helpers import decided, reported
from tests.collaboration.questions.helpers import asked


@pytest.fixture
def hidden(app, cast):
    """The id of a question of Xoel's, who hides."""
    with app.app_context():
        return asked(cast.xoel, "Zarzaparrilla?", is_named=False).publication_id


@pytest.mark.slow
@pytest.mark.both
def test_no_page_of_a_report_tells_who_asked(app, cast, client_of, hidden):
    reader = client_of(cast.elna)
    form = reader.get(f"/moderation/report/publication/{hidden}")
    assert form.status_code == 200
    assert "Xoel" not in form.text

    with app.app_context():
        found = find_reported(cast.elna, Subject.PUBLICATION, hidden)
        case_id = reported(cast.elna, found.row).id
    assert "Xoel" not in reader.get("/moderation/mine").text
    for door in ("/moderation", f"/moderation/cases/{case_id}"):
        page = client_of(cast.carles).get(door)
        assert page.status_code == 200
        assert "Zarzaparrilla" in page.text
        assert "Xoel" not in page.text, door


@pytest.mark.both
def test_the_log_of_what_was_decided_does_not_tell_either(app, cast, hidden):
    with app.app_context():
        found = find_reported(cast.elna, Subject.PUBLICATION, hidden)
        case = decided(cast.carles, reported(cast.elna, found.row), mute_days=3)
        appeal(cast.xoel, case, "Non era para tanto.")
        lines = db.session.query(AuditLine).filter(AuditLine.act.like("moderation.%")).all()
        assert [line.subject_kind for line in lines] == ["publication"]
        xoel = cast.xoel.id
        assert all(xoel not in (line.actor_id, line.subject_id) for line in lines)
