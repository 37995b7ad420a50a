"""Parse the functions that a file declares for a post: codes, or names in any of six languages."""

from intranet.administration.imports import cell_values
from intranet.administration.imports.faults import Rejected
from intranet.administration.imports.kinds.similar_codes import CodeSuggester
from intranet.organisation.agencies.function_names import functions_in

FUNCTIONS_LIMIT, FIX_LIMIT, VALUE_LIMIT = 12, 40, 60


def declared_functions(cell: str, near: CodeSuggester) -> list[str] | None:
    """Return the codes of the functions in a cell; None if it is empty.

    Raises:
        Rejected: it has something else, for which the nearest function is named, or too many.
    """
    parts = functions_in(cell_values.plain(cell))
    codes = list(dict.fromkeys(code for _part, code in parts if code))
    if unknown := [part for part, code in parts if code is None]:
        meant = {part: near.function(part) for part in unknown[:FUNCTIONS_LIMIT]}
        likely = [code or meant.get(part) for part, code in parts]
        fix = "; ".join(dict.fromkeys(code for code in likely if code))
        raise Rejected(
            "functions",
            "function_unknown",
            fix=fix if all(likely) and len(fix) <= FIX_LIMIT else None,
            about={"value": unknown[0][:VALUE_LIMIT], "near": meant[unknown[0]]},
        )
    if len(codes) > FUNCTIONS_LIMIT:
        raise Rejected("functions", "functions_many", about={"limit": FUNCTIONS_LIMIT})
    return codes or None
