"""Shapes that every noun of the API shares: money, pages, problems."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money

T = TypeVar("T")
ID_MAX = 2**63 - 1


def _no_truth(value: object) -> object:
    """JSON's true is not the row 1."""
    if isinstance(value, bool):
        raise PydanticCustomError("int_type", "Input should be a valid integer")
    return value


Id = Annotated[int, Field(ge=1, le=ID_MAX), BeforeValidator(_no_truth)]
# Text that the database can hold: PostgreSQL knows no NUL character.
Text = Annotated[str, Field(pattern=r"^[^\x00]*$")]
Reason = Annotated[Text, Field(max_length=500, description="Why; kept in the audit trail.")]
LIMIT_MAX = 200


class Closed(Schema):
    """A request body in which an unknown member is an error."""

    model_config = ConfigDict(extra="forbid")


class Why(Closed):
    """Why, where it is worth saying; kept in the audit trail."""

    reason: Reason = ""


class MoneyShape(Closed):
    """An amount in major units as a decimal string, and its currency."""

    amount: Annotated[str, Field(pattern=r"^-?[0-9]{1,16}(\.[0-9]{1,4})?$", examples=["12.30"])]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["ZAR"])]

    @classmethod
    def of(cls, money: Money) -> MoneyShape:
        return cls(amount=f"{money.decimal:f}", currency=money.currency)

    @classmethod
    def minor(cls, amount_minor: int, currency: str) -> MoneyShape:
        return cls.of(Money(amount_minor, currency))

    def money(self) -> Money:
        """As Money. Raises Refusal for an unknown currency or more places than it has."""
        return Money.of(self.amount, self.currency)


def _decimal_text(value: str) -> str:
    Decimal(value)
    return value


DecimalText = Annotated[
    str, Field(pattern=r"^-?[0-9]{1,18}(\.[0-9]{1,12})?$", examples=["1.5"]), AfterValidator(_decimal_text)
]


def members_of(body: Closed, *, but: tuple[str, ...] = ("reason",)) -> dict[str, Any]:
    """What a body says, as the arguments of a verb of the same names; lists as tuples. The reason is the act's own."""
    given = {name: getattr(body, name) for name in type(body).model_fields if name not in but}
    return {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}


class PageQuery(Schema):
    """What a list may be asked for, besides its own filters."""

    limit: Annotated[int, Field(ge=1, le=LIMIT_MAX)] = 50
    cursor: Annotated[str | None, Field(max_length=400)] = None


class Page(Schema, Generic[T]):
    """One page of a list. Ask for the next with `cursor`; null when there is none."""

    data: list[T]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Rows(Generic[T]):
    """What a list answers before it is on the wire: the rows of one page and where the next begins."""

    data: list[T]
    next_cursor: str | None


def _by_id(row: Any) -> tuple[int]:
    return (row.id,)


def page_of(rows: Sequence[T], asked: PageQuery, *, position: Callable[[T], tuple[int | str, ...]] = _by_id) -> Rows[T]:
    """A page out of up to `limit` + 1 rows; `position` says where a row stands in the order of the list."""
    shown = list(rows[: asked.limit])
    more = len(rows) > asked.limit
    return Rows(data=shown, next_cursor=encode_cursor(*position(shown[-1])) if more else None)


class ProblemShape(Schema):
    """A refusal (RFC 9457). `code` is stable; `field`, `row` and `cure` say where and what to do."""

    type: str
    title: str
    status: int
    code: str
    detail: str | None = None
    instance: str | None = None
    field: str | None = None
    row: int | None = None
    cure: str | None = None
    rule: str | None = None
    who_may: list[str] | None = None
    errors: list[dict[str, Any]] | None = None


# No view returns a problem itself, so an operation only names its statuses; their shape is put into the schema once.
# A model for each of them, as ninja would make it, was half the time in which a web process starts.
PROBLEMS: dict[int, None] = dict.fromkeys((400, 401, 403, 404, 409, 422))


def encode_cursor(*parts: int | str) -> str:
    """The position after a row, opaque to the client."""
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, *types: type) -> tuple[Any, ...] | None:
    """The position that a client sent back. Raises Refusal `cursor.invalid`."""
    if cursor is None:
        return None
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor.encode() + b"=="))
        assert isinstance(parts, list)
        assert len(parts) == len(types)
        assert all(type(part) is kind for part, kind in zip(parts, types, strict=True))
        assert all(abs(part) <= ID_MAX for part in parts if isinstance(part, int))
    except (ValueError, AssertionError) as error:
        raise _foreign_cursor() from error
    return tuple(parts)


def _foreign_cursor() -> Refusal:
    return Refusal(
        "cursor.invalid", _("This cursor is not one of ours."), field="cursor", cure=_("Begin again without it.")
    )


def position_of(cursor: str | None) -> int | None:
    """The id that a list in the order of ids goes on from; None begins it. Raises Refusal `cursor.invalid`."""
    parts = decode_cursor(cursor, int)
    return None if parts is None else int(parts[0])


def dated_position_of(cursor: str | None) -> tuple[date, int] | None:
    """The (day, id) that a list in the order of days goes on from. Raises Refusal `cursor.invalid`."""
    parts = decode_cursor(cursor, str, int)
    if parts is None:
        return None
    try:
        return date.fromisoformat(parts[0]), parts[1]
    except ValueError as error:
        raise _foreign_cursor() from error


def file_answer(media_type: str) -> dict[str, Any]:
    """What the schema says of an answer that is a file."""
    content = {media_type: {"schema": {"type": "string", "format": "binary"}}}
    return {"responses": {200: {"description": "The file", "content": content}}}
