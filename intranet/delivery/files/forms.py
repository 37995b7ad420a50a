"""Forms for the operations on files."""

from typing import Annotated

from pydantic import Field

from intranet.delivery.files.models import CaptionsKind
from intranet.platform.core.parsing import MAX_INTEGER, Form, Line


class BeginUpload(Form):
    """A video that will be uploaded in parts."""

    name: Annotated[Line, Field(min_length=1, max_length=500)]
    size: Annotated[int, Field(ge=0, le=MAX_INTEGER)]


class NamedCaptions(Form):
    """The language and kind of captions."""

    language: Annotated[Line, Field(max_length=35)]
    kind: CaptionsKind = CaptionsKind.CAPTIONS
