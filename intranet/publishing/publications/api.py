"""REST: publications, their drafts and their readers."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from intranet.organisation.accounts.access import factor, signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Invalid, NotFound
from intranet.platform.core.i18n import _l
from intranet.platform.core.parsing import MAX_INTEGER
from intranet.platform.core.query_values import NOT_TAKEN, limit
from intranet.platform.core.rest import (
    NO_CURSOR,
    PREFIX,
    body,
    cursor,
    described,
    idempotent,
    page,
    replacing,
    time_cursor,
    with_version,
)
from intranet.publishing.publications import queries, readers
from intranet.publishing.publications.access import (
    get_publication,
    get_written,
    is_hidden_from,
    may_write,
    require_voice,
)
from intranet.publishing.publications.confirmations import confirmations
from intranet.publishing.publications.filters import (
    PublicationFilter,
    read_narrowing,
)
from intranet.publishing.publications.forms import ConfirmForm
from intranet.publishing.publications.listing import (
    MAX_DRAFTS_LISTED,
    PublicationView,
    listed,
    next_cursor,
    read_view,
)
from intranet.publishing.publications.models import Publication
from intranet.publishing.publications.operations.acknowledging import acknowledge
from intranet.publishing.publications.operations.removing import remove_version
from intranet.publishing.publications.partial_changes import (
    ChangePublication,
    NewPublication,
    begin,
    change,
    require_changeable,
)
from intranet.publishing.publications.reach import version_of
from intranet.publishing.publications.removal_right import get_removable
from intranet.publishing.publications.responses import (
    PublicationResponse,
    ReaderResponse,
    WholePublicationResponse,
)
from intranet.publishing.publications.serializers import detail_json, publication_json, reader_json
from intranet.publishing.publications.versions import files_in, get_version, with_working_copy

bp = Blueprint("publications_api", __name__, url_prefix=PREFIX)


@bp.get("/publications")
@described(
    list[PublicationResponse], query=("view", *PublicationFilter.parameters(), "limit", "cursor")
)
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """List the publications in force that the person may read, the newest first.

    `kind`, `unit`, `agency` (its code), `by` (a person) and `topic` filter the list.
    `view=following` lists what the person follows, `view=over` what has ended or was withdrawn, and
    `view=own` what was published where the person publishes, with drafts first on its first page.
    """
    view = read_view(request.args.get("view", ""))
    if request.args.get("view", view) != view:
        raise Invalid({"view": NOT_TAKEN})
    before = time_cursor()
    narrowing = _narrowing(person)
    found = listed(person, view, before, narrowing, limit() + 1)
    shown = found[: limit()]
    confirmed = confirmations(person, [item.publication.id for item in shown])
    items = []
    if view == PublicationView.OWN and before is None:
        drafts = queries.in_work(person, MAX_DRAFTS_LISTED, narrowing.conditions())
        items = [publication_json(draft, None) for draft in drafts]
    items += [
        publication_json(
            item.publication,
            item.version,
            confirmed_at=confirmed.get(item.publication.id),
            is_hidden=is_hidden_from(person, item.publication),
        )
        for item in shown
    ]
    return page(items, next_cursor(shown[-1].publication) if len(found) > len(shown) else None)


@bp.post("/publications")
@described(WholePublicationResponse, form=NewPublication)
@signed_in
def create(person: Person) -> ResponseReturnValue:
    """Create a draft, in one of the names in which the person publishes."""
    form = NewPublication.parse_exactly(body())
    voice = require_voice(person, form.space_id, form.post_id, form.kind)
    return idempotent(
        person.id,
        lambda: (_json(person, begin(person, form, voice)), 201),
        version=lambda answer: answer["draft"]["edition"],
    )


@bp.get("/publications/<uuid:publication_id>")
@described(WholePublicationResponse)
@signed_in
def show(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Return a publication as its readers see it, with the working copy for its writers."""
    return _whole(person, get_publication(person, publication_id))


@bp.patch("/publications/<uuid:publication_id>")
@described(WholePublicationResponse, form=ChangePublication)
@signed_in
def update(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Change the working copy, publish, schedule, correct or withdraw it.

    `If-Match` or `edition` names the working copy that this replaces. Fields left out stay as they
    are. Contributions, such as ideas and questions, can only be withdrawn here.
    """
    publication = get_written(person, publication_id)
    form = ChangePublication.parse_exactly(body())
    require_changeable(publication, form)
    with replacing("edition", publication.edition, form.edition) as edition:
        changed = change(person, publication, form, edition=edition)
    return _whole(person, changed)


@bp.delete("/publications/<uuid:publication_id>/versions/<int:number>")
@described(WholePublicationResponse)
@signed_in
def remove(person: Person, publication_id: UUID, number: int) -> ResponseReturnValue:
    """Delete the content of an earlier version for good, with the files that only it had."""
    publication = get_removable(person, publication_id)
    if number > MAX_INTEGER:
        raise NotFound
    remove_version(person, publication, number)
    return _whole(person, publication)


@bp.put("/publications/<uuid:publication_id>/acknowledgement")
@described(WholePublicationResponse, form=ConfirmForm)
@signed_in
def confirm(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Confirm reading a version. A repeat changes nothing."""
    publication = get_publication(person, publication_id)
    form = ConfirmForm.parse_exactly(body())
    acknowledge(person, publication, version=form.version, factor=factor(), post_id=form.post_id)
    return _whole(person, publication)


@bp.get("/publications/<uuid:publication_id>/readers")
@described(list[ReaderResponse], query=("limit", "cursor"))
@signed_in
def read_by(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """List the recipients and their confirmations, for writers, and for heads of their own people.

    `counts` covers all the recipients that the person may see.
    """
    publication = get_publication(person, publication_id)
    seen = readers.seen_by(person, publication)
    found = readers.readers(publication, seen, _reader_place(), limit() + 1)
    shown = found[: limit()]
    counts = readers.counts(publication, seen)
    return jsonify(
        {
            "items": [reader_json(reader) for reader in shown],
            "next_cursor": _after(shown[-1]) if len(found) > len(shown) else None,
            "counts": {"addressed": counts.addressed, "confirmed": counts.confirmed},
        }
    )


def _whole(person: Person, publication: Publication) -> Response:
    return with_version(_json(person, publication), publication.edition)


def _json(person: Person, publication: Publication) -> dict[str, Any]:
    is_writer = may_write(person, publication)
    publication = with_working_copy(publication)
    version = get_version(publication, publication.version)
    confirmed = confirmations(person, [publication.id])
    return detail_json(
        publication,
        version,
        files_in(version) if version else [],
        confirmed_at=confirmed.get(publication.id),
        is_writer=is_writer,
        audience_version=version_of(publication, clock.now())
        if is_writer and publication.published_at is None
        else "",
    )


def _narrowing(person: Person) -> PublicationFilter:
    """Read the filter of the list.

    Raises:
        Invalid: it names something that does not exist or that the person may not know.
    """
    try:
        return read_narrowing(person, request.args)
    except NotFound as error:
        raise Invalid({"": _l("This value is not allowed here.")}) from error


def _reader_place() -> readers.ReaderPosition | None:
    """Read the position at which the list of readers continues.

    Raises:
        Invalid: the cursor is not valid.
    """
    if not cursor():
        return None
    key, *ids = cursor().rsplit("~", 2)
    try:
        person_id, post_id = map(UUID, ids)
    except ValueError as error:
        raise Invalid({"cursor": NO_CURSOR}) from error
    return key, person_id, post_id


def _after(reader: readers.Reader) -> str:
    return "~".join(map(str, reader.place))
