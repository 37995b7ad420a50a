"""A discussion on open screens: who reads what is discussed hears it, nobody else."""

from uuid import uuid4

from intranet.organisation.people.operations.appointments import end_appointment
from intranet.organisation.people.queries import current_appointments
from tests.publishing.publications.articles import out


def test_who_has_it_open_hears_it_at_once_until_they_may_not_read_it(app, cast, connect):
    with app.app_context():
        written = out(cast.carles)
        talk = str(written.conversation_id)
    ana, iria, bieito = map(connect, (cast.ana, cast.iria, cast.bieito))
    here = {"conversation_id": talk}
    assert iria.ask("conversation:watch", here)["ok"]
    assert not bieito.ask("conversation:watch", here)["ok"]

    said = ana.ask("message:post", {**here, "client_id": str(uuid4()), "body": "¿Hay sombra?"})
    assert iria.next("message:posted")["message"] == said["message"]
    with app.app_context():
        for held in list(current_appointments(cast.iria.id)):
            end_appointment(None, held)
    ana.ask("message:post", {**here, "client_id": str(uuid4()), "body": "¿Nadie?"})
    assert iria.heard("message:posted") == []
    assert bieito.heard("message:posted") == []
