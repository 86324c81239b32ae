"""Contracts as signed: their wordings and clauses, the subscriptions under them, and where the two differ."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from billwright.interfaces.api.doors import account_of, entities, perform, require
from billwright.interfaces.api.shapes import LIMIT_MAX, PROBLEMS, Closed, Id, Reason, Text, members_of
from billwright.interfaces.api.wire import Day, In, Out
from billwright.subscriptions import operations, queries
from billwright.subscriptions.operations import NewClause
from billwright.subscriptions.queries import ClauseFinding, ContractRow
from billwright.subscriptions.queries.contracts import (
    ClauseHit,
    ScheduledPrice,
    VersionRow,
    find_clauses,
    list_versions,
    price_schedule,
)
from billwright.subscriptions.states import ContractKind

router = Router()

Clauses = Annotated[list[In[NewClause]], Field(max_length=500)]


class NewContract(Closed):
    """A contract with its first wording; `file_id` is the stored document that carries it."""

    account_id: Id
    number: Annotated[Text, Field(min_length=1, max_length=40)]
    title: Annotated[Text, Field(min_length=1, max_length=200)]
    starts_on: Day
    signed_on: Day | None = None
    ends_before: Day | None = None
    file_id: Id | None = None
    kind: ContractKind = ContractKind.CONTRACT
    clauses: Clauses = []
    reason: Reason = ""


class NewWording(Closed):
    """A wording that holds from a day on; earlier ones stay as they were signed."""

    valid_from: Day
    file_id: Id | None = None
    clauses: Clauses
    reason: Reason = ""


class ClauseSearch(Schema):
    """Words that a clause holds, or what it is about."""

    text: Annotated[Text, Field(max_length=200)] = ""
    topic: Literal["price", "term", "notice", "index", "late_payment", "liability"] | None = None
    contract_id: Id | None = None


class Binding(Closed):
    """The contract under which a subscription runs from a day on."""

    contract_id: Id
    as_of: Day
    reason: Reason = ""


@router.get("/contracts", response={200: list[Out[ContractRow]], **PROBLEMS}, summary="Contracts of an account")
def list_contracts(request: HttpRequest, account_id: Id) -> list[ContractRow]:
    account_of(request, "account.view", account_id)
    return queries.list_contracts(account_id)


@router.get("/contracts/clauses", response={200: list[Out[ClauseHit]], **PROBLEMS}, summary="Search clauses")
def search_clauses(request: HttpRequest, asked: Query[ClauseSearch]) -> list[ClauseHit]:
    """Of the present wordings of all contracts, or of one: those that hold every word, or are about the topic."""
    require(request, "account.view")
    if asked.contract_id is not None:
        account_of(request, "account.view", queries.contract_row(asked.contract_id).account_id)
    return find_clauses(
        text=asked.text,
        topic=asked.topic or "",
        contract_id=asked.contract_id,
        legal_entity_ids=entities(request, "account.view"),
        limit=LIMIT_MAX,
    )


@router.post("/contracts", response={201: Out[ContractRow], **PROBLEMS}, summary="Record a contract")
def record_contract(request: HttpRequest, body: NewContract) -> Status[ContractRow]:
    return Status(201, perform(request, operations.record_contract, why=body.reason, **members_of(body)))


@router.get("/contracts/{contract_id}", response={200: Out[ContractRow], **PROBLEMS}, summary="One contract")
def get_contract(request: HttpRequest, contract_id: Id) -> ContractRow:
    """Its present wording; a clause without a parameter is not machine-checked."""
    row = queries.contract_row(contract_id)
    account_of(request, "account.view", row.account_id)
    return row


@router.get("/contracts/{contract_id}/versions", response={200: list[Out[VersionRow]], **PROBLEMS}, summary="Versions")
def list_contract_versions(request: HttpRequest, contract_id: Id) -> list[VersionRow]:
    """Every wording, the newest first, with the day from which it holds."""
    account_of(request, "account.view", queries.contract_row(contract_id).account_id)
    return list_versions(contract_id)


@router.get(
    "/contracts/{contract_id}/prices", response={200: list[Out[ScheduledPrice]], **PROBLEMS}, summary="Price schedule"
)
def list_contract_prices(request: HttpRequest, contract_id: Id) -> list[ScheduledPrice]:
    """Every price of the charges under it over time, past and planned, with its billing cycle."""
    account_of(request, "account.view", queries.contract_row(contract_id).account_id)
    return price_schedule(contract_id)


@router.post("/contracts/{contract_id}/wordings", response={200: Out[ContractRow], **PROBLEMS}, summary="Amend it")
def amend_contract(request: HttpRequest, contract_id: Id, body: NewWording) -> ContractRow:
    """Add a wording that holds from a day on."""
    return perform(request, operations.amend_contract, why=body.reason, contract_id=contract_id, **members_of(body))


@router.get(
    "/contracts/{contract_id}/findings",
    response={200: list[Out[ClauseFinding]], **PROBLEMS},
    summary="Where it is billed otherwise",
)
def list_clause_findings(request: HttpRequest, contract_id: Id, on: Day) -> list[ClauseFinding]:
    """Clauses of the present wording that the subscriptions under it contradict on a day."""
    account_of(request, "account.view", queries.contract_row(contract_id).account_id)
    return queries.clause_findings(contract_id, on=on)


@router.post(
    "/subscriptions/{subscription_id}/contract",
    response={200: Out[ContractRow], **PROBLEMS},
    summary="Let it run by a contract",
)
def bind_contract(request: HttpRequest, subscription_id: Id, body: Binding) -> ContractRow:
    """Its terms follow the clauses that set them; its items name their clause."""
    return perform(
        request,
        operations.bind_contract,
        why=body.reason,
        subscription_id=subscription_id,
        contract_id=body.contract_id,
        as_of=body.as_of,
    )
