"""A lookup for many keys: `pk__among=[…]` is one array parameter, where `__in` would be one parameter a key.

With tens of thousands of keys `__in` spends longer on preparing and quoting than the database on finding.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db.models import Field, ForeignObject, Lookup
from django.db.models.sql.compiler import SQLCompiler

# The stubs know the type of what is looked up, the class itself does not.
if TYPE_CHECKING:
    _Lookup = Lookup[Any]
else:
    _Lookup = Lookup


@ForeignObject.register_lookup
@Field.register_lookup
class Among(_Lookup):
    """True where the column is one of the values, none of which is null."""

    lookup_name = "among"
    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Iterable[Any]) -> None:
        super().__init__(lhs, list(rhs))

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        if not self.rhs:
            raise EmptyResultSet  # as `__in` does: nothing is asked of the database
        left, parameters = self.process_lhs(compiler, connection)
        column_type = self.lhs.output_field.db_type(connection)
        return f"{left} = any(%s::{_element(column_type)}[])", (*parameters, self.rhs)


def _element(column_type: str) -> str:
    """Lengths are left out: an array of `varchar(40)` would cut what it is asked for."""
    return column_type.partition("(")[0]
