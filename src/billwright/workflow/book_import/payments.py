"""Writing receipts of another system, and what they settled of imported documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from billwright.files.queries import rows_in
from billwright.kernel.errors import Refusal
from billwright.kernel.money import Money
from billwright.kernel.sql import step
from billwright.ledger.operations import EntryDraft, post_entries
from billwright.ledger.states import EntryKind, LedgerRole
from billwright.payments.states import PaymentMethod
from billwright.workflow.book_import.books import Books, books_of, open_history
from billwright.workflow.book_import.documents import FIRST_DAY
from billwright.workflow.book_import.faults import Fault
from billwright.workflow.book_import.invoices import entry_of
from billwright.workflow.book_import.kinds import Context, Judged, Ours, Posted
from billwright.workflow.book_import.parties import Parties, key_of
from billwright.workflow.book_import.reading import Reading
from billwright.workflow.book_import.stage import COLUMNS, fill_stage, take_ids

PACKAGE = "billwright.workflow.book_import"
STEPS = ("050_payments", "060_cash", "065_settle_items", "070_allocations", "080_rows_in")


@dataclass(frozen=True, slots=True)
class Item:
    """The open item of a document that a receipt names."""

    item_id: int
    account_id: int
    reference: str
    currency: str
    open: Money
    accounting_date: date


@dataclass(frozen=True, slots=True)
class PaymentIn:
    """A receipt as a row says it, and the item that it settles, if it names one."""

    amount: Money
    value_date: date
    accounting_date: date
    method: PaymentMethod
    item: Item | None
    settled: Money

    @property
    def allocated_on(self) -> date:
        """The accounting date of what it settles: the later of both sides'."""
        return max(self.accounting_date, self.item.accounting_date) if self.item else self.accounting_date


class Payments(Posted):
    """Receipts of another system."""

    measures: tuple[str, ...] = ("amount",)
    rough_field = "amount"

    def judge(self, context: Context, readings: Sequence[Reading]) -> tuple[list[Judged], list[Fault]]:
        """What each row says was received."""
        judged: list[Judged] = []
        faults: list[Fault] = []
        for reading in readings:
            try:
                payment = _payment_of(reading, context)
            except Refusal as refused:
                faults.append(_fault(reading, refused, context))
            else:
                judged.append(Judged(reading, payment, {"amount": payment.amount}))
        return judged, faults

    def refuse(self, context: Context, judged: Sequence[Judged]) -> tuple[list[Judged], list[Fault]]:
        """Find the documents that receipts name, and refuse closed months and documents of somebody else."""
        books = books_of(context.entity)
        items = _items(context, {row.reading.text("invoice_number") for row in judged} - {""})
        good: list[Judged] = []
        faults: list[Fault] = []
        for row in judged:
            payment: PaymentIn = row.becomes
            try:
                currency = payment.amount.currency
                books.require(payment.accounting_date, currency=currency, field="value_date")
                good.append(replace(row, becomes=_settling(row.reading, payment, items, books)))
            except Refusal as refused:
                faults.append(_fault(row.reading, refused, context))
        return good, faults

    def write(self, context: Context, judged: Sequence[Judged], parties: Parties) -> None:
        """Write a chunk of receipts: entries, then the statements of STEPS over the working table."""
        open_history(
            act=context.act, legal_entity_id=context.entity.id, days={row.becomes.accounting_date for row in judged}
        )
        accounts = [parties.account_ids[key_of(row.reading)] for row in judged]
        fill_stage(_posted(context, judged, accounts))
        parameters = {
            "legal_entity_id": context.entity.id,
            "actor": context.act.actor,
            "recorded_at": context.act.at,
            "source": context.mapping.identity_source,
            "payment_source": context.mapping.payment_source,
            "job_id": context.job_id,
        }
        with connection.cursor() as cursor:
            for name in STEPS:
                step(PACKAGE, name).run(cursor, parameters)

    def ours(self, context: Context, identities: Sequence[str]) -> list[Ours]:
        """Count and amount of the receipts that the identities became, by currency."""
        known = rows_in(source=context.mapping.identity_source, identities=identities)
        ids = [int(row.subject.removeprefix("payment:")) for row in known.values()]
        with connection.cursor() as cursor:
            rows = step(PACKAGE, "900_payment_totals").rows(cursor, {"payment_ids": ids})
        return [Ours(currency, count, {"amount": Money(amount, currency)}) for currency, count, amount in rows]


def _fault(reading: Reading, refused: Refusal, context: Context) -> Fault:
    return Fault.of(reading.row, refused, field=context.mapping.column_of(refused.field))


def _payment_of(reading: Reading, context: Context) -> PaymentIn:
    amount: Money = reading.fields["amount"]
    value_date: date = reading.fields["value_date"]
    if amount.amount_minor <= 0:
        raise Refusal(
            "import.not_positive",
            _("%(amount)s were received.") % {"amount": amount},
            field="amount",
            cure=_("A receipt is above zero; leave refunds and returns out (status skip)."),
        )
    if not FIRST_DAY <= value_date <= context.as_of:
        raise Refusal(
            "import.date_out_of_range",
            _("%(day)s is no day of a book that ends today.") % {"day": value_date.isoformat()},
            field="value_date",
            cure=_("Correct the date."),
        )
    method = reading.text("method", PaymentMethod.OTHER.value)
    if method not in PaymentMethod.values:
        raise Refusal(
            "import.choice_unknown",
            _("%(text)r is not one of our words.") % {"text": method[:60]},
            field="method",
            cure=_("Translate it in the mapping under values: method:, to one of %(words)s.")
            % {"words": ", ".join(PaymentMethod.values)},
        )
    cut_over = context.mapping.cut_over
    return PaymentIn(
        amount=amount,
        value_date=value_date,
        accounting_date=max(value_date, cut_over.on) if cut_over else value_date,
        method=PaymentMethod(method),
        item=None,
        settled=Money.zero(amount.currency),
    )


