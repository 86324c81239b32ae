"""The acts of money, rates and passing days."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StrictBool, model_validator

from billwright.workflow.scenarios.shapes.values import Act, Amount, Closed, Name


class Share(Closed):
    """A document and how much of it a payment settles; no amount: its open amount."""

    document: Name
    amount: Amount | None = None


class Receive(Act):
    do: Literal["receive"]
    account: Name | None = None
    amount: Amount
    currency: Name | None = None
    reference: Name = ""
    text: Name = ""
    allocate: list[Name | Share] = Field(default_factory=list)


class Allocate(Act):
    do: Literal["allocate", "unallocate"]
    payment: Name
    documents: list[Name | Share] = Field(default_factory=list)


class Back(Act):
    """Money that goes back: of a payment, else of an account."""

    payment: Name | None = None
    account: Name | None = None
    amount: Amount | None = None
    currency: Name | None = None
    reference: Name = ""
    text: Name = ""
    reason: Name = ""

    @model_validator(mode="after")
    def _is_of_one(self) -> Back:
        if self.payment is None and self.account is None:
            raise ValueError(f"a {self.do} is of a `payment` or of an `account`")
        return self


class Return(Back):
    """The bank takes a payment back; of an account: the last one of that amount."""

    do: Literal["return"]


class Refund(Back):
    """We send back what is left of a payment, or of what an account has with us, the oldest first."""

    do: Literal["refund"]


class StatementLine(Closed):
    """A line of a bank statement; money that comes in makes a payment, named `as` or by the statement and its place."""

    amount: Amount
    text: Name = ""
    as_: Annotated[Name | None, Field(alias="as")] = None
    reference: Name = ""
    counterparty: Name = ""
    counterparty_account: Name = ""


class Statement(Act):
    """A bank statement: a bank file beside the scenario (or its content), or balances with lines."""

    do: Literal["statement"]
    file: Name | None = None
    opening: Amount | None = None
    closing: Amount | None = None
    currency: Name | None = None
    lines: list[StatementLine] = Field(default_factory=list)

    @model_validator(mode="after")
    def _is_one_of_two(self) -> Statement:
        if (self.file is not None) == (self.opening is not None and self.closing is not None):
            raise ValueError("a statement is a bank `file`, or `opening`, `closing` and `lines`")
        return self


class Match(Act):
    do: Literal["match"]
    payment: Name = "all"
    auto: StrictBool = False


class WriteOff(Act):
    do: Literal["write_off"]
    payment: Name | None = None
    documents: list[Name | Share] = Field(default_factory=list)
    amount: Amount | None = None
    reason: Name = ""

    @model_validator(mode="after")
    def _names_something(self) -> WriteOff:
        if (self.payment is None) == (not self.documents):
            raise ValueError("a write-off names `documents`, or the `payment` whose rest is kept")
        return self


class Credit(Act):
    """Credit of an account without a document."""

    do: Literal["credit"]
    account: Name
    amount: Amount
    currency: Name | None = None
    reason: Name = ""


class Rate(Act):
    do: Literal["rate"]
    currency: Name
    rate: Amount


class PassDays(Act):
    do: Literal["day"]
    days: Annotated[int, Field(ge=1, le=3700)] = 1


MoneyActs = Receive | Allocate | Return | Refund | Statement | Match | WriteOff | Credit | Rate | PassDays
