"""Writing documents of another system with what was paid on them: entries, documents, items, receipts, allocations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from billwright.files.queries import rows_in
from billwright.invoicing.operations import seal_documents
from billwright.kernel.acts import Act
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.kernel.sql import step
from billwright.ledger.operations import EntryDraft, Side, post_entries
from billwright.ledger.queries import account_ids
from billwright.ledger.states import EntryKind, LedgerRole
from billwright.org.queries import LegalEntityRow
from billwright.workflow.book_import.books import books_of, open_history
from billwright.workflow.book_import.documents import TEXT_LENGTH_MAX, DocumentIn, document_of
from billwright.workflow.book_import.faults import Fault
from billwright.workflow.book_import.kinds import Context, Judged, Ours, Posted
from billwright.workflow.book_import.mapping import Mapping
from billwright.workflow.book_import.parties import Parties, key_of
from billwright.workflow.book_import.reading import Reading
from billwright.workflow.book_import.stage import fill_stage, take_ids

PACKAGE = "billwright.workflow.book_import"
STEPS = (
    "010_lines",
    "020_taxes",
    "030_documents",
    "040_open_items",
    "050_payments",
    "060_cash",
    "070_allocations",
    "080_rows_in",
)


@dataclass(frozen=True, slots=True)
class _Ids:
    """Ids taken before anything is written. Those of money are None where nothing was paid."""

    invoice: int
    item: int
    payment: int | None
    cash: int | None
    entry: int
    payment_entry: int | None
    allocation_entry: int | None


class Invoices(Posted):
    """Invoices and credit notes of another system, with their settlements."""

    measures: tuple[str, ...] = ("total", "open")
    rough_field = "total"

    def judge(self, context: Context, readings: Sequence[Reading]) -> tuple[list[Judged], list[Fault]]:
        """The documents of rows; a cut-over leaves settled ones out."""
        judged: list[Judged] = []
        faults: list[Fault] = []
        terms = context.entity.payment_terms_days
        for reading in readings:
            try:
                document = document_of(reading, mapping=context.mapping, terms_days=terms, as_of=context.as_of)
            except Refusal as refused:
                faults.append(_fault(reading, refused, context.mapping))
                continue
            if document is not None:
                judged.append(Judged(reading, document, {"total": document.total, "open": document.open}))
        return judged, faults

    def refuse(self, context: Context, judged: Sequence[Judged]) -> tuple[list[Judged], list[Fault]]:
        """Refuse documents of closed months or without a rate, and numbers that the entity has given already."""
        books = books_of(context.entity)
        taken = _numbers_taken(context, [row.becomes.number for row in judged])
        good: list[Judged] = []
        faults: list[Fault] = []
        for row in judged:
            document: DocumentIn = row.becomes
            try:
                currency = document.total.currency
                books.require(document.accounting_date, currency=currency, field="document_date")
                if document.settled_accounting_date is not None:
                    books.require(document.settled_accounting_date, currency=currency, field="settled_on")
                _take_number(document, taken)
                good.append(row)
            except Refusal as refused:
                faults.append(_fault(row.reading, refused, context.mapping))
        return good, faults

    def write(self, context: Context, judged: Sequence[Judged], parties: Parties) -> None:
        """Write a chunk of documents: entries, then the statements of STEPS over the working table."""
        _write_documents(context, [row.becomes for row in judged], parties)

    def ours(self, context: Context, identities: Sequence[str]) -> list[Ours]:
        """Count, total and open of the documents that the identities became, by currency."""
        known = rows_in(source=context.mapping.identity_source, identities=identities)
        invoice_ids = [int(row.subject.removeprefix("invoice:")) for row in known.values()]
        with connection.cursor() as cursor:
            rows = step(PACKAGE, "900_invoice_totals").rows(cursor, {"invoice_ids": invoice_ids})
        return [
            Ours(currency, count, {"total": Money(total, currency), "open": Money(open_minor, currency)})
            for currency, count, total, open_minor in rows
        ]


def _fault(reading: Reading, refused: Refusal, mapping: Mapping) -> Fault:
    """Name the column of the file where the field comes from one."""
    return Fault.of(reading.row, refused, field=mapping.column_of(refused.field))


def _numbers_taken(context: Context, numbers: list[str]) -> set[tuple[str, str]]:
    with connection.cursor() as cursor:
        parameters = {"legal_entity_id": context.entity.id, "numbers": numbers}
        return {(kind, number) for kind, number in step(PACKAGE, "001_numbers_taken").rows(cursor, parameters)}


def _take_number(document: DocumentIn, taken: set[tuple[str, str]]) -> None:
    key = (document.kind.value, document.number)
    if key in taken:
        raise Refusal(
            "import.number_taken",
            _("The entity already has a document %(number)s.") % {"number": document.number},
            field="number",
            cure=_("Correct the number, or give the book a prefix: options: {number_prefix: …}."),
        )
    taken.add(key)


def _write_documents(context: Context, documents: Sequence[DocumentIn], parties: Parties) -> None:
    act, entity, mapping = context.act, context.entity, context.mapping
    days = {d.accounting_date for d in documents} | {
        d.settled_accounting_date for d in documents if d.settled_accounting_date is not None
    }
    open_history(act=act, legal_entity_id=entity.id, days=days)
    accounts = [parties.account_ids[key_of(document.reading)] for document in documents]
    ids = _post(act, documents, accounts, entity)
    fill_stage(
        _staged(document, account_id, own, entity.language)
        for document, account_id, own in zip(documents, accounts, ids, strict=True)
    )
    parameters = {
        "legal_entity_id": entity.id,
        "actor": act.actor,
        "recorded_at": act.at,
        "source": mapping.identity_source,
        "payment_source": mapping.payment_source,
        "job_id": context.job_id,
        "clearing_account_id": account_ids(entity.id)[LedgerRole.MIGRATION_CLEARING, ""],
        "tax_code": mapping.tax.code if mapping.tax else "",
        "tax_component": mapping.tax.component if mapping.tax else "",
        "tax_percent": mapping.tax.percent if mapping.tax else "0",
    }
    with connection.cursor() as cursor:
        for name in STEPS:
            step(PACKAGE, name).run(cursor, parameters)
    seal_documents(invoice_ids=[own.invoice for own in ids])


def _post(act: Act, documents: Sequence[DocumentIn], accounts: Sequence[int], entity: LegalEntityRow) -> list[_Ids]:
    """Book every document and its money, and return all ids in the order of the documents."""
    paid = [document.settlement is not None for document in documents]
    invoice_ids, item_ids = (take_ids(t, len(documents)) for t in ("invoicing_invoice", "receivables_open_item"))
    payment_ids = iter(take_ids("payments_payment", sum(paid)))
    cash_ids = iter(take_ids("receivables_unallocated_cash", sum(paid)))
    payments = [next(payment_ids) if is_paid else None for is_paid in paid]
    drafts: list[EntryDraft] = []
    for document, account_id, invoice_id, payment_id in zip(documents, accounts, invoice_ids, payments, strict=True):
        drafts += _entries(document, entity.id, account_id, invoice_id, payment_id)
    entry_ids = iter(post_entries(act=act, drafts=drafts))
    return [
        _Ids(
            invoice=invoice_id,
            item=item_id,
            payment=payment_id,
            cash=None if payment_id is None else next(cash_ids),
            entry=next(entry_ids),
            payment_entry=None if payment_id is None else next(entry_ids),
            allocation_entry=None if payment_id is None else next(entry_ids),
        )
        for invoice_id, item_id, payment_id in zip(invoice_ids, item_ids, payments, strict=True)
    ]


def _entries(
    document: DocumentIn, entity_id: int, account_id: int, invoice_id: int, payment_id: int | None
) -> list[EntryDraft]:
    """Dr receivables / Cr clearing; for money Dr clearing / Cr unallocated and Dr unallocated / Cr receivables."""
    made = [
        entry_of(
            entity_id, account_id, EntryKind.IMPORT, f"invoice:{invoice_id}", document.total,
            debit=LedgerRole.RECEIVABLES, credit=LedgerRole.MIGRATION_CLEARING,
            dated=document.document_date, on=document.accounting_date,
        )
    ]  # fmt: skip
    if payment_id is not None:
        settlement, booked = document.settlement, document.settled_accounting_date
        assert settlement is not None
        assert booked is not None
        made.append(
            entry_of(
                entity_id, account_id, EntryKind.RECEIPT, f"payment:{payment_id}", settlement.amount,
                debit=LedgerRole.MIGRATION_CLEARING, credit=LedgerRole.UNALLOCATED_CASH,
                dated=settlement.value_date, on=booked,
            )
        )  # fmt: skip
        on = max(booked, document.accounting_date)
        made.append(
            entry_of(
                entity_id, account_id, EntryKind.ALLOCATION, f"payment:{payment_id}", document.settled,
                debit=LedgerRole.UNALLOCATED_CASH, credit=LedgerRole.RECEIVABLES,
                dated=on, on=on,
            )
        )  # fmt: skip
    return made


def entry_of(
    entity_id: int,
    account_id: int,
    kind: EntryKind,
    key: str,
    amount: Money,
    *,
    debit: LedgerRole,
    credit: LedgerRole,
    dated: date,
    on: date,
) -> EntryDraft:
    """An entry of two sides on one billing account, dated as the paper and booked on its accounting date."""
    return EntryDraft(
        legal_entity_id=entity_id,
        kind=kind,
        document_date=dated,
        accounting_date=on,
        entry_key=key,
        sides=(
            Side(amount=amount, role=debit, billing_account_id=account_id),
            Side(amount=-amount, role=credit, billing_account_id=account_id),
        ),
    )


def _staged(document: DocumentIn, account_id: int, ids: _Ids, language: str) -> tuple[Any, ...]:
    reading, settlement, booked = document.reading, document.settlement, document.settled_accounting_date
    return (
        reading.row,
        reading.identity,
        reading.digest,
        account_id,
        language,
        document.total.currency,
        ids.invoice,
        document.kind.value,
        document.number,
        document.document_date,
        document.due_date,
        document.accounting_date,
        document.total.amount_minor,
        document.tax.amount_minor,
        reading.text("text", _("Taken over from another system"))[:TEXT_LENGTH_MAX],
        reading.text("purchase_order")[:60],
        ids.entry,
        ids.item,
        ids.payment,
        ids.cash,
        settlement.amount.amount_minor if settlement else 0,
        document.settled.amount_minor,
        settlement.method.value if settlement else None,
        settlement.reference if settlement else "",
        settlement.value_date if settlement else None,
        booked,
        ids.payment_entry,
        max(booked, document.accounting_date) if booked else None,
        ids.allocation_entry,
    )
