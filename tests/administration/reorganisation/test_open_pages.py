"""An open page of a plan says in place that somebody else has changed the plan."""

import re

from intranet.organisation.agencies.operations.administrations import give_role
from intranet.organisation.agencies.roles import AgencyRole
from tests.administration.reorganisation.plans import made
from tests.administration.reorganisation.test_pages import PLANS, dorleta

__all__ = ["dorleta"]


def test_an_open_page_says_in_place_who_changed_the_plan_since(app, cast, dorleta, client_of):
    with app.app_context():
        plan_id = made(cast.dorleta, cast.monteclaro).id
        give_role(cast.dorleta, cast.monteclaro, cast.architect_post, AgencyRole.PEOPLE)
    address = f"{PLANS}/{plan_id}"
    asks = re.search(r'hx-get="([^"]*seen=\d+)"', dorleta.get(address).text)
    assert asks
    headers = {"HX-Request": "true"}
    assert dorleta.get(asks[1], headers=headers).status_code == 204

    change = {"kind": "rename", "unit": cast.licences.id, "name_es": "Obras"}
    assert client_of(cast.xoel).submit(f"{address}/changes", change).status_code == 303

    said = dorleta.get(asks[1], headers=headers)
    assert said.status_code == 200
    assert f"{cast.xoel.name} changed this plan" in said.text
    assert "hx-get" not in said.text
    assert client_of(cast.ana).get(asks[1], headers=headers).status_code == 404
