"""Legal entities and their set-up: number series, bank accounts, conventions."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from billwright.interfaces.api.doors import perform, require
from billwright.interfaces.api.shapes import PROBLEMS, Closed, Id, Reason, Text
from billwright.interfaces.api.wire import Day
from billwright.org import conventions, operations, queries
from billwright.org.states import DocumentKind

router = Router()


class LegalEntityShape(Schema):
    """A company that issues documents."""

    id: int
    code: str
    name: str
    country: str
    base_currency: str
    timezone: str
    tax_number: str
    payment_terms_days: int


@router.get("", response={200: list[LegalEntityShape], **PROBLEMS}, summary="List legal entities")
def list_legal_entities(request: HttpRequest) -> list[queries.LegalEntityRow]:
    require(request, "account.view")
    return queries.list_legal_entities()


@router.get("/{entity_id}", response={200: LegalEntityShape, **PROBLEMS}, summary="One legal entity")
def get_legal_entity(request: HttpRequest, entity_id: Id) -> queries.LegalEntityRow:
    require(request, "account.view")
    return queries.get_legal_entity(legal_entity_id=entity_id)


class SeriesShape(Schema):
    """How documents of a kind are numbered, from a day on; `next_no` is the number that the next one gets."""

    id: int
    kind: str
    prefix: str
    width: int
    next_no: int
    valid_from: date
    valid_to: date | None


class NewSeries(Closed):
    """A series that begins on a day; the one before ends there."""

    kind: DocumentKind
    prefix: Annotated[Text, Field(max_length=12)]
    width: Annotated[int, Field(ge=1, le=12)] = 6
    valid_from: Day
    reason: Reason = ""


class BankAccountShape(Schema):
    """An own bank account; those on documents are printed for the customer to pay into."""

    id: int
    label: str
    holder: str
    currency: str
    bank_name: str
    iban: str
    account_number: str
    branch_code: str
    bic: str
    on_documents: bool


class ConventionShape(Schema):
    """A convention of the company: its value on the day asked for."""

    option: str
    value: str


class ConventionChoice(Closed):
    """Another value from a day on."""

    value: Annotated[Text, Field(min_length=1, max_length=40)]
    valid_from: Day
    reason: Reason = ""


@router.get("/{entity_id}/series", response={200: list[SeriesShape], **PROBLEMS}, summary="Its number series")
def list_series(request: HttpRequest, entity_id: Id) -> list[queries.SeriesRow]:
    require(request, "account.view", legal_entity_id=entity_id)
    return queries.list_series(entity_id)


@router.post("/{entity_id}/series", response={201: list[SeriesShape], **PROBLEMS}, summary="Begin a number series")
def set_series(request: HttpRequest, entity_id: Id, body: NewSeries) -> Status[list[queries.SeriesRow]]:
    """Answers with all series of the company."""
    queries.get_legal_entity(legal_entity_id=entity_id)
    perform(
        request,
        operations.set_series,
        why=body.reason,
        legal_entity_id=entity_id,
        kind=body.kind,
        prefix=body.prefix,
        width=body.width,
        valid_from=body.valid_from,
    )
    return Status(201, queries.list_series(entity_id))


@router.get(
    "/{entity_id}/bank-accounts", response={200: list[BankAccountShape], **PROBLEMS}, summary="Its own bank accounts"
)
def list_bank_accounts(request: HttpRequest, entity_id: Id) -> list[queries.BankAccountRow]:
    require(request, "account.view", legal_entity_id=entity_id)
    return queries.list_bank_accounts(entity_id)


@router.get("/{entity_id}/conventions", response={200: list[ConventionShape], **PROBLEMS}, summary="Its conventions")
def list_conventions(request: HttpRequest, entity_id: Id, on: Day) -> list[ConventionShape]:
    """Every option with the value that holds on a day."""
    require(request, "account.view", legal_entity_id=entity_id)
    own = queries.list_conventions(legal_entity_id=entity_id, on=on)
    return [
        ConventionShape(option=option, value=own[option].value if option in own else conventions.default(option))
        for option in conventions.OPTIONS
    ]


@router.put("/{entity_id}/conventions/{option}", response={200: ConventionShape, **PROBLEMS}, summary="Choose one")
def set_convention(request: HttpRequest, entity_id: Id, option: str, body: ConventionChoice) -> ConventionShape:
    """Such as `bill_run_schedule` = `prepare`."""
    queries.get_legal_entity(legal_entity_id=entity_id)
    perform(
        request,
        operations.set_convention,
        why=body.reason,
        legal_entity_id=entity_id,
        option=option,
        value=body.value,
        valid_from=body.valid_from,
    )
    return ConventionShape(option=option, value=body.value)
