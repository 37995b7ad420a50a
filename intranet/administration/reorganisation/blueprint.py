"""The blueprint of the pages of reorganisations, within the frame of administration."""

from flask import Blueprint

from intranet.administration.admin.blueprint import frame

bp = Blueprint("reorganisations", __name__, url_prefix="/admin")
bp.context_processor(frame)
