"""The ledger: trial balance, accounts with their postings, entries, tax report."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from billwright.interfaces.api.doors import entities, perform, permitted, require
from billwright.interfaces.api.shapes import (
    PROBLEMS,
    Closed,
    Id,
    MoneyShape,
    Page,
    PageQuery,
    Text,
    decode_cursor,
    encode_cursor,
)
from billwright.ledger import operations, queries
from billwright.ledger.queries.between import clearing_between

router = Router()


class LedgerAccountShape(Schema):
    """A line of the chart of accounts."""

    id: int
    legal_entity_id: int
    code: str
    name: str
    account_class: str
    role: str
    family: str


class TrialBalanceShape(Schema):
    """One account's balance in one currency, debit positive."""

    ledger_account_id: int
    code: str
    name: str
    role: str
    debit: MoneyShape
    credit: MoneyShape
    balance: MoneyShape


class PostingShape(Schema):
    """One side of an entry, debit positive, with the opaque key of what it stands for."""

    entry_id: int
    line_no: int
    accounting_date: date
    document_date: date
    recorded_at: datetime
    kind: str
    entry_key: str
    narration: str
    ledger_account_id: int
    code: str
    billing_account_id: int | None
    amount: MoneyShape
    tax_code: str

    @classmethod
    def of(cls, row: queries.PostingRow) -> PostingShape:
        fields = {name: getattr(row, name) for name in cls.model_fields if name != "amount"}
        return cls(**fields, amount=MoneyShape.minor(row.amount_minor, row.currency))


class EntryShape(Schema):
    """A journal entry with its postings; they sum to zero in every currency."""

    id: int
    legal_entity_id: int
    kind: str
    document_date: date
    accounting_date: date
    recorded_at: datetime
    entry_key: str
    narration: str
    actor: str
    reverses_id: int | None
    reversed_by_id: int | None
    postings: list[PostingShape]


class TaxShape(Schema):
    """Output tax of one component and code over a period."""

    component: str
    tax_code: str
    posting_count: int
    tax: MoneyShape


class ClearingShape(Schema):
    """Two companies in one currency: what each has in its books of the other, debit positive; together zero."""

    one_id: int
    one_code: str
    other_id: int
    other_code: str
    in_one: MoneyShape
    in_other: MoneyShape
    difference: MoneyShape


class AsOf(Schema):
    """Which balance: of which entity, as of which date, and as known at which time."""

    legal_entity_id: Id
    as_of: date
    known_at: datetime | None = None


@router.get("/accounts", response={200: list[LedgerAccountShape], **PROBLEMS}, summary="The chart of accounts")
def list_ledger_accounts(request: HttpRequest, legal_entity_id: Id) -> list[queries.LedgerAccountRow]:
    require(request, "ledger.view", legal_entity_id=legal_entity_id)
    return queries.list_accounts(legal_entity_id)


@router.get("/trial-balance", response={200: list[TrialBalanceShape], **PROBLEMS}, summary="The trial balance")
def get_trial_balance(request: HttpRequest, asked: Query[AsOf]) -> list[TrialBalanceShape]:
    require(request, "ledger.view", legal_entity_id=asked.legal_entity_id)
    rows = queries.trial_balance(legal_entity_id=asked.legal_entity_id, as_of=asked.as_of, known_at=asked.known_at)
    return [
        TrialBalanceShape(
            ledger_account_id=row.ledger_account_id,
            code=row.code,
            name=row.name,
            role=row.role,
            debit=MoneyShape.minor(row.debit_minor, row.currency),
            credit=MoneyShape.minor(row.credit_minor, row.currency),
            balance=MoneyShape.minor(row.balance_minor, row.currency),
        )
        for row in rows
    ]


@router.get("/between-companies", response={200: list[ClearingShape], **PROBLEMS}, summary="What companies owe others")
def list_between(request: HttpRequest, as_of: date) -> list[ClearingShape]:
    rows = clearing_between(as_of=as_of, legal_entity_ids=entities(request, "ledger.view", None))
    return [
        ClearingShape(
            one_id=row.one_id,
            one_code=row.one_code,
            other_id=row.other_id,
            other_code=row.other_code,
            in_one=MoneyShape.of(row.in_one),
            in_other=MoneyShape.of(row.in_other),
            difference=MoneyShape.of(row.difference),
        )
        for row in rows
    ]


@router.get("/accounts/{account_id}/postings", response={200: Page[PostingShape], **PROBLEMS}, summary="Its postings")
def list_postings(
    request: HttpRequest, account_id: Id, page: Query[PageQuery], since: date | None = None, until: date | None = None
) -> Page[PostingShape]:
    permitted(request, "ledger.view", queries.get_account, account_id)
    position = decode_cursor(page.cursor, int, int)
    rows = queries.list_postings(
        ledger_account_id=account_id, since=since, until=until, before=position, limit=page.limit + 1
    )
    shown = rows[: page.limit]
    more = len(rows) > page.limit
    return Page[PostingShape](
        data=[PostingShape.of(row) for row in shown],
        next_cursor=encode_cursor(shown[-1].entry_id, shown[-1].line_no) if more else None,
    )


@router.get("/entries/{entry_id}", response={200: EntryShape, **PROBLEMS}, summary="One journal entry")
def get_entry(request: HttpRequest, entry_id: Id) -> EntryShape:
    return _entry(permitted(request, "ledger.view", queries.get_entry, entry_id))


@router.get("/tax-report", response={200: list[TaxShape], **PROBLEMS}, summary="Output tax of a period")
def get_tax_report(request: HttpRequest, legal_entity_id: Id, since: date, until: date) -> list[TaxShape]:
    require(request, "ledger.view", legal_entity_id=legal_entity_id)
    return [
        TaxShape(
            component=row.component,
            tax_code=row.tax_code,
            posting_count=row.posting_count,
            tax=MoneyShape.minor(row.tax_minor, row.currency),
        )
        for row in queries.tax_report(legal_entity_id=legal_entity_id, since=since, until=until)
    ]


class ManualLineShape(Closed):
    """One line of a manual journal, debit positive."""

    ledger_account_id: Id
    amount: MoneyShape
    cost_center: Annotated[Text, Field(max_length=40)] = ""


class ManualJournalShape(Closed):
    """A journal written by a person."""

    legal_entity_id: Id
    accounting_date: date
    narration: Annotated[Text, Field(min_length=1, max_length=200)]
    lines: Annotated[list[ManualLineShape], Field(min_length=2, max_length=200)]


@router.post("/manual-journals", response={201: EntryShape, **PROBLEMS}, summary="Post a manual journal")
def post_manual_journal(request: HttpRequest, body: ManualJournalShape) -> Status[EntryShape]:
    journal = operations.ManualJournal(
        legal_entity_id=body.legal_entity_id,
        accounting_date=body.accounting_date,
        narration=body.narration,
        lines=tuple(
            operations.ManualLine(line.ledger_account_id, line.amount.money(), line.cost_center) for line in body.lines
        ),
    )
    entry_id = perform(request, operations.post_manual_journal, why=body.narration, journal=journal)
    return Status(201, _entry(queries.get_entry(entry_id)))


def _entry(row: queries.EntryRow) -> EntryShape:
    fields = {name: getattr(row, name) for name in EntryShape.model_fields if name != "postings"}
    return EntryShape(**fields, postings=[PostingShape.of(posting) for posting in row.postings])
