"""The acts of documents: the bill run, manual documents and corrections."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, StrictBool

from billwright.workflow.scenarios.shapes.values import Act, Amount, Closed, Name


class Bill(Act):
    do: Literal["bill"]
    interim: StrictBool = False


class DocumentLine(Closed):
    """A line of a manual document, or of a correction to a document."""

    text: Name = ""
    amount: Amount | None = None
    quantity: Amount | None = None
    unit: Amount | None = None
    discount: Amount | None = None
    surcharge: Amount | None = None
    tax: Name | list[Name] | None = None
    charge: Name | None = None
    line: int | None = None


class Invoice(Act):
    do: Literal["invoice"]
    account: Name
    currency: Name | None = None
    reference: Name = ""
    lines: list[DocumentLine] = Field(min_length=1)


class Correction(Act):
    do: Literal["credit_note", "debit_note"]
    document: Name | None = None
    invoice: Name | None = None
    account: Name | None = None
    currency: Name | None = None
    reference: Name = ""
    lines: list[DocumentLine] = Field(min_length=1)
    reason: Name = ""


DocumentActs = Bill | Invoice | Correction
