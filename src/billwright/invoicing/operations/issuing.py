"""Issuing: post, number, freeze. Part of the acts of `workflow.documents`, which opens the items and sends the mail."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence

from django.utils.translation import gettext as _

from billwright.accounts import queries as accounts
from billwright.invoicing.models import Invoice, InvoiceLine, InvoiceTax
from billwright.invoicing.operations.drafts import require_reference
from billwright.invoicing.operations.sealing import seal_documents
from billwright.invoicing.operations.snapshots import keep_buyers, keep_sellers
from billwright.invoicing.queries.documents import creditable_lines, invoice_row, not_found
from billwright.invoicing.rows import InvoiceRow
from billwright.invoicing.states import INVOICE
from billwright.kernel import numbering
from billwright.kernel.acts import Act
from billwright.kernel.errors import Conflict, Refusal
from billwright.kernel.locking import assert_in_transaction, lock_rows
from billwright.kernel.money import Money
from billwright.ledger.operations import EntryDraft, Side, post_entries
from billwright.ledger.states import EntryKind, LedgerRole
from billwright.org.operations import take_numbers
from billwright.org.states import DocumentKind


def issue_documents(*, act: Act, invoice_ids: Sequence[int], versions: Sequence[int] | None = None) -> list[InvoiceRow]:
    """Issue drafts of any kind: parties frozen, entries posted, numbers taken last, in the order of ids.

    Not a verb: `workflow.documents` asks for the authority. Raises NotFound, Conflict `invoice.changed`,
    IllegalTransition, Refusal `credit.exceeds_left` when another credit note came first, `references.required`,
    `series.missing`.
    """
    assert_in_transaction()
    originals = Invoice.objects.filter(corrections__in=invoice_ids).values_list("id", flat=True)
    locked = {invoice.pk: invoice for invoice in lock_rows(Invoice, {*invoice_ids, *originals})}
    if set(invoice_ids) - locked.keys():
        raise not_found()
    invoices = [locked[invoice_id] for invoice_id in sorted(set(invoice_ids))]
    _require_versions(locked, invoice_ids, versions)
    for invoice in invoices:
        invoice.state = INVOICE.enter("issue", invoice.state)
        if invoice.kind == DocumentKind.CREDIT_NOTE:
            _require_left(invoice)
    _require_references([invoice for invoice in invoices if invoice.kind == DocumentKind.INVOICE])
    sellers = keep_sellers(act=act, legal_entity_ids=[invoice.legal_entity_id for invoice in invoices])
    buyers = _buyers(invoices, act=act)
    entries = post_entries(act=act, drafts=_entries(invoices))
    for invoice, entry_id in zip(invoices, entries, strict=True):
        invoice.entry_id = entry_id
        invoice.seller_id = sellers[invoice.legal_entity_id]
        invoice.buyer_id = buyers[invoice.account_id, invoice.pk]
        invoice.issued_at = act.at
        invoice.issued_by = act.actor
        invoice.version += 1
    seal_documents(invoice_ids=[invoice.pk for invoice in invoices])
    _number(invoices)
    Invoice.objects.bulk_update(
        invoices,
        ["state", "entry_id", "seller_id", "buyer_id", "issued_at", "issued_by", "version", "number", "series_id",
         "series_no"],
        batch_size=500,
    )  # fmt: skip
    return [invoice_row(invoice) for invoice in invoices]


def _require_versions(locked: dict[int, Invoice], invoice_ids: Sequence[int], versions: Sequence[int] | None) -> None:
    for invoice_id, version in zip(invoice_ids, versions or [], strict=bool(versions)):
        if locked[invoice_id].version != version:
            raise Conflict(
                "invoice.changed", _("Somebody changed this draft meanwhile."), field="version",
                cure=_("Look at it again, then repeat your change."),
            )  # fmt: skip


def _require_left(note: Invoice) -> None:
    """Two drafts may credit the same line; the second to be issued must still find it."""
    if note.corrects_id is None:
        return
    left = creditable_lines(note.corrects_id)
    for line in InvoiceLine.objects.filter(invoice=note, credits_line_no__isnull=False):
        assert line.credits_line_no is not None
        credited = line.amount_minor if line.gross_minor is None else line.gross_minor
        if abs(credited) > abs(left[line.credits_line_no].amount_left_minor):
            raise Refusal(
                "credit.exceeds_left", _("More than what is left of the line."), field="lines",
                row=line.credits_line_no, cure=_("Another credit note came first: discard this one and write it anew."),
            )  # fmt: skip


def _require_references(invoices: Sequence[Invoice]) -> None:
    """What an account wants may have been said after the draft was written."""
    found = accounts.get_accounts({invoice.account_id for invoice in invoices})
    for invoice in invoices:
        for name in found[invoice.account_id].required_references:
            lines = InvoiceLine.objects.filter(invoice=invoice).order_by("line_no").values_list(name, flat=True)
            require_reference(name, [getattr(invoice, name) or value for value in lines])


def _buyers(invoices: Sequence[Invoice], *, act: Act) -> dict[tuple[int, int], int]:
    found: dict[tuple[int, int], int] = {}
    for day in sorted({invoice.document_date for invoice in invoices}):
        of_day = [invoice for invoice in invoices if invoice.document_date == day]
        kept = keep_buyers(act=act, account_ids=[invoice.account_id for invoice in of_day], on=day)
        found |= {(invoice.account_id, invoice.pk): kept[invoice.account_id] for invoice in of_day}
    return found


def _entries(invoices: Sequence[Invoice]) -> list[EntryDraft]:
    ids = [invoice.pk for invoice in invoices]
    revenue: defaultdict[int, Counter[tuple[int, str]]] = defaultdict(Counter)
    for line in InvoiceLine.objects.filter(invoice_id__in=ids).only(
        "invoice_id", "line_no", "revenue_account_id", "cost_center", "net_minor"
    ):
        revenue[line.invoice_id][line.revenue_account_id, line.cost_center] += line.net_minor
    taxes: defaultdict[int, list[InvoiceTax]] = defaultdict(list)
    for tax in InvoiceTax.objects.filter(invoice_id__in=ids).order_by("tax_code", "component"):
        taxes[tax.invoice_id].append(tax)
    return [_entry(invoice, revenue[invoice.pk], taxes[invoice.pk]) for invoice in invoices]


def _entry(invoice: Invoice, revenue: Counter[tuple[int, str]], taxes: Sequence[InvoiceTax]) -> EntryDraft:
    """Receivables against (deferred) revenue by account and tax by component; a credit note turns the signs.

    What the customer withholds is a claim on the state from the day of the document on: the total is without it.
    """

    def money(minor: int) -> Money:
        return Money(minor, invoice.currency)

    payer = invoice.account_id
    sides = [Side(amount=money(invoice.total_minor), role=LedgerRole.RECEIVABLES, billing_account_id=payer)]
    sides += [
        Side(amount=money(-net), ledger_account_id=account_id, billing_account_id=payer, cost_center=cost_center[:40])
        for (account_id, cost_center), net in sorted(revenue.items())
        if net
    ]
    sides += [
        Side(
            amount=money(tax.tax_minor if tax.withheld else -tax.tax_minor),
            role=LedgerRole.WITHHOLDING_TAX if tax.withheld else LedgerRole.OUTPUT_TAX,
            family="" if tax.withheld else tax.component,
            billing_account_id=payer,
            tax_code=tax.tax_code,
        )
        for tax in taxes
        if tax.tax_minor
    ]
    return EntryDraft(
        legal_entity_id=invoice.legal_entity_id,
        kind=EntryKind(invoice.kind),
        document_date=invoice.document_date,
        accounting_date=invoice.accounting_date,
        entry_key=f"invoice:{invoice.pk}",
        sides=tuple(sides),
    )


def _number(invoices: Sequence[Invoice]) -> None:
    """Numbers come last: the series stays locked until the commit."""
    groups: defaultdict[tuple[int, str], list[Invoice]] = defaultdict(list)
    for invoice in invoices:
        groups[invoice.legal_entity_id, invoice.kind].append(invoice)
    for (legal_entity_id, kind), members in sorted(groups.items()):
        by_day = sorted(members, key=lambda invoice: (invoice.document_date, invoice.pk))
        for day in sorted({invoice.document_date for invoice in by_day}):
            of_day = [invoice for invoice in by_day if invoice.document_date == day]
            taken = take_numbers(legal_entity_id=legal_entity_id, kind=kind, on=day, count=len(of_day))
            for place, invoice in enumerate(of_day):
                invoice.series_id = taken.series_id
                invoice.series_no = taken.first + place
                invoice.number = numbering.shown(prefix=taken.prefix, number=taken.first + place, width=taken.width)
