"""The log of changes by REST: in order, in pages, for the agency's administrators alone."""

from typing import Any

from intranet.organisation.agencies.operations.units import rename_unit
from intranet.platform.core.types import Localized

CHANGES = "/api/v1/admin/changes"


def test_it_is_read_in_pages_to_its_end_and_again_from_there(app, cast, client_of):
    client = client_of(cast.dorleta)
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = client.get(f"{CHANGES}?limit=7&cursor={cursor}").json
        found += page["items"]
        cursor = page["next_cursor"]
    numbers = [item["number"] for item in found]
    assert numbers == sorted(set(numbers))
    assert {item["kind"] for item in found} == {
        "agency",
        "unit",
        "post",
        "appointment",
        "administration",
    }
    with app.app_context():
        rename_unit(cast.dorleta, cast.licences, Localized(es="Obras"))

    (item,) = client.get(f"{CHANGES}?cursor={numbers[-1]}").json["items"]
    assert item["id"] == str(cast.licences.id)
    assert item["state"]["name"] == {"es": "Obras"}
    assert item["audit_number"]


def test_it_is_for_administrators_of_that_agency(cast, client_of):
    assert client_of(cast.ana).get(CHANGES).status_code == 404
    other = client_of(cast.guillem).get(f"{CHANGES}?agency={cast.monteclaro.code}")
    assert other.status_code == 404
    assert client_of(cast.dorleta).get(f"{CHANGES}?cursor=x").status_code == 422
