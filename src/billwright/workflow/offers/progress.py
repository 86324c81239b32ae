"""How far a commitment is reached in the running period: what was billed of it, and what is not billed yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import connection

from billwright.kernel import sql
from billwright.kernel.acts import Act
from billwright.kernel.money import Money, round_minor
from billwright.kernel.transactions import rolled_back
from billwright.rating.queries import get_spend_limit
from billwright.subscriptions.operations import lay_ahead
from billwright.subscriptions.queries import accounts_on
from billwright.workflow.bill_run.previews import reckon_so_far

PACKAGE = "billwright.workflow.offers"


@dataclass(frozen=True, slots=True)
class SpendLimitProgress:
    """What a running period [period_from, period_to) came to so far, as priced, beside its limits of a full period.

    `billed` stands on documents; `unbilled` is what a bill of today would add, usage so far included.
    """

    spend_limit_id: int
    period_from: date
    period_to: date
    minimum: Money | None
    maximum: Money | None
    billed: Money
    unbilled: Money

    @property
    def reached(self) -> Money:
        """What counts towards the limits so far."""
        return self.billed + self.unbilled

    @property
    def missing(self) -> Money:
        """What is missing to the minimum of a full period, of which a part period owes a part; nothing without one."""
        least = self.minimum or Money.zero(self.billed.currency)
        return max(least - self.reached, Money.zero(least.currency))

    @property
    def percent(self) -> int:
        """Of the minimum, or of the maximum where there is no minimum: whole percent, at most 100."""
        limit = self.minimum or self.maximum
        if limit is None or not limit.amount_minor:
            return 100
        return max(0, min(100, self.reached.amount_minor * 100 // limit.amount_minor))


def spend_limit_progress(*, act: Act, spend_limit_id: int, as_of: date) -> tuple[SpendLimitProgress, ...]:
    """The period of it that runs on a day, in the calendar of its shortest charge; none where nothing it covers runs.

    Writes nothing. Raises NotFound.
    """
    limit = get_spend_limit(spend_limit_id)
    account = accounts_on([(limit.account_id, as_of)])[limit.account_id, as_of]
    with rolled_back():
        lay_ahead(act=act, as_of=as_of)
        reckon_so_far(act=act, payer_ids=(account.payer_id,), as_of=as_of)
        with connection.cursor() as cursor:
            found = sql.step(PACKAGE, "read_progress").rows(cursor, {"spend_limit_id": spend_limit_id, "as_of": as_of})
        rows = [(row[0], row[1], int(row[2]), int(row[3])) for row in found]

    def money(amount_minor: int) -> Money:
        return Money(amount_minor, limit.currency)

    return tuple(
        SpendLimitProgress(
            spend_limit_id=limit.id,
            period_from=period_from,
            period_to=period_to,
            minimum=None if limit.minimum is None else round_minor(limit.minimum, limit.currency),
            maximum=None if limit.maximum is None else round_minor(limit.maximum, limit.currency),
            billed=money(billed_minor),
            unbilled=money(unbilled_minor),
        )
        for period_from, period_to, billed_minor, unbilled_minor in rows
    )
