"""JSON schemas of initiatives."""

from typing import Any

from intranet.pages.api.publication_shapes import PUBLICATION
from intranet.pages.api.shaping import (
    DAY,
    INSTANT,
    MAYBE_INSTANT,
    MAYBE_NUMBER,
    MAYBE_TEXT,
    NUMBER,
    TEXT,
    TEXTS,
    Properties,
    many,
    shape,
)

NAMED = shape(id=TEXT, name=TEXT)
TITLED = shape(id=TEXT, title=TEXT)
AGENCY = shape(code=TEXT, name=TEXT, population=MAYBE_NUMBER)
STAGE = {"enum": ["idea", "pilot", "running", "closed"]}
USE = {"enum": ["considering", "adopted", "adapted", "gave_up"]}
PARTS = dict.fromkeys(("title", "purpose", "problem", "done", "result", "lessons"), TEXT)

INITIATIVE: Properties = {
    **PUBLICATION,
    "kind": {"enum": ["initiative"]},
    "lead": AGENCY,
    "stage": STAGE,
    "stage_on": DAY,
    "changed_at": INSTANT,
    "uses": {"type": "object", "additionalProperties": NUMBER},
}

INITIATIVES: dict[str, Any] = {
    "Initiative": shape(**INITIATIVE),
    "WholeInitiative": shape(
        **INITIATIVE,
        texts={"type": "object", "additionalProperties": shape(**PARTS)},
        figures={"type": "array", "items": shape(value=TEXT, label=TEXT)},
        **dict.fromkeys(("cost", "time", "effort", "law", "technology", "licence"), TEXT),
        topics=TEXTS,
        files=many("File"),
        partners={"type": "array", "items": AGENCY},
        contacts={"type": "array", "items": TITLED},
        stages={
            "type": "array",
            "items": shape(stage=STAGE, since_on=DAY, note=TEXT, by=NAMED, at=INSTANT),
        },
        updates={"type": "array", "items": shape(id=TEXT, text=TEXT, by=NAMED, at=INSTANT)},
        discussion_id=MAYBE_TEXT,
        edition=MAYBE_NUMBER,
    ),
    "Adoption": shape(
        id=TEXT,
        agency=AGENCY,
        use=USE,
        since_on=DAY,
        **dict.fromkeys(("cost", "took", "changed"), TEXT),
        contact=TITLED,
        post=TITLED,
        by=NAMED,
        at=INSTANT,
        replaced_at=MAYBE_INSTANT,
    ),
}
