"""Pages on which polls are opened, voted in, read and closed."""

from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from intranet.collaboration.polls import page
from intranet.collaboration.polls.access import (
    get_poll,
    require_may_ask_many,
    sees_results,
    voter_of,
)
from intranet.collaboration.polls.cards import poll_cards
from intranet.collaboration.polls.forms import (
    BallotForm,
    PollForm,
    read_ballot,
    read_dates,
)
from intranet.collaboration.polls.models import PollKind
from intranet.collaboration.polls.operations.opening import open_poll, require_sense
from intranet.collaboration.polls.operations.voting import change_vote, close_poll, vote
from intranet.collaboration.polls.queries import PollView
from intranet.collaboration.polls.spreadsheet import spreadsheet
from intranet.collaboration.polls.view_models import proposed
from intranet.collaboration.polls.voter_choice import chosen_audience, count_voters, words_for
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person
from intranet.platform.core import clock
from intranet.platform.core.errors import Forbidden, NotFound
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.parsing import printable
from intranet.platform.core.refused import again, refusal, refused_form
from intranet.platform.core.rest import read_time
from intranet.platform.core.web import current_language, local_address, wants_fragment
from intranet.publishing.publications.placement import placement_of
from intranet.publishing.publications.versions import get_version
from intranet.publishing.publications.withdrawal_views import WithdrawalTexts, add_withdrawal

bp = Blueprint("polls", __name__)
add_withdrawal(
    bp,
    WithdrawalTexts(
        _l("Withdraw this poll?"),
        _l(
            "The poll will be hidden from readers, and no more votes will be accepted. The head of "
            "the space will still be able to see the poll and the reason."
        ),
        _l("Withdraw the poll"),
        _l("The poll has been withdrawn."),
    ),
)


@bp.get("/polls")
@signed_in
def index(person: Person) -> ResponseReturnValue:
    """List polls that the reader may read, the newest first, and those that wait for their vote."""
    asked = request.args.get("view", "")
    view = PollView(asked) if asked in set(PollView) else PollView.ALL
    words = printable(request.args.get("q", ""), 80)
    before = read_time(request.args.get("before", ""))
    return render_template(
        "collaboration/polls/index.html", **page.list_context(person, view, before, words)
    )


@bp.get("/polls/new")
@signed_in
def new(person: Person) -> ResponseReturnValue:
    """Show the form of a poll; with `kind=dates`, of a poll for the day of a meeting."""
    return _form(person)


@bp.post("/polls")
@again(new)
@signed_in
def create(person: Person) -> ResponseReturnValue:
    """Show a review of the poll; then open it."""
    if request.form.get("then") == "more":
        return _form(person)
    form = PollForm.parse(request.form.to_dict())
    place = placement_of(person, form)
    zone = place.space.agency.time_zone
    is_of_dates = form.kind == PollKind.DATES
    options = read_dates(request.form, zone) if is_of_dates else form.choices()
    audience = chosen_audience(place.space, form)
    texts, rules = form.texts(), form.rules(zone, options, audience)
    require_sense(rules, clock.now())
    if audience:
        require_may_ask_many(person, place.space)
    if form.then == "open":
        poll = open_poll(person, place.space, place.post, texts, rules, visibility=place.visibility)
        return redirect(url_for(".show", publication_id=poll.publication_id), 303)
    return render_template(
        "collaboration/polls/review.html",
        form=form,
        rules=rules,
        asked_words=words_for(place.space, audience),
        count=count_voters(place.space, audience),
        proposed=[proposed(option, zone) for option in rules.options],
        **page.form_context(person, request.form),
    )


@bp.get("/polls/<uuid:publication_id>")
@signed_in
def show(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Show a poll: the question, the reader's vote, and the results as far as shown."""
    poll = get_poll(person, publication_id)
    if refusal() and wants_fragment():
        return _card(person, publication_id)
    changes = request.args.get("change") == "1" or request.form.get("again") == "1"
    context = page.poll_context(person, poll, request.args, changes=changes)
    return render_template(
        "collaboration/polls/show.html", problem=refusal(), sent=request.form, **context
    )


@bp.post("/polls/<uuid:publication_id>/vote")
@again(show)
@signed_in
def cast(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Cast a vote, or replace it in a poll by name."""
    poll = get_poll(person, publication_id)
    form = BallotForm.parse(request.form.to_dict())
    ballot = read_ballot(poll, request.form)
    (change_vote if form.again else vote)(person, publication_id, ballot)
    if wants_fragment():
        return _card(person, publication_id)
    here = url_for(".show", publication_id=publication_id, _anchor="poll-title")
    if back := request.form.get("next"):
        flash(_("Your vote has been counted."), "ok")
        return redirect(local_address(back, here), 303)
    return redirect(here, 303)


@bp.post("/polls/<uuid:publication_id>/close")
@signed_in
def close(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Close a poll by hand."""
    close_poll(person, get_poll(person, publication_id))
    return redirect(url_for(".show", publication_id=publication_id), 303)


@bp.get("/polls/<uuid:publication_id>/spreadsheet")
@signed_in
def export(person: Person, publication_id: UUID) -> ResponseReturnValue:
    """Return the results as a spreadsheet, if the page shows them to the reader."""
    poll = get_poll(person, publication_id)
    now = clock.now()
    if poll.publication.withdrawn_at or not sees_results(poll, voter_of(person, poll), now):
        raise Forbidden(_("The results are not shown yet."))
    version = get_version(poll.publication, poll.publication.version)
    language = current_language()
    title = version.title.text(language) if version else ""
    text = "".join(spreadsheet(poll, title, language, now))
    headers = {"Content-Disposition": f'attachment; filename="poll-{publication_id}.csv"'}
    return Response(text, mimetype="text/csv", headers=headers)


def _card(person: Person, poll_id: UUID) -> str:
    card = poll_cards(person, [poll_id]).get(poll_id)
    if card is None:
        raise NotFound
    return render_template("collaboration/polls/_card.html", card=card, problem=refusal())


def _form(person: Person) -> str:
    sent = request.form if request.method == "POST" else request.args
    form = refused_form() | page.form_context(person, sent)
    return render_template("collaboration/polls/new.html", **form)
