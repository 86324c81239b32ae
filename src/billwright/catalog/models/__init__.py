"""Tables of the catalog. Validity of prices, rates and rules ends where the next row of the same key begins."""

from billwright.catalog.models.plans import (
    ChangeRule,
    DatedRule,
    Plan,
    PlanCharge,
    PlanLimit,
    PlanNetting,
    PlanServiceLevel,
    Product,
    RenewalRule,
)
from billwright.catalog.models.prices import (
    CallBand,
    CallRate,
    Price,
    PriceByValue,
    PriceIndex,
    PriceIndexValue,
    PriceTier,
    PriceWithdrawal,
)
from billwright.catalog.models.taxes import (
    TaxCode,
    TaxRate,
    TaxRule,
)

__all__ = [
    "CallBand",
    "CallRate",
    "ChangeRule",
    "DatedRule",
    "Plan",
    "PlanCharge",
    "PlanLimit",
    "PlanNetting",
    "PlanServiceLevel",
    "Price",
    "PriceByValue",
    "PriceIndex",
    "PriceIndexValue",
    "PriceTier",
    "PriceWithdrawal",
    "Product",
    "RenewalRule",
    "TaxCode",
    "TaxRate",
    "TaxRule",
]
