"""The rows of the operations as they are on the wire: one shape for what goes in, one for what comes out.

The frozen rows are the only description of a noun; the schema is read from them. Money becomes
{"amount", "currency"}, decimals become text, and whatever comes in is bounded to what the database can hold.
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import re
import types
import typing
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, Field, GetCoreSchemaHandler, create_model
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from billwright.interfaces.api.shapes import Closed, DecimalText, Id, MoneyShape, Text
from billwright.kernel.money import Money

T = TypeVar("T")
S = TypeVar("S", bound=Schema)
INT_MAX = 2**31 - 1
ROW_COUNT_MAX = 5000
TEXT_LENGTH_MAX = 10_000
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)


def _money_out(value: object) -> object:
    return MoneyShape.of(value) if isinstance(value, Money) else value


def _number_out(value: object) -> object:
    """Without trailing zeros and without an exponent."""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def _civil_date(value: object) -> object:
    """A number would be read as seconds since 1970, and a moment as the day that it has somewhere."""
    if isinstance(value, date) or (isinstance(value, str) and _DAY.fullmatch(value)):
        return value
    raise PydanticCustomError("civil_date", "Input should be a date such as 2026-01-31")


def _in_the_book(value: date) -> date:
    if not FIRST_DAY <= value <= LAST_DAY:
        raise PydanticCustomError("date_range", "Input should be from 1900-01-01 to 2199-12-31")
    return value


Amount = Annotated[MoneyShape, BeforeValidator(_money_out)]
Number = Annotated[str, BeforeValidator(_number_out), Field(examples=["1.5"])]
# The years of a book: what lies outside is a slip of the pen, and would overflow where terms are added.
# A function judges the bounds: beside another validator they would stand in the schema as "ge" and "le".
Day = Annotated[
    date,
    Field(description="From 1900-01-01 to 2199-12-31."),
    BeforeValidator(_civil_date),
    AfterValidator(_in_the_book),
]
Whole = Annotated[int, Field(ge=-INT_MAX, le=INT_MAX)]
_MoneyIn = Annotated[MoneyShape, AfterValidator(MoneyShape.money)]
_DecimalIn = Annotated[DecimalText, AfterValidator(Decimal)]
LongText = Annotated[Text, Field(max_length=TEXT_LENGTH_MAX)]

_OUT: dict[Any, Any] = {Money: Amount, Decimal: Number}
_IN: dict[Any, Any] = {Money: _MoneyIn, Decimal: _DecimalIn, str: LongText, date: Day, int: Whole}


class Outgoing:
    """Marks a row that leaves: validated from its attributes."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return handler.generate_schema(shape_of(source))


@dataclasses.dataclass(frozen=True, slots=True)
class Incoming:
    """Marks a row that arrives: a closed shape, turned into the frozen row; `omit` are members no caller gives."""

    omit: tuple[str, ...] = ()

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        if source in _IN:
            return handler.generate_schema(_IN[source])
        names = [field.name for field in dataclasses.fields(source) if field.name not in self.omit]

        def frozen(shape: Any) -> Any:
            return source(**{name: _plain(getattr(shape, name)) for name in names})

        schema = handler.generate_schema(body_of(source, omit=self.omit))
        return core_schema.no_info_after_validator_function(frozen, schema)


def _plain(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


Out = Annotated[T, Outgoing()]
In = Annotated[T, Incoming()]


@functools.cache
def shape_of(row: type) -> type[Schema]:
    """The outgoing shape of a frozen row: `AccountRow` becomes `Account`."""
    hints = typing.get_type_hints(row)
    fields: dict[str, Any] = {
        field.name: (_on_wire(hints[field.name], outgoing=True), ...) for field in dataclasses.fields(row)
    }
    return create_model(_name_of(row), __base__=Schema, __doc__=_first_line(row), **fields)


@functools.cache
def body_of(row: type, *, omit: tuple[str, ...] = ()) -> type[Schema]:
    """The incoming shape of a frozen row: members without a default are required, unknown ones refused."""
    hints = typing.get_type_hints(row)
    fields: dict[str, Any] = {}
    for field in dataclasses.fields(row):
        if field.name in omit:
            continue
        wire = _on_wire(hints[field.name], outgoing=False, member=field.name)
        fields[field.name] = (wire, _default(field))
    # A row that also leaves has another shape there, and the schema one place a name.
    name = row.__name__ if row.__name__.startswith("New") or row.__name__.endswith("Draft") else f"{row.__name__}Body"
    return create_model(name, __base__=Closed, __doc__=_first_line(row), **fields)


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default is not dataclasses.MISSING:
        return field.default
    return ... if field.default_factory is dataclasses.MISSING else Field(default_factory=field.default_factory)


_RENAMED = {
    "subscriptions.Hold": "BillingHold",
    "catalog.Charge": "PlanCharge",
    "receivables.Difference": "SmallDifference",
}


def _name_of(row: type) -> str:
    """The room comes first where two rooms use one name for their rows."""
    room = row.__module__.split(".")[1]
    name = row.__name__.removesuffix("Row")
    return _RENAMED.get(f"{room}.{name}", name)


def _first_line(row: type) -> str:
    return (inspect.getdoc(row) or "").split("\n\n")[0]


def _on_wire(hint: Any, *, outgoing: bool, member: str = "") -> Any:
    """The wire type of one member; nested rows become nested shapes."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return typing.Union[tuple(_on_wire(one, outgoing=outgoing, member=member) for one in arguments)]  # noqa: UP007
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        rows: Any = types.GenericAlias(list, (_on_wire(arguments[0], outgoing=outgoing, member=member),))
        return rows if outgoing else Annotated[rows, Field(max_length=ROW_COUNT_MAX)]
    if hint is int and not outgoing and member.endswith(("_id", "_ids")):
        return Id
    if dataclasses.is_dataclass(hint) and hint is not Money:
        return Annotated[hint, Outgoing() if outgoing else Incoming()]
    return (_OUT if outgoing else _IN).get(hint, hint)


def priced(shape: type[S], row: object, currency: str) -> S:
    """A row whose minor units become amounts: `net` of the shape is `net_minor` of the row in the currency given."""
    members = {}
    for name in shape.model_fields:
        minor = getattr(row, f"{name}_minor", None)
        members[name] = getattr(row, name) if minor is None else MoneyShape.minor(minor, currency)
    return shape.model_validate(members)
