"""An audience in words, as people see it before they send."""

from uuid import UUID

from intranet.extensions import Identified, db
from intranet.messaging.spaces.audience import Atom, Audience
from intranet.messaging.spaces.models import Space
from intranet.organisation.agencies.models import Agency, AgencyKind, Function, Post, Unit
from intranet.organisation.people.models import Person
from intranet.platform.core.i18n import _, _l
from intranet.platform.core.types import Localized
from intranet.platform.core.web import current_language

KINDS = {
    AgencyKind.STATE: _l("ministries and state bodies"),
    AgencyKind.REGION: _l("regional administrations"),
    AgencyKind.PROVINCE: _l("provincial councils"),
    AgencyKind.ISLAND: _l("island councils"),
    AgencyKind.DISTRICT: _l("district councils"),
    AgencyKind.ASSOCIATION: _l("associations of municipalities"),
    AgencyKind.MUNICIPALITY: _l("town halls"),
    AgencyKind.MINOR_ENTITY: _l("entities below municipal level"),
    AgencyKind.GROUPING: _l("groupings of municipalities"),
    AgencyKind.CONSORTIUM: _l("consortia"),
    AgencyKind.UNIVERSITY: _l("universities"),
    AgencyKind.PUBLIC_BODY: _l("public bodies"),
}


def sentence(audience: Audience) -> str:
    """Return the audience as a sentence in the reader's language."""
    wanted = _("; ").join(atom_words(atom) for atom in audience.any)
    if not audience.excepted:
        return wanted
    without = _("; ").join(atom_words(atom) for atom in audience.excepted)
    return _("%(wanted)s, except: %(without)s", wanted=wanted, without=without)


def atom_words(atom: Atom) -> str:
    """Return a condition in the reader's language."""
    if atom.agency:
        return _("everyone at %(agency)s", agency=_name(Agency, atom.agency))
    if atom.heads:
        return _("the heads in %(unit)s", unit=_name(Unit, atom.heads))
    if atom.unit:
        name = _name(Unit, atom.unit)
        return _("%(unit)s and the units below it", unit=name) if atom.subtree else name
    if atom.group:
        return _("everyone in the group %(group)s", group=_name(Space, atom.group))
    if atom.post:
        return _("the holder of the post %(post)s", post=_name(Post, atom.post))
    return _name(Person, atom.person) if atom.person else _mix(atom)


def _mix(atom: Atom) -> str:
    parts = [_("heads") if atom.level == "head" else _("people")]
    if atom.function:
        function = db.session.get(Function, atom.function)
        parts.append(
            _(
                "with the function %(function)s",
                function=_text(function) if function else atom.function,
            )
        )
    if atom.level is not None and atom.level != "head":
        parts.append(_("at level %(level)s", level=atom.level))
    if atom.agency_kind:
        parts.append(_("in %(kind)s", kind=KINDS[atom.agency_kind]))
    if atom.territory:
        parts.append(_("in %(territory)s", territory=atom.territory))
    return " ".join(parts)


def _name(model: type[Identified], row_id: UUID) -> str:
    row = db.session.get(model, row_id)
    return _text(row) if row else _("someone who has left")


def _text(row: object) -> str:
    name = getattr(row, "title", None) or getattr(row, "name", "")
    return name.text(current_language()) if isinstance(name, Localized) else str(name)
