"""Terms of payment: a number of days, or parts of a document that fall due one after another.

The one place that says on which days how much of a document is due: a draft, a document written by hand, a preview and
a bill run all ask `lay_parts`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.kernel.money import EXACT, Money, exponent
from billwright.kernel.periods import add_months
from billwright.org.states import PartBase

PARTS_MAX = 36
MONTHS_MAX = 120
DAYS_MAX = 3650
SHARE_PLACES_MAX = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class TermsPart:
    """One part: a share in percent, an amount in the document's currency, or the rest; and when it is due.

    The due day is the document's date with its day set to `day` (none: its own; 31: the last of the month), `months`
    later, then `days` later; never before the document.
    """

    share: Decimal | None = None
    of: PartBase = PartBase.TOTAL
    amount: Decimal | None = None
    rest: bool = False
    months: int = 0
    days: int = 0
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for an account: its parts, or where it has none, so many days."""

    days: int
    parts: tuple[TermsPart, ...] = ()

    def lay(self, *, document_date: date, total: Money) -> tuple[Installment, ...]:
        """What of a document is due when; see `lay_parts`."""
        return lay_parts(
            self.parts or (TermsPart(rest=True, days=self.days),), document_date=document_date, total=total
        )


@dataclass(frozen=True, slots=True)
class Installment:
    """So much of a document is due on a day."""

    due_date: date
    amount: Money


def due_on(part: TermsPart, document_date: date) -> date:
    """Set the day, add months, then days: 31 Jan with day 31, 1 month and 5 days is 5 March (28 Feb + 5)."""
    moved = add_months(document_date, part.months, anchor_day=part.day) + timedelta(days=part.days)
    return max(moved, document_date)


def lay_parts(parts: Sequence[TermsPart], *, document_date: date, total: Money) -> tuple[Installment, ...]:
    """What of a document is due when, the earliest first; the installments add up to the total.

    Each share is rounded to minor units, half away from zero, and no part takes more than those before it left; the
    last part takes all that is left. A part that comes to nothing is left out. Nothing to pay, and a credit, is due
    at once.
    """
    assert parts, "terms in parts have a part"
    if total.amount_minor <= 0:
        return (Installment(document_date, total),)
    left, laid = total.amount_minor, []
    for part in parts[:-1]:
        amount_minor = min(_reckoned_minor(part, total, left), left)
        laid.append(Installment(due_on(part, document_date), Money(amount_minor, total.currency)))
        left -= amount_minor
    laid.append(Installment(due_on(parts[-1], document_date), Money(left, total.currency)))
    return tuple(sorted((one for one in laid if one.amount), key=lambda one: one.due_date))


def _reckoned_minor(part: TermsPart, total: Money, left_minor: int) -> int:
    """What a part that is not the last asks for, in minor units."""
    if part.amount is not None:
        return Money.of(part.amount, total.currency).amount_minor
    assert part.share is not None, "only the last part is the rest"
    base = total.amount_minor if part.of == PartBase.TOTAL else left_minor
    exact = EXACT.multiply(Decimal(base), part.share).scaleb(-2, context=EXACT)
    return int(exact.to_integral_value(rounding=ROUND_HALF_UP, context=EXACT))


def stored(parts: Iterable[TermsPart]) -> list[dict[str, Any]] | None:
    """Parts as their column keeps them: what is not said is left out. None where there are none."""
    kept = [
        {
            **({"share": f"{part.share:f}", "of": str(part.of)} if part.share is not None else {}),
            **({"amount": f"{part.amount:f}"} if part.amount is not None else {}),
            **({"rest": True} if part.rest else {}),
            **({"months": part.months} if part.months else {}),
            **({"days": part.days} if part.days else {}),
            **({"day": part.day} if part.day is not None else {}),
        }
        for part in parts
    ]
    return kept or None


def read(column: Sequence[Mapping[str, Any]] | None) -> tuple[TermsPart, ...]:
    """Parts back from their column."""
    return tuple(
        TermsPart(
            share=Decimal(kept["share"]) if "share" in kept else None,
            of=PartBase(kept.get("of", PartBase.TOTAL)),
            amount=Decimal(kept["amount"]) if "amount" in kept else None,
            rest=kept.get("rest", False),
            months=kept.get("months", 0),
            days=kept.get("days", 0),
            day=kept.get("day"),
        )
        for kept in column or ()
    )


def require_sound(parts: Sequence[TermsPart], *, currency: str | None, field: str = "payment_parts") -> None:
    """Raises Refusal `terms.*` naming the part's row (from 1). Without a currency no part names an amount."""
    if len(parts) > PARTS_MAX:
        raise Refusal("terms.too_many", _("Terms have at most %(most)d parts.") % {"most": PARTS_MAX}, field=field)
    for row, part in enumerate(parts, start=1):
        _require_one_measure(part, field, row)
        _require_measure(part, currency, field, row)
        _require_day(part, field, row)
        if part.rest and row < len(parts):
            raise Refusal(
                "terms.rest_not_last", _("After the rest there is nothing left to pay."), field=field, row=row,
                cure=_("Put the rest last."),
            )  # fmt: skip
    if sum(part.share for part in parts if part.share is not None and part.of == PartBase.TOTAL) > 100:
        raise Refusal(
            "terms.above_whole", _("The shares of the total come to more than the whole."), field=field,
            cure=_("Lower a share, or make the last part the rest."),
        )  # fmt: skip


def _require_one_measure(part: TermsPart, field: str, row: int) -> None:
    if (part.share is not None) + (part.amount is not None) + part.rest != 1:
        raise Refusal(
            "terms.one_measure", _("A part is a share, an amount or the rest."), field=field, row=row,
            cure=_("Give one of the three."),
        )  # fmt: skip


def _require_measure(part: TermsPart, currency: str | None, field: str, row: int) -> None:
    share, amount = part.share, part.amount
    if share is not None and not (share.is_finite() and 0 < share <= 100 and _places(share) <= SHARE_PLACES_MAX):
        raise Refusal(
            "terms.share", _("A share is above 0 and at most 100 percent."), field=field, row=row,
            cure=_("Write it as 33.333333, with at most %(most)d places.") % {"most": SHARE_PLACES_MAX},
        )  # fmt: skip
    if amount is None:
        return
    if currency is None:
        raise Refusal(
            "terms.amount_without_currency", _("A company's terms name no amounts: its accounts have currencies."),
            field=field, row=row, cure=_("Give a share, or give the amount on the account."),
        )  # fmt: skip
    if not (amount.is_finite() and amount > 0 and _places(amount) <= exponent(currency)):
        raise Refusal(
            "terms.amount", _("A part's amount is above zero, in %(currency)s.") % {"currency": currency},
            field=field, row=row, cure=_("Give at most %(most)d places.") % {"most": exponent(currency)},
        )  # fmt: skip
    Money.of(amount, currency)


def _require_day(part: TermsPart, field: str, row: int) -> None:
    if not (
        0 <= part.months <= MONTHS_MAX and 0 <= part.days <= DAYS_MAX and (part.day is None or 1 <= part.day <= 31)
    ):
        raise Refusal(
            "terms.day", _("A part is due on a day of the month, months and days after the document."),
            field=field, row=row,
            cure=_("Give a day of 1 to 31, at most %(months)d months and at most %(days)d days.")
            % {"months": MONTHS_MAX, "days": DAYS_MAX},
        )  # fmt: skip


def _places(value: Decimal) -> int:
    """Decimal places that say something."""
    last = value.normalize().as_tuple().exponent
    return max(0, -last) if isinstance(last, int) else 0
