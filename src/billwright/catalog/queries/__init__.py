"""Reads of the catalog, effective-dated where the rows are."""

from billwright.catalog.queries.plans import (
    charge_row,
    get_charge,
    get_plan,
    list_plans,
    plan_row,
    plans_by_code,
    plans_by_id,
)
from billwright.catalog.queries.prices import (
    dated_prices,
    get_price,
    list_plan_prices,
    list_prices,
    no_price,
    price_row,
    prices_by_id,
)
from billwright.catalog.queries.products import (
    ProductRow,
    classifications,
    get_product,
    list_products,
    product_row,
    products_by_id,
)
from billwright.catalog.queries.taxes import (
    NO_TAX_FOUND,
    TaxComponent,
    TaxFound,
    TaxRateRow,
    TaxRuleRow,
    has_tax_rules,
    list_tax_codes,
    list_tax_rates,
    list_tax_rules,
    tax_reasons,
    taxes_on,
)
from billwright.catalog.rows import ChargeRow, PlanRow, PriceRow

__all__ = [
    "NO_TAX_FOUND", "ChargeRow", "PlanRow", "PriceRow", "ProductRow", "TaxComponent", "TaxFound", "TaxRateRow",
    "TaxRuleRow", "charge_row", "classifications", "dated_prices", "get_charge", "get_plan", "get_price",
    "get_product", "has_tax_rules", "list_plan_prices", "list_plans", "list_prices", "list_products",
    "list_tax_codes", "list_tax_rates", "list_tax_rules", "no_price", "plan_row", "plans_by_code", "plans_by_id",
    "price_row", "prices_by_id", "product_row", "products_by_id", "tax_reasons", "taxes_on",
]  # fmt: skip
