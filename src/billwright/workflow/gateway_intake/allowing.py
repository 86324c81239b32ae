"""May a token be debited now: its own state, the plan of the failure that it takes up, and its network's limits."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from billwright.kernel.errors import Refusal
from billwright.payments.collecting_rows import CollectionRow, StoredMethodRow
from billwright.payments.policies import TokenTry, declined_alike
from billwright.payments.queries.collections import not_in_queue, tries_of_token
from billwright.payments.rules import Answer
from billwright.payments.scheme_days import retry_answer, retry_window_days
from billwright.payments.states import ALIVE, FailurePlan, StoredMethodState

# How far back debits are read; which of them count is said by the network's rules.
LOOKED_BACK: Final = timedelta(days=90)


class DebitNotAllowed(Refusal):
    """A debit that the network's rules, or an ended method, do not allow; `earliest`: when they would, if they say."""

    earliest: date | None = None


def refuse_unusable(method: StoredMethodRow, *, on: date) -> None:
    """Raise Refusal for a token that may not be debited on a day, whatever is due; DebitNotAllowed if it ended."""
    is_over = method.state not in ALIVE or (method.expires_on is not None and method.expires_on < on)
    if method.state != StoredMethodState.ACTIVE or is_over or method.valid_from > on:
        raise (DebitNotAllowed if is_over else Refusal)(
            "stored_method.not_usable",
            _("%(label)s may not be used now.") % {"label": method.label},
            field="stored_method_id",
            cure=_("Take it into use again, or ask the customer for another one."),
        )


def refuse_unplanned(failure: CollectionRow, method: StoredMethodRow, *, on: date) -> None:
    """Raise Refusal, Conflict unless the plan of a failure is just this: this method, and its day has come."""
    if failure.resolved_at is not None:
        raise not_in_queue(field="takes_up_id")
    planned = {
        FailurePlan.RETRY.value: failure.stored_method_id,
        FailurePlan.FALLBACK.value: failure.fallback_method_id,
    }
    if planned.get(failure.plan) != method.id:
        raise Refusal(
            "collection.not_planned",
            _("What was decided about this failure is not a debit of %(label)s.") % {"label": method.label},
            field="takes_up_id",
            cure=_("Say what was agreed with the customer; then what is due is debited anew."),
        )
    if failure.plan == FailurePlan.RETRY and failure.retry_on is not None and on < failure.retry_on:
        refusal = DebitNotAllowed(
            "collection.retry_not_allowed",
            failure.plan_says or _("Its day has not come."),
            field="takes_up_id",
            cure=_("Not before %(day)s.") % {"day": failure.retry_on},
        )
        refusal.earliest = failure.retry_on
        raise refusal


def refuse_over_limits(method: StoredMethodRow, *, amount_minor: int, on: date) -> None:
    """Raise DebitNotAllowed when the network of a card allows no further debit of this amount on this day.

    Counted are declined debits of the same token and amount, however they were begun. A network that nobody knows has
    no rule to count by: what failed there waits for a person anyway.
    """
    tries = tries_of_token(method.id, since=on - LOOKED_BACK)
    last = next(iter(tries[::-1]), None)
    if last is None or last.is_paid or not last.network:
        return
    window = retry_window_days(last.network, on=on)
    alike = declined_alike(tries, amount_minor=amount_minor, since=on - timedelta(days=window))
    then, now = _asked(last, alike, on=last.day), _asked(last, alike, on=on)
    if now is None or then is None:
        return
    too_early = then.earliest is not None and on < then.earliest
    if now.answer is True and not too_early:
        return
    earliest = then.earliest if now.answer is True else now.earliest
    refusal = DebitNotAllowed(
        "collection.retry_not_allowed",
        now.says,
        field="stored_method_id",
        cure=_("Not before %(day)s.") % {"day": earliest}
        if earliest
        else _("Ask the customer for another way to pay."),
    )
    refusal.earliest = earliest
    raise refusal


def _asked(last: TokenTry, alike: list[TokenTry], *, on: date) -> Answer | None:
    return retry_answer(
        last.network,
        last.code,
        on=on,
        attempts=max(len(alike), 1),
        first=alike[0].day if alike else last.day,
        mandated=None,
        today=sum(one.day == on for one in alike),
    )
