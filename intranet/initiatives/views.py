"""Pages of initiatives."""

from flask import Blueprint

from intranet.initiatives import models

bp = Blueprint("initiatives", __name__)
