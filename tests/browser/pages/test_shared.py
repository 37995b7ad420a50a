"""Every page of what people share, as they meet it: nothing for axe or the browser to say."""

import pytest

from tests.browser.pages.test_acceptance import LOOKS, walk

pytestmark = pytest.mark.slow

# Lists of what people share, and the form of each; of every list also the first page it leads to.
SHARED = [
    *("/participate", "/more", "/initiatives", "/groups", "/questions", "/criteria", "/models"),
    *("/ideas", "/ideas/boxes", "/polls"),
    *("/events", "/events/month", "/moderation", "/moderation/mine", "/moderation/places"),
    *("/moderation/decided", "/open", "/open/L01990012"),
]
FORMS = [
    *("/groups/new", "/questions/new", "/models/new", "/ideas/new", "/ideas/boxes/new"),
    *("/polls/new", "/polls/new?kind=dates", "/events/new"),
]
OF_GROUP = ("", "/people", "/published", "/members", "/rule", "/keys", "/settings")


def first_of(visitor, address):
    """The first page of its kind that a list leads to, none if it shows none."""
    visitor.page.goto(address)
    path = address.partition("?")[0]
    link = visitor.page.locator(f"main a[href^='{path}/'][href*='-']").first
    return [link.get_attribute("href").partition("?")[0]] if link.count() else []


@pytest.mark.parametrize("how", LOOKS)
def test_nothing_that_people_share_has_a_fault(demo, how):
    carles = demo.visitor("carles", how)
    lists = [address for address in SHARED if not address.startswith("/open/")]
    found = [page for address in lists for page in first_of(carles, address)]
    faults = walk(carles, [*SHARED, *FORMS, *found])
    elna = demo.visitor("elna", how)
    (group,) = first_of(elna, "/groups?mine=1")
    faults += walk(elna, [group + part for part in OF_GROUP])

    assert len(found) >= 8
    assert faults == []
