"""Suggestions of similar publications while a person writes."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from intranet.organisation.accounts.access import signed_in
from intranet.organisation.agencies.functions import read_functions
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.load_shedding import suggests
from intranet.platform.core.web import wants_fragment
from intranet.publishing.publications import kinds, view_models
from intranet.publishing.publications.models import VOICED
from intranet.publishing.publications.nearest import MAX_TEXT_CHARACTERS, NearbyPublication, nearest

bp = Blueprint("nearest", __name__)
FIELDS = ("q", "title", "purpose")
"""Query parameters whose words are searched, also with a language suffix: `title_es`."""


@bp.get("/publications/nearest")
@signed_in
@suggests
def index(person: Person) -> ResponseReturnValue:
    """Show what is nearest to the text being written, as a fragment or a page."""
    kind = request.args.get("kind", "")
    if kind not in kinds.names() or kind in VOICED:
        raise Invalid({"kind": _l("This value is not allowed here.")})
    name = "_nearest" if wants_fragment() else "nearest"
    context = nearest_context(person, kind, text_to_compare(request.args))
    return render_template(f"publishing/publications/{name}.html", **context)


def nearest_context(person: Person, kind: str, text: str) -> dict[str, Any]:
    """Return what `publications/_nearest.html` shows: nothing while there are no words."""
    return {
        "nearest_kind": kinds.kind_named(kind),
        "nearest_text": text,
        "nearest": [_shown(near) for near in nearest(person, kind, text)] if text else [],
    }


def text_to_compare(sent: Any) -> str:
    """Return the text to find similar publications by: query, title and purpose fields."""
    parts = [
        value for name, value in sent.items() if name.split("_", maxsplit=1)[0] in FIELDS and value
    ]
    return " ".join(parts)[:MAX_TEXT_CHARACTERS].strip()


def _shown(near: NearbyPublication) -> dict[str, Any]:
    names = {function.code: function.name for function in read_functions()}
    return {
        "row": view_models.row(near.item),
        "words": near.fit.words,
        "functions": [names[code] for code in near.fit.functions if code in names],
    }
