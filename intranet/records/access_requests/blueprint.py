"""The blueprint of requests for access, in the frame of administration."""

from flask import Blueprint

from intranet.administration.admin.blueprint import frame

bp = Blueprint("access_requests", __name__)
bp.context_processor(frame)

PREFIX = "/admin/<code>/access-requests"
