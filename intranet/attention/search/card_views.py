"""Cards of our own pages, fetched by the page when a message with a link arrives."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from intranet.messaging.messages.cards import CARDS_PER_REQUEST, cards_for, target_of
from intranet.organisation.accounts.access import signed_in
from intranet.organisation.people.models import Person

bp = Blueprint("cards", __name__)


@bp.get("/cards")
@signed_in
def index(reader: Person) -> ResponseReturnValue:
    """Render the cards of these addresses, without those the reader may not see."""
    asked = request.args.getlist("a")[:CARDS_PER_REQUEST]
    found = cards_for(reader, [target for each in asked if (target := target_of(each))])
    return render_template("messaging/messages/_cards.html", cards=found.values())
