"""REST: messages, what is done to them, their files."""

import io

import pytest

from intranet.backups.settling import settle
from tests.pages.api.calls import is_problem, said

GREEN_DOT = (
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c49444154789c6360f8cf000002020100e2d6a2e70000000049454e44ae426082"
)


@pytest.fixture
def posted(api, cast, licences):
    """Posts as Ana and gives what was stored."""
    ana = api(cast.ana)

    def post(body="Hola.", **more):
        answer = ana.post(f"/conversations/{licences}/messages", said(body, **more))
        assert answer.status_code == 201
        return answer.json

    return post


def test_a_message_is_stored_shown_and_given_to_who_reads_there(api, cast, licences, posted):
    message = posted("**Plans** are in.")

    assert message["conversation_id"] == licences
    assert message["author"]["id"] == str(cast.ana.id)
    assert message["author"]["caption"].endswith("Ayuntamiento de Monteclaro")
    assert "<strong>Plans</strong>" in message["html"]
    shown = api(cast.uxia).get(f"/messages/{message['id']}")
    assert shown.json == message
    assert shown.headers["ETag"] == f'"{message["body_rev"]}"'


def test_the_same_client_id_gives_the_first_message_and_another_text_a_conflict(
    api, cast, licences
):
    ana, sent = api(cast.ana), said("Once.")
    first = ana.post(f"/conversations/{licences}/messages", sent)

    again = ana.post(f"/conversations/{licences}/messages", sent)
    other = ana.post(f"/conversations/{licences}/messages", {**sent, "body": "Twice."})

    assert again.json["id"] == first.json["id"]
    assert is_problem(other, 409)
    assert "Once" not in other.text


def test_messages_are_found_by_place_and_by_what_changed(api, cast, licences, posted):
    first, second, third = (posted(str(number)) for number in range(3))
    ana = api(cast.ana)
    path = f"/conversations/{licences}/messages"
    ana.patch(f"/messages/{first['id']}", {"body": "0, better", "body_rev": first["body_rev"]})

    def ids(query):
        return [item["id"] for item in ana.get(f"{path}?{query}").json["items"]]

    assert ids(f"after_seq={first['seq']}") == [second["id"], third["id"]]
    assert ids(f"before_seq={third['seq']}&limit=2") == [first["id"], second["id"]]
    assert second["id"] in ids(f"around_seq={second['seq']}")
    assert ids(f"since_rev={third['rev']}") == [first["id"]]
    assert ids("limit=1") == [third["id"]]


@pytest.mark.slow
def test_an_answer_is_opened_in_its_place_right_after_what_it_answers(
    cast, client_of, licences, posted
):
    first = posted("Are the plans in?")
    answer = posted("They are.", parent_id=first["id"])

    there = f"/c/{licences}?around_seq={answer['seq']}"
    shown = client_of(cast.ana).get(there, follow_redirects=True)

    assert shown.status_code == 200
    assert "Are the plans in?" in shown.text
    assert "They are." in shown.text


def test_a_reply_is_counted_and_listed(api, cast, posted):
    parent = posted("Question?")
    reply = posted("Answer.", parent_id=parent["id"])

    replies = api(cast.uxia).get(f"/messages/{parent['id']}/replies").json

    assert [item["id"] for item in replies["items"]] == [reply["id"]]
    assert api(cast.uxia).get(f"/messages/{parent['id']}").json["reply_count"] == 1


def test_an_edit_keeps_what_was_said_before(api, cast, posted):
    message = posted("Plazo.")
    ana = api(cast.ana)

    changed = ana.patch(
        f"/messages/{message['id']}", {"body": "First.", "body_rev": message["body_rev"]}
    )

    assert (changed.json["body"], bool(changed.json["edited_at"])) == ("First.", True)
    versions = api(cast.uxia).get(f"/messages/{message['id']}/versions").json["items"]
    assert [version["body"] for version in versions] == ["Plazo."]


def test_only_the_author_changes_a_message_and_the_head_may_delete_it(api, cast, licences):
    uxia, ana = api(cast.uxia), api(cast.ana)
    message = uxia.post(f"/conversations/{licences}/messages", said("Mine.")).json
    path = f"/messages/{message['id']}"

    assert is_problem(ana.patch(path, {"body": "Yours.", "body_rev": 1}), 403)
    deleted = ana.delete(path)

    assert deleted.status_code == 200
    assert deleted.json["deleted"] is True
    assert "Mine" not in uxia.get(path).text
    assert is_problem(uxia.patch(path, {"body": "Again.", "body_rev": 1}), 403)


