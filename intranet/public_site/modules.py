"""The modules of the public pages, and the blueprints of the public site."""

from intranet.public_site import data_views, page_views, proposal_views
from intranet.public_site.blueprint import bp

PAGES = (page_views, data_views)
own_bp = proposal_views.bp

__all__ = ["PAGES", "bp", "own_bp"]
