"""A thread shows its latest answers, or those around a place, and leads to the others."""

import pytest

from intranet.messaging.messages import page
from intranet.platform.core.unit_of_work import unit_of_work
from tests.messaging.messages.helpers import channel_of, say

SHOWN = 10


@pytest.fixture
def thread(spanish_request, cast, monkeypatch):
    """A message with twenty-five answers in the places 2 to 26, of which ten are shown."""
    monkeypatch.setattr(page, "MAX_REPLIES", SHOWN)
    channel = channel_of(cast.licences)
    parent = say(cast.ana, channel)
    for _ in range(25):
        say(cast.uxia, channel, parent_id=parent.id, posts_per_10s=1000)
    return parent


@pytest.mark.slow
@pytest.mark.parametrize(
    ("focus", "places", "leads_to"),
    [
        (1, range(17, 27), (17, None)),
        (26, range(21, 27), (21, None)),
        (12, range(7, 17), (7, 16)),
        (2, range(2, 7), (None, 6)),
    ],
)
def test_the_latest_or_those_around_a_place_are_shown(cast, thread, focus, places, leads_to):
    shown = page.thread_context(cast.ana, thread, focus)

    assert [row["seq"] for row in shown["replies"]] == list(places)
    assert (shown["earlier_seq"], shown["later_seq"]) == leads_to
    assert shown["parent"]["reply_count"] == 25


def test_a_short_thread_is_shown_whole_and_leads_nowhere(spanish_request, cast):
    channel = channel_of(cast.licences)
    parent = say(cast.ana, channel)
    alone = page.thread_context(cast.ana, parent, 1)
    say(cast.uxia, channel, parent_id=parent.id)
    answered = page.thread_context(cast.ana, parent, 2)

    for shown, seqs in ((alone, []), (answered, [2])):
        assert [row["seq"] for row in shown["replies"]] == seqs
        assert (shown["earlier_seq"], shown["later_seq"]) == (None, None)


@pytest.mark.slow
@pytest.mark.both
def test_each_place_of_a_long_thread_can_be_walked_to(app, cast, client_of, thread):
    ana, seen, seq = client_of(cast.ana), set(), 1
    address = f"/c/{thread.conversation_id}/m/"
    while seq:
        text = ana.get(f"{address}{seq}", headers={"HX-Request": "true"}).text
        seen |= {at for at in range(1, 27) if f'id="t-{at}"' in text}
        lowest = min(at for at in seen if at > 1)
        seq = lowest if f'href="{address}{lowest}"' in text and lowest != seq else 0
    assert seen == set(range(1, 27))


@pytest.mark.slow
@pytest.mark.both
def test_the_first_answer_may_be_counted_while_the_thread_is_read(spanish_request, cast):
    parent = say(cast.ana, channel_of(cast.licences))
    with unit_of_work():
        parent.reply_count = 1  # as who reads finds it whose answers were read before

    shown = page.thread_context(cast.ana, parent, 1)

    assert shown["replies"] == []
    assert (shown["earlier_seq"], shown["later_seq"]) == (None, None)
