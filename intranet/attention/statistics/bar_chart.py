"""Bar chart of weeks: the position and height of each bar, for a picture drawn on the server."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT, GAP = 720, 160, 4


@dataclass(frozen=True)
class Bar:
    """The bar of a week; where `number` is None only its position counts."""

    starts_on: date
    x: float
    y: float
    width: float
    height: float
    number: int | None


def bars(weeks: Sequence[tuple[date, int | None]]) -> list[Bar]:
    """Return the bars of some weeks, from the left; the highest is as high as the picture."""
    highest = max((number or 0 for _day, number in weeks), default=0) or 1
    step = WIDTH / max(len(weeks), 1)
    found = []
    for place, (day, number) in enumerate(weeks):
        height = round((number or 0) / highest * HEIGHT, 1)
        found.append(
            Bar(
                starts_on=day,
                x=round(place * step + GAP / 2, 1),
                y=round(HEIGHT - height, 1),
                width=round(step - GAP, 1),
                height=height,
                number=number,
            )
        )
    return found
