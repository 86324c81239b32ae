"""Writes of the catalog: one verb a function. A price or rate is never changed, only followed."""

from billwright.catalog.operations.indexes import IndexValue, create_price_index, record_index_values
from billwright.catalog.operations.plans import create_plan, retire_plan
from billwright.catalog.operations.prices import (
    EscalatedPrice,
    add_escalated_prices,
    keep_withdrawn,
    require_settable,
    set_price,
)
from billwright.catalog.operations.products import create_product
from billwright.catalog.operations.rules import (
    NewChangeRule,
    NewRenewalRule,
    set_change_rule,
    set_renewal_rule,
)
from billwright.catalog.operations.taxes import (
    NewTaxComponent,
    TaxPackResult,
    apply_tax_pack,
    create_tax_code,
    set_tax_rule,
)
from billwright.catalog.rows import NewCharge, NewPrice, PlanTerms

__all__ = [
    "EscalatedPrice",
    "IndexValue",
    "NewChangeRule",
    "NewCharge",
    "NewPrice",
    "NewRenewalRule",
    "NewTaxComponent",
    "PlanTerms",
    "TaxPackResult",
    "add_escalated_prices",
    "apply_tax_pack",
    "create_plan",
    "create_price_index",
    "create_product",
    "create_tax_code",
    "keep_withdrawn",
    "record_index_values",
    "require_settable",
    "retire_plan",
    "set_change_rule",
    "set_price",
    "set_renewal_rule",
    "set_tax_rule",
]
