"""Heads open further channels in their unit's space, and nobody else does."""

import pytest

from intranet.messaging.conversations.access import get_conversation
from intranet.messaging.conversations.operations import create_channel
from intranet.messaging.conversations.queries import reader_ids
from intranet.platform.core.errors import Forbidden, Invalid
from tests.hostile import UNSOUND
from tests.messaging.messages.helpers import channel_of, space_of


def test_whoever_is_in_the_space_is_in_its_channels(app_context, cast):
    channel = create_channel(cast.ana, space_of(cast.licences), "Inspecciones")

    assert get_conversation(cast.uxia, channel.id) == channel
    assert reader_ids(channel) == reader_ids(channel_of(cast.licences))


def test_only_the_head_opens_one(app_context, cast):
    with pytest.raises(Forbidden):
        create_channel(cast.uxia, space_of(cast.licences), "Inspecciones")


@pytest.mark.parametrize("text", [*UNSOUND, "x" * 301])
def test_what_cannot_be_stored_is_refused_by_the_name_of_its_field(app_context, cast, text):
    space = space_of(cast.licences)
    for values in ({"name": text}, {"name": "Inspecciones", "purpose": text}):
        with pytest.raises(Invalid) as refused:
            create_channel(cast.ana, space, **values)
        assert list(refused.value.errors) == [list(values)[-1]]


def test_a_name_is_given_once_in_a_space(app_context, cast):
    space = space_of(cast.licences)
    create_channel(cast.ana, space, "Inspecciones")
    with pytest.raises(Invalid):
        create_channel(cast.ana, space, " Inspecciones ")


def test_an_act_that_there_is_not_changes_nothing(app, client_of, cast):
    with app.app_context():
        channel = channel_of(cast.licences)
    ana, form = client_of(cast.ana), {"person_id": str(cast.carles.id), "do": "nonsense"}

    assert ana.submit(f"/c/{channel.id}/members", form).status_code == 422
    with app.app_context():
        assert cast.carles.id not in reader_ids(channel_of(cast.licences))
