"""Writing a draft: its head, its lines and its taxes. Shared by invoices, credit notes and debit notes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billwright.invoicing.models import Invoice, InvoiceLine, InvoiceTax
from billwright.invoicing.policies import Components, TaxableLine, TaxSum, document_taxes, share_tax
from billwright.kernel.periods import month_of
from billwright.ledger.operations import ensure_family_account
from billwright.ledger.states import LedgerRole


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDraft:
    """A line ready to be written; amounts signed, in minor units. The family decides the account unless it is given."""

    account_id: int
    kind: str
    text: str
    service_from: date
    service_to: date
    formula: int
    quantity: Decimal
    unit_price: Decimal
    amount_minor: int
    discount_minor: int
    tax_code: str
    family: str = ""
    revenue_account_id: int | None = None
    price_id: int | None = None
    days: int | None = None
    base_days: int | None = None
    credits_invoice_id: int | None = None
    credits_line_no: int | None = None
    cost_center: str = ""
    product_code: str = ""

    @property
    def taxable(self) -> TaxableLine:
        return TaxableLine(self.amount_minor - self.discount_minor, self.tax_code)


def write_content(
    invoice: Invoice,
    lines: Sequence[LineDraft],
    components: Components,
    *,
    taxes: Sequence[TaxSum] | None = None,
) -> None:
    """Write lines and taxes of a draft and save its totals. `taxes` replaces the tax by rate (a last share)."""
    shares = share_tax([line.taxable for line in lines], components)
    if taxes is None:
        taxes = document_taxes([line.taxable for line in lines], components)
    else:
        shares = _fitted(lines, shares, taxes)
    percents = {code: sum((percent for _, percent in parts), Decimal(0)) for code, parts in components.items()}
    InvoiceLine.objects.bulk_create(
        _line(invoice, number, line, share, percents.get(line.tax_code, Decimal(0)))
        for number, (line, share) in enumerate(zip(lines, shares, strict=True), start=1)
    )
    InvoiceTax.objects.bulk_create(
        InvoiceTax(
            invoice=invoice,
            tax_code=tax.tax_code,
            component=tax.component,
            percent=tax.percent,
            net_minor=tax.net_minor,
            tax_minor=tax.tax_minor,
        )
        for tax in taxes
    )
    invoice.net_minor = sum(line.amount_minor - line.discount_minor for line in lines)
    invoice.tax_minor = sum(tax.tax_minor for tax in taxes)
    invoice.total_minor = invoice.net_minor + invoice.tax_minor
    assert sum(shares) == invoice.tax_minor, "the lines' shares of tax add up to the document's"
    invoice.save(update_fields=["net_minor", "tax_minor", "total_minor"])


def _fitted(lines: Sequence[LineDraft], shares: Sequence[int], taxes: Sequence[TaxSum]) -> list[int]:
    """Let the last line of each tax code take what its document's tax differs by from the tax by rate."""
    fitted = list(shares)
    for code in {tax.tax_code for tax in taxes}:
        places = [place for place, line in enumerate(lines) if line.tax_code == code]
        wanted = sum(tax.tax_minor for tax in taxes if tax.tax_code == code)
        fitted[places[-1]] += wanted - sum(fitted[place] for place in places)
    return fitted


def _line(invoice: Invoice, number: int, line: LineDraft, share: int, percent: Decimal) -> InvoiceLine:
    deferred = line.service_to > month_of(invoice.accounting_date).ends_before
    return InvoiceLine(
        invoice=invoice,
        line_no=number,
        account_id=line.account_id,
        kind=line.kind,
        text=line.text,
        service_from=line.service_from,
        service_to=line.service_to,
        price_id=line.price_id,
        formula=line.formula,
        quantity=line.quantity,
        unit_price=line.unit_price,
        days=line.days,
        base_days=line.base_days,
        amount_minor=line.amount_minor,
        discount_minor=line.discount_minor,
        net_minor=line.amount_minor - line.discount_minor,
        tax_code=line.tax_code,
        tax_percent=percent,
        tax_minor=share,
        tax_point=invoice.document_date,
        revenue_account_id=line.revenue_account_id or _revenue_account(invoice, line.family, deferred=deferred),
        deferred=deferred and line.revenue_account_id is None,
        credits_invoice_id=line.credits_invoice_id,
        credits_line_no=line.credits_line_no,
        cost_center=line.cost_center,
        product_code=line.product_code,
    )


def _revenue_account(invoice: Invoice, family: str, *, deferred: bool) -> int:
    # Model rule 5: what is served after the posting month is deferred from the first version on.
    role = LedgerRole.DEFERRED_REVENUE if deferred else LedgerRole.REVENUE
    return ensure_family_account(legal_entity_id=invoice.legal_entity_id, role=role, family=family)
