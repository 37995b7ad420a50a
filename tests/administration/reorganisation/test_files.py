"""Changes from a file: each line is a change, or is said to be wrong."""

import io

from intranet.administration.reorganisation.file_words import template
from intranet.administration.reorganisation.loading import read
from intranet.administration.reorganisation.models import PlanChangeKind
from intranet.administration.reorganisation.operations import add_changes, create_plan
from intranet.administration.reorganisation.plan_files import read_file


def lines(*rows):
    header = "change;unit;name;code;parent;successor;posts"
    return io.BytesIO("\n".join([header, *rows]).encode())


def test_a_file_of_every_change(app_context, cast):
    read_in = read_file(
        cast.monteclaro,
        lines(
            "found;;Ciudad;CIU;0;;",
            "mover;Organización y Sistemas;;;CIU;;",
            "rename;CON;Compras;;;;",
            "split;URB-LIC;Obra mayor;OMA;;;",
            f"split;URB-LIC;Obra menor;OME;;;{cast.officer_post.code}",
            "dissolve;URB;;;;Ciudad;",
            f"move post;;;;OMA;;{cast.architect_post.handle}",
        ),
    )
    assert read_in.faults == []
    assert [spec.kind for spec in read_in.specs] == [
        PlanChangeKind.FOUND,
        PlanChangeKind.MOVE,
        PlanChangeKind.RENAME,
        PlanChangeKind.SPLIT,
        PlanChangeKind.DISSOLVE,
        PlanChangeKind.MOVE_POST,
    ]
    plan = create_plan(cast.dorleta, cast.monteclaro, "Enero")
    add_changes(cast.dorleta, plan, read_in.specs)
    assert not read(plan).forbids


def test_each_wrong_line_is_said(app_context, cast):
    read_in = read_file(
        cast.monteclaro,
        lines(
            "explode;URB;;;;;",
            "move;No existe;;;URB;;",
            "rename;URB;;;;;",
            "merge;URB | NADA;Junta;;0;;",
            "end post;;;;;;nadie",
            f"rename;URB;{'x' * 300};;;;",
        ),
    )
    assert read_in.specs == []
    assert [line for line, _sentence in read_in.faults] == [2, 3, 4, 5, 6, 7]
    assert all(sentence for _line, sentence in read_in.faults)


def test_a_file_of_something_else_is_refused(app_context, cast):
    for content in (b"", b"name;code\nA;B", b"\x00\x01\x02", b"PK\x03\x04broken"):
        read_in = read_file(cast.monteclaro, io.BytesIO(content))
        assert read_in.specs == []
        assert read_in.faults[0][0] == 0


def test_the_template_can_be_read(app_context, cast):
    read_in = read_file(cast.monteclaro, io.BytesIO(template()))
    assert {line for line, _sentence in read_in.faults} <= set(range(2, 12))
    assert read_in.faults[0][0] > 0
