"""Files for imports, made in the test, and what becomes of their lines."""

import io
import zipfile

from intranet.administration.imports.applying import apply_for
from intranet.administration.imports.checking import check
from intranet.administration.imports.columns import ImportKind
from intranet.administration.imports.importer import ImportScope
from intranet.administration.imports.models import Import
from intranet.administration.imports.operations import check_file, new_import, start_applying
from intranet.extensions import db
from intranet.platform.core.unit_of_work import unit_of_work

OPERATOR = ImportScope()


def table(*lines: str) -> io.BytesIO:
    """A file of these lines."""
    return io.BytesIO("\n".join(lines).encode())


def look(kind: str, file, scope=OPERATOR):
    """A dry run: its outcomes in the order of the file, and what it found."""
    outcomes = []
    found = check(file, ImportKind(kind), scope, lambda _checked, some: outcomes.extend(some))
    return outcomes, found


def fates(kind: str, *lines: str, scope=OPERATOR) -> list[str]:
    """What becomes of each line: `created`, or `rejected COLUMN CODE`."""
    outcomes, _found = look(kind, table(*lines), scope)
    return [said(outcome) for outcome in outcomes]


def said(outcome) -> str:
    text = outcome.what.value
    return f"{text} {outcome.column} {outcome.code}" if outcome.code else text


def stage(kind: str, file, scope=OPERATOR) -> Import:
    """Look through a file and keep what it would do."""
    with unit_of_work() as work:
        actor_id = scope.actor.id if scope.actor else None
        row = new_import(work, ImportKind(kind), "file.csv", scope.agency_ids or (), actor_id)
    check_file(row, file, scope)
    return db.session.get_one(Import, row.id, populate_existing=True)


def apply(kind: str, file, scope=OPERATOR) -> dict[str, int]:
    """Look through a file and do it; what was counted, late refusals included."""
    row = stage(kind, file, scope)
    if row.to_apply:
        start_applying(scope.actor, row, is_meant=True)
        assert apply_for(row.id)
    counts = db.session.get_one(Import, row.id, populate_existing=True).counts
    return {name: counts.get(name, 0) for name in ("created", "changed", "ended", "rejected")}


def xlsx(rows) -> io.BytesIO:
    """A sheet whose first row and column are empty, as official downloads are."""
    cells = "".join(
        f'<row r="{number}">'
        + "".join(
            f'<c r="{chr(66 + place)}{number}" t="inlineStr"><is><t>{text}</t></is></c>'
            for place, text in enumerate(row)
        )
        + "</row>"
        for number, row in enumerate(rows, 2)
    )
    main = "http://schemas.openxmlformats.org"
    return _zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{main}/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
            'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{main}/package/2006/relationships">'
            f'<Relationship Id="r1" Target="xl/workbook.xml" Type="{main}/officeDocument/2006/'
            'relationships/officeDocument"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{main}/spreadsheetml/2006/main" '
            f'xmlns:r="{main}/officeDocument/2006/relationships"><sheets>'
            '<sheet name="Hoja" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{main}/package/2006/'
            f'relationships"><Relationship Id="r1" Target="worksheets/sheet1.xml" '
            f'Type="{main}/officeDocument/2006/relationships/worksheet"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}/spreadsheetml/2006/main">'
            f"<sheetData>{cells}</sheetData></worksheet>",
        }
    )


def ods(rows) -> io.BytesIO:
    """The same as an open document."""
    return ods_of(rows)


def ods_of(rows) -> io.BytesIO:
    """An open document; a merged cell is `(text, columns, rows)`, and None what it covers."""
    space = "urn:oasis:names:tc:opendocument:xmlns"
    lines = "".join(
        "<table:table-row>" + "".join(map(_ods_cell, row)) + "</table:table-row>" for row in rows
    )
    content = (
        f'<office:document-content xmlns:office="{space}:office:1.0" '
        f'xmlns:table="{space}:table:1.0" xmlns:text="{space}:text:1.0"><office:body>'
        f'<office:spreadsheet><table:table table:name="Hoja">{lines}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        "</manifest:manifest>"
    )
    return _zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def _ods_cell(cell) -> str:
    if cell is None:
        return "<table:covered-table-cell/>"
    text, columns, rows = cell if isinstance(cell, tuple) else (cell, 1, 1)
    return (
        f'<table:table-cell office:value-type="string" table:number-columns-spanned="{columns}" '
        f'table:number-rows-spanned="{rows}"><text:p>{text}</text:p></table:table-cell>'
    )


def _zipped(parts) -> io.BytesIO:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    out.seek(0)
    return out
