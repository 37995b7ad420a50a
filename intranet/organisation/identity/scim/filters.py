"""Filters and the order of a search, as conditions on the tables, with bound parameters."""

import unicodedata
from collections.abc import Callable
from functools import reduce
from operator import and_, or_
from typing import Any
from uuid import UUID

from scim2_models import InvalidFilterException, InvalidPathException, SCIMException, SearchRequest
from scim2_models.path import (
    AttributeBinding,
    AttrPath,
    CompareOperator,
    Comparison,
    FilterVisitor,
    LogicalExpr,
    LogicalOperator,
    Not,
    Present,
    ScimFilter,
    ValuePath,
    coerce_value,
)
from sqlalchemy import ColumnElement, exists, false, func, not_
from sqlalchemy.orm import InstrumentedAttribute

from intranet.organisation.identity.scim.models import ScimEmail, ScimUser
from intranet.platform.core.database import on_sqlite
from intranet.platform.core.i18n import _

Condition = ColumnElement[bool]
Column = InstrumentedAttribute[Any]

COLUMNS: dict[tuple[str, str | None], Column] = {
    ("id", None): ScimUser.id,
    ("user_name", None): ScimUser.user_name_key,
    ("external_id", None): ScimUser.external_id,
    ("display_name", None): ScimUser.display_name_key,
    ("name", "family_name"): ScimUser.family_name_key,
    ("active", None): ScimUser.is_active,
    ("meta", "created"): ScimUser.created_at,
    ("meta", "last_modified"): ScimUser.changed_at,
}
EMAIL_COLUMNS: dict[str | None, Column] = {
    None: ScimEmail.value_key,
    "value": ScimEmail.value_key,
    "type": ScimEmail.type_key,
    "primary": ScimEmail.is_primary,
}
COMPARISONS: dict[CompareOperator, Callable[[Any, Any], Condition]] = {
    CompareOperator.eq: lambda column, value: column == value,
    CompareOperator.ne: lambda column, value: (column != value) | column.is_(None),
    CompareOperator.gt: lambda column, value: column > value,
    CompareOperator.ge: lambda column, value: column >= value,
    CompareOperator.lt: lambda column, value: column < value,
    CompareOperator.le: lambda column, value: column <= value,
}


def key_of(text: str) -> str:
    """Return a text in the form in which texts are compared that may differ in case."""
    lowered = unicodedata.normalize("NFC", text).lower()
    return unicodedata.normalize("NFC", lowered)


def condition_of(scim_filter: ScimFilter[Any]) -> Condition:
    """Return a filter as a condition on `ScimUser`.

    Raises:
        InvalidFilterException: it names an attribute by which nobody can search here.
    """
    return _ToSql(scim_filter).visit(scim_filter.ast)


def order_of(request: SearchRequest[Any], model: type[Any]) -> list[ColumnElement[Any]]:
    """Return the order that a search asks for; people without a value come last.

    Raises:
        InvalidPathException: it names an attribute by which nothing is ordered here.
    """
    if request.sort_by is None:
        return [ScimUser.id.expression]
    binding = request.sort_binding(model)
    column = COLUMNS.get((binding.field_name, binding.sub_field_name)) if binding else None
    if column is None:
        raise InvalidPathException(detail=_("People cannot be ordered by this attribute."))
    value = _in_bytes(column)
    if request.sort_order == SearchRequest.SortOrder.descending:
        return [column.is_(None).desc(), value.desc(), ScimUser.id.expression]
    return [column.is_(None), value, ScimUser.id.expression]


