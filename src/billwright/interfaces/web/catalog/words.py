"""Closed lists of the catalog as people read them."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from billwright.catalog.queries import ChangeRuleRow, RenewalRuleRow
from billwright.catalog.states import ChangeEffect, IntervalUnit, PriceModel, TaxCategory, Timing
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
EFFECTS: Final[dict[ChangeEffect, str | Promise]] = {
    ChangeEffect.NOW: gettext_lazy("now, the old plan's rest is credited"),
    ChangeEffect.NOW_WITHOUT_CREDIT: gettext_lazy("now, without credit: the new fee begins where the old one ends"),
    ChangeEffect.PERIOD_END: gettext_lazy("at the end of the period"),
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


def renewal_words(rule: RenewalRuleRow) -> str:
    """`Invoiced 30 days ahead, due on the renewal. Reminders 30, 7, 1 days before due.`"""
    ahead = ngettext("Invoiced %(n)d day ahead", "Invoiced %(n)d days ahead", rule.ahead_days) % {"n": rule.ahead_days}
    words = ahead if rule.ahead_days else _("Invoiced on the day they begin")
    if rule.due_on_renewal:
        words += ", " + _("due on the renewal")
    return f"{words}. {reminder_words(rule)}"


def reminder_words(rule: RenewalRuleRow) -> str:
    """`Reminders 30, 7, 1 days before due.`"""
    if not rule.reminder_days:
        return _("No reminders.")
    days = ", ".join(str(one) for one in rule.reminder_days)
    return _("Reminders %(days)s days before due.") % {"days": days}


def change_words(rule: ChangeRuleRow) -> str:
    """`Dearer: now …; cheaper: at the end of the period.`"""
    words = _("Dearer: %(up)s; cheaper: %(down)s.") % {
        "up": EFFECTS[rule.upgrade],
        "down": EFFECTS[rule.downgrade],
    }
    if rule.rank is not None:
        words += " " + _("Rank %(rank)d.") % {"rank": rule.rank}
    return f"{words} {_('It binds.')}" if rule.is_binding else words
