"""An installation whose messages are cut into partitions moves away from them."""

import pytest
from sqlalchemy import text

from intranet.app import create_app
from intranet.extensions import db
from intranet.messaging.messages.models import Message
from intranet.messaging.messages.partitions import TIMED_TABLES
from intranet.platform.core import read_only
from intranet.platform.core.partitions import partitions_of
from tests.conftest import close, settings_for
from tests.messaging.messages.helpers import channel_of, say
from tests.messaging.messages.test_partitions import cut_now

pytestmark = [
    pytest.mark.slow,
    pytest.mark.only_on("sqlite", reason="both databases take part"),
]


def test_what_is_in_each_partition_arrives(house):
    with house.app.app_context():
        say(house.cast.ana, channel_of(house.cast.urban_planning), "Before the cut")
    house.move()
    app = create_app(settings_for(house.target, house.settings.data_dir))
    with app.app_context():
        cut_now()
        assert all(len(partitions_of(table.name)) > 1 for table in TIMED_TABLES)
        later = say(house.cast.ana, channel_of(house.cast.urban_planning), "After it").id

    def go_on(step):
        if step.startswith("Copying"):
            with app.app_context():
                say(house.cast.ana, channel_of(house.cast.urban_planning), "While it moves")
        if step.startswith("Comparing"):
            with app.app_context(), pytest.raises(Exception, match=read_only.REFUSAL):
                db.session.execute(text("DELETE FROM messages"))

    back = f"sqlite:///{house.settings.data_dir / 'back.sqlite'}"
    returned = house.move(during=go_on, since=house.target, to=back)
    close(app)
    assert returned.sums["messages"].rows == 3
    app = create_app(settings_for(back, house.settings.data_dir))
    with app.app_context():
        assert db.session.get_one(Message, later).body == "After it"
    close(app)
