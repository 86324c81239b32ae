"""Reads of documents: one with its lines and parties, many by filter, and what may still be credited."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from billwright.accounts import queries as accounts
from billwright.accounts.layouts import read_layout, stored_layout
from billwright.accounts.rows import PartyRow
from billwright.invoicing.models import BillRunShard, Invoice, InvoiceLine, InvoiceTax
from billwright.invoicing.policies import Creditable
from billwright.invoicing.rows import CorrectionRow, CreditableRow, DocumentRow, InvoiceRow, LineRow, TaxRow
from billwright.invoicing.states import InvoiceState, LineKind
from billwright.kernel.errors import NotFound
from billwright.kernel.money import Money, minors_of
from billwright.org import queries as org
from billwright.org.states import DocumentKind
from billwright.org.terms import Installment, lay_parts, read

_PLAIN = [
    field
    for field in InvoiceRow.__dataclass_fields__
    if field not in {"kind", "net", "tax", "withheld", "total", "corrects_id", "entry_id", "run_id", "installments"}
]
# What a snapshot keeps of the seller; the same names stand in every snapshot.
SELLER_FIELDS = (
    "name", "country", "region", "tax_number", "registration_number", "street", "postcode", "city", "email", "phone",
    "website", "document_footer",
)  # fmt: skip
BUYER_FIELDS = (
    "name", "addressee", "street", "postcode", "city", "region", "country", "tax_number", "registration_number",
)  # fmt: skip


def invoice_row(invoice: Invoice) -> InvoiceRow:
    """The head of a document as a frozen row."""
    total = Money(invoice.total_minor, invoice.currency)
    parts = read(invoice.payment_parts)
    return InvoiceRow(
        kind=DocumentKind(invoice.kind),
        net=Money(invoice.net_minor, invoice.currency),
        tax=Money(invoice.tax_minor, invoice.currency),
        withheld=Money(invoice.withheld_minor, invoice.currency),
        total=total,
        installments=lay_parts(parts, document_date=invoice.document_date, total=total) if parts else (),
        corrects_id=invoice.corrects_id,
        entry_id=invoice.entry_id,
        run_id=invoice.run_id,
        **{field: getattr(invoice, field) for field in _PLAIN},
    )


def not_found() -> NotFound:
    return NotFound("invoice.not_found", _("There is no such document."), field="invoice_id")


def get_invoice(invoice_id: int) -> InvoiceRow:
    """The head of one document. Raises NotFound."""
    invoice = Invoice.objects.filter(id=invoice_id).first()
    if invoice is None:
        raise not_found()
    return invoice_row(invoice)


def get_invoices(invoice_ids: Collection[int]) -> dict[int, InvoiceRow]:
    """Heads by id; those that do not exist are left out."""
    return {invoice.pk: invoice_row(invoice) for invoice in Invoice.objects.filter(id__in=invoice_ids)}


def find_document_by_number(number: str, *, legal_entity_id: int | None = None) -> InvoiceRow | None:
    """The document of a printed number, or None."""
    found = Invoice.objects.filter(number=number).exclude(number="")
    if legal_entity_id is not None:
        found = found.filter(legal_entity_id=legal_entity_id)
    invoice = found.order_by("id").first()
    return invoice_row(invoice) if invoice else None


def search_documents(
    text: str, *, amount: Decimal | None = None, legal_entity_ids: Collection[int] | None = None, limit: int = 20
) -> list[InvoiceRow]:
    """Documents of exactly this printed number, or of exactly this total in whatever currency; the newest first.

    With `legal_entity_ids` those of these companies only.
    """
    found = Invoice.objects.order_by("-id")
    if legal_entity_ids is not None:
        found = found.filter(legal_entity_id__in=legal_entity_ids)
    if amount is None:
        found = found.filter(number__in={text, text.upper()}).exclude(number="")
        return [invoice_row(invoice) for invoice in found[:limit]]
    found = found.filter(total_minor__in=minors_of(amount))[:limit]
    return [row for row in map(invoice_row, found) if row.total.decimal == amount]


def list_documents(
    *,
    account_id: int | None = None,
    legal_entity_id: int | None = None,
    legal_entity_ids: Collection[int] | None = None,
    kind: str | None = None,
    state: str | None = None,
    run_id: int | None = None,
    not_of_run_id: int | None = None,
    split_key: str | None = None,
    dated_from: date | None = None,
    dated_before: date | None = None,
    after: tuple[date, int] | None = None,
    limit: int = 50,
) -> list[InvoiceRow]:
    """Documents, the newest first, a page of `limit` after the key (document_date, id) of the last one seen."""
    chosen = {
        "account_id": account_id, "legal_entity_id": legal_entity_id, "kind": kind, "state": state, "run_id": run_id,
        "split_key": split_key,
        "document_date__gte": dated_from, "document_date__lt": dated_before, "legal_entity_id__in": legal_entity_ids,
    }  # fmt: skip
    found = Invoice.objects.filter(**{name: value for name, value in chosen.items() if value is not None})
    if not_of_run_id is not None:
        found = found.exclude(run_id=not_of_run_id)
    if after is not None:
        found = found.filter(Q(document_date__lt=after[0]) | Q(document_date=after[0], id__lt=after[1]))
    return [invoice_row(invoice) for invoice in found.order_by("-document_date", "-id")[:limit]]


def installments_of(invoice_ids: Collection[int]) -> dict[int, tuple[Installment, ...]]:
    """What is due when of those documents that are due in parts, by id."""
    found = Invoice.objects.filter(id__in=invoice_ids, payment_parts__isnull=False)
    return {invoice.pk: invoice_row(invoice).installments for invoice in found}


def documents_of_run(run_id: int) -> tuple[int, ...]:
    """What a run issued, in the order of making."""
    return tuple(Invoice.objects.filter(run_id=run_id).order_by("id").values_list("id", flat=True))


def documents_of_shard(*, run_id: int, shard_no: int) -> list[int]:
    """The ids of the documents that one shard of a bill run issued."""
    shard = BillRunShard.objects.get(run_id=run_id, shard_no=shard_no)
    found = Invoice.objects.filter(
        run_id=run_id, account_id__gte=shard.payer_from, account_id__lt=shard.payer_before, state=InvoiceState.ISSUED
    )
    return list(found.order_by("id").values_list("id", flat=True))


def line_rows(invoice_id: int) -> tuple[LineRow, ...]:
    lines = InvoiceLine.objects.filter(invoice_id=invoice_id).order_by("line_no")
    return tuple(LineRow(**{field: getattr(line, field) for field in LineRow.__dataclass_fields__}) for line in lines)


def item_services(invoice_ids: Collection[int]) -> dict[int, list[tuple[int, date]]]:
    """Of each document the items that it bills, with the first day of their service; none where it bills no item."""
    lines = InvoiceLine.objects.filter(invoice_id__in=invoice_ids, item_id__isnull=False, amount_minor__gte=0)
    found: dict[int, list[tuple[int, date]]] = {}
    for invoice_id, item_id, service_from in lines.values_list("invoice_id", "item_id", "service_from"):
        assert item_id is not None, "the filter asks for items"
        found.setdefault(invoice_id, []).append((item_id, service_from))
    return found


def documents_of_periods(periods: Collection[tuple[int, int, date]]) -> dict[tuple[int, date], int]:
    """The last document that bills each period in advance, by item and first day; asked by account, item, first day."""
    lines = InvoiceLine.objects.filter(
        account_id__in={account_id for account_id, _, _ in periods},
        item_id__in={item_id for _, item_id, _ in periods},
        service_from__in={day for _, _, day in periods},
        kind=LineKind.RECURRING,
        invoice__state=InvoiceState.ISSUED,
    ).order_by("invoice_id")
    found = lines.values_list("item_id", "service_from", "invoice_id")
    return {(item_id, day): invoice_id for item_id, day, invoice_id in found if item_id is not None}


def tax_rows(invoice_id: int) -> tuple[TaxRow, ...]:
    taxes = InvoiceTax.objects.filter(invoice_id=invoice_id).order_by("tax_code", "component")
    return tuple(TaxRow(**{field: getattr(tax, field) for field in TaxRow.__dataclass_fields__}) for tax in taxes)


def get_document(invoice_id: int) -> DocumentRow:
    """A whole document, in a fixed number of queries. Raises NotFound."""
    invoice = Invoice.objects.select_related("seller", "buyer", "corrects").filter(id=invoice_id).first()
    if invoice is None:
        raise not_found()
    buyer = invoice.buyer.party if invoice.buyer else present_buyer(invoice.account_id, on=invoice.document_date)
    return DocumentRow(
        invoice=invoice_row(invoice),
        lines=line_rows(invoice_id),
        taxes=tax_rows(invoice_id),
        seller=_texts(invoice.seller.party if invoice.seller else present_seller(invoice.legal_entity_id)),
        buyer=_texts(buyer),
        references=tuple((field["label"], field["value"]) for field in buyer.get("references", [])),
        layout=read_layout(buyer.get("layout")),
        original=_correction(invoice.corrects) if invoice.corrects else None,
        corrections=tuple(
            _correction(other)
            for other in Invoice.objects.filter(corrects_id=invoice_id, state=InvoiceState.ISSUED).order_by("id")
        ),
    )


def _texts(party: dict[str, Any]) -> dict[str, str]:
    return {name: value for name, value in party.items() if isinstance(value, str)}


def _correction(invoice: Invoice) -> CorrectionRow:
    return CorrectionRow(
        id=invoice.pk,
        kind=invoice.kind,
        number=invoice.number,
        document_date=invoice.document_date,
        total=Money(invoice.total_minor, invoice.currency),
    )


def present_seller(legal_entity_id: int) -> dict[str, Any]:
    """The seller as it stands, in the form of its snapshot."""
    entity = org.get_legal_entity(legal_entity_id=legal_entity_id)
    return {field: getattr(entity, field) for field in SELLER_FIELDS}


def present_buyer(account_id: int, *, on: date) -> dict[str, Any]:
    """The buyer as it stands on a day, in the form of its snapshot."""
    return described_buyer(accounts.parties([account_id], on=on)[account_id])


def described_buyer(party: PartyRow) -> dict[str, Any]:
    """A buyer in the form of its snapshot: what its documents say of it, and how they are laid out if it chose."""
    layout = stored_layout(party.layout)
    return {
        "account": party.account_number,
        "references": [{"label": label, "value": value} for label, value in party.references],
        **{field: getattr(party, field) for field in BUYER_FIELDS},
        **({"layout": layout} if layout else {}),
    }


def credited_amounts(invoice_id: int) -> dict[int, tuple[int, int]]:
    """What issued credit notes took of each line so far, as priced: amount and discount by line number, positive.

    Lines of a bill run's documents that correct this one count too.
    """
    sums = (
        InvoiceLine.objects.filter(
            credits_line_no__isnull=False,
            credits_invoice_id=invoice_id,
            invoice__state=InvoiceState.ISSUED,
            invoice__account_id__in=Invoice.objects.filter(id=invoice_id).values("account_id"),
        )
        .values("credits_line_no")
        .annotate(
            amount=Sum(Coalesce("gross_minor", "amount_minor")),
            discount=Sum(Coalesce("gross_discount_minor", "discount_minor")),
        )
    )
    return {row["credits_line_no"] or 0: (-row["amount"], -row["discount"]) for row in sums}


def creditable_lines(invoice_id: int) -> dict[int, Creditable]:
    """The lines of a document with what earlier credits left of each."""
    return {line.line_no: line for line in creditable_of(invoice_id, line_rows(invoice_id))}


def creditable_of(invoice_id: int, lines: Sequence[LineRow]) -> list[Creditable]:
    """As `creditable_lines`, of lines that are read already."""
    credited = credited_amounts(invoice_id)
    return [
        Creditable(
            line_no=line.line_no,
            amount_minor=line.priced_minor,
            discount_minor=line.priced_discount_minor,
            amount_left_minor=line.priced_minor - credited.get(line.line_no, (0, 0))[0],
            discount_left_minor=line.priced_discount_minor - credited.get(line.line_no, (0, 0))[1],
        )
        for line in lines
    ]


def list_creditable(invoice_id: int) -> list[CreditableRow]:
    """What of each line may still be credited: the form of a credit note."""
    lines = line_rows(invoice_id)
    return [
        CreditableRow(
            line_no=line.line_no,
            text=line.text,
            amount_left_minor=left.amount_left_minor,
            net_left_minor=left.amount_left_minor - left.discount_left_minor,
        )
        for line, left in zip(lines, creditable_of(invoice_id, lines), strict=True)
    ]
