"""Files as bad as personnel programs export them, made in the test.

All three hold the same six people, in the forms that such programs write.
"""

import io

import xlsxwriter

from tests.administration.imports.helpers import ods_of

PEOPLE = (
    ("PEÑA SÁEZ, JOSÉ", "00045678T", 1234, "jpena@x.example", "01/03/19", "Obras"),
    ("DE LA TORRE MOLINA, JUAN ANTONIO", "12345678Z", 1235, "jdelatorre@x.example", "1-12-26", ""),
    ("ROIG I SERRA, MARIA MERCÈ", "X1234567L", 1236, "mroig@x.example", "15.06.2021", "Obras"),
    ("O'NEILL VERA, Mª TERESA", "45678901G", 1237, "", "1 de marzo de 2019", "Personal"),
    ("ETXEBERRIA GAZTELU, ANE", "33333333P", 1238, "ane@x.example", "43525", "Personal"),
    ("SAN MARTÍN PRIETO, JOSÉ LUIS", "11111111H", 1239, "jlsm@x.example", "2019-03-01", "Personal"),
)
NAMES = [
    "José Peña Sáez",
    "Juan Antonio de la Torre Molina",
    "Maria Mercè Roig i Serra",
    "Mª Teresa O'Neill Vera",
    "Ane Etxeberria Gaztelu",
    "José Luis San Martín Prieto",
]
DAYS = ["2019-03-01", "2026-12-01", "2021-06-15", "2019-03-01", "2019-03-01", "2019-03-01"]


def csv_file() -> io.BytesIO:
    """Windows-1252 with semicolons, titles above, a repeated header and a total."""
    header = "Apellidos y nombre;D.N.I.;N.º de empleado;Correo electrónico;Fecha de inicio;Servicio"
    lines = [
        "Ayuntamiento de Outeiro;;;;;",
        "Relación de personal – año 2026;;;;;",
        "",
        header,
        *(f"{n};{i};{number};{mail};{day};{unit}" for n, i, number, mail, day, unit in PEOPLE[:3]),
        header,
        *(f"{n};{i};{number};{mail};{day};{unit}" for n, i, number, mail, day, unit in PEOPLE[3:]),
        "Total: 6;;;;;",
    ]
    return io.BytesIO("\r\n".join(lines).encode("cp1252"))


def xlsx_file() -> io.BytesIO:
    """Three title lines, merged cells in titles and data, a hidden sheet, numbers, a formula."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        cover = book.add_worksheet("Portada")
        cover.write(0, 0, "Informe de personal")
        old = book.add_worksheet("Bajas")
        old.write_row(0, 0, ["Apellidos y nombre", "N.º de empleado", "Correo electrónico"])
        for row in range(1, 40):
            old.write_row(row, 0, ["BAJA, ANA", 1, "baja@x.example"])
        old.hide()
        sheet = book.add_worksheet("Personal")
        sheet.merge_range(0, 0, 0, 5, "Ayuntamiento de Outeiro")
        sheet.merge_range(1, 0, 1, 5, "Relación de personal a 01/12/2026")
        sheet.write(2, 2, "Recursos humanos")
        sheet.write_row(
            4,
            0,
            ["Servicio", "Apellidos y nombre", "NIF", "Número de empleado", "E-mail", "Desde"],
        )
        places = {"": (6, 6), "Obras": (5, 5), "Personal": (8, 10)}
        for number, (name, identity, staff, mail, day, unit) in enumerate(PEOPLE, 5):
            sheet.write_row(number, 1, [name, identity, float(staff), mail, day])
            if places[unit][0] == places[unit][1]:
                sheet.write(number, 0, unit)
        sheet.merge_range(8, 0, 10, 0, "Personal")
        sheet.write(11, 0, "TOTAL")
        sheet.write_formula(11, 3, "=COUNT(D6:D11)", None, "")
    out.seek(0)
    return out


def ods_file() -> io.BytesIO:
    """A header of two lines: groups above the columns, and a column that spans both."""
    rows = [
        ["Persoal do concello"],
        [("Datos persoais", 2, 1), None, ("Posto", 2, 1), None, ("Correo electrónico", 1, 2)],
        ["Apelidos e nome", "N.º de empregado", "Data de inicio", "Servizo", None],
        *([n, str(number), day, unit, mail] for n, _i, number, mail, day, unit in PEOPLE),
        ["Total xeral", "6"],
    ]
    return ods_of(rows)
