"""Closed lists of the catalog as people read them."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from billwright.catalog.states import IntervalUnit, PriceModel, TaxCategory, Timing
from billwright.org.states import TaxTreatment

Words = dict[str, str | Promise]

MODELS: Final[Words] = {
    PriceModel.FLAT: gettext_lazy("Flat: the price, whatever the quantity"),
    PriceModel.PER_UNIT: gettext_lazy("Per unit: quantity times price"),
    PriceModel.PACKAGE: gettext_lazy("Package: every started package costs the price"),
    PriceModel.GRADUATED: gettext_lazy("Graduated: each tier prices its own units"),
    PriceModel.VOLUME: gettext_lazy("Volume: the tier reached prices the whole quantity"),
    PriceModel.PERCENTAGE: gettext_lazy("Percentage: a share of each record"),
    PriceModel.CALL: gettext_lazy("Call: connect and started steps by prefix and time"),
}
HIT_KINDS: Final[Words] = {
    "product": gettext_lazy("Product"),
    "plan": gettext_lazy("Plan"),
    "charge": gettext_lazy("Charge"),
    "price": gettext_lazy("Price"),
    "meter": gettext_lazy("Meter"),
}
UNITS: Final[Words] = {
    IntervalUnit.MONTH: gettext_lazy("Months"),
    IntervalUnit.DAY: gettext_lazy("Days"),
    IntervalUnit.ONCE: gettext_lazy("Once"),
}
TIMINGS: Final[Words] = {
    Timing.ADVANCE: gettext_lazy("In advance"),
    Timing.ARREARS: gettext_lazy("In arrears"),
}
TAX_CATEGORIES: Final[Words] = {
    TaxCategory.STANDARD: gettext_lazy("Standard"),
    TaxCategory.REDUCED: gettext_lazy("Reduced"),
    TaxCategory.ZERO: gettext_lazy("Zero"),
    TaxCategory.EXEMPT: gettext_lazy("Exempt"),
    TaxCategory.NONE: gettext_lazy("Outside the scope"),
}
TAX_TREATMENTS: Final[Words] = {
    TaxTreatment.DOMESTIC: gettext_lazy("Taxed where we are"),
    TaxTreatment.INTRA_STATE: gettext_lazy("India, same state"),
    TaxTreatment.INTER_STATE: gettext_lazy("India, another state"),
    TaxTreatment.REVERSE_CHARGE: gettext_lazy("Reverse charge"),
    TaxTreatment.EXPORT: gettext_lazy("Export"),
    TaxTreatment.EXEMPT: gettext_lazy("Exempt"),
}


def interval_words(unit: str, count: int) -> str:
    """`Every 3 months`; one-time charges say so."""
    if unit == IntervalUnit.ONCE:
        return _("Once")
    if unit == IntervalUnit.DAY:
        return ngettext("Every day", "Every %(count)d days", count) % {"count": count}
    return ngettext("Every month", "Every %(count)d months", count) % {"count": count}
