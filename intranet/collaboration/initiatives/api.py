"""REST: initiatives, and their use by agencies."""

from operator import itemgetter
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from intranet.collaboration.initiatives import queries
from intranet.collaboration.initiatives.filters import InitiativeFilters, read_narrowing
from intranet.collaboration.initiatives.forms import ChangeInitiative, NewInitiative, UseForm
from intranet.collaboration.initiatives.listing import listed
from intranet.collaboration.initiatives.models import Adoption, Initiative
from intranet.collaboration.initiatives.operations.adopting import record_adoption
from intranet.collaboration.initiatives.operations.describing import (
    change_initiative,
    create_initiative,
)
from intranet.collaboration.initiatives.operations.moving import move_initiative, post_update
from intranet.collaboration.initiatives.responses import (
    AdoptionResponse,
    InitiativeResponse,
    WholeInitiativeResponse,
)
from intranet.collaboration.initiatives.serializers import adoption_json, detail_json, listed_json
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.agencies.models import Agency
from intranet.organisation.people.agency_search import known_agency
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import MAX_INTEGER
from intranet.platform.core.query_values import is_switched_on, limit
from intranet.platform.core.rest import (
    PREFIX,
    after_time,
    body,
    described,
    idempotent,
    page,
    part,
    replacing,
    time_cursor,
    with_version,
)
from intranet.platform.core.unit_of_work import unit_of_work
from intranet.publishing.publications.access import get_of_kind, get_own, may_write
from intranet.publishing.publications.operations.publishing import withdraw
from intranet.publishing.publications.placement import placement_of

bp = Blueprint("initiatives_api", __name__, url_prefix=PREFIX)


@bp.get("/initiatives")
@described(list[InitiativeResponse], query=(*InitiativeFilters.parameters(), "limit", "cursor"))
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """List initiatives that you may read, the last changed first.

    `q` searches in your own words: the nearest come first, at most forty, on the first page. `of`
    is `ours` or `used`, `stage` a stage, `topic` a function and `agency` the code of the leading
    agency. `territory` is a region or province, `size` one of six sizes or `mine`.
    """
    before = time_cursor()
    narrowing = read_narrowing(request.args)
    found = listed(person, narrowing, before, limit() + 1)
    some = found[: limit()]
    is_cut = len(found) > len(some) and not narrowing.q
    last = some[-1].initiative if is_cut else None
    following = after_time(last.changed_at, last.publication_id) if last else None
    return page([listed_json(one) for one in some], following)


@bp.post("/initiatives")
@described(WholeInitiativeResponse, form=NewInitiative)
@signed_in
def create(person: Person) -> ResponseReturnValue:
    """Add an initiative to the catalogue."""
    form = NewInitiative.parse_exactly(body())
    place = placement_of(person, form)

    def made() -> tuple[Any, int]:
        initiative = create_initiative(
            person,
            place,
            form.said(),
            form.facts(),
            stage=form.stage,
            stage_on=form.stage_on,
            topics=form.topics,
            file_ids=form.file_ids,
        )
        return _json(person, initiative), 201

    return idempotent(person.id, made, version=itemgetter("edition"))


@bp.get("/initiatives/<uuid:publication_id>")
@described(WholeInitiativeResponse)
@signed_in
def show(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Return an initiative with all its details; its editors also get its edition."""
    return _whole(person, get_of_kind(person, Initiative, publication_id))


@bp.patch("/initiatives/<uuid:publication_id>")
@described(WholeInitiativeResponse, form=ChangeInitiative)
@signed_in
def update(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Change the text, stage or visibility of an initiative, post an update, or withdraw it.

    `described` replaces all texts and facts, and needs `If-Match` or the `edition` that it
    replaces.
    """
    initiative = get_own(person, Initiative, publication_id)
    form = ChangeInitiative.parse_exactly(body())
    sent = MAX_INTEGER if form.edition is None and not form.described else form.edition
    with replacing("edition", initiative.publication.edition, sent) as edition, unit_of_work():
        _change(person, initiative, form, edition)
    return _whole(person, initiative)


@bp.get("/initiatives/<uuid:publication_id>/adoptions")
@described(list[AdoptionResponse], query=("history", "limit", "cursor"))
@signed_in
def adoptions(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """List each agency's use, the latest first; with `history=1`, all earlier records too."""
    initiative = get_of_kind(person, Initiative, publication_id)
    is_history = is_switched_on("history")
    rows, following = part(
        queries.adoptions(initiative, is_history=is_history), lambda row: str(row.id)
    )
    return page([adoption_json(row) for row in rows], following)


@bp.post("/initiatives/<uuid:publication_id>/adoptions")
@described(AdoptionResponse, form=UseForm)
@signed_in
def adopt(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Record that an agency, by its code, uses, considers or gave up an initiative.

    Heads and posts that publish for the agency may do this. Where the agency has a record already,
    `replaces` is its id.
    """
    initiative = get_of_kind(person, Initiative, publication_id)
    form = UseForm.parse_exactly(body())
    return idempotent(person.id, lambda: (_recorded(person, initiative, form), 201))


@bp.patch("/initiatives/<uuid:publication_id>/adoptions")
@described(AdoptionResponse, form=UseForm)
@signed_in
def change_adoption(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Change an agency's record of use; the previous one, `replaces`, stays in the history."""
    initiative = get_of_kind(person, Initiative, publication_id)
    form = UseForm.parse_exactly(body())
    if form.replaces is None:
        raise Invalid({"replaces": _l("Give the number of the version that this one replaces.")})
    return _recorded(person, initiative, form)


def _change(person: Person, initiative: Initiative, form: ChangeInitiative, edition: int) -> None:
    if form.described:
        change_initiative(
            person,
            initiative,
            form.described.said(),
            form.described.facts(),
            edition=edition,
            visibility=form.visibility,
            topics=form.described.topics,
            note=form.note,
        )
    if form.stage:
        move_initiative(person, initiative, form.stage, on=form.on, note=form.note)
    if form.update:
        post_update(person, initiative, form.update)
    if form.withdraw:
        withdraw(person, initiative.publication, form.withdraw)


def _recorded(person: Person, initiative: Initiative, form: UseForm) -> dict[str, Any]:
    row: Adoption = record_adoption(
        person, initiative, _agency(person, form.agency), form.told(), replaces=form.replaces
    )
    return adoption_json(row)


def _agency(person: Person, code: str) -> Agency:
    """Return the agency that a call names.

    Raises:
        Invalid: there is no such agency of which the person may know.
    """
    if found := known_agency(person, code):
        return found
    raise Invalid({"agency": _l("This value is not allowed here.")})


def _whole(person: Person, initiative: Initiative) -> Response:
    return with_version(_json(person, initiative), initiative.publication.edition)


def _json(person: Person, initiative: Initiative) -> dict[str, Any]:
    writes = may_write(person, initiative.publication)
    edition = initiative.publication.edition if writes else None
    return detail_json(initiative, edition=edition)
