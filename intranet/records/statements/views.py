"""Pages of an agency's statements, their documents, and the public accessibility statement."""

from io import BytesIO

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from intranet.administration.admin.blueprint import administrator
from intranet.administration.admin.blueprint import frame as admin_frame
from intranet.administration.admin.sections import act_for, section_of
from intranet.extensions import db
from intranet.organisation.agencies.models import Agency
from intranet.organisation.agencies.roles import Act
from intranet.organisation.people.models import Person
from intranet.platform.core.errors import Conflict, Invalid, NotFound, Problem
from intranet.platform.core.i18n import _
from intranet.platform.core.parsing import parse_position, printable
from intranet.platform.core.refused import again, refused_form
from intranet.platform.core.web import answer_everybody_alike, current_language, site_address
from intranet.public_site import blueprint as public_site
from intranet.public_site.labels import LICENCE_NAME, LICENCE_URL
from intranet.records.statements.document import write_statement
from intranet.records.statements.facts import facts_of
from intranet.records.statements.kinds import STATEMENTS, StatementKind
from intranet.records.statements.lines import STATE_WORDS, counts
from intranet.records.statements.models import BODY_LIMIT
from intranet.records.statements.operations import write_text
from intranet.records.statements.queries import is_public, texts_of, versions_of

bp = Blueprint("statements", __name__, url_prefix="/admin/<code>/statements")
bp.context_processor(admin_frame)

public_bp = Blueprint("public_statements", __name__)
answer_everybody_alike(public_bp.name)
public_bp.before_request(public_site.begin)
public_bp.after_request(public_site.allow_caching)
public_bp.teardown_request(public_site.end)
public_bp.register_error_handler(Problem, public_site.refuse)
public_bp.register_error_handler(HTTPException, public_site.refuse_address)

PART_CHARACTERS, CODE_CHARACTERS = 40, 40


@bp.get("")
@administrator
def index(_actor: Person, agency: Agency) -> ResponseReturnValue:
    """List the statements, with how many of their lines are met."""
    facts = facts_of(agency)
    rows = [(name, kind, counts(kind.sections(facts))) for name, kind in STATEMENTS.items()]
    return render_template("records/statements/index.html", rows=rows, states=STATE_WORDS)


@bp.get("/<statement>")
@administrator
def show(actor: Person, agency: Agency, statement: str) -> ResponseReturnValue:
    """Show a statement line by line, with the agency's own words."""
    kind = _get(statement)
    sections = kind.sections(facts_of(agency))
    return render_template(
        "records/statements/show.html",
        name=statement,
        kind=kind,
        sections=sections,
        numbers=counts(sections),
        states=STATE_WORDS,
        texts=texts_of(agency.id, statement),
        versions=versions_of(agency.id, statement),
        limit=BODY_LIMIT,
        opens=lambda path: actor.may(act_for(section_of(path.split("/")[0])), agency.id),
        may_write=actor.may(Act.ADMINISTER, agency.id),
        public_address=_public_address(agency) if statement == "accessibility" else None,
        asked_part=printable(request.form.get("part", ""), PART_CHARACTERS),
        **refused_form(),
    )


@bp.post("/<statement>")
@again(show, on=(Conflict, Invalid))
@administrator
def write(actor: Person, agency: Agency, statement: str) -> ResponseReturnValue:
    """Write the agency's own words on a line."""
    _get(statement)
    part = printable(request.form.get("part", ""), PART_CHARACTERS)
    number = request.form.get("number", 0, type=parse_position)
    write_text(actor, agency, statement, part, request.form.get("body", ""), number=number)
    flash(_("Saved."), "ok")
    address = url_for(".show", code=agency.code, statement=statement, _anchor=f"line-{part}")
    return redirect(address, 303)


@bp.get("/<statement>/statement.pdf")
@administrator
def document(_actor: Person, agency: Agency, statement: str) -> Response:
    """Send a statement as a document that can be archived."""
    _get(statement)
    out = BytesIO()
    write_statement(out, agency, statement, current_language())
    response = Response(out.getvalue(), mimetype="application/pdf")
    response.headers["Content-Disposition"] = f"attachment; filename={statement}.pdf"
    response.headers["Cache-Control"] = "no-store"
    return response


@public_bp.get("/open/<code>/accessibility")
def accessibility(code: str) -> ResponseReturnValue:
    """Show the accessibility statement to everybody, once the agency wrote whom to ask."""
    asked = printable(code, CODE_CHARACTERS)
    agency = db.session.scalar(db.select(Agency).where(Agency.code == asked))
    if agency is None or not is_public(agency.id):
        raise NotFound
    page = render_template(
        "records/statements/public.html",
        agency=agency,
        kind=STATEMENTS["accessibility"],
        sections=STATEMENTS["accessibility"].sections(facts_of(agency)),
        states=STATE_WORDS,
        texts=texts_of(agency.id, "accessibility"),
        licence_name=LICENCE_NAME,
        licence_url=LICENCE_URL,
    )
    return public_site.answer(page, "text/html")


def _get(statement: str) -> StatementKind:
    """Return a kind of statement.

    Raises:
        NotFound: there is none of this name.
    """
    if statement not in STATEMENTS:
        raise NotFound
    return STATEMENTS[statement]


def _public_address(agency: Agency) -> str:
    return site_address(f"/open/{agency.code}/accessibility") if is_public(agency.id) else ""
