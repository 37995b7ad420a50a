"""The page on which people take their own data."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from intranet.delivery.files.serving import send
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Conflict, NotFound
from intranet.platform.core.i18n import _
from intranet.platform.core.refused import again, refusal
from intranet.platform.core.web import current_language
from intranet.records.own_data import erasures
from intranet.records.own_data.catalogue import PARTS, REASONS
from intranet.records.own_data.operations import (
    KEPT_FOR,
    ask_for_own_data,
    delete_own_data,
    is_being_made,
    own_data_of,
    take_own_data,
)

bp = Blueprint("own_data", __name__, url_prefix="/me/data")


@bp.get("")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """Show what the file holds, its progress, and where it is once it is made."""
    asked = own_data_of(person)
    erasure = erasures.request_of(person.id)
    return render_template(
        "records/own_data/index.html",
        asked=asked,
        erasure=erasure if erasure and erasure.is_open else None,
        may_withdraw=erasure is not None and erasure.asked_by_id == person.id,
        is_being_made=asked is not None and is_being_made(asked),
        until=asked.made_at + KEPT_FOR if asked and asked.made_at else None,
        parts=PARTS,
        reasons=REASONS,
        problem=refusal(),
    )


@bp.post("")
@again(index, on=Conflict)
@signed_in
def ask(person: Person) -> ResponseReturnValue:
    """Ask for the file."""
    ask_for_own_data(person, current_language())
    return redirect(url_for(".index"), 303)


@bp.post("/file")
@again(index, on=Conflict)
@signed_in
def take(person: Person) -> ResponseReturnValue:
    """Send the file. It is a form, so that the confirmation page can repeat it."""
    return send(take_own_data(person))


@bp.post("/delete")
@signed_in
def delete(person: Person) -> ResponseReturnValue:
    """Delete the file before its time."""
    delete_own_data(person)
    flash(_("The file has been deleted."), "ok")
    return redirect(url_for(".index"), 303)


@bp.post("/erasure")
@again(index, on=Conflict)
@signed_in
def ask_for_erasure(person: Person) -> ResponseReturnValue:
    """Ask to be erased."""
    erasures.ask_for_own_erasure(person)
    return redirect(url_for(".index"), 303)


@bp.post("/erasure/withdraw")
@signed_in
def withdraw_erasure(person: Person) -> ResponseReturnValue:
    """Withdraw what one has asked for."""
    asked = erasures.request_of(person.id)
    if asked is None:
        raise NotFound
    erasures.withdraw(person, asked)
    flash(_("Withdrawn. Nothing has been changed."), "ok")
    return redirect(url_for(".index"), 303)
