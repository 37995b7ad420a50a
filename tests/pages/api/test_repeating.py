"""REST: what is sent again is done once, and who was overtaken is told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from intranet.extensions import db
from intranet.platform.core import clock
from intranet.platform.core.idempotency import Repeatable, delete_expired
from tests.pages.api.calls import Caller, is_problem, said


def key(value):
    return {"Idempotency-Key": value}


def count(api, licences):
    return api.get(f"/conversations/{licences}").json["last_seq"]


def test_the_same_key_and_body_gets_the_first_answer_and_does_nothing(api, cast, licences):
    ana, path = api(cast.ana), f"/conversations/{licences}/messages"
    sent = said("Once.")
    first = ana.post(path, sent, headers=key("first"))
    ana.patch(f"/messages/{first.json['id']}", {"body": "Edited.", "body_rev": 1})
    before = count(ana, licences)

    again = ana.post(path, sent, headers=key("first"))

    assert (again.status_code, again.json) == (first.status_code, first.json)
    assert again.json["body"] == "Once."
    assert count(ana, licences) == before


def test_a_key_is_refused_for_another_body_or_another_address(api, cast, licences):
    ana, path = api(cast.ana), f"/conversations/{licences}/messages"
    ana.post(path, said("One."), headers=key("used"))
    before = count(ana, licences)

    body = ana.post(path, said("Two."), headers=key("used"))
    address = ana.post("/conversations", {"person_ids": [str(cast.rosa.id)]}, headers=key("used"))

    for answer in (body, address):
        assert is_problem(answer, 409)
        assert "One" not in answer.text
    assert count(ana, licences) == before


def test_a_key_is_each_person_s_own(api, cast, licences):
    path = f"/conversations/{licences}/messages"
    sent = said("Mine.")

    first = api(cast.ana).post(path, sent, headers=key("shared"))
    second = api(cast.uxia).post(path, sent, headers=key("shared"))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json["id"] != second.json["id"]


def test_what_was_refused_is_not_kept(api, cast, licences):
    ana, path = api(cast.ana), f"/conversations/{licences}/messages"
    assert is_problem(ana.post(path, said(""), headers=key("refused")), 422)

    assert ana.post(path, said("Now."), headers=key("refused")).status_code == 201


def test_a_kept_answer_is_not_given_to_who_may_no_longer_see(app, api, cast, licences):
    from intranet.organisation.people.operations.appointments import appoint, end_appointment

    with app.app_context():
        today = clock.today("Europe/Madrid")
        row = appoint(None, cast.officer_post, cast.iria, starts_on=today - timedelta(days=1))
        row_id = row.id
    iria, path = api(cast.iria), f"/conversations/{licences}/messages"
    sent = said("For a day.")
    assert iria.post(path, sent, headers=key("left")).status_code == 201
    with app.app_context():
        from intranet.organisation.people.models import Appointment

        end_appointment(None, db.session.get_one(Appointment, row_id))

    assert is_problem(iria.post(path, sent, headers=key("left")), 404)


def test_a_key_is_forgotten_after_a_day(api, cast, licences):
    ana, path = api(cast.ana), f"/conversations/{licences}/messages"
    ana.post(path, said("Today."), headers=key("old"))

    with clock.freeze(clock.now() + timedelta(hours=25)):
        later = api(cast.ana).post(path, said("Tomorrow."), headers=key("old"))

    assert later.status_code == 201


@pytest.mark.both
def test_what_is_kept_goes_after_a_day_though_nobody_calls_again(app, api, cast, licences):
    api(cast.ana).post(f"/conversations/{licences}/messages", said("Today."), headers=key("kept"))

    with app.app_context():
        for hours, is_kept in ((23, True), (72, False)):
            with clock.freeze(clock.now() + timedelta(hours=hours)):
                delete_expired()
            count_kept = select(func.count()).select_from(Repeatable)
            assert bool(db.session.scalar(count_kept)) is is_kept


def test_a_file_sent_again_is_stored_once(api, cast):
    ana = api(cast.ana)

    def send(content, name="nota.txt", **headers):
        return ana.post("/files", data={"file": (BytesIO(content), name)}, headers=headers)

    first, again = (send(b"Text.", **key("file")) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    for other in (send(b"Other.", **key("file")), send(b"Text.", "otra.txt", **key("file"))):
        assert is_problem(other, 409)
    assert send(b"Text.").json["id"] != first.json["id"]


def test_ten_files_at_once_with_one_key_are_answered_alike(api, cast):
    callers = [api(cast.ana) for _ in range(10)]

    def send(caller):
        file = {"file": (BytesIO(b"Text."), "nota.txt")}
        return caller.post("/files", data=file, headers=key("ten"))

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(send, callers))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1


def test_a_key_that_cannot_be_is_refused(api, cast, licences):
    answer = api(cast.ana).post(
        f"/conversations/{licences}/messages", said(), headers=key("k" * 201)
    )

    assert is_problem(answer, 422)


def test_ten_at_once_with_one_key_are_done_once_and_answered_alike(app, api, cast, licences):
    path, sent = f"/conversations/{licences}/messages", said("At once.")
    callers = [api(cast.ana) for _ in range(10)]
    before = count(callers[0], licences)

    with ThreadPoolExecutor(10) as threads:
        answers = list(
            threads.map(lambda caller: caller.post(path, sent, headers=key("at once")), callers)
        )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert count(callers[0], licences) == before + 1


def test_ten_at_once_with_one_key_begin_one_talk(app, api, cast):
    sent = {"person_ids": [str(cast.guillem.id), str(cast.rosa.id)]}
    callers = [api(cast.nadia) for _ in range(10)]

    with ThreadPoolExecutor(10) as threads:
        answers = list(
            threads.map(lambda each: each.post("/conversations", sent, headers=key("t")), callers)
        )

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1


def test_ten_at_once_with_one_client_id_store_one_message(app, api, cast, licences):
    path, sent = f"/conversations/{licences}/messages", said("One id.")
    callers = [api(cast.ana) for _ in range(10)]
    before = count(callers[0], licences)

    with ThreadPoolExecutor(10) as threads:
        answers = list(threads.map(lambda caller: caller.post(path, sent), callers))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["id"] for answer in answers}) == 1
    assert count(callers[0], licences) == before + 1


def test_a_change_names_the_version_that_it_replaces(api, cast, licences):
    ana = api(cast.ana)
    message = ana.post(f"/conversations/{licences}/messages", said("First.")).json
    path = f"/messages/{message['id']}"
    tag = ana.get(path).headers["ETag"]

    unnamed = ana.patch(path, {"body": "Second."})
    changed = ana.patch(path, {"body": "Second."}, headers={"If-Match": tag})
    stale = ana.patch(path, {"body": "Third."}, headers={"If-Match": tag})
    foreign = [
        ana.patch(path, {"body": "Third."}, headers={"If-Match": tag})
        for tag in ('"abc"', '"٣"', f'"{"9" * 5000}"', 'W/"1"', '""', '"', "")
    ]

    assert is_problem(unnamed, 422)
    assert changed.headers["ETag"] != tag
    assert is_problem(stale, 412)
    assert all(is_problem(answer, 412) for answer in foreign)
    assert ana.get(path).json["body"] == "Second."


def test_who_reads_compressed_can_change_what_they_read(api, cast):
    ana = api(cast.ana)
    ana.patch("/me", {"about": "Urbanismo. " * 80})
    read = ana.get("/me", headers={"Accept-Encoding": "gzip"})

    changed = ana.patch("/me", {"about": "Obras."}, headers={"If-Match": read.headers["ETag"]})

    assert read.headers["Content-Encoding"] == "gzip"
    assert changed.status_code == 200


def test_a_reaction_does_not_make_a_version_stale(api, cast, licences):
    ana = api(cast.ana)
    message = ana.post(f"/conversations/{licences}/messages", said("First.")).json
    path = f"/messages/{message['id']}"
    tag = ana.get(path).headers["ETag"]
    api(cast.uxia).put(f"{path}/reactions/👍")

    assert ana.patch(path, {"body": "Second."}, headers={"If-Match": tag}).status_code == 200


def test_two_devices_that_change_the_profile_do_not_overwrite_each_other(api, cast):
    one, other = api(cast.carles), api(cast.carles)
    tag = one.get("/me").headers["ETag"]

    first = one.patch("/me", {"about": "Urbanismo."}, headers={"If-Match": tag})
    second = other.patch("/me", {"about": "Obras."}, headers={"If-Match": tag})

    assert first.status_code == 200
    assert is_problem(second, 412)
    assert other.get("/me").json["about"] == "Urbanismo."


@pytest.mark.slow
@pytest.mark.both
def test_changes_of_different_fields_at_once_are_all_kept(app, api, cast):
    callers = [api(cast.rosa) for _ in range(6)]
    fields = [
        {"about": "Alcaldesa."},
        {"phone": "ext. 1000"},
        {"contact_note": "Con cita."},
        {"languages": ["es"]},
        {"settings": {"theme": "dark"}},
        {"settings": {"enter_sends": False}},
    ]

    with ThreadPoolExecutor(6) as threads:
        list(
            threads.map(
                lambda pair: pair[0].patch("/me", pair[1]), zip(callers, fields, strict=True)
            )
        )

    me = Caller(callers[0].client, {}).get("/me").json
    assert (me["about"], me["phone"], me["contact_note"]) == (
        "Alcaldesa.",
        "ext. 1000",
        "Con cita.",
    )
    assert me["languages"] == ["es"]
    assert (me["settings"]["theme"], me["settings"]["enter_sends"]) == ("dark", False)