def _items(context: Context, numbers: set[str]) -> dict[str, list[Item]]:
    """The items of each document, that due first first: ids of parts ascend."""
    if not numbers:
        return {}
    prefix = context.mapping.options.number_prefix
    with connection.cursor() as cursor:
        parameters = {
            "legal_entity_id": context.entity.id,
            "numbers": [prefix + number for number in numbers],
        }
        rows = step(PACKAGE, "002_items_by_number").rows(cursor, parameters)
    found: dict[str, list[Item]] = {}
    for number, item_id, account_id, reference, currency, open_minor, on in rows:
        item = Item(item_id, account_id, reference, currency, Money(open_minor, currency), on)
        found.setdefault(number.removeprefix(prefix), []).append(item)
    return found


def _settling(reading: Reading, payment: PaymentIn, items: dict[str, list[Item]], books: Books) -> PaymentIn:
    """Take what is open of the named document; several receipts of one document share it in the file's order.

    A document of ours that is due in parts: of the part due first that is open. What exceeds it stays unallocated.
    """
    number = reading.text("invoice_number")
    if not number:
        return payment
    parts = items.get(number, [])
    item = next((part for part in parts if part.open), parts[0] if parts else None)
    if item is None:
        raise Refusal(
            "import.invoice_unknown",
            _("There is no document %(number)s.") % {"number": number},
            field="invoice_number",
            cure=_("Import the invoices first, or leave the cell empty: the money then stays unallocated."),
        )
    if (item.reference, item.currency) != (reading.text("customer.reference"), reading.currency):
        raise Refusal(
            "import.invoice_of_another",
            _("The document %(number)s belongs to %(other)s, in %(currency)s.")
            % {"number": number, "other": item.reference, "currency": item.currency},
            field="invoice_number",
            cure=_("Correct the customer, the currency or the number."),
        )
    settled = min(payment.amount, item.open)
    if not settled:
        return payment
    settling = replace(payment, item=item, settled=settled)
    books.require(settling.allocated_on, currency=item.currency, field="invoice_number")
    parts[parts.index(item)] = replace(item, open=item.open - settled)
    return settling


def _posted(context: Context, judged: Sequence[Judged], accounts: Sequence[int]) -> list[tuple[Any, ...]]:
    payment_ids = take_ids("payments_payment", len(judged))
    cash_ids = take_ids("receivables_unallocated_cash", len(judged))
    drafts: list[EntryDraft] = []
    for row, account_id, payment_id in zip(judged, accounts, payment_ids, strict=True):
        drafts += _entries(row.becomes, context.entity.id, account_id, payment_id)
    entry_ids = iter(post_entries(act=context.act, drafts=drafts))
    rows = []
    for row, account_id, payment_id, cash_id in zip(judged, accounts, payment_ids, cash_ids, strict=True):
        payment: PaymentIn = row.becomes
        values = {
            "row_no": row.reading.row,
            "identity": row.reading.identity,
            "digest": row.reading.digest,
            "account_id": account_id,
            "currency": payment.amount.currency,
            "line_text": row.reading.text("text")[:300],
            "payment_id": payment_id,
            "cash_id": cash_id,
            "paid_minor": payment.amount.amount_minor,
            "settled_minor": payment.settled.amount_minor,
            "method": payment.method.value,
            "payment_reference": row.reading.text("payment_reference")[:140],
            "value_date": payment.value_date,
            "payment_accounting_date": payment.accounting_date,
            "payment_entry_id": next(entry_ids),
        }
        if payment.item is not None:
            values |= {
                "item_id": payment.item.item_id,
                "allocation_accounting_date": payment.allocated_on,
                "allocation_entry_id": next(entry_ids),
            }
        rows.append(tuple(values.get(name) for name, _ in COLUMNS))
    return rows


def _entries(payment: PaymentIn, entity_id: int, account_id: int, payment_id: int) -> list[EntryDraft]:
    key = f"payment:{payment_id}"
    made = [
        entry_of(
            entity_id, account_id, EntryKind.RECEIPT, key, payment.amount,
            debit=LedgerRole.MIGRATION_CLEARING, credit=LedgerRole.UNALLOCATED_CASH,
            dated=payment.value_date, on=payment.accounting_date,
        )
    ]  # fmt: skip
    if payment.item is not None:
        on = payment.allocated_on
        made.append(
            entry_of(
                entity_id, account_id, EntryKind.ALLOCATION, key, payment.settled,
                debit=LedgerRole.UNALLOCATED_CASH, credit=LedgerRole.RECEIVABLES, dated=on, on=on,
            )
        )  # fmt: skip
    return made
