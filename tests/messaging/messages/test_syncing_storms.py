"""Many who come back: each is given what was before its greeting, rendered once for all."""

import json
from uuid import uuid4

import pytest

from intranet.delivery.realtime import as_json
from intranet.delivery.realtime.packets import acknowledgement_frame
from intranet.messaging.messages import endpoints, rendered
from intranet.messaging.messages.forms import Sync
from intranet.messaging.messages.operations import add_reaction, delete_message, edit_message
from tests.messaging.messages.helpers import channel_of, say

pytestmark = pytest.mark.both


def synced(person, channel, rev=0, to=None):
    form = Sync.parse({"conversations": [{"id": str(channel.id), "rev": rev, "to": to}]})
    [answer] = endpoints.sync(person, form)["conversations"]
    return answer


def test_who_is_told_of_what_comes_later_is_given_what_was_before(app_context, cast):
    channel = channel_of(cast.licences)
    first, *_others = [say(cast.ana, channel, f"{number}.") for number in range(3)]
    edit_message(cast.ana, first, "Edited.", body_rev=1)  # its revision is the fourth

    answer = synced(cast.uxia, channel, 0, 3)
    assert [row["body"] for row in answer["messages"]] == ["1.", "2."]
    assert (answer["rev"], answer["complete"]) == (3, True)
    answer = synced(cast.uxia, channel, 3, 4)
    assert [row["body"] for row in answer["messages"]] == ["Edited."]
    for rev, to in ((4, 3), (4, 99), (3, 3)):
        answer = synced(cast.uxia, channel, rev, to)
        assert (answer["rev"], answer["complete"], answer["messages"]) == (rev, True, [])
    assert synced(cast.uxia, channel, 2, 99)["rev"] == 4  # there is no more
    assert synced(cast.carles, channel, 0, 3)["gone"]


def test_what_was_rendered_for_one_is_as_new_for_the_next(app_context, cast, count_queries):
    channel = channel_of(cast.licences)
    said = [say(cast.ana, channel, f"{number}.") for number in range(3)]
    before = synced(cast.uxia, channel)
    with count_queries() as asked:
        assert synced(cast.ana, channel) == before
    assert not [statement for statement in asked if "messages.html" in statement]
    assert len([statement for statement in asked if "FROM epochs" in statement]) == 1

    delete_message(cast.ana, said[1])
    add_reaction(cast.uxia, said[0], "🙏")
    after = synced(cast.uxia, channel)
    assert [row.get("body") for row in after["messages"]] == ["2.", None, "0."]
    assert after["messages"][2]["reactions"]


def test_an_answer_is_the_same_json_though_it_is_encoded_in_parts(app_context, cast):
    channel, other = channel_of(cast.licences), channel_of(cast.urban_planning)
    for words in ('"quoted" \\ ', "ñandú 🙏 \u2028", "[]"):
        say(cast.ana, channel, words)
    say(cast.ana, other)
    known = [{"id": str(one.id), "rev": 0} for one in (channel, other)]
    answer = endpoints.sync(cast.ana, Sync.parse({"conversations": known}))

    plain = [{**one, "messages": list(one["messages"])} for one in answer["conversations"]]
    expected = as_json({**answer, "conversations": plain})
    assert json.loads(as_json(answer)) == json.loads(expected)
    assert as_json(answer) == expected
    assert acknowledgement_frame(1, answer) == acknowledgement_frame(1, json.loads(expected))


@pytest.mark.usefixtures("app_context")
def test_little_is_kept_of_what_was_rendered(monkeypatch):
    kept, size = rendered.RenderedMessages(), rendered.MAX_KEPT_BYTES // 2
    keys = [("0", uuid4(), rev) for rev in range(3)]
    for key in keys:
        kept.keep(key, rendered.RenderedMessage({}, "{}", size))
    assert [kept.get(key) is not None for key in keys] == [False, True, True]

    monkeypatch.setattr(rendered, "KEPT_SECONDS", 0)
    assert kept.get(keys[2]) is None
