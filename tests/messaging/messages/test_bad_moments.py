"""What people ask for that cannot be: a sentence says so, and nothing they wrote is lost."""

from datetime import timedelta
from uuid import uuid4

import pytest

from intranet.messaging.messages.own_lists import own_counts
from intranet.messaging.messages.queries import mention_counts
from intranet.platform.core import clock
from tests.messaging.messages.helpers import channel_of, read_english, say

FAMILY = "👨‍👩‍👧‍👦"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ("2020-01-01", "This time has passed. Choose a later one."),
        (str(clock.now().date() + timedelta(days=500)), "Choose a time within the next year."),
    ],
)
def test_a_time_that_cannot_be_is_said_and_the_text_stays(app, cast, client_of, day, words):
    with app.app_context():
        channel = channel_of(cast.licences).id
    read_english(app, cast.ana)
    ana = client_of(cast.ana)
    hour = "08:00"
    sent = {"body": "Mañana a las ocho, ñ l·l 🚲", "client_id": str(uuid4())}
    refused = ana.submit(
        f"/c/{channel}/scheduled", {**sent, "when": "at", "day": day, "hour": hour}
    )
    assert refused.status_code == 422
    assert words in refused.text
    assert "Mañana a las ocho, ñ l·l 🚲" in refused.text
    assert f'value="{day}"' in refused.text
    accepted = ana.submit(
        f"/c/{channel}/scheduled",
        {**sent, "when": "at", "day": str(clock.now().date() + timedelta(days=3)), "hour": hour},
    )
    assert accepted.status_code == 303


@pytest.mark.parametrize("text", ["😀" * 80, FAMILY * 11, "🇪🇸" * 40])
def test_a_status_of_emoji_alone_stands_whole(app, cast, client_of, text):
    ana = client_of(cast.ana)
    assert ana.submit("/me/status", {"text": text, "ends": "60", "next": "/"}).status_code == 303
    assert text in client_of(cast.carles).get(f"/people/{cast.ana.id}").text


@pytest.mark.parametrize("text", ["😀" * 81, FAMILY * 80, "🇪🇸" * 41])
def test_a_longer_one_is_refused_whole_and_not_cut(app, cast, client_of, text):
    read_english(app, cast.ana)
    refused = client_of(cast.ana).submit("/me/status", {"text": text, "ends": "60"})
    assert refused.status_code == 422
    assert "Use at most 80 characters" in refused.text
    assert text in refused.text
    assert 'maxlength="80"' not in refused.text


@pytest.mark.slow
def test_five_hundred_unread_mentions_are_counted_listed_and_reached_at_the_same_cost(
    app, cast, client_of, count_queries
):
    ana = client_of(cast.ana)
    body = f"@[Ana](person:{cast.ana.id}) mira"

    def cost(address):
        with count_queries() as statements:
            answer = ana.get(address)
        assert answer.status_code == 200
        return answer.text, len(statements)

    def add(number):
        with app.app_context():
            channel = channel_of(cast.licences)
            for _ in range(number):
                say(cast.uxia, channel, body, posts_per_10s=10_000)
            return channel.id

    channel = add(40)
    addresses = ("/messages", "/messages/mentions", f"/c/{channel}")
    for address in addresses:
        cost(address)
    before = {address: cost(address)[1] for address in addresses}
    add(460)
    pages = {address: cost(address) for address in addresses}
    assert {address: many for address, (_, many) in pages.items()} == before
    with app.app_context():
        assert own_counts(cast.ana).mentions == 500
        assert mention_counts(cast.ana)[channel] == 500
    listed, opened = pages["/messages/mentions"][0], pages[f"/c/{channel}"][0]
    assert listed.count('class="row own__row') == 30
    assert "before=" in listed
    assert "99+" in listed
    assert opened.count('class="message ') < 40
    assert "500" in opened
