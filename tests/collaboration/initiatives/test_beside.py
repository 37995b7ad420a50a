"""What stands beside the catalogue counts no more than its reader finds in it."""

from intranet.collaboration.initiatives.sidebar import sidebar_of
from intranet.messaging.spaces.models import Visibility
from tests.collaboration.initiatives.helpers import started, used


def test_an_initiative_that_one_may_not_read_is_not_counted(app_context, cast):
    started(cast.carles, visibility=Visibility.MEMBERS)
    started(cast.carles, "De todas", visibility=Visibility.NETWORK)
    used(cast.carles, started(cast.elna, "De fuera"), cast.monteclaro)

    own, other = sidebar_of(cast.xoel), sidebar_of(cast.iria)
    assert (own.ours, own.in_use) == (2, 1)
    assert (other.ours, other.in_use) == (1, 1)
