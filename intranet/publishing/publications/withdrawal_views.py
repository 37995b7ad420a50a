"""Withdrawing a contribution: on a page that asks first, or with a form of its own page."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid, NotFound, Words
from intranet.platform.core.parsing import Form, Line
from intranet.publishing.publications.access import OfKind, get_own, get_written
from intranet.publishing.publications.kinds import kind_of
from intranet.publishing.publications.operations.publishing import withdraw


@dataclass(frozen=True)
class WithdrawalTexts:
    """The texts of a kind's page: the question, what follows, the button, and when it is done."""

    question: Words
    lead: Words
    act: Words
    done: Words


class WithdrawalForm(Form):
    """The reason of a withdrawal."""

    reason: Line = ""


class InPlaceWithdrawalForm(Form):
    """The reason of a withdrawal, from the form on the contribution's own page."""

    why: Line


def add_withdrawal(bp: Blueprint, texts: WithdrawalTexts) -> None:
    """Add the page `withdrawal` to the pages of a kind; when done it leads to their `index`."""

    @bp.route(f"/{bp.name}/<uuid:publication_id>/withdrawal", methods=["GET", "POST"])
    @signed_in
    def withdrawal(person: Person, publication_id: UUID) -> ResponseReturnValue:
        """Ask for a reason, and withdraw; what is withdrawn already is shown."""
        publication = get_written(person, publication_id)
        kind = kind_of(publication)
        if kind.pages != bp.name:
            raise NotFound
        if publication.withdrawn_at:
            return redirect(url_for(".show", publication_id=publication_id), 303)
        problem = None
        if request.method == "POST":
            try:
                withdraw(person, publication, WithdrawalForm.parse(request.form).reason)
            except Invalid as refused:
                problem = refused
            else:
                flash(str(texts.done), "ok")
                return redirect(url_for(".index"), 303)
        page = render_template(
            "publishing/publications/_withdraw.html",
            section=kind.section,
            question=texts.question,
            lead=texts.lead,
            act=texts.act,
            leave=url_for(".show", publication_id=publication_id),
            problem=problem,
            reason=request.form.get("reason", ""),
        )
        return (page, problem.status) if problem else page


def add_withdrawal_in_place(bp: Blueprint, kind: type[OfKind]) -> None:
    """Add the endpoint for the form `_withdraw_in_place.html` on a publication's own page.

    Args:
        kind: the class of the kind's data.
    """

    @bp.post(f"/{bp.name}/<uuid:publication_id>/withdrawal")
    @signed_in
    def take_back(person: Person, publication_id: UUID) -> ResponseReturnValue:
        """Withdraw, with a reason."""
        publication = get_own(person, kind, publication_id).publication
        withdraw(person, publication, InPlaceWithdrawalForm.parse(request.form).why)
        return redirect(url_for(".show", publication_id=publication_id), 303)
