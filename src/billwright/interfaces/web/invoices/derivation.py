"""Where each line's amount comes from: formula, price version, days, tax rule, revenue account, subscription."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from billwright.catalog.queries import PriceRow, TaxFound, prices_by_id, tax_reasons
from billwright.interfaces.web.context import address_of
from billwright.invoicing.rows import DocumentRow, LineRow
from billwright.invoicing.states import LineKind
from billwright.kernel.money import Money
from billwright.ledger.queries import LedgerAccountRow, list_accounts
from billwright.rating.formulas import FORMULAS, Formula, recompute
from billwright.subscriptions.queries import subscriptions_of_items


@dataclass(frozen=True, slots=True)
class Derivation:
    """One line with everything its amount follows from."""

    line: LineRow
    formula: Formula | None
    price: PriceRow | None
    tax: TaxFound | None
    revenue: LedgerAccountRow | None
    revenue_url: str
    subscription_number: str
    subscription_url: str
    credited_url: str
    is_prorated: bool
    is_equation: bool


def derivations_of(document: DocumentRow) -> list[Derivation]:
    """The derivation of every line, in a fixed number of queries."""
    lines = document.lines
    prices = prices_by_id({line.price_id for line in lines if line.price_id})
    taxes = tax_reasons({line.tax_code for line in lines if line.tax_code})
    chart = {account.id: account for account in list_accounts(document.invoice.legal_entity_id)}
    subscriptions = subscriptions_of_items({line.item_id for line in lines if line.item_id})
    return [_derivation(line, document.invoice.currency, prices, taxes, chart, subscriptions) for line in lines]


def _derivation(
    line: LineRow,
    currency: str,
    prices: dict[int, PriceRow],
    taxes: dict[str, TaxFound],
    chart: dict[int, LedgerAccountRow],
    subscriptions: dict[int, tuple[int, str]],
) -> Derivation:
    price = prices.get(line.price_id or 0)
    subscription_id, number = subscriptions.get(line.item_id or 0, (0, ""))
    return Derivation(
        line=line,
        formula=FORMULAS.get(line.formula),
        price=price,
        tax=taxes.get(line.tax_code),
        revenue=chart.get(line.revenue_account_id),
        revenue_url=address_of("web:ledger-account", line.revenue_account_id),
        subscription_number=number,
        subscription_url=address_of("web:subscription", subscription_id) if subscription_id else "",
        credited_url=address_of("web:invoice", line.credits_invoice_id) if line.credits_invoice_id else "",
        is_prorated=is_prorated(line),
        is_equation=is_equation(line, price, currency),
    )


def is_prorated(line: LineRow) -> bool:
    """Whether days count: those of metered usage only say when it was used."""
    return line.kind == LineKind.RECURRING and line.days is not None and line.days != line.base_days


def is_equation(line: LineRow, price: PriceRow | None, currency: str) -> bool:
    """Whether quantity times price, by days where they count, is the amount; else more went into it."""
    by_days = is_prorated(line)
    found = recompute(
        line.formula,
        quantity=line.quantity,
        unit_price=line.unit_price,
        days=line.days if by_days else None,
        base_days=line.base_days if by_days else None,
        currency=currency,
        per=price.per if price else Decimal(1),
    )
    return found == Money(line.priced_minor, currency)
