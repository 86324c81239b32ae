"""Conventions: choices about money at the edges that peers and contracts make differently, by name.

Each option has its values, the first of which is the default. What each value means, with its formula, is written in
docs/conventions. A convention is looked up on the price, the plan, the account and the company, in this order.
"""

from __future__ import annotations

import re

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal

# `late_usage` takes any number of closed periods; the list shows the usual one.
_PERIODS = re.compile(r"1 period|[1-9][0-9]? periods")

OPTIONS: dict[str, tuple[str, ...]] = {
    "day_count": ("actual", "fixed_30", "fixed_28", "seconds", "none"),
    "stub": ("aligned_period", "own_period"),
    "anchor": ("account", "subscription_start", "restart_on_change", "calendar"),
    "change_day": ("new_price", "old_price"),
    "termination_day": ("free", "billed"),
    "trial_end": ("splits", "whole_period"),
    "arrears_on": ("day_after", "last_day"),
    "correction": ("negative_line", "credit_note"),
    "negative_total": ("account_credit", "refund"),
    "credit_use": ("open_first", "next_invoice"),
    "credit_cap": ("line_amount", "paid_amount"),
    "first_tier_flat_at_zero": ("free", "owed"),
    "minimum_proration": ("as_the_fee", "full"),
    "late_usage": ("bill", "1 period", "ignore"),
    "rounding": ("line_half_up", "sum_then_round", "line_half_even"),
    "tax_rounding": ("rate_group", "line"),
    "tax_prices": ("exclusive", "inclusive"),
    "discount_tax": ("before_tax", "after_tax"),
    "discount_limits": ("before_limits", "after_limits"),
    "interest": ("exact", "daily_rounded"),
    "zero_lines": ("drop", "keep"),
    "e_invoice": ("nobody", "organizations", "everybody"),
    "statement_schedule": ("never", "monthly", "quarterly"),
    "bill_run_schedule": ("never", "prepare", "issue"),
    "debit_news": ("send", "never"),
    "payment_links": ("never", "with_mails"),
    "card_runs": ("never", "prepare", "debit"),
}

# Values that the product carries out today. The others are known by name and refused until their part has landed.
SUPPORTED: dict[str, tuple[str, ...]] = {
    "anchor": ("account", "subscription_start", "restart_on_change", "calendar"),
    "change_day": ("new_price", "old_price"),
    "negative_total": ("account_credit", "refund"),
    "termination_day": ("free", "billed"),
    "trial_end": ("splits", "whole_period"),
    "correction": ("negative_line", "credit_note"),
    "zero_lines": ("drop", "keep"),
    "e_invoice": ("nobody", "organizations", "everybody"),
    "statement_schedule": ("never", "monthly", "quarterly"),
    "bill_run_schedule": ("never", "prepare", "issue"),
    "debit_news": ("send", "never"),
    "payment_links": ("never", "with_mails"),
    "card_runs": ("never", "prepare", "debit"),
    "credit_use": ("open_first", "next_invoice"),
    "day_count": ("actual", "fixed_30", "fixed_28", "seconds", "none"),
    "stub": ("aligned_period", "own_period"),
    "arrears_on": ("day_after", "last_day"),
    "first_tier_flat_at_zero": ("free", "owed"),
    "rounding": ("line_half_up", "sum_then_round", "line_half_even"),
    "tax_prices": ("exclusive", "inclusive"),
    "discount_limits": ("before_limits", "after_limits"),
    "minimum_proration": ("as_the_fee", "full"),
    "discount_tax": ("before_tax", "after_tax"),
    "credit_cap": ("line_amount", "paid_amount"),
    "late_usage": ("bill", "1 period", "ignore"),
    "tax_rounding": ("rate_group", "line"),
}

# Where tax law wants a correction on a document of its own (domain facts: collections, section 12).
CORRECTION_BY_COUNTRY = {"ZA": "credit_note", "IN": "credit_note"}

# Who must get electronic invoices is a fact of the company and the customer, never of what is sold.
NOT_OF_PRICES = frozenset({"e_invoice"})
# The two whose values exclude each other: see `require_fitting`.
FITTED = {"rounding": "e_invoice", "e_invoice": "rounding"}


def default(option: str) -> str:
    """The value that holds where nobody chose."""
    return OPTIONS[option][0]


def require_known(option: str, value: str) -> None:
    """Raises Refusal for an option or value that does not exist, or that this version does not carry out."""
    if option not in OPTIONS:
        raise Refusal(
            "convention.unknown_option",
            f"There is no convention {option!r}.",
            field="option",
            cure=f"Known are {', '.join(OPTIONS)}.",
        )
    if option == "late_usage" and _PERIODS.fullmatch(value):
        return
    if value not in OPTIONS[option]:
        raise Refusal(
            "convention.unknown_value",
            f"{option} cannot be {value!r}.",
            field="value",
            cure=f"Choose one of {', '.join(OPTIONS[option])}.",
        )
    if value not in SUPPORTED.get(option, (default(option),)):
        raise Refusal(
            "convention.not_carried_out",
            f"{option} = {value} is not carried out by this version.",
            field="value",
            cure=f"Choose one of {', '.join(SUPPORTED.get(option, (default(option),)))}.",
        )


def require_of_prices(option: str) -> None:
    """Raises Refusal for an option that a plan or charge cannot choose."""
    if option in NOT_OF_PRICES:
        raise Refusal(
            "convention.not_of_prices",
            _("%(option)s is not chosen by what is sold.") % {"option": option},
            field="conventions",
            cure=_("Choose it for the account or the company."),
        )


def owes_e_invoice(value: str, *, is_organization: bool) -> bool:
    """Whether `e_invoice` = value means that a customer of this kind must get electronic invoices."""
    return value == "everybody" or (value == "organizations" and is_organization)


def require_fitting(*, rounding: str, is_owed: bool) -> None:
    """Raises Refusal where only the document is rounded and an electronic invoice is owed.

    The lines of one must add up to its net exactly, each with two decimals at most (EN 16931, rules BR-CO-10 and
    BR-DEC-23); exact amounts of lines cannot be told in it.
    """
    if rounding == "sum_then_round" and is_owed:
        raise Refusal(
            "convention.e_invoice_rounding",
            _("Where an electronic invoice is owed its lines must add up: rounding cannot be sum_then_round."),
            field="value",
            cure=_("Choose line_half_up or line_half_even, or e_invoice = nobody where none is owed."),
        )