def test_a_reaction_is_set_once_and_taken_back(api, cast, posted):
    message = posted()
    uxia = api(cast.uxia)
    path = f"/messages/{message['id']}/reactions/👍"

    uxia.put(path)
    twice = uxia.put(path).json["reactions"]

    assert twice == [{"emoji": "👍", "count": 1, "people": [str(cast.uxia.id)]}]
    assert uxia.delete(path).json["reactions"] == []


@pytest.mark.slow
def test_a_head_pins_and_others_may_not(api, cast, licences, posted):
    message = posted("Office hours: 9 to 14.")
    ana, uxia = api(cast.ana), api(cast.uxia)

    assert is_problem(uxia.put(f"/messages/{message['id']}/pin"), 403)
    assert ana.put(f"/messages/{message['id']}/pin").json["pinned"] is True
    pins = uxia.get(f"/conversations/{licences}/pins").json["items"]
    assert message["id"] in {item["id"] for item in pins}
    assert ana.delete(f"/messages/{message['id']}/pin").json["pinned"] is False


@pytest.mark.slow
def test_a_file_is_uploaded_described_sent_and_read_by_who_reads_the_message(api, cast, posted):
    ana = api(cast.ana)
    sent = {"file": (io.BytesIO(bytes.fromhex(GREEN_DOT)), "plano.png")}

    file = ana.post("/files", data=sent, headers={"Content-Type": "multipart/form-data"})
    described = ana.patch(f"/files/{file.json['id']}", {"alternative": "A green dot."})
    path = f"/files/{file.json['id']}"
    before = api(cast.uxia).get(path)
    message = posted("See.", file_ids=[file.json["id"]])

    assert file.status_code == 201
    assert described.json["alternative"] == "A green dot."
    assert is_problem(before, 404)
    assert [held["id"] for held in message["files"]] == [file.json["id"]]
    assert api(cast.uxia).get(path).mimetype == "image/png"
    assert is_problem(api(cast.nadia).get(path), 404)
    assert is_problem(ana.delete(path), 404)


@pytest.mark.slow
def test_an_upload_that_was_not_sent_is_taken_back(api, cast):
    ana = api(cast.ana)
    sent = {"file": (io.BytesIO(b"Text."), "nota.txt")}
    file = ana.post("/files", data=sent, headers={"Content-Type": "multipart/form-data"}).json

    assert ana.delete(f"/files/{file['id']}").status_code == 204
    assert is_problem(ana.get(f"/files/{file['id']}"), 404)
    assert is_problem(
        ana.post("/files", data={"a": "b"}, headers={"Content-Type": "multipart/form-data"}), 422
    )


@pytest.mark.slow
def test_who_asks_with_what_a_restore_took_away_is_told_to_begin_anew(
    app, api, cast, licences, posted
):
    path = f"/conversations/{licences}/messages"
    uxia = api(cast.uxia)
    posted("Before.")
    before = uxia.get(path).json
    with app.app_context():
        settle(None, signs_out=False)
    posted("After.")

    def answer(query):
        return uxia.get(f"{path}?{query}").json

    after = answer("")
    assert after["epoch"] != before["epoch"]
    assert "reset" not in answer(f"since_rev={before['rev']}")
    for lost in (
        f"since_rev={before['rev'] + 1}",
        f"since_rev={before['rev']}&epoch={before['epoch']}",
        f"before_seq={before['last_seq']}&epoch={before['epoch']}",
        f"after_seq={after['last_seq'] + 1}",
    ):
        begun_anew = answer(lost)
        assert begun_anew["reset"], lost
        assert begun_anew["items"] == []
    epoch = f"epoch={after['epoch']}"
    assert answer(f"{epoch}&since_rev={before['rev']}")["items"][-1]["body"] == "After."
    read = {"seq": after["last_seq"], "epoch": before["epoch"]}
    assert uxia.put(f"/conversations/{licences}/read", read).json["read_seq"] < after["last_seq"]
