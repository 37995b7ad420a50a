"""The pages of requests for access. Importing these modules adds them to the blueprint."""

from intranet.records.access_requests import reading_views, request_views
from intranet.records.access_requests.blueprint import bp

__all__ = ["bp", "reading_views", "request_views"]
