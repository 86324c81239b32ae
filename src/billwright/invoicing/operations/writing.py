"""Writing a draft: its head, its lines and its taxes. Shared by invoices, credit notes and debit notes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from billwright.invoicing.models import Invoice, InvoiceLine, InvoiceTax
from billwright.invoicing.taxing import (
    Components,
    TaxableLine,
    TaxChoices,
    Taxed,
    TaxedLine,
    charged_percent,
    fit_taxes,
    reckon_taxes,
    round_half_away,
)
from billwright.kernel.money import exponent
from billwright.kernel.periods import month_of
from billwright.ledger.operations import ensure_family_account
from billwright.ledger.states import LedgerRole

# Decimal places of an amount that only the document rounds.
EXACT_PLACES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class LineDraft:
    """A line ready to be written; amounts as priced, signed, in minor units. The family decides the account unless it
    is given."""

    account_id: int
    kind: str
    text: str
    service_from: date
    service_to: date
    formula: int
    quantity: Decimal
    unit_price: Decimal
    amount: Fraction | int
    discount: Fraction | int
    tax_code: str
    family: str = ""
    revenue_account_id: int | None = None
    price_id: int | None = None
    days: int | None = None
    base_days: int | None = None
    credits_invoice_id: int | None = None
    credits_line_no: int | None = None
    cost_center: str = ""
    purchase_order: str = ""
    product_code: str = ""

    @property
    def taxable(self) -> TaxableLine:
        return TaxableLine(self.amount, self.discount, self.tax_code)


def write_content(
    invoice: Invoice,
    lines: Sequence[LineDraft],
    components: Components,
    choices: TaxChoices,
    *,
    wanted: Callable[[Taxed], dict[tuple[str, str], int]] | None = None,
) -> None:
    """Write lines and taxes of a draft and save its totals. `wanted` says another tax than the rate's: a last share."""
    taxed = reckon_taxes([line.taxable for line in lines], components, choices)
    if wanted is not None:
        taxed = fit_taxes(taxed, [line.tax_code for line in lines], wanted(taxed))
    percents = {code: charged_percent(parts) for code, parts in components.items()}
    InvoiceLine.objects.bulk_create(
        _line(invoice, number, line, of_line, percents.get(line.tax_code, Decimal(0)), choices)
        for number, (line, of_line) in enumerate(zip(lines, taxed.lines, strict=True), start=1)
    )
    InvoiceTax.objects.bulk_create(
        InvoiceTax(
            invoice=invoice,
            tax_code=tax.tax_code,
            component=tax.component,
            percent=tax.percent,
            net_minor=tax.net_minor,
            tax_minor=tax.tax_minor,
            withheld=tax.withheld,
        )
        for tax in taxed.taxes
    )
    invoice.net_minor = sum(line.net_minor for line in taxed.lines)
    invoice.tax_minor = taxed.tax_minor
    invoice.withheld_minor = taxed.withheld_minor
    invoice.total_minor = invoice.net_minor + invoice.tax_minor - invoice.withheld_minor
    assert sum(line.tax_minor for line in taxed.lines) == invoice.tax_minor, "shares of tax add up to the document's"
    invoice.save(update_fields=["net_minor", "tax_minor", "withheld_minor", "total_minor"])


def _major(exact: Fraction | None, currency: str) -> Decimal | None:
    """An exact amount in major units, to the 12 places that the column keeps."""
    if exact is None:
        return None
    return Decimal(round_half_away(exact * 10 ** (EXACT_PLACES - exponent(currency)))).scaleb(-EXACT_PLACES)


def _line(
    invoice: Invoice, number: int, line: LineDraft, taxed: TaxedLine, percent: Decimal, choices: TaxChoices
) -> InvoiceLine:
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
        amount_minor=taxed.amount_minor,
        discount_minor=taxed.discount_minor,
        net_minor=taxed.net_minor,
        gross_minor=taxed.gross_minor,
        gross_discount_minor=taxed.gross_discount_minor,
        exact_amount=_major(taxed.exact_net, invoice.currency),
        exact_discount=_major(taxed.exact_discount, invoice.currency),
        rounding=None if choices.rounding == "line_half_up" else choices.rounding,
        tax_code=line.tax_code,
        tax_percent=percent,
        tax_minor=taxed.tax_minor,
        tax_point=invoice.document_date,
        revenue_account_id=line.revenue_account_id or _revenue_account(invoice, line.family, deferred=deferred),
        deferred=deferred and line.revenue_account_id is None,
        credits_invoice_id=line.credits_invoice_id,
        credits_line_no=line.credits_line_no,
        cost_center=line.cost_center,
        purchase_order=line.purchase_order,
        product_code=line.product_code,
    )


def _revenue_account(invoice: Invoice, family: str, *, deferred: bool) -> int:
    # Model rule 5: what is served after the posting month is deferred from the first version on.
    role = LedgerRole.DEFERRED_REVENUE if deferred else LedgerRole.REVENUE
    return ensure_family_account(legal_entity_id=invoice.legal_entity_id, role=role, family=family)
