"""Whatever fragments of messages and of the list are made of says all of itself in its `repr`."""

import dataclasses
from collections.abc import Iterator
from datetime import date, time, timedelta
from enum import Enum
from uuid import UUID

from intranet.messaging.messages.operations import add_reaction, pin_message
from intranet.platform.core.fragments import RenderedFragments
from tests.messaging.messages.helpers import channel_of, say

PLAIN = (str, int, float, bool, type(None), UUID, date, time, timedelta, Enum)


def unsaid(value: object, path: str = "") -> Iterator[str]:
    """Yield where a value holds something whose `repr` may not tell what it shows."""
    if dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            if not field.repr:
                yield f"{path}.{field.name} is left out"
            yield from unsaid(getattr(value, field.name), f"{path}.{field.name}")
    elif isinstance(value, dict):
        for name, part in value.items():
            yield from unsaid(part, f"{path}.{name}")
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from unsaid(part, f"{path}[]")
    elif not isinstance(value, PLAIN):
        yield f"{path} is a {type(value).__name__}"


def test_a_fragment_is_never_kept_under_less_than_it_shows(app, cast, client_of, monkeypatch):
    given = []
    render = RenderedFragments.render

    def listen(fragments, template, **values):
        given.append((template, values))
        return render(fragments, template, **values)

    monkeypatch.setattr(RenderedFragments, "render", listen)
    with app.app_context():
        channel = channel_of(cast.licences)
        first = say(cast.ana, channel, "@uxia, mira https://example.org/ y [esto](/help).")
        say(cast.uxia, channel, "Visto.", parent_id=first.id)
        add_reaction(cast.uxia, first, "👍")
        pin_message(cast.ana, first)
        address = f"/c/{channel.id}"
    client_of(cast.ana).get(address)
    client_of(cast.uxia).get(address)

    assert {template for template, _values in given} == {
        "messaging/messages/_message.html",
        "messaging/messages/_common_patterns.html",
        "messaging/conversations/_link.html",
    }
    assert {fault for template, values in given for fault in unsaid(values, template)} == set()
