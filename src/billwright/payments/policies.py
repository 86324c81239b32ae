"""Decisions of collecting: when a mandate is next due, what happens after a failure, what one debit is for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from billwright.kernel.periods import add_months
from billwright.payments.states import FailurePlan, MandateFrequency

MONTHS_OF = {MandateFrequency.MONTHLY: 1, MandateFrequency.QUARTERLY: 3, MandateFrequency.YEARLY: 12}
WEEK = timedelta(days=7)


def day_of_month(after: date, day: int) -> date:
    """The first date after another that is the given day of its month, or the last one where there is no such day."""
    found = add_months(after.replace(day=1), 0, anchor_day=day)
    return found if found > after else add_months(after.replace(day=1), 1, anchor_day=day)


def next_mandated_day(*, frequency: str, collection_day: int | None, last: date) -> date:
    """The first day after a debit on which the mandate allows the next one."""
    months = MONTHS_OF.get(MandateFrequency(frequency))
    if months is not None:
        due = add_months(last, months)
        return add_months(due.replace(day=1), 0, anchor_day=collection_day) if collection_day else due
    if frequency == MandateFrequency.WEEKLY:
        return last + WEEK
    if collection_day is not None:
        return day_of_month(last, collection_day)
    return last + timedelta(days=1)


def pay_day_after(earliest: date, *, pay_day: int | None) -> date:
    """The earliest day, or the payer's next pay day where it is known."""
    return earliest if pay_day is None else day_of_month(earliest - timedelta(days=1), pay_day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What is known of a debit that failed. `kind` is the one of its code, `may_retry` what the rules answered."""

    kind: str
    may_retry: bool
    has_fallback: bool
    is_token: bool


def plan_after(failure: Failure) -> FailurePlan:
    """What happens next. A dispute is answered first; nothing is tried again that the rules do not allow.

    A bank account that will never pay says something of its holder, a card that will never pay only of the card.
    """
    if failure.kind == "disputed":
        return FailurePlan.ANSWER
    if failure.kind == "never_again" and not (failure.is_token and failure.has_fallback):
        return FailurePlan.STOP
    if failure.kind == "retry_later" and failure.may_retry:
        return FailurePlan.RETRY
    return FailurePlan.FALLBACK if failure.has_fallback else FailurePlan.CONTACT


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenTry:
    """One debit of a token that has ended: when, of how much, and what its network said when it failed."""

    collection_id: int
    day: date
    amount_minor: int
    is_paid: bool
    code: str
    network: str


def declined_alike(tries: Sequence[TokenTry], *, amount_minor: int, since: date) -> list[TokenTry]:
    """Declined debits of the same amount since a day, the oldest first: what the limits of card networks count."""
    return [one for one in tries if not one.is_paid and one.amount_minor == amount_minor and one.day >= since]


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """What is due of one open item, in minor units."""

    open_item_id: int
    amount_minor: int


def within_limit(due: Sequence[Due], limit_minor: int | None) -> tuple[list[Due], list[Due]]:
    """What one debit takes, and what it leaves out: whole items in the order given, as far as the mandate allows."""
    if limit_minor is None:
        return list(due), []
    taken: list[Due] = []
    left: list[Due] = []
    total = 0
    for one in due:
        if total + one.amount_minor <= limit_minor:
            taken.append(one)
            total += one.amount_minor
        else:
            left.append(one)
    return taken, left
