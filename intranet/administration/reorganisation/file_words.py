"""The words of files of changes, in the five languages, and the template that shows them."""

import io
from enum import StrEnum

from intranet.platform.core.text import fold

TEXT = 49
"""The number format of text, by which codes keep their leading zeros."""
ROWS_WITH_LISTS = 500


class FileWord(StrEnum):
    """A change as the first column of a file names it."""

    RENAME = "rename"
    MOVE = "move"
    MERGE = "merge"
    SPLIT = "split"
    DISSOLVE = "dissolve"
    FOUND = "found"
    MOVE_POST = "move post"
    END_POST = "end post"
    HEAD = "head"
    NO_HEAD = "no head"


def plain(text: str) -> str:
    """Return a word as it is compared: without case, accents and doubled spaces."""
    return " ".join(fold(text).replace("_", " ").split())


def _plain(*words: str) -> frozenset[str]:
    return frozenset(plain(word) for word in words)


COLUMNS: dict[str, frozenset[str]] = {
    "change": _plain("change", "cambio", "canvi", "cambio", "aldaketa"),
    "unit": _plain("unit", "unidad", "unitat", "unidade", "unitatea"),
    "name": _plain("name", "nombre", "nom", "nome", "izena"),
    "code": _plain("code", "código", "codi", "kodea"),
    "parent": _plain("parent", "depende de", "depèn de", "mendekoa", "superior"),
    "successor": _plain("successor", "sucesora", "successora", "ondorengoa"),
    "posts": _plain("posts", "puestos", "llocs", "llocs de treball", "postos", "lanpostuak"),
    "units": _plain("units", "unidades", "unitats", "unitateak"),
}
CHANGES: dict[FileWord, frozenset[str]] = {
    FileWord.RENAME: _plain("rename", "renombrar", "cambia de nombre", "reanomenar", "renomear")
    | _plain("izena aldatu"),
    FileWord.MOVE: _plain("move", "mover", "moure", "mugitu", "lekuz aldatu"),
    FileWord.MERGE: _plain("merge", "fusionar", "unir", "fusionatu", "batu"),
    FileWord.SPLIT: _plain("split", "dividir", "zatitu", "banatu"),
    FileWord.DISSOLVE: _plain("dissolve", "suprimir", "disolver", "dissoldre", "suprimeix")
    | _plain("desegin", "terminar"),
    FileWord.FOUND: _plain("found", "create", "crear", "sortu"),
    FileWord.MOVE_POST: _plain("move post", "mover puesto", "moure lloc", "mover posto")
    | _plain("lanpostua mugitu"),
    FileWord.END_POST: _plain("end post", "amortizar puesto", "amortitzar lloc")
    | _plain("amortizar posto", "lanpostua amortizatu"),
    FileWord.HEAD: _plain("head", "jefatura", "prefectura", "xefatura", "burua"),
    FileWord.NO_HEAD: _plain("no head", "sin jefatura", "sense prefectura", "sen xefatura")
    | _plain("bururik ez"),
}
EXAMPLES: tuple[tuple[str, ...], ...] = (
    ("rename", "URB", "Ciudad y Territorio", "", "", "", "", ""),
    ("move", "MOV", "", "", "URB", "", "", ""),
    ("merge", "LIC | DIS", "Licencias y Disciplina", "LYD", "URB", "", "", ""),
    ("split", "MA", "Parques y Jardines", "PYJ", "", "", "jefe-parques | capataz", ""),
    ("split", "MA", "Limpieza Viaria", "LIM", "", "", "jefe-limpieza", ""),
    ("dissolve", "PRO", "", "", "", "COM", "", ""),
    ("found", "", "Espacio Público", "ESP", "0", "", "", ""),
    ("move post", "", "", "", "ESP", "", "arquitecta-municipal", ""),
    ("end post", "", "", "", "", "", "auxiliar-3", ""),
    ("head", "", "", "", "", "", "jefe-parques", ""),
)


def template() -> bytes:
    """Return a workbook with the columns and a line for each kind of change, as an example."""
    import xlsxwriter  # noqa: PLC0415 - a library for rare work

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        text = book.add_format({"num_format": TEXT})
        heading = book.add_format({"bold": True, "bottom": 1, "num_format": TEXT})
        sheet = book.add_worksheet("changes")
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(COLUMNS):
            sheet.set_column(place, place, 24, text)
            sheet.write_string(0, place, name, heading)
            for row, line in enumerate(EXAMPLES, 1):
                sheet.write_string(row, place, line[place], text)
        words = [word.value for word in FileWord]
        sheet.data_validation(1, 0, ROWS_WITH_LISTS, 0, {"validate": "list", "source": words})
    return out.getvalue()
