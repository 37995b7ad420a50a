"""Parts of pages that are rendered once for everybody who is shown the same."""

from datetime import date

from flask import current_app
from markupsafe import Markup

from intranet.platform.core import clock
from intranet.platform.core.per_request import per_request
from intranet.platform.core.recently_used import RecentlyUsed, digest_of
from intranet.platform.core.web import current_language, current_zone


class RenderedFragments:
    """The fragments that this process rendered last, each under all that it was made of.

    Nothing invalidates a fragment: what has changed has another key, in whatever process it was
    changed. Nor does it reach anybody else: only who gives the same values gets the same HTML.
    """

    def __init__(self, most: int) -> None:
        self._kept = RecentlyUsed[bytes, Markup](most)

    def __len__(self) -> int:
        """Return how many fragments are kept."""
        return len(self._kept)

    def render(self, template: str, **given: object) -> Markup:
        """Return the template with these values alone, rendered before or now.

        Args:
            given: values whose `repr` says all that the template reads of them: text, numbers,
                times, and collections and dataclasses of these. What belongs to one request, such
                as a token of a form, has no place among them.
        """
        key = digest_of(template, *_reader(), given)
        if (known := self._kept.get(key)) is not None:
            return known
        drawn = Markup(render_alone(template, **given))  # noqa: S704 - a template escapes
        self._kept.keep(key, drawn)
        return drawn


@per_request
def _reader() -> tuple[str, str, date]:
    """Return what dates and words in a template depend on."""
    zone = current_zone()
    return current_language(), zone, clock.today(zone)


def render_alone(template: str, **given: object) -> str:
    """Render a template without what every page is given: counts, the viewer, the request."""
    return current_app.jinja_env.get_template(template).render(given)
