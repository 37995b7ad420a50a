"""Somebody has done this: what is there already, shown while one writes."""

from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from intranet.organisation.accounts.access import signed_in
from intranet.organisation.agencies.functions import read_functions
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Invalid
from intranet.platform.core.i18n import _l
from intranet.platform.core.load import suggests
from intranet.platform.core.web import wants_fragment
from intranet.publishing.publications import shown
from intranet.publishing.publications.models import VOICED, PublicationKind
from intranet.publishing.publications.nearest import CHARACTERS, Near, nearest

bp = Blueprint("nearest", __name__)
FIELDS = ("q", "title", "purpose")
"""Parts of an address whose words are taken, also with a language after them: `title_es`."""


@bp.get("/publications/nearest")
@signed_in
@suggests
def index(person: Person) -> ResponseReturnValue:
    """What is nearest to what is being written: as a part of that page, or as one of its own."""
    kind = request.args.get("kind", "")
    if kind not in set(PublicationKind) - set(VOICED):
        raise Invalid({"kind": _l("This value is not allowed here.")})
    name = "_nearest" if wants_fragment() else "nearest"
    context = nearest_context(person, PublicationKind(kind), asked(request.args))
    return render_template(f"publishing/publications/{name}.html", **context)


def nearest_context(person: Person, kind: PublicationKind, text: str) -> dict[str, Any]:
    """What `publications/_nearest.html` shows; nothing where there are no words yet."""
    return {
        "nearest_kind": kind.value,
        "nearest_text": text,
        "nearest": [_shown(near) for near in nearest(person, kind, text)] if text else [],
    }


def asked(sent: Any) -> str:
    """The words of the fields of a form that say what it is about."""
    parts = [
        value for name, value in sent.items() if name.split("_", maxsplit=1)[0] in FIELDS and value
    ]
    return " ".join(parts)[:CHARACTERS].strip()


def _shown(near: Near) -> dict[str, Any]:
    names = {function.code: function.name for function in read_functions()}
    return {
        "row": shown.row(near.item),
        "words": near.fit.words,
        "functions": [names[code] for code in near.fit.functions if code in names],
    }
