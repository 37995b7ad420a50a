"""Compare what REST calls answer with what they promise, in tests and in `intranet dev`."""

from flask import Flask, Response

from intranet.pages.api.views import description_of_call
from intranet.platform.core.responses import check_answer, model_of


def init_app(app: Flask) -> None:
    """Raise an error where a successful answer differs from its response model."""
    app.after_request(_check)


def _check(response: Response) -> Response:
    described = description_of_call()
    is_refusal = response.mimetype != "application/json"  # but application/problem+json
    if described and model_of(described.answer) and not is_refusal:
        check_answer(described.answer, response.get_json())
    return response
