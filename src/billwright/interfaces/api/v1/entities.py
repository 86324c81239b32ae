"""Legal entities and their set-up: number series, bank accounts, conventions."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from billwright.interfaces.api.doors import entities, perform, require
from billwright.interfaces.api.shapes import PROBLEMS, Closed, Id, Reason, Text, members_of
from billwright.interfaces.api.wire import Day, In, Out
from billwright.ledger import operations as ledger
from billwright.org import conventions, operations, queries
from billwright.org.states import DocumentKind
from billwright.org.terms import TermsPart

router = Router()

TermsDays = Annotated[int, Field(ge=0, le=365)]
Parts = Annotated[list[In[TermsPart]], Field(max_length=36)]
EntityDetails = dict[
    Literal[
        "name", "region", "language", "tax_number", "registration_number", "street", "postcode", "city", "email",
        "phone", "website", "document_footer",
    ],
    Annotated[Text, Field(max_length=500)],
]  # fmt: skip


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
    payment_parts: list[Out[TermsPart]]


@router.get("", response={200: list[LegalEntityShape], **PROBLEMS}, summary="List legal entities")
def list_legal_entities(request: HttpRequest) -> list[queries.LegalEntityRow]:
    allowed = entities(request, "account.view")
    return [row for row in queries.list_legal_entities() if allowed is None or row.id in allowed]


@router.get("/{entity_id}", response={200: LegalEntityShape, **PROBLEMS}, summary="One legal entity")
def get_legal_entity(request: HttpRequest, entity_id: Id) -> queries.LegalEntityRow:
    require(request, "account.view", legal_entity_id=entity_id)
    return queries.get_legal_entity(legal_entity_id=entity_id)


class NewLegalEntity(Closed):
    """A company that issues documents. Code, country, currency and time zone are for life."""

    code: Annotated[Text, Field(pattern="^[A-Z0-9_-]{1,20}$", examples=["KAROO"])]
    name: Annotated[Text, Field(min_length=1, max_length=200)]
    country: Annotated[str, Field(pattern="^[A-Z]{2}$", examples=["ZA"])]
    base_currency: Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["ZAR"])]
    timezone: Annotated[Text, Field(max_length=60, examples=["Africa/Johannesburg"])]
    language: Annotated[Text, Field(max_length=8)] = "en"
    payment_terms_days: TermsDays = 30
    payment_parts: Parts = Field(default_factory=list)
    details: EntityDetails = Field(default_factory=dict)
    reason: Reason = ""


class EntityChange(Closed):
    """What may change of a company: name, address, numbers, terms, foot of documents."""

    changes: EntityDetails
    payment_terms_days: TermsDays | None = None
    payment_parts: Parts | None = None
    reason: Reason = ""


@router.post("", response={201: LegalEntityShape, **PROBLEMS}, summary="Add a legal entity")
def create_legal_entity(request: HttpRequest, body: NewLegalEntity) -> Status[queries.LegalEntityRow]:
    """With its first number series and the conventions of its country; then open its books."""
    given = body.model_dump(exclude={"reason", "payment_parts"})
    parts = tuple(body.payment_parts)
    return Status(201, perform(request, operations.create_legal_entity, why=body.reason, payment_parts=parts, **given))


@router.patch("/{entity_id}", response={200: LegalEntityShape, **PROBLEMS}, summary="Change a legal entity")
def update_legal_entity(request: HttpRequest, entity_id: Id, body: EntityChange) -> queries.LegalEntityRow:
    """Documents issued before stay as they are. No parts, an empty list: the days hold."""
    queries.get_legal_entity(legal_entity_id=entity_id)
    changes: dict[str, str | int] = {str(name): value for name, value in body.changes.items()}
    if body.payment_terms_days is not None:
        changes["payment_terms_days"] = body.payment_terms_days
    return perform(
        request,
        operations.update_legal_entity,
        why=body.reason,
        legal_entity_id=entity_id,
        changes=changes,
        payment_parts=None if body.payment_parts is None else tuple(body.payment_parts),
    )


class Books(Closed):
    """The first and the last month that are open, by any day in them."""

    first_month: Day
    last_month: Day
    reason: Reason = ""


@router.post("/{entity_id}/books", response={204: None, **PROBLEMS}, summary="Open its books")
def open_books(request: HttpRequest, entity_id: Id, body: Books) -> Status[None]:
    """Its chart of accounts and accounting periods; repeating it adds only what is missing."""
    queries.get_legal_entity(legal_entity_id=entity_id)
    months = {"first_month": body.first_month.replace(day=1), "last_month": body.last_month.replace(day=1)}
    perform(request, ledger.open_books, why=body.reason, legal_entity_id=entity_id, **months)
    return Status(204, None)


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
    payment_address: str
    on_documents: bool


class NewBankAccount(Closed):
    """An own account, with the numbers that its country uses."""

    label: Annotated[Text, Field(min_length=1, max_length=60)]
    holder: Annotated[Text, Field(min_length=1, max_length=200)]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["ZAR"])]
    bank_name: Annotated[Text, Field(max_length=100)] = ""
    iban: Annotated[Text, Field(max_length=34)] = ""
    account_number: Annotated[Text, Field(max_length=34)] = ""
    branch_code: Annotated[Text, Field(max_length=20)] = ""
    bic: Annotated[Text, Field(max_length=11)] = ""
    payment_address: Annotated[Text, Field(max_length=80)] = ""
    reason: Reason = ""


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
    perform(request, operations.set_series, why=body.reason, legal_entity_id=entity_id, **members_of(body))
    return Status(201, queries.list_series(entity_id))


@router.get(
    "/{entity_id}/bank-accounts", response={200: list[BankAccountShape], **PROBLEMS}, summary="Its own bank accounts"
)
def list_bank_accounts(request: HttpRequest, entity_id: Id) -> list[queries.BankAccountRow]:
    require(request, "account.view", legal_entity_id=entity_id)
    return queries.list_bank_accounts(entity_id)


@router.post(
    "/{entity_id}/bank-accounts", response={201: list[BankAccountShape], **PROBLEMS}, summary="Add an own bank account"
)
def add_bank_account(request: HttpRequest, entity_id: Id, body: NewBankAccount) -> Status[list[queries.BankAccountRow]]:
    """Documents issued from then on carry it. Answers with all own accounts."""
    queries.get_legal_entity(legal_entity_id=entity_id)
    details = body.model_dump(include={"bank_name", "iban", "account_number", "branch_code", "bic", "payment_address"})
    perform(
        request,
        operations.add_bank_account,
        why=body.reason,
        legal_entity_id=entity_id,
        label=body.label,
        holder=body.holder,
        currency=body.currency,
        details=details,
    )
    return Status(201, queries.list_bank_accounts(entity_id))


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
    given = body.model_dump(exclude={"reason"})
    perform(request, operations.set_convention, why=body.reason, legal_entity_id=entity_id, option=option, **given)
    return ConventionShape(option=option, value=body.value)
