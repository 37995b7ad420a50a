"""The emoji picker's data, one small file for each language of the interface.

The emoji, their groups and their order come from emojibase-data, and their names and keywords in
each language from Unicode's CLDR annotations. A file is a list of groups in the order of the
picker: `{"group": "smileys", "emoji": [["😀", "cara sonriendo", "feliz sonrisa"], …]}`.
"""

import json
from pathlib import Path
from typing import Any

LANGUAGES = ("es", "ca", "gl", "eu", "en")
# emojibase's group numbers; 2 holds the parts that others are made of.
GROUPS = {
    0: "smileys",
    1: "people",
    3: "nature",
    4: "food",
    5: "travel",
    6: "activities",
    7: "objects",
    8: "symbols",
    9: "flags",
}
NEWEST_VERSION = 15.0  # what phones and desktops of the last years can draw


def write_emoji(base: Path, annotations: Path, derived: Path, target: Path) -> list[Path]:
    """Write `LANGUAGE.json` for each language into `target`; return the paths of the files."""
    everything = json.loads((base / "en" / "data.json").read_text(encoding="utf-8"))
    usable = [one for one in everything if one.get("version", 99) <= NEWEST_VERSION]
    usable = sorted((one for one in usable if one.get("group") in GROUPS), key=_order)
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for language in LANGUAGES:
        names = _names(annotations / "annotations", language)
        names |= _names(derived / "annotationsDerived", language)
        groups: dict[str, list[list[str]]] = {name: [] for name in GROUPS.values()}
        for one in usable:
            about = names.get(_bare(one["emoji"]))
            if about and "tts" in about:
                name = about["tts"][0]
                words = " ".join(word for word in about.get("default", []) if word != name)
                groups[GROUPS[one["group"]]].append([one["emoji"], name, words])
        content = [{"group": group, "emoji": emoji} for group, emoji in groups.items()]
        path = target / f"{language}.json"
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        path.write_text(text.replace("],[", "],\n[") + "\n", encoding="utf-8")
        written.append(path)
    return written


def _names(folder: Path, language: str) -> dict[str, Any]:
    content = json.loads((folder / language / "annotations.json").read_text(encoding="utf-8"))
    top: dict[str, Any] = next(iter(content.values()))
    return {_bare(emoji): about for emoji, about in top["annotations"].items()}


def _bare(emoji: str) -> str:
    return emoji.replace("\N{VARIATION SELECTOR-16}", "")


def _order(one: dict[str, Any]) -> int:
    order: int = one["order"]
    return order
