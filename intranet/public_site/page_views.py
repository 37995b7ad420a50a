"""Public pages: the catalogue, agencies, their items, and files."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from intranet.collaboration.initiatives.labels import stage_words
from intranet.delivery.files.serving import send, send_captions
from intranet.organisation.agencies.labels import function_names
from intranet.platform.core.errors import NotFound
from intranet.platform.core.web import current_language, site_address
from intranet.public_site import filters, public_content, public_text
from intranet.public_site.blueprint import CACHE_SECONDS, answer, bp
from intranet.public_site.kinds import kind_in, pages_of, public_kinds
from intranet.public_site.labels import (
    LICENCE_NAME,
    LICENCE_URL,
    fact_words,
)
from intranet.public_site.metadata import described_thing
from intranet.public_site.public_content import ShowcasedVersion
from intranet.public_site.refusals import Paused
from intranet.public_site.view_models import entries_of, entry_of
from intranet.publishing.publications.texts import minutes

MAX_AGENCIES = 60
"""The most agencies in the filter; with more it is left out, as each entry links to its agency."""


@bp.context_processor
def licence() -> dict[str, str]:
    """Give templates the licence of all texts."""
    return {"licence_name": LICENCE_NAME, "licence_url": LICENCE_URL}


@bp.get("/open")
def catalogue() -> ResponseReturnValue:
    """Show all public items, searched by words (`q`) and filtered.

    The filters are `agency`, `kind`, `stage`, `topic` and the language of the text, `in`; `before`
    is the cursor of a page.
    """
    asked = filters.read_asked(request.args)
    context = _list(asked)
    agencies = public_content.agencies_with_items(MAX_AGENCIES + 1)
    page = render_template(
        "public_site/catalogue.html",
        **context,
        agencies=[] if len(agencies) > MAX_AGENCIES else agencies,
        kinds={name: kind.word for name, kind in public_kinds().items()},
        stages=stage_words(),
        topics=sorted(function_names().items(), key=lambda one: one[1]),
        canonical=site_address("/open"),
        indexed=asked.is_empty and "before" not in request.args,
    )
    return answer(page, "text/html", public_content.changed_at())


@bp.get("/open/<code>")
def agency(code: str) -> ResponseReturnValue:
    """Show an agency's public page: its description and its items, or that it is pausing."""
    try:
        found, profile = public_content.get_agency(code)
    except Paused as pause:
        return answer(
            render_template("public_site/paused.html", paused=pause, canonical=""), "text/html"
        )
    own = found.language
    words = profile.html if profile else None
    language = words.language(current_language(), own) if words else ""
    page = render_template(
        "public_site/agency.html",
        **_list(filters.ShowcaseFilters(agency=found)),
        agency=found,
        words=public_text.outward(words.text(language), ()) if words else "",
        words_language=language,
        words_languages=list(words) if words else [],
        summary=profile.summary.text(language) if profile else "",
        canonical=site_address(f"/open/{found.code}"),
    )
    return answer(page, "text/html")


@bp.get("/open/initiatives/<uuid:publication_id>", defaults={"folder": "initiatives"})
@bp.get("/open/articles/<uuid:publication_id>", defaults={"folder": "articles"})
def show(folder: str, publication_id: UUID) -> ResponseReturnValue:
    """Show an initiative or an article in its approved version."""
    one = public_content.get_public(kind_in(folder), publication_id)
    entry = entry_of(one, public_content.users_of([one]).get(one.id, 0))
    language = entry.language
    page = render_template(
        "public_site/entry.html",
        entry=entry,
        article=_article(one, language),
        described=described_thing(entry),
        fact_words=fact_words(),
        minutes=minutes(one.version.words),
        canonical=entry.url_in(language),
    )
    return answer(page, "text/html", one.shown_at)


@bp.get("/open/files/<uuid:file_id>")
def file(file_id: UUID) -> ResponseReturnValue:
    """Serve a file of a public item."""
    return _kept(send(public_content.get_file(file_id)))


@bp.get("/open/files/<uuid:file_id>/thumbnail")
def thumbnail(file_id: UUID) -> ResponseReturnValue:
    """Serve the thumbnail of an image or the poster of a video."""
    return _kept(send(public_content.get_file(file_id), thumbnail=True))


@bp.get("/open/files/<uuid:file_id>/captions/<uuid:captions_id>")
def captions(file_id: UUID, captions_id: UUID) -> ResponseReturnValue:
    """Serve the captions of a video."""
    return _kept(
        send_captions(public_content.get_captions(public_content.get_file(file_id), captions_id))
    )


@bp.get("/open/")
def with_slash() -> ResponseReturnValue:
    """Redirect `/open/` to the catalogue."""
    return redirect("/open", 301)


@bp.get("/open/<path:_rest>")
def nothing(_rest: str) -> ResponseReturnValue:
    """Answer every other address below `/open/` with a public 404.

    Raises:
        NotFound: always.
    """
    raise NotFound


def _list(asked: filters.ShowcaseFilters) -> dict[str, Any]:
    found, following = filters.found(asked, filters.read_place(request.args.get("before", "")))
    asks_on = {"lang": current_language()} if "lang" in request.args else {}
    return {
        "asked": asked,
        "entries": entries_of(found),
        "following": urlencode(asked.address(**asks_on, before=following)) if following else "",
    }


def _article(one: ShowcasedVersion, language: str) -> dict[str, Any]:
    files = public_content.files_of(one)
    without_facts = pages_of(one.item.kind).without_facts
    html = without_facts(one.version.html.get(language, ""), language)
    return {
        "title": one.version.title.text(language),
        "language": language,
        "parts": public_text.parts(html, files, one.agency.language),
        "attachments": public_text.attachments(files),
        "picture": public_text.first_picture(files),
    }


def _kept(response: Response) -> Response:
    """Allow public caching of the response for a while."""
    response.headers["Cache-Control"] = f"public, max-age={CACHE_SECONDS}"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
