import re
from pathlib import Path

import pytest

from intranet.platform.core.html.code import CLASSES

STATIC = Path(__file__).parents[3] / "static" / "platform" / "core"
CODE = (STATIC / "code.css").read_text()
TOKENS = dict(
    re.findall(r"(--[\w-]+): light-dark\((#\w+, #\w+)\);", (STATIC / "tokens.css").read_text())
)


def luminance(colour: str) -> float:
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def found(pattern: str, text: str) -> str:
    match = re.search(pattern, text)
    return match[1] if match else ""


@pytest.mark.parametrize("name", sorted(CLASSES))
@pytest.mark.parametrize("theme", [0, 1])
def test_every_kind_of_word_in_code_can_be_read(name, theme):
    rule = found(rf"\.{name}\b[^{{]*{{([^}}]*)}}", CODE)
    ink = TOKENS[found(r"(?<!-)color: var\((--[\w-]+)\)", rule)]
    ground = TOKENS[found(r"background: var\((--[\w-]+)\)", rule) or "--sunken"]

    assert contrast(ink.split(", ")[theme], ground.split(", ")[theme]) >= 4.5
