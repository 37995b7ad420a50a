"""Pages of the packages that a person asked for: ask, watch, download."""

from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.delivery.files.serving import send_stored
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import NotFound
from intranet.platform.core.parsing import Form
from intranet.records.portability import operations, queries, statements
from intranet.records.portability.access import get_order
from intranet.records.portability.scope import PackageKind
from intranet.records.portability.subjects import subject_of_order

bp = Blueprint("packages", __name__)
bp.context_processor(statements.words)

MEDIA_TYPE = "application/zip"


class PackageForm(Form):
    """The thing to take along; without an id, one's own contributions."""

    kind: PackageKind
    subject: UUID | None = None


@bp.get("/packages")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """List the packages that the person asked for."""
    orders = queries.orders_of_person(person)
    return render_template(
        "records/portability/packages.html",
        orders=orders,
        is_busy=queries.is_any_busy(orders),
        titles=queries.titles_of(orders),
    )


@bp.post("/packages")
@signed_in
def ask(person: Person) -> ResponseReturnValue:
    """Ask for own contributions, or for a group, initiative or channel that the person leads."""
    form = PackageForm.parse(request.form)
    operations.ask(person, form.kind, form.subject or person.id)
    return redirect(url_for(".index"), 303)


@bp.get("/packages/<uuid:order_id>.zip")
@signed_in
def download(person: Person, order_id: UUID) -> Response:
    """Send a package to the person who asked for it."""
    order = get_order(person, order_id)
    key = operations.note_download(person, order)
    try:
        name = f"{subject_of_order(order).file_name}.zip"
    except NotFound:
        name = f"{order.kind.value}.zip"
    return send_stored(key, name, MEDIA_TYPE)
