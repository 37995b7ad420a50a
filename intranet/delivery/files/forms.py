"""What is sent to the operations on files, from any door."""

from typing import Annotated

from pydantic import Field

from intranet.delivery.files.models import CaptionsKind
from intranet.platform.core.parsing import PLACES, Form, Line


class BeginUpload(Form):
    """A video that is about to come in parts."""

    name: Annotated[Line, Field(min_length=1, max_length=500)]
    size: Annotated[int, Field(ge=0, le=PLACES)]


class NamedCaptions(Form):
    """In which language captions are, and what they say."""

    language: Annotated[Line, Field(max_length=35)]
    kind: CaptionsKind = CaptionsKind.CAPTIONS