class _ToSql(FilterVisitor[Condition]):
    """Conditions on people, or on one e-mail address within `emails[…]`."""

    def __init__(self, scim_filter: ScimFilter[Any], *, within: AttrPath | None = None) -> None:
        self._filter = scim_filter
        self._within = within

    def visit_comparison(self, node: Comparison) -> Condition:
        if self._within:
            column = self._column_of_email(node.attr_path)
            path = AttrPath(self._within.attr, node.attr_path.attr, self._within.uri)
            return _compare(column, node, self._binding(path, for_comparison=True))
        binding = self._binding(node.attr_path, for_comparison=True)
        if binding.field_name != "emails":
            return _compare(self._column(binding), node, binding)
        found = EMAIL_COLUMNS.get(binding.sub_field_name)
        if found is None or node.value is None:
            raise _unknown()
        if node.op == CompareOperator.ne:  # of none of their addresses
            same = Comparison(node.attr_path, CompareOperator.eq, node.value)
            return not_(_some_email(_compare(found, same, binding)))
        return _some_email(_compare(found, node, binding))

    def visit_present(self, node: Present) -> Condition:
        if self._within:
            return _is_present(self._column_of_email(node.attr_path))
        binding = self._binding(node.attr_path)
        if binding.field_name != "emails":
            return _is_present(self._column(binding))
        found = EMAIL_COLUMNS.get(binding.sub_field_name)
        if found is None:
            raise _unknown()
        if binding.sub_field_name is None:
            return _some_email(reduce(or_, map(_is_present, set(EMAIL_COLUMNS.values()))))
        return _some_email(_is_present(found))

    def visit_not(self, node: Not) -> Condition:
        # A condition on a missing value is unknown to SQL; here it is false.
        return not_(func.coalesce(self.visit(node.expr), false()))

    def visit_logical_expr(self, node: LogicalExpr) -> Condition:
        joined = and_ if node.op == LogicalOperator.and_ else or_
        return reduce(joined, [self.visit(term) for term in node.terms])

    def visit_value_path(self, node: ValuePath) -> Condition:
        binding = None if self._within else self._binding(node.attr_path)
        if binding is None or binding.field_name != "emails":
            raise _unknown()
        inner = _ToSql(self._filter, within=node.attr_path)
        return _some_email(inner.visit(node.val_filter))

    def _binding(self, path: AttrPath, *, for_comparison: bool = False) -> AttributeBinding:
        resolve = self._filter.resolve_comparison if for_comparison else self._filter.resolve
        binding = resolve(path)
        if binding is None:
            raise _unknown()
        return binding

    def _column(self, binding: AttributeBinding) -> Column:
        found = COLUMNS.get((binding.field_name, binding.sub_field_name))
        if found is None:
            raise _unknown()
        return found

    def _column_of_email(self, path: AttrPath) -> Column:
        found = None if path.sub_attr else EMAIL_COLUMNS.get(path.attr.lower())
        if found is None:
            raise _unknown()
        return found


def _some_email(condition: Condition) -> Condition:
    return exists().where(ScimEmail.user_id == ScimUser.id, condition)


def _is_present(column: Column) -> Condition:
    if column in {ScimUser.is_active, ScimEmail.is_primary} or column.type.python_type is not str:
        return column.is_not(None)
    return column.is_not(None) & (column != "")


def _compare(column: Column, node: Comparison, binding: AttributeBinding) -> Condition:
    """Return a comparison as the library makes it of resources in memory."""
    if node.value is None:
        return _compare_null(column, node.op)
    value = coerce_value(binding, node.value, node.op)
    if column is ScimUser.id:
        return _compare_id(node.op, str(value))
    if isinstance(value, str) and not binding.case_exact:
        value = key_of(value)
    if node.op in COMPARISONS:
        return COMPARISONS[node.op](_in_bytes(column), value)
    is_text = column.type.python_type is str
    return _holds(column, node.op, value) if is_text else false()


def _compare_null(column: Column, op: CompareOperator) -> Condition:
    if op == CompareOperator.eq:
        return column.is_(None)
    return column.is_not(None) if op == CompareOperator.ne else false()


def _holds(column: Column, op: CompareOperator, text: str) -> Condition:
    """Return whether a column contains, begins or ends with a text. LIKE would ignore its case."""
    if not text:
        return column.is_not(None)
    if op == CompareOperator.co:
        return func.replace(column, text, "") != column
    size = len(text)
    if op == CompareOperator.sw:
        return func.substr(column, 1, size) == text
    start = func.length(column) - size + 1
    return (start >= 1) & (func.substr(column, start) == text)


def _compare_id(op: CompareOperator, text: str) -> Condition:
    """Return a comparison of an id, which is known as a whole or not at all."""
    if op not in {CompareOperator.eq, CompareOperator.ne}:
        raise _unknown()
    try:
        same = ScimUser.id == UUID(text)
    except ValueError:
        same = false()
    return same if op == CompareOperator.eq else not_(same)


def _in_bytes(column: Column) -> ColumnElement[Any]:
    """Return a text in the order of its characters, as SQLite has it, not of a language."""
    if column.type.python_type is not str:
        return column.expression
    return column.expression if on_sqlite() else column.collate("C")


def _unknown() -> SCIMException:
    return InvalidFilterException(detail=_("People cannot be searched by this attribute."))
