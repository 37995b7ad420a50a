"""The protocol as its own testers see it, on a served instance and on the storage alone.

The testers are imported where they are used: it takes as long as importing the application, and
each worker reads this file whether it runs these tests or not.
"""

from contextlib import suppress
from inspect import signature

import httpx2
import pytest

from intranet.platform.core.unit_of_work import unit_of_work
from tests.organisation.identity.scim.program import ROOT

pytestmark = [pytest.mark.both, pytest.mark.slow]

# Not served: groups, searches over several types, and cursors, which are not announced.
LEFT_OUT = {
    "test_get_a_resource_of_another_type",
    "test_get_keeps_what_the_response_returns",
    "test_search_a_resource_type",
    "test_search_at_the_root",
    "test_search_at_the_root_on_an_attribute_some_types_lack",
    # A closed account keeps its staff number, which these people have from their `userName`.
    "test_delete_frees_the_unique_values",
    # With many values, below.
    "test_search_filters_as_the_filter_evaluator",
    "test_search_sorts_as_search_request_sort",
}
NOT_FILTERED = ("title", "name pr", "givenName", "employeeNumber", "emails eq null")
SORTS = ["userName", "displayName", "name.familyName", "active", "meta.created"]


class TakenBack(Exception):  # noqa: N818 - what a test did is taken back
    pass


def test_every_check_of_the_tester_passes_on_a_served_instance(served, unbraked):
    from scim2_client.engines.httpx2 import SyncSCIMClient
    from scim2_tester import Status, check_server

    headers = {"Authorization": f"Bearer {unbraked.secret}"}
    with httpx2.Client(base_url=served + ROOT, headers=headers) as http:
        results = check_server(SyncSCIMClient(http))
    good = {Status.SUCCESS, Status.COMPLIANT}
    bad = [f"{each.title}: {each.reason}" for each in results if each.status not in good]
    assert not bad, "\n".join(bad)
    assert len(results) > 60


@pytest.fixture
def contract(app_context, unbraked, cast):
    """Run a test of the library's contract on an empty storage; take back what it did."""
    from scim2_server.testing import ScimStorageContract

    from intranet.organisation.identity.scim.service import description
    from intranet.organisation.identity.scim.storage import PeopleStorage

    suite, described, by_id = ScimStorageContract(), description(), cast.dorleta.id
    given = {
        "provider": described,
        "user_type": described.resource_types[0],
        "user_model": described.model_for("User"),
    }

    def run(name, **more):
        test = getattr(suite, name)
        wanted = {each: given[each] for each in signature(test).parameters if each in given}
        with suppress(TakenBack), unit_of_work():
            storage = PeopleStorage(described, unbraked.provider(), by_id=by_id)
            test(storage=storage, **wanted, **more)
            raise TakenBack

    return run


def test_the_storage_keeps_the_librarys_contract(contract):
    from scim2_server.testing import ScimStorageContract

    names = {name for name in dir(ScimStorageContract) if name.startswith("test_")}
    ours = {name for name in names - LEFT_OUT if "cursor" not in name}
    assert len(ours) > 20
    for name in sorted(ours):
        contract(name)


def test_filters_and_orders_find_what_the_library_finds(contract):
    from scim2_server.testing import SEARCH_FILTERS

    for condition in SEARCH_FILTERS:
        if any(name in condition for name in NOT_FILTERED):
            continue
        contract("test_search_filters_as_the_filter_evaluator", scim_filter=condition)
    for name in SORTS:
        for order in ("ascending", "descending"):
            contract("test_search_sorts_as_search_request_sort", sort_by=name, sort_order=order)
